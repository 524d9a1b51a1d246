"""Every kind of suspicion, and all of them over the closed days of a house."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from clearing.house import House
from clearing.suspicion import cards, custody, forged, readers
from clearing.suspicion.evidence import Evidence
from clearing.suspicion.finding import Suspicion, ranked
from clearing.suspicion.log import Log

OF_A_DAY: tuple[Callable[[Evidence], Iterator[Suspicion]], ...] = (
    cards.copied_cards,
    cards.raised_balances,
    cards.missing_counters,
    cards.impossible_travels,
    cards.staff_passes,
    readers.altered_fares,
    readers.moved_clocks,
    readers.over_staging,
    readers.missing_tap_ins,
    forged.forged_entries,
)
OF_THE_LOG: tuple[Callable[[Evidence], Iterator[Suspicion]], ...] = (
    custody.gaps,
    custody.forks,
    custody.altered_batches,
    custody.duplicated_batches,
    custody.late_batches,
    custody.reordered_batches,
)
KINDS = (
    "cloned_card", "restored_card", "raised_balance", "lowered_balance", "missing_counter", "impossible_travel",
    "staff_pass", "forged_entry", "dropped_taps", "over_staging", "altered_fare", "moved_clock", "missing_tap_ins",
    "reset_sequence", "cloned_reader", "altered_batch", "duplicated_batch", "lost_batch", "late_batch", "reordered_batches",
)  # fmt: skip


def suspicions(house: House) -> list[Suspicion]:
    """What does not fit together in the closed days, the surest first."""
    found: list[Suspicion] = []
    days = [day.clearing_date for day in house.store.days() if day.state == "closed"]
    whole = Log(house.store)
    for day in days:
        evidence = Evidence(house, day, whole)
        for look in OF_A_DAY + (OF_THE_LOG if day == days[-1] else ()):
            found += look(evidence)
    return ranked(found)
