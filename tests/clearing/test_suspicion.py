"""Worked days with one thing wrong in each: it is found, with its exact sum and the taps that show it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from office import MORNING_US, NOON_US, WEDNESDAY, Reader

from afc.batch import HEADER, digest_of
from afc.city import City
from afc.fares.state import CARD
from afc.keys import KeyRing
from afc.moment import HOUR_US, MINUTE_US
from afc.tap import NO_STOP, TAP, TapKind
from clearing.intake import Intake
from clearing.store import Store, Waiver
from clearing.suspicion import HIGH, Suspicion, card_name, cards, custody, readers
from clearing.suspicion.evidence import Evidence, chains_of
from clearing.suspicion.log import Log

IN, LOAD = TapKind.ENTRY, TapKind.LOAD
CARD_NUMBER = 41


class Desk:
    """The day of one card that held 5 000 in the morning: rows of (minute, counter, kind, amount, balance after)."""

    def __init__(self, city: City, ring: KeyRing, rows: list[tuple[int, int, int, int, int]], **fields: Any) -> None:
        self.city, self.house = city, SimpleNamespace(ring=ring)
        self.operators = [party.id for party in city.parties]
        taps = np.zeros(len(rows), TAP)
        for i, (minute, counter, kind, amount, balance) in enumerate(rows):
            taps[i]["time_us"], taps[i]["counter"] = MORNING_US + minute * MINUTE_US, counter
            taps[i]["kind"], taps[i]["amount"], taps[i]["balance"] = kind, amount, balance
        taps["card"], taps["device"], taps["epoch"], taps["seq"] = CARD_NUMBER, 9, 1, np.arange(1, len(rows) + 1)
        taps["stop"] = NO_STOP
        for name, column in fields.items():
            taps[name] = column
        before = np.zeros(1, CARD)
        before["card"], before["balance"] = CARD_NUMBER, 5_000
        counts = np.append(True, np.diff(taps["counter"].astype(int)) > 0) & ~np.isin(taps["seq"], self.copied(taps))
        accepted = {name: taps[name][counts] for name in TAP.names or ()}
        accepted |= {"operator": np.zeros(counts.sum(), np.int16), "rated": accepted["amount"].astype(np.int64)}
        self.chains = chains_of(accepted, {}, before, taps[~counts])

    @staticmethod
    def copied(taps: np.ndarray) -> list[int]:
        """Sequences of taps whose counter was used before."""
        _, first = np.unique(taps["counter"], return_index=True)
        return [int(seq) for i, seq in enumerate(taps["seq"]) if i not in first]

    def shards(self) -> list[Any]:
        return [self.chains]

    def fares_in(self, taps: np.ndarray) -> int:
        return int(taps["amount"].sum())


Found = Callable[..., list[Suspicion]]


def card_day(*rows: tuple[int, int, int, int, int], city: City, ring: KeyRing, **fields: Any) -> list[Suspicion]:
    """Everything that is suspicious about a card in a day."""
    day: Any = Desk(city, ring, list(rows), **fields)
    looks = (
        cards.copied_cards, cards.raised_balances, cards.missing_counters, cards.impossible_travels, cards.staff_passes,
        readers.altered_fares,
    )  # fmt: skip
    return [one for look in looks for one in look(day)]


@pytest.fixture
def found(hanbit: City, ring: KeyRing) -> Found:
    return lambda *rows, **fields: card_day(*rows, city=hanbit, ring=ring, **fields)


def test_a_day_in_order_is_not_suspicious(found: Found) -> None:
    """Two rides and a load; the purse follows."""
    assert found((0, 1, IN, 1_400, 3_600), (30, 2, LOAD, 10_000, 13_600), (60, 3, IN, 1_400, 12_200)) == []


def test_a_purse_that_grew(found: Found, ring: KeyRing) -> None:
    """3 600 after the first tap, 5 600 before the second: nobody was paid the 2 000."""
    (one,) = found((0, 1, IN, 1_400, 3_600), (30, 2, IN, 1_400, 4_200))
    assert (one.kind, one.minor, one.taps, one.score) == ("raised_balance", 2_000, ("T-9-1-2",), 100)
    assert one.cards == (card_name(ring, CARD_NUMBER),)
    assert f"{CARD_NUMBER:x}" not in one.cards


def test_a_purse_that_was_full_overnight(found: Found) -> None:
    """The morning's 5 000 are known too."""
    (one,) = found((0, 1, IN, 1_400, 10_000))
    assert (one.kind, one.minor) == ("raised_balance", 6_400)


