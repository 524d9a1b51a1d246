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
from afc.tap import TAP, is_ride, moved_minor
from clearing import detail
from clearing.close import House, latest_detail
from clearing.shard import SHARDS
from clearing.store import Kept, Quarantined
from clearing.store.evidence import Answered
from clearing.views import Detail

Columns = dict[str, np.ndarray]


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
    """A closed day."""

    def __init__(self, house: House, day: date) -> None:
        self.house, self.city, self.day = house, house.on(day), day
        self.start_us = day_start_us(day, self.city.zone, self.city.day_cut_s)
        self.files = Detail(house.folder)

    @cached_property
    def kept(self) -> list[Kept]:
        """Every batch of the log, by position."""
        return list(self.house.store.log())

    @cached_property
    def log(self) -> Columns:
        """The log's numbers, a row a batch, by device, epoch and number."""
        names = ("position", "device", "epoch", "number", "first_seq", "last_seq", "received_us")
        columns = {name: np.array([getattr(kept, name) for kept in self.kept], np.int64) for name in names}
        order = np.lexsort((columns["number"], columns["epoch"], columns["device"]))
        return {name: column[order] for name, column in columns.items()}

    @cached_property
    def taps(self) -> tuple[np.ndarray, np.ndarray]:
        """Every accepted tap that can be, with the position of its batch, vehicles' own records too."""
        parts = [
            (position, sealed[HEADER.size : -SIGNATURE_BYTES])
            for position, sealed in self.house.store.accepted(1, len(self.kept))
        ]
        taps = np.frombuffer(b"".join(part for _, part in parts), TAP)
        sizes = [len(part) // TAP.itemsize for _, part in parts]
        positions, can_be = np.repeat([position for position, _ in parts], sizes), sound(taps)
        return taps[can_be], positions[can_be]

    @cached_property
    def answers(self) -> list[Answered]:
        """Every answer ever given."""
        return list(self.house.store.submissions())

    @cached_property
    def aside(self) -> list[Quarantined]:
        """What is in quarantine."""
        return list(self.house.store.quarantined())

    @cached_property
    def copies(self) -> np.ndarray:
        """Taps of this day whose card and counter another tap has already."""
        found = [row.content for row in self.aside if row.reason == "COUNTER_REUSED"]
        taps = np.frombuffer(b"".join(found), TAP)
        today = (taps["time_us"] >= self.start_us - DAY_US // 4) & (taps["time_us"] < self.start_us + DAY_US)
        return taps[today]

    def shards(self) -> Iterator[Chains]:
        """The day's taps of riders, card by card."""
        for shard in range(SHARDS):
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

    def digest_at(self, position: int) -> str:
        """The name of a batch of the log."""
        return self.kept[position - 1].digest.hex()

    def fares_in(self, taps: np.ndarray) -> int:
        """What riders paid at some taps."""
        return int(taps["amount"][is_ride(taps["kind"])].sum(dtype=np.int64))


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
