"""Conflicts: two contents under one number. Which of them stands, which was kept aside, and where they first differ."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from afc.answers import AnswerKind, Reason
from afc.batch import HEADER, Header, header_of
from afc.keys import SIGNATURE_BYTES
from afc.tap import TAP
from clearing.missing import open_batches
from clearing.store import Kept, Quarantined, Store


class Difference(NamedTuple):
    """A field that the two say differently; `seq` 0 is the header."""

    seq: int
    field: str
    stands: int | str
    aside: int | str


class Conflict(NamedTuple):
    """What was set aside, the batches that stand under its numbers, and the first place where they differ."""

    row: Quarantined
    header: Header
    standing: tuple[Kept, ...]
    differences: tuple[Difference, ...]


def conflicts(store: Store) -> list[Conflict]:
    """Every conflict, in order of arrival."""
    rows = [row for row in open_batches(store) if Reason[row.reason].kind is AnswerKind.CONFLICT]
    log = list(store.log()) if rows else []
    return [conflict_of(store, row, log) for row in rows]


def conflict_of(store: Store, row: Quarantined, log: list[Kept]) -> Conflict:
    """One batch that was set aside, beside what stands."""
    header = header_of(row.content)
    standing = tuple(kept for kept in log if stands_against(kept, header))
    first = next((found for kept in standing if (found := differences(store, row, header, kept))), ())
    return Conflict(row, header, standing, first)


def stands_against(kept: Kept, header: Header) -> bool:
    """Does a batch of the log have a number, or a tap's number, of the other?"""
    if (kept.device, kept.epoch) != (header.device, header.epoch):
        return False
    overlaps = kept.first_seq <= header.last_seq and kept.last_seq >= header.first_seq
    return overlaps or kept.number == header.number


def differences(store: Store, row: Quarantined, header: Header, kept: Kept) -> tuple[Difference, ...]:
    """All fields of the first tap that differs; where no tap does, those of the header: the same taps, cut otherwise."""
    _, sealed = next(store.accepted(kept.position, kept.position))
    theirs, ours = taps_of(sealed), taps_of(row.content)
    first = max(kept.first_seq, header.first_seq)
    for seq in range(first, min(kept.last_seq, header.last_seq) + 1):
        pair = theirs[seq - kept.first_seq], ours[seq - header.first_seq]
        if found := tuple(fields_apart(seq, *pair)):
            return found
    return tuple(headers_apart(header_of(sealed), header))


def taps_of(sealed: bytes) -> np.ndarray:
    """The records of a batch that intake has opened before."""
    return np.frombuffer(sealed[HEADER.size : -SIGNATURE_BYTES], TAP)


def fields_apart(seq: int, stands: np.void, aside: np.void) -> Iterator[Difference]:
    """The fields of one tap that differ."""
    for name in TAP.names or ():
        if stands[name] != aside[name]:
            yield Difference(seq, name, int(stands[name]), int(aside[name]))


def headers_apart(stands: Header, aside: Header) -> Iterator[Difference]:
    """The fields of the header that differ."""
    for name, one, other in zip(Header._fields, stands, aside, strict=True):
        if one != other:
            yield Difference(0, name, _plain(one), _plain(other))


def _plain(value: object) -> int | str:
    return value.hex() if isinstance(value, bytes) else int(str(value))