def test_a_counter_that_nobody_reported(found: Found) -> None:
    """Between counters 1 and 4 the purse lost 2 800 in two taps that no reader sent."""
    (one,) = found((0, 1, IN, 1_400, 3_600), (30, 4, IN, 400, 400))
    assert (one.kind, one.minor, one.score < HIGH) == ("missing_counter", 2_800, True)


def test_an_image_that_was_written_back(found: Found) -> None:
    """After 2 800 spent the card is at counter 0 again, and goes on from there."""
    (one,) = found((0, 1, IN, 1_400, 3_600), (9, 2, IN, 1_400, 2_200), (30, 1, IN, 500, 4_500), (60, 2, IN, 500, 4_000))
    assert (one.kind, one.minor, one.taps) == ("restored_card", 2_800, ("T-9-1-3", "T-9-1-4"))


def test_two_cards_with_one_number(found: Found) -> None:
    """The copy is at counter 1 when the card is at 2, and the card goes on to 3: both ride."""
    (one,) = found((0, 1, IN, 1_400, 3_600), (9, 2, IN, 1_400, 2_200), (30, 1, IN, 500, 4_500), (60, 3, IN, 500, 1_700))
    assert (one.kind, one.minor, one.taps) == ("cloned_card", 500, ("T-9-1-3",))


def test_two_places_at_once(found: Found, hanbit: City) -> None:
    """The two stops that are farthest apart, a minute between them."""
    lat, lon = hanbit.network.lat, hanbit.network.lon
    there = int(np.argmax(np.hypot(lat - lat[0], lon - lon[0])))
    rides = (0, 1, IN, 0, 5_000), (1, 2, IN, 700, 4_300)
    (one,) = found(*rides, stop=[0, there])
    assert (one.kind, one.minor, one.taps) == ("impossible_travel", 700, ("T-9-1-1", "T-9-1-2"))
    assert found(rides[0], (120, *rides[1][1:]), stop=[0, there]) == []


@pytest.mark.parametrize(("boardings", "minutes", "seen"), [(11, 1, 0), (12, 1, 1), (12, 30, 0)])
def test_a_card_that_never_gets_off(found: Found, boardings: int, minutes: int, seen: int) -> None:
    """Twelve boardings at one reader within a few minutes each; a commuter of a shuttle has as many over the day."""
    rows = [(minutes * i, i + 1, IN, 100, 5_000 - 100 * (i + 1)) for i in range(boardings)]
    told = found(*rows)
    assert [(one.kind, one.minor, len(one.taps)) for one in told] == [("staff_pass", 1_200, 12)] * seen


def test_a_reader_that_takes_more(hanbit: City, ring: KeyRing) -> None:
    """Two riders pay 1 500 where the rules come to 1 400."""
    day: Any = Desk(hanbit, ring, [(0, 1, IN, 1_500, 3_500), (30, 2, IN, 1_500, 2_000)])
    day.chains.taps["rated"][:] = 1_400
    (one,) = readers.altered_fares(day)
    assert (one.kind, one.minor, one.devices, one.taps) == ("altered_fare", 200, (9,), ("T-9-1-1", "T-9-1-2"))


class Books(Evidence):
    """A day of which only the log and the quarantine are looked at."""

    def __init__(self, store: Store, ring: KeyRing, city: City) -> None:
        self.whole = Log(store)
        self.house, self.city, self.day = SimpleNamespace(store=store, ring=ring), city, WEDNESDAY  # type: ignore[assignment]


