"""What a simulated day came to, in figures for a summary and an audit."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from afc.fares.state import Refusal, Rule
from afc.moment import SECOND_US
from afc.tap import TapKind
from sim.world.stage import COUNTS, ERRED, ERROR_WIDTH, REASONS, TURNED_AWAY, WAIT_BIN_US, WAIT_BINS, WAITED, Crowd

ERRORS = "tapped twice", "wrong gate", "wrong line"
KINDS = tuple(kind.name.lower() for kind in TapKind)


class Wait(NamedTuple):
    """How long riders of a service waited before they got in."""

    boarded: int
    mean_s: float
    p95_s: float


class DayLog(NamedTuple):
    """A service day. `taps` by kind, `refusals` by reason (`exit ...` at the way out), money in minor units."""

    service_date: date
    journeys: int
    arrived: int
    unserved: int
    stranded: int
    gave_up: int
    abandoned: int
    boarded: int
    left_behind: int
    missed_top_ups: int
    forgotten_tap_outs: int
    fullest: int
    taps: dict[str, int]
    refusals: dict[str, int]
    waits: dict[str, Wait]
    vehicle_trips: int
    vehicle_m: int
    loads_minor: int
    sales_minor: int
    fares_minor: int
    cash_minor: int
    batches: int
    late_devices: tuple[int, ...]
    balances_before_minor: int
    balances_after_minor: int
    answered: dict[str, Any] | None = None
    errors: dict[str, Any] | None = None


def refusals_of(tally: NDArray[np.int64]) -> dict[str, int]:
    """Refusals by name, those that happened."""
    found = {}
    for way, offset in (("", 0), ("exit ", REASONS)):
        for reason in Refusal:
            if n := int(tally[TURNED_AWAY + offset + reason]):
                found[way + reason.name] = n
    return found


def errors_of(tally: NDArray[np.int64]) -> dict[str, Any]:
    """Riders' mistakes by name: how many, and of the taps that they made necessary refusals by reason and money by rule."""
    found = {}
    for error, name in enumerate(ERRORS):
        mine = tally[ERRED + error * ERROR_WIDTH : ERRED + (error + 1) * ERROR_WIDTH].tolist()
        refused = {reason.name: mine[reason] for reason in Refusal if mine[reason]}
        paid = {rule.name.lower(): mine[REASONS + rule] for rule in Rule if mine[REASONS + rule]}
        found[name] = {"riders": mine[0], "refused": refused, "paid_minor": paid}
    return found


def waits_of(city: Any, tally: NDArray[np.int64]) -> dict[str, Wait]:
    """Waits by service; a wait counts as the middle of its ten seconds."""
    waits = {}
    for s, service in enumerate(city.services):
        bins = tally[WAITED + s * WAIT_BINS : WAITED + (s + 1) * WAIT_BINS]
        n = int(bins.sum())
        if n:
            middle_s = (np.arange(WAIT_BINS) + 0.5) * (WAIT_BIN_US // SECOND_US)
            p95 = middle_s[np.searchsorted(np.cumsum(bins), 0.95 * n)]
            waits[service.id] = Wait(n, float((bins * middle_s).sum() / n), float(p95))
    return waits


class Account:
    """Adds up the taps of a day as they leave the readers' memory."""

    def __init__(self) -> None:
        self.taps = np.zeros(len(TapKind) + 1, np.int64)
        self.minor = np.zeros(len(TapKind) + 1, np.int64)
        self.batches = 0

    def add(self, taps: NDArray[np.void]) -> None:
        """Count by kind, and add up amounts."""
        self.count(taps)
        for kind in range(1, len(self.minor)):
            self.minor[kind] += int(taps["amount"][taps["kind"] == kind].sum(dtype=np.int64))

    def count(self, taps: NDArray[np.void]) -> None:
        """Count by kind alone."""
        self.taps += np.bincount(taps["kind"], minlength=len(self.taps))

    def by_kind(self) -> dict[str, int]:
        """Taps by kind; of those that not every run has, only what there was."""
        counts = dict(zip(KINDS, self.taps[1:].tolist(), strict=False))
        return counts | ({"action": n} if (n := int(self.taps[TapKind.ACTION])) else {})


def make_log(
    city: Any, service_date: date, crowd: Crowd, account: Account, *, unserved: int, late: tuple[int, ...],
    purses: tuple[int, int],
) -> DayLog:  # fmt: skip
    """The figures of a day that is over; `purses` is what all cards held before it and after."""
    count = dict(zip(COUNTS, crowd.tally[: len(COUNTS)].tolist(), strict=True))
    ended = count["arrived"] + count["gave_up"] + count["abandoned"]
    minor = dict(zip(KINDS, account.minor[1:].tolist(), strict=True))
    same = {name: count[name] for name in DayLog._fields if name in count and name not in ("taps", "loads", "sales")}
    return DayLog(
        service_date=service_date,
        journeys=len(crowd.travellers),
        unserved=unserved,
        stranded=len(crowd.travellers) - ended,
        taps=account.by_kind(),
        refusals=refusals_of(crowd.tally),
        waits=waits_of(city, crowd.tally),
        errors=errors_of(crowd.tally) if crowd.errs else None,
        vehicle_trips=int(account.taps[TapKind.TRIP]),
        vehicle_m=minor["trip"],
        loads_minor=minor["load"],
        sales_minor=minor["sale"],
        fares_minor=minor["entry"] + minor["exit"],
        cash_minor=minor["cash"],
        batches=account.batches,
        late_devices=late,
        balances_before_minor=purses[0],
        balances_after_minor=purses[1],
        **same,
    )
