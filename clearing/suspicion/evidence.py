"""What is looked at: one closed day as columns, from detail files, log, quarantine, registers, and the timetable."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cached_property
from typing import NamedTuple

import numpy as np

from afc.answers import AnswerKind
from afc.batch import HEADER
from afc.fares.state import REFUSED
from afc.flaws import sound
from afc.keys import SIGNATURE_BYTES
from afc.moment import DAY_US, SECOND_US, at_us, day_start_us
from afc.tap import TAP, moved_minor
from clearing import detail
from clearing.close import latest_detail
from clearing.house import House
from clearing.suspicion.columns import Columns
from clearing.suspicion.log import Log, fares_in
from clearing.views import Detail


class Chains(NamedTuple):
    """The taps of a shard, each beside what its card held before it. Rows are sorted by card and counter.

    `delta` is what the tap says it did to the purse; `held` and `counter` are the card's before it, from the tap before or
    from the day before. `whole` cards have neither hole, nor break, nor copy, nor a time that runs backwards.
    """

    taps: Columns
    legs: Columns
    first: np.ndarray
    delta: np.ndarray
    held: np.ndarray
    counter: np.ndarray
    hole: np.ndarray
    broken: np.ndarray
    whole: np.ndarray
    copies: np.ndarray


class Evidence:
    """A closed day, and the log that it is a part of."""

    def __init__(self, house: House, day: date, whole: Log) -> None:
        self.house, self.city, self.day, self.whole = house, house.on(day), day, whole
        self.start_us = day_start_us(day, self.city.zone, self.city.day_cut_s)
        self.files = Detail(house.folder)

    @cached_property
    def taps(self) -> np.ndarray:
        """Every tap that can be of the batches that this date took, vehicles' own records too."""
        (date,) = [row for row in self.house.store.days() if row.clearing_date == self.day]
        came = self.house.store.accepted(date.from_position, date.through_position)
        taps = np.frombuffer(b"".join(sealed[HEADER.size : -SIGNATURE_BYTES] for _, sealed in came), TAP)
        return taps[sound(taps)]

    @cached_property
    def copies(self) -> np.ndarray:
        """Taps of this day whose card and counter another tap has already."""
        taps = self.whole.copies
        today = (taps["time_us"] >= self.start_us - DAY_US // 4) & (taps["time_us"] < self.start_us + DAY_US)
        return taps[today]

    def shards(self) -> Iterator[Chains]:
        """The day's taps of riders, card by card."""
        for shard in range(self.house.shards):
            taps = self.files.columns(self.day.isoformat(), "taps", shard)
            if len(taps["card"]):
                legs = self.files.columns(self.day.isoformat(), "legs", shard)
                before = detail.read_array(latest_detail(self.house, self.day) / f"cards-{shard:02d}.npy")
                yield chains_of(taps, legs, before, self.copies)

    @cached_property
    def operators(self) -> list[str]:
        """Parties by number."""
        return [party.id for party in self.city.parties]

    @cached_property
    def timetable(self) -> Columns:
        """When the vehicle trips of the day ought to end, by their number; trip 0 is none."""
        network, ends, patterns = self.city.network, [0], [-1]
        kind = self.city.calendar.day_types[self.city.day_type(self.day)]
        zero_us = at_us(self.day, 43_200, self.city.zone) - 43_200 * SECOND_US
        for number, departures in enumerate(network.departures(kind)):
            run_s = int(network.patterns[number].run_s[-1])
            after_cut = np.where(departures < self.city.day_cut_s, departures + 86_400, departures).astype(np.int64)
            ends += (zero_us + (after_cut + run_s) * SECOND_US).tolist()
            patterns += [number] * len(departures)
        return {"end_us": np.array(ends, np.int64), "pattern": np.array(patterns, np.int64)}

    @cached_property
    def run_s(self) -> np.ndarray:
        """[pattern, call] seconds from the first stop by the timetable; 0 past the last."""
        patterns = self.city.network.patterns
        table = np.zeros((len(patterns), max(len(pattern.stops) for pattern in patterns)), np.int64)
        for row, pattern in zip(table, patterns, strict=True):
            row[: len(pattern.run_s)] = pattern.run_s
        return table

    def fares_in(self, taps: np.ndarray) -> int:
        """What riders paid at some taps."""
        return fares_in(taps)


def chains_of(taps: Columns, legs: Columns, cards: np.ndarray, copied: np.ndarray) -> Chains:
    """Each tap beside what its card held before it."""
    n = len(taps["card"])
    first = np.ones(n, bool)
    first[1:] = taps["card"][1:] != taps["card"][:-1]
    delta = moved_minor(taps)
    row = np.searchsorted(cards["card"], taps["card"][first])
    held, counter = np.empty(n, np.int64), np.empty(n, np.int64)
    held[1:], counter[1:] = taps["balance"][:-1], taps["counter"][:-1]
    held[first], counter[first] = cards["balance"][row], cards["counter"][row]
    hole = taps["counter"].astype(np.int64) != counter + 1
    broken = ~hole & (taps["balance"] - delta != held)
    back = np.zeros(n, bool)
    back[1:] = ~first[1:] & (np.diff(taps["time_us"]) < 0)
    mine = copied[np.isin(copied["card"], taps["card"])]
    odd = np.isin(taps["card"], np.concatenate([taps["card"][hole | broken | back], mine["card"]]))
    return Chains(taps, legs, first, delta, held, counter, hole, broken, ~odd, mine)


def was_refusable(rated: np.ndarray) -> np.ndarray:
    """Rides that the rules would have refused: what they cost says nothing about the reader's prices."""
    return np.asarray(rated < REFUSED)


REJECTED, DUPLICATE = AnswerKind.REJECTED.name, AnswerKind.DUPLICATE.name
