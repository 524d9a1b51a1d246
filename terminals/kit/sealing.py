"""From records to one sealed batch: what was left out is filled in and told, and every mistake is told at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from afc.batch import Batch, digest_of, open_sealed, seal
from afc.city import City
from afc.keys import NO_DIGEST, KeyRing
from afc.limits import batch_taps_max
from afc.pack.findings import Findings
from afc.refusal import Refused
from afc.tap import TAP
from terminals.kit.desk import Desk, Place
from terminals.kit.records import Record


class Sealed(NamedTuple):
    """A batch made of records, and what was filled in for them, in words."""

    data: bytes
    digest: bytes
    place: Place
    taps: np.ndarray
    filled: dict[str, str]


def place_after(previous: bytes | None, ring: KeyRing, device: int, epoch: int | None) -> Place:
    """After `previous`, or at the beginning of an epoch."""
    if previous is None:
        return Place(device, epoch or 1, 1, 1, NO_DIGEST)
    before: Batch = open_sealed(previous, ring.device_public, ring.environment)
    if before.device != device or (epoch is not None and before.epoch != epoch):
        cure = "A new epoch begins without one." if before.device == device else "Name the reader that sealed it."
        whose = f"device {before.device}, epoch {before.epoch}"
        raise Refused("PREVIOUS_OTHER", f"the batch before is of {whose}", where="--previous", cure=cure)
    return Place(device, before.epoch, before.number + 1, before.last_seq + 1, before.digest)


def seal_records(
    records: Sequence[Record],
    name: str,
    place: Place,
    city: City,
    ring: KeyRing,
    found: Findings,
    parameters: int = 0,
    lists: int = 0,
) -> Sealed:
    """One batch of all records; refused with everything that is wrong with them, `found` before or here."""
    if not len(found) and not 1 <= len(records) <= batch_taps_max:
        cure = "Seal them in several batches, each with --previous." if records else "Write one record a line."
        what = f"{len(records)} records; a batch has 1 to {batch_taps_max} taps"
        raise Refused("COUNT_WRONG", what, where=name, cure=cure)
    desk = Desk(city, place)
    taps = np.zeros(len(records), TAP)
    for row, record in enumerate(records):
        for refused in desk.fill(taps[row : row + 1], row, record.fields):
            found.add(refused.code, refused.what, file=name, line=record.line, cure=refused.cure)
    found.refuse()
    taps["mac"] = ring.macs(taps)
    data = seal(
        ring, device=place.device, epoch=place.epoch, number=place.number, previous=place.previous, taps=taps,
        environment=ring.environment, parameters=parameters, lists=lists,
    )  # fmt: skip
    return Sealed(data, digest_of(data), place, taps, dict(sorted(desk.filled.items())))
