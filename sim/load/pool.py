"""The pool: sealed batches that the readers of a scenario made, in the order in which they handed them over.

The street of the scenario is simulated day after day, and its readers seal, number and chain what they have, as in any run.
They are told at once that all is well, so the pool is the same for any clearing house, and grows when more is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from afc.answers import AnswerKind
from afc.batch import HEADER, digest_of, header_of
from afc.keys import NO_DIGEST, KeyRing
from afc.receipt import Receipt, sign_receipt
from afc.refusal import Refused
from afc.tap import TAP, moved_minor
from sim.progress import Progress
from sim.run import collect, rates_on
from sim.scenario import Scenario

DAYS_MAX = 28
"""Service days of a pool: a house takes taps that are not older than five weeks."""


class Pool:
    """Batches ready to be sent. `stage` and `riders` are of `sim.run.set_up`; days are from `start` to before `end`."""

    def __init__(self, scenario: Scenario, ring: KeyRing, riders: Any, stage: Any, start: date, end: date) -> None:
        self.scenario, self.ring, self.riders, self.stage = scenario, ring, riders, stage
        self.start, self.end, self.days = start, min(end, start + timedelta(days=DAYS_MAX)), list[date]()
        self.sealed: list[bytes] = []
        self.taken = 0
        self._wanted: Callable[[Sequence[bytes]], list[bool]] = lambda sealed: [True] * len(sealed)
        self._city = scenario.load()

    def only(self, wanted: Callable[[Sequence[bytes]], list[bool]]) -> None:
        """From now on leave out what is not wanted; before anything is taken."""
        assert not self.taken, "what was sent stays sent"
        self._wanted = wanted
        self.sealed = list(self._kept(self.sealed))

    def take(self, taps: int, batches: int, progress: Progress) -> list[bytes]:
        """The next batches: so many taps, and so many batches more. Days are simulated until they are there."""
        first, found = self.taken, 0
        while found < taps:
            self.hold(self.taken + 1, progress, taps - found)
            found += header_of(self.sealed[self.taken]).tap_count
            self.taken += 1
        self.hold(self.taken + batches, progress, batches)
        self.taken += batches
        return self.sealed[first : self.taken]

    def hold(self, batches: int, progress: Progress, short: int) -> None:
        """Simulate until the pool has so many batches; refused when there are no more days for it."""
        while len(self.sealed) < batches:
            day = self.start + timedelta(days=len(self.days))
            if day >= self.end:
                days, many = len(self.days), sum(header_of(one).tap_count for one in self.sealed)
                what = (
                    f"{days} days at scale {self.scenario.scale:g} make {many:,} taps, and {short:,} more are asked for"
                )
                raise Refused("POOL_EMPTY", what, cure="Raise --scale, or ask for less.")
            made: list[bytes] = []
            collect(self.stage, self.riders, day, rates_on(self._city, day), self._told_well(made), progress)
            self.days.append(day)
            self.sealed += self._kept(made)

    def _told_well(self, made: list[bytes]) -> Callable[[Sequence[bytes], int], list[bytes]]:
        """Keeps what readers hand over, and lets them forget it."""
        private, environment = self.ring.receipt_private(), self.ring.environment

        def send(batches: Sequence[bytes], now_us: int) -> list[bytes]:
            made.extend(batches)
            heads = ((digest_of(sealed), header_of(sealed)) for sealed in batches)
            return [
                sign_receipt(
                    private,
                    Receipt(
                        AnswerKind.ACCEPTED, digest, h.device, h.epoch, h.last_seq, 1, NO_DIGEST, now_us, environment
                    ),
                )
                for digest, h in heads
            ]

        return send

    def _kept(self, sealed: Sequence[bytes]) -> Iterator[bytes]:
        wanted = self._wanted(sealed)
        return (one for one, yes in zip(sealed, wanted, strict=True) if yes)


def taps_in(sealed: Sequence[bytes]) -> NDArray[np.int64]:
    """How many taps each batch has."""
    return np.array([header_of(one).tap_count for one in sealed], np.int64)


def devices_in(sealed: Sequence[bytes]) -> NDArray[np.int64]:
    """Whose each batch is."""
    return np.array([header_of(one).device for one in sealed], np.int64)


def money_in(sealed: bytes) -> int:
    """Minor units that the taps of a batch moved, whichever way."""
    taps = np.frombuffer(sealed, TAP, header_of(sealed).tap_count, HEADER.size)
    return int(np.abs(moved_minor(taps)).sum())
