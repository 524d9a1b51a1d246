"""Custody: may this batch stand in the log? Decided from the batch, the register and its neighbours, without a database.

What stands first under a device's numbers stands for good. A batch may arrive before the one that it follows; what is
missing is a gap until it comes, and when it comes the two have to fit.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np

from afc.answers import BatchRefused, Reason
from afc.batch import Batch, open_sealed
from afc.limits import clock_ahead_us_max, key_overlap_hours_max, late_days_max
from afc.moment import DAY_US, HOUR_US
from clearing.authority import Authority, authority_of
from clearing.store import Asked, Device, Kept, SchemeKey, Store, next_head


class Claim(NamedTuple):
    """What a batch says of itself and of its place among the others."""

    device: int
    epoch: int
    number: int
    first_seq: int
    last_seq: int
    taps: int
    previous: bytes
    digest: bytes
    parameters: int = 0
    lists: int = 0

    @classmethod
    def of(cls, batch: Batch) -> Claim:
        """The claim of an opened batch."""
        numbers = (batch.device, batch.epoch, batch.number, batch.first_seq, batch.last_seq)
        return cls(*numbers, len(batch.taps), batch.previous, batch.digest, batch.parameters, batch.lists)

    @property
    def name(self) -> Asked:
        """What the log is asked by."""
        return Asked(self.device, self.epoch, self.first_seq, self.last_seq, self.number, self.digest)

    def kept(self, position: int, head: bytes, received_us: int) -> Kept:
        """The batch at a position of the log, behind the head of the one before."""
        numbers = (self.device, self.epoch, self.number, self.first_seq, self.last_seq, self.taps)
        after = next_head(head, position, received_us, self.digest)
        versions = (self.parameters, self.lists)
        return Kept(position, self.digest, *numbers, received_us, self.previous, after, *versions)


NOBODY: tuple[Device, ...] = ()


class Register:
    """The device register as intake asks it: which keys has this device had, and was it in service at that time?"""

    def __init__(
        self,
        devices: Iterable[Device],
        scheme_keys: Iterable[SchemeKey] = (),
        authority: Authority | None = None,
    ) -> None:
        self.authority = authority or Authority()
        self._generations = {(key.purpose, key.version): key for key in scheme_keys}
        rows: defaultdict[int, list[Device]] = defaultdict(list)
        for device in devices:
            rows[device.device].append(device)
        self._rows = {device: tuple(sorted(mine, key=lambda row: row.from_us)) for device, mine in rows.items()}

    def rows(self, device: int) -> tuple[Device, ...]:
        """All that is known of a device, oldest first."""
        return self._rows.get(device, NOBODY)

    def honours(self, purpose: str, version: int, received_us: int) -> bool:
        """Is what was made under a generation of the scheme's keys believed, arriving now?"""
        key = self._generations.get((purpose, version))
        return key is not None and key.from_us <= received_us < key.to_us + key.grace_us

    def keys(self, device: int) -> list[bytes]:
        """The keys that a device has had, newest first; what only forwards has none, and vouches for nothing."""
        return list(dict.fromkeys(row.public_key for row in reversed(self.rows(device)) if row.public_key))


def register_of(store: Store) -> Register:
    """The register as it stands in the books."""
    return Register(store.devices(), store.scheme_keys(), authority_of(store))


def open_with_any(sealed: bytes, register: Register, environment: str) -> tuple[Batch, bytes]:
    """The batch, and which of all keys that its device has had signed it; `BatchRefused` with the first reason that fits."""
    keys: list[bytes] = []
    turn = 0

    def key_of(device: int) -> bytes | None:
        keys[:] = keys or register.keys(device)
        return keys[turn] if keys else None

    while True:
        try:
            batch = open_sealed(sealed, key_of, environment)
        except BatchRefused as refused:
            turn += 1
            if refused.reason is not Reason.SIGNATURE_WRONG or turn >= len(keys):
                raise
        else:
            return batch, keys[turn]


def find_doubt(batch: Batch, key: bytes, register: Register, received_us: int) -> Reason | None:
    """The first reason to keep a truly signed batch aside, or None."""
    return next(doubts(batch, key, register, received_us), None)


def doubts(batch: Batch, key: bytes, register: Register, received_us: int) -> Iterator[Reason]:
    """Every such reason: its reader began anew unasked, nobody answers for its taps, a key or a version is
    old, its times are off.

    A device's own clock never vouches for a key: what counts is when the batch arrived. What a tap with a flaw says of its
    time is worth nothing, for the others or against them; where all have one, the time of arrival is as good as any.
    """
    rows, authority = register.rows(batch.device), register.authority
    yield from authority.epoch_doubts(batch, rows[0].first_epoch, received_us)
    times = batch.sound["time_us"] if len(batch.flaws) < len(batch.taps) else np.array([received_us])
    first_us, last_us = int(times.min()), int(times.max())
    if not any(row.from_us <= first_us and last_us < row.to_us for row in rows):
        served = np.logical_or.reduce([(times >= row.from_us) & (times < row.to_us) for row in rows])
        if not served.all():
            yield Reason.DEVICE_OUT_OF_SERVICE
    grace_us = key_overlap_hours_max * HOUR_US
    signed = any(row.public_key == key and row.from_us <= received_us < row.to_us + grace_us for row in rows)
    if not signed or not register.honours("record", batch.key_version, received_us):
        yield Reason.KEY_WITHDRAWN
    if not authority.honours(batch.parameters, batch.lists, received_us):
        yield Reason.PARAMETERS_WITHDRAWN
    if last_us > received_us + clock_ahead_us_max:
        yield Reason.CLOCK_AHEAD
    if first_us < received_us - late_days_max * DAY_US:
        yield Reason.TOO_LATE


class Chain:
    """What of one device and epoch matters for the batches at hand: kept batches by number and by sequence."""

    def __init__(self) -> None:
        self._by_number: dict[int, Kept] = {}
        self._ranges: list[tuple[int, int]] = []

    def add(self, kept: Kept) -> None:
        """A batch that stands in the log."""
        self._by_number[kept.number] = kept
        insort(self._ranges, (kept.first_seq, kept.last_seq))

    def judge(self, batch: Claim) -> Kept | Reason | None:
        """The same batch if it is kept already, the first reason against this one, or None: it may stand."""
        same = self._by_number.get(batch.number)
        if same is not None and same.digest == batch.digest:
            return same
        if self._overlaps(batch.first_seq, batch.last_seq):
            return Reason.SEQUENCE_TAKEN
        if same is not None:
            return Reason.NUMBER_TAKEN
        before, after = self._by_number.get(batch.number - 1), self._by_number.get(batch.number + 1)
        if before is not None and (before.digest != batch.previous or before.last_seq >= batch.first_seq):
            return Reason.CHAIN_BROKEN
        if after is not None and (after.previous != batch.digest or after.first_seq <= batch.last_seq):
            return Reason.CHAIN_BROKEN
        return None

    def _overlaps(self, first_seq: int, last_seq: int) -> bool:
        """Kept ranges do not overlap one another, so only the last one that begins in time can reach into this one."""
        at = bisect_right(self._ranges, last_seq, key=lambda kept: kept[0])
        return at > 0 and self._ranges[at - 1][1] >= first_seq


def chains(kept: Iterable[Kept]) -> defaultdict[tuple[int, int], Chain]:
    """Kept batches by device and epoch."""
    found: defaultdict[tuple[int, int], Chain] = defaultdict(Chain)
    for batch in kept:
        found[batch.device, batch.epoch].add(batch)
    return found