@pytest.fixture
def told(store: Store, intake: Intake, ring: KeyRing, hanbit: City) -> Callable[..., list[Suspicion]]:
    """What is suspicious after these deliveries: lists of batches, the first at noon, each an hour after the one before."""

    def look(*deliveries: list[bytes], hours: int = 1) -> list[Suspicion]:
        for i, batches in enumerate(deliveries):
            intake.take(batches, NOON_US + i * hours * HOUR_US)
        day = Books(store, ring, hanbit)
        looks = (
            custody.gaps, custody.forks, custody.altered_batches, custody.duplicated_batches, custody.late_batches,
            custody.reordered_batches,
        )  # fmt: skip
        return [one for find in looks for one in find(day)]

    return look


Reading = Callable[[int], Reader]
Told = Callable[..., list[Suspicion]]


def test_batches_in_order_are_not_suspicious(told: Told, reader: Reading) -> None:
    one = reader(1)
    assert told([one.batch(), one.batch()], [one.batch(at_us=NOON_US)]) == []


def test_a_batch_that_never_came(told: Told, reader: Reading) -> None:
    """Batch 2 with taps 3 to 5."""
    one = reader(1)
    first, _, last = one.batch(), one.batch(taps=3), one.batch()
    (lost,) = told([first, last])
    assert (lost.kind, lost.devices, lost.taps) == ("lost_batch", (1,), ("T-1-1-3", "T-1-1-4", "T-1-1-5"))


def test_taps_that_a_reader_left_out(told: Told, reader: Reading) -> None:
    """Batch 2 follows batch 1, and taps 3 and 4 are in neither."""
    one = reader(1)
    first = one.batch()
    one.seq += 2
    (dropped,) = told([first, one.batch()])
    assert (dropped.kind, dropped.score, dropped.taps) == ("dropped_taps", 100, ("T-1-1-3", "T-1-1-4"))


def test_a_reader_that_began_again(told: Told, reader: Reading) -> None:
    (one,) = told([reader(1).batch()], [reader(1).batch(amount=700)])
    assert (one.kind, one.minor, one.devices) == ("reset_sequence", 1_400, (1,))


def test_two_readers_under_one_identity(told: Told, reader: Reading) -> None:
    one = reader(1)
    first = one.batch()
    twin = one.twin()
    other = twin.batch(amount=900)
    (forked,) = told([first, one.batch(amount=700)], [other])
    assert (forked.kind, forked.minor, forked.batches) == ("cloned_reader", 1_800, (digest_of(other).hex(),))


def test_a_flipped_bit(told: Told, reader: Reading) -> None:
    """The reader's own bytes come an hour later, and are taken."""
    sealed = reader(1).batch()
    altered = bytearray(sealed)
    altered[HEADER.size + 40] ^= 1
    (one,) = told([bytes(altered)], [sealed])
    assert (one.kind, one.score, one.batches, one.who) == (
        "altered_batch",
        100,
        (digest_of(bytes(altered)).hex(),),
        "nobody can be named",
    )


def test_the_same_batch_twice(told: Told, reader: Reading) -> None:
    sealed = reader(1).batch(taps=3, amount=500)
    (one,) = told([sealed], [sealed])
    assert (one.kind, one.minor, one.batches) == ("duplicated_batch", 1_500, (digest_of(sealed).hex(),))


def test_a_day_with_lost_receipts_cut_links_and_batches_under_way_is_an_honest_day(
    told: Told, reader: Reading, store: Store
) -> None:
    """Every reader sends again because its receipt was lost, one was cut on the way, one has sent 3 before 2, and what a burnt
    reader had is declared lost. All of it is listed, and nobody has to look the same day."""
    first = [reader(number).batch() for number in (1, 2, 3)]
    one, two = reader(1), reader(2)
    one.batch(), two.batch()
    later = [(one.batch(), one.batch()), (two.batch(), two.batch())]
    with store.begin():
        store.waive(Waiver(1, 2, 1, 3, 4, "A", "B", "burnt", 0, 1, 1, 0))
    found = told([*first, first[0][:50]], [*first, *[last for _, last in later]])
    scores = sorted((one.kind, one.score) for one in found)
    again = [("duplicated_batch", 20)] * 3
    assert scores == [("altered_batch", 40), *again, ("lost_batch", 30), ("lost_batch", 60)]
    assert all(score < HIGH for _, score in scores)


