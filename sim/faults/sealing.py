"""Sealing a changed day: the readers number, stamp and sign whatever they now have, chain after chain."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from afc.batch import digest_of, seal
from afc.keys import FIRST_VERSION, NO_DIGEST, KeyRing
from afc.limits import uplink_batch_taps_max
from sim.faults.street import Street


class Chain(NamedTuple):
    """Where a reader's chain of batches stands."""

    number: int = 0
    last_seq: int = 0
    previous: bytes = NO_DIGEST


class Sent(NamedTuple):
    """A sealed batch on its way; `order` is that of the honest day."""

    moment_us: int
    order: tuple[int, int]
    device: int
    rows: np.ndarray
    sealed: bytes
    again: bool = False  # one of several ways in which these taps travel


def seal_all(street: Street, ring: KeyRing, chains: dict[int, Chain]) -> list[Sent]:
    """Everything that readers have, as they would send it; `chains` go on."""
    sent: list[Sent] = []
    for device, rows in street.of_devices().items():
        stem = Chain()
        chain = chains.get(device, Chain())
        for part in parts_of(street, rows):
            first = part[0]
            if street.restart[first]:
                chain = Chain()
            if street.fork[first]:
                chain, after = stem, chain
            seq = np.arange(chain.last_seq + 1, chain.last_seq + len(part) + 1)
            street.taps["seq"][part] = seq
            if street.hole[first]:
                chain = chain._replace(last_seq=int(seq[-1]))
                continue
            taps = street.taps[part]
            taps["key_version"] = FIRST_VERSION
            taps["mac"] = ring.macs(taps)
            street.taps[part] = taps
            sealed = seal(
                ring, device=device, epoch=int(taps["epoch"][0]), number=chain.number + 1, previous=chain.previous,
                taps=taps, environment=ring.environment,
            )  # fmt: skip
            parcel = int(street.parcel[first])
            sent.append(Sent(street.moments[parcel], (parcel, len(sent)), device, part, sealed))
            stem = chain
            chain = Chain(chain.number + 1, int(seq[-1]), digest_of(sealed))
            if street.fork[first]:
                chain = after
        chains[device] = chain
    return sorted(sent, key=lambda one: (one.moment_us, one.order))


def parts_of(street: Street, rows: np.ndarray) -> Iterator[np.ndarray]:
    """A reader's taps in batches: cut where it reported, where somebody wants a cut, and where it is full."""
    ends = np.flatnonzero(
        (np.diff(street.parcel[rows]) != 0)
        | (np.diff(street.hole[rows].astype(np.int8)) != 0)
        | (np.diff(street.fork[rows].astype(np.int8)) != 0)
        | street.cut[rows[:-1]]
        | street.restart[rows[1:]]
    )
    for start, end in pairwise([0, *(ends + 1).tolist(), len(rows)]):
        for at in range(start, end, uplink_batch_taps_max):
            yield rows[at : min(at + uplink_batch_taps_max, end)]


def in_deliveries(sent: Sequence[Sent]) -> Iterator[tuple[int, list[bytes]]]:
    """Batches by the moment at which they are handed over."""
    start = 0
    for end in range(1, len(sent) + 1):
        if end == len(sent) or sent[end].moment_us != sent[start].moment_us:
            yield sent[start].moment_us, [one.sealed for one in sent[start:end]]
            start = end
