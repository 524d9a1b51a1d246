"""What a statement says beside money: how far the log had come, what was handed over, what waits, and what has not come.

A party is told about its own readers. Bytes that were rejected have no sender that anybody could believe, so everybody is told
how many there were.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from afc.fares.cases import versions_of
from clearing.by_hand import until
from clearing.facts import Facts, facts_of
from clearing.house import House
from clearing.quarantine import held
from clearing.store import Act, Consent, Day, Ruling, Shortfall, Store
from clearing.terms import cut_us, split_versions

ANSWERS = ("accepted", "duplicate", "conflict", "quarantined")
"""What is answered to batches that a known reader has signed; together they are what was received."""


class Log(NamedTuple):
    """The part of the log that a date carries, and the heads before it and at its end."""

    from_position: int
    through_position: int
    head_before: bytes
    head: bytes


class Waiting(NamedTuple):
    """What is kept aside and not decided: things, taps, what they may be worth at most, and since when the oldest waits."""

    things: int = 0
    taps: int = 0
    bound_minor: int = 0
    since_us: int = 0  # 0 where nothing waits


class Versions(NamedTuple):
    """What decided: the digest of the city pack, and the tariff and split in it that were in force."""

    city: str
    tariff: str
    split: str


class Custody(NamedTuple):
    """All of it for one party. `extract` is the digest of what the house hands an operator to work its figures out again."""

    as_of_us: int  # the end of the clearing date, from which ages are counted
    log: Log
    versions: Versions
    received: Mapping[str, int]
    rejected: int  # in all, nobody's
    waiting: Waiting
    holes: tuple[Shortfall, ...]  # numbers that have not come, and which declaration says that they are lost
    extract: bytes = b""
    consent: Consent | None = None  # who let the date be closed although taps of it may be missing

    @property
    def missing_taps(self) -> int:
        """How many taps have not come."""
        return sum(hole.last_seq - hole.first_seq + 1 for hole in self.holes)


class Told:
    """What a closing date says to each party."""

    def __init__(self, house: House, frozen: Day) -> None:
        store = house.store
        self.cut_us = cut_us(house.city, frozen.clearing_date)
        self.holder = holders(house, self.cut_us)
        self.consent = store.find_consent(frozen.clearing_date)
        self.log = log_of(house, frozen)
        self.versions = versions_on(
            house.city, frozen.clearing_date, frozen.city, facts_on(store, frozen.clearing_date)
        )
        last, first = store.delivery_of(frozen.through_position), store.delivery_of(frozen.from_position - 1)
        self.received: defaultdict[int | None, Counter[str]] = defaultdict(Counter)
        for row in store.answers(first, last):
            party = None if row.device is None else self.holder.get(row.device)
            self.received[party][row.answer.lower()] += row.batches
        self.rejected = sum(counts["rejected"] for counts in self.received.values())
        self.waiting = waiting_of(
            house, frozen.clearing_date, frozen.through_position, store.aside_since(last), self.holder
        )
        self.holes: defaultdict[int, list[Shortfall]] = defaultdict(list)
        for hole in store.shortfalls(frozen.clearing_date):
            self.holes[self.holder[hole.device]].append(hole)

    def to(self, party: int, extract: bytes = b"") -> Custody:
        """What one party is told."""
        received = {answer: self.received[party][answer] for answer in ANSWERS}
        waiting, holes = self.waiting.get(party, Waiting()), tuple(self.holes[party])
        return Custody(
            self.cut_us, self.log, self.versions, received, self.rejected, waiting, holes, extract, self.consent
        )


def holders(house: House, cut_us: int) -> dict[int, int]:
    """Whose each reader is when a date ends; one that comes into service later is its first party's."""
    found: dict[int, int] = {}
    for row in house.store.devices():
        if row.device not in found or row.from_us < cut_us:
            found[row.device] = row.operator
    return found


def log_of(house: House, frozen: Day) -> Log:
    """Positions and heads of the date's part of the log."""
    first, last = frozen.from_position, frozen.through_position
    return Log(first, last, house.store.head_at(first - 1), house.store.head_at(last))


def facts_on(store: Store, day: date) -> Facts:
    """What had been found out about taps and versions when a date was closed."""
    return facts_of(until(store, day))


def versions_on(city: Any, day: date, digest: str, facts: Facts) -> Versions:
    """What was in force on a date under the pack that it was closed with, or was put in its place by a ruling."""
    tariffs, splits = versions_of(city), split_versions(city)
    tariff, split = facts.version("tariff", tariffs, day), facts.version("split", splits, day)
    return Versions(digest, str(tariffs[tariff]["id"]), str(splits[split]["id"]))


def was_known(act: Act | Ruling, through: int, day: date) -> bool:
    """Had this been decided when the date was closed?"""
    return act.position <= through if isinstance(act, Act) else act.after_date < day.isoformat()


def waiting_of(
    house: House, day: date, through: int, later: set[bytes], holder: Mapping[int, int]
) -> dict[int | None, Waiting]:
    """What waits in quarantine, by party; what came, or was let out, after the date's part of the log is not looked at."""
    found: dict[int | None, Waiting] = {}
    for one in held(house.store, everything=True):
        left = one.act is not None and was_known(one.act, through, day)
        if left or one.row.digest in later:
            continue
        party, at_us = holder.get(one.row.device), one.row.at_us
        sum_ = found.get(party, Waiting(since_us=at_us))
        found[party] = Waiting(
            sum_.things + 1, sum_.taps + one.taps, sum_.bound_minor + one.bound_minor, min(sum_.since_us, at_us)
        )
    return found