@pytest.mark.parametrize(("hours", "seen"), [(20, []), (30, [("late_batch", 1_000)])])
def test_a_batch_that_was_held_back(told: Told, reader: Reading, hours: int, seen: list[tuple[str, int]]) -> None:
    """A night without a connection is nothing; more than a day is."""
    held = told([reader(1).batch(at_us=NOON_US)], [reader(2).batch(at_us=NOON_US)], hours=hours)
    assert [(one.kind, one.minor) for one in held] == seen


def test_a_batch_that_was_overtaken(told: Told, reader: Reading) -> None:
    one = reader(1)
    first, second = one.batch(), one.batch()
    (late,) = told([second], [first])
    assert (late.kind, late.batches) == ("reordered_batches", (digest_of(first).hex(),))


def test_a_clock_behind_and_a_clock_ahead(hanbit: City, ring: KeyRing) -> None:
    """Six vehicle trips of the timetable noted on time by one reader, 90 minutes too early by another."""
    day = Timed(hanbit, ring)
    ends, pattern = day.timetable["end_us"], day.timetable["pattern"]
    trips = np.zeros(12, TAP)
    trips["kind"], trips["device"], trips["epoch"] = TapKind.TRIP, [1] * 6 + [2] * 6, 1
    trips["trip"] = trips["seq"] = [*range(1, 7)] * 2
    trips["pattern"] = pattern[trips["trip"]]
    trips["time_us"] = ends[trips["trip"]] - np.where(trips["device"] == 2, 90 * MINUTE_US, 0)
    day.noted = trips
    (one,) = readers.moved_clocks(day)
    assert (one.kind, one.devices, one.score) == ("moved_clock", (2,), 100)
    assert "90 minutes before" in one.sentence


class Timed(Evidence):
    """A day of which only the vehicles' own records are looked at."""

    noted: np.ndarray

    def __init__(self, city: City, ring: KeyRing) -> None:
        house: Any = SimpleNamespace(on=lambda _: city, ring=ring, folder=Path("nowhere"))
        super().__init__(house, WEDNESDAY, Log(SimpleNamespace()))  # type: ignore[arg-type]

    @property
    def taps(self) -> np.ndarray:  # type: ignore[override]
        return self.noted


def test_an_operator_whose_riders_are_there_too_soon(hanbit: City, ring: KeyRing) -> None:
    """Of forty riders of each operator ten of one left at the last stop after a minute."""
    pattern = max(range(len(hanbit.network.patterns)), key=lambda p: int(hanbit.network.patterns[p].run_s[-1]))
    run_s, last = hanbit.network.patterns[pattern].run_s, len(hanbit.network.patterns[pattern].stops) - 1
    n = 80
    out = np.arange(n)
    taps = {name: np.zeros(n, TAP[name].base) for name in ("device", "epoch", "seq", "stop_seq", "amount", "pattern")}
    taps["stop_seq"][:], taps["pattern"][:], taps["amount"][:], taps["seq"][:] = last, pattern, 300, out
    legs = {
        "status": np.ones(n, np.int8), "pattern": np.full(n, pattern), "out_tap": out, "in_tap": out,
        "operator": out % 2, "in_seq": np.zeros(n, np.int64), "in_us": np.zeros(n, np.int64),
        "out_us": np.where(out < 20, np.where(out % 2, 60, int(run_s[-1])), int(run_s[-1])) * 1_000_000,
    }  # fmt: skip
    day: Any = Timed(hanbit, ring)
    day.shards = lambda: [SimpleNamespace(taps=taps, legs=legs)]
    (one,) = readers.over_staging(day)
    assert (one.kind, one.operators, one.minor) == ("over_staging", (hanbit.parties[1].id,), 3_000)
    assert one.sentence.startswith("10 of 40 riders left sooner than the timetable allows, with others 0 of 40")
    assert one.score >= HIGH
