"""Unsealing: what can be said of a sealed batch without looking into the log, which is where the time goes.

Signatures are the dearest part of the intake and wait for nobody, so they may be checked in other processes. Each of those
reads the device register for itself, again whenever it has changed; only numbers come back.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from itertools import chain, repeat
from typing import NamedTuple

from afc.answers import AnswerKind, BatchRefused, Reason
from afc.batch import digest_of, header_of
from clearing.custody import Claim, Register, find_doubt, open_with_any, register_of
from clearing.store import Asked, Store

PIECE = 64  # batches handed to one process at a time: 20 ms of work


class Opened(NamedTuple):
    """What a sealed batch says of itself; `name` has zeros where the header was not believed."""

    name: Asked
    claim: Claim | None
    reason: Reason | None
    """Why not to take it; a doubt, beside a `claim`, counts only if the log has nothing against it."""


Unseal = Callable[[Sequence[bytes], int, int], Callable[[], list[Opened]]]
"""Sealed batches, the version of the registers, and when they came; what is handed back waits for the end of the work."""


class Unsealer:
    """Opens batches against one reading of the device register."""

    def __init__(self, store: Store, environment: str) -> None:
        self._store, self._environment = store, environment
        self._register, self._registers = Register(()), -1

    def later(self, sealed: Sequence[bytes], registers: int, received_us: int) -> Callable[[], list[Opened]]:
        """The same once it is asked for."""
        return lambda: self.all(sealed, registers, received_us)

    def all(self, sealed: Sequence[bytes], registers: int, received_us: int) -> list[Opened]:
        """What each batch says of itself, by registers of at least this version."""
        if registers != self._registers:
            with self._store.reading():
                self._registers, self._register = self._store.meta().registers, register_of(self._store)
        return [self._open(one, received_us) for one in sealed]

    def _open(self, sealed: bytes, received_us: int) -> Opened:
        """Believe the signature of any key that the device has had; whether that key still counts is asked afterwards."""
        try:
            batch, key = open_with_any(sealed, self._register, self._environment)
        except BatchRefused as refused:
            return Opened(_name(sealed, refused.reason), None, refused.reason)
        claim = Claim.of(batch)
        return Opened(claim.name, claim, find_doubt(batch, key, self._register, received_us))


def _name(sealed: bytes, reason: Reason) -> Asked:
    """What a batch that was not opened calls itself, where at least its signature was right."""
    if reason.kind is AnswerKind.REJECTED:
        return Asked(0, 0, 0, 0, 0, digest_of(sealed))
    header = header_of(sealed)
    return Asked(header.device, header.epoch, header.first_seq, header.last_seq, header.number, digest_of(sealed))


@contextmanager
def processes(where: str, environment: str, workers: int) -> Iterator[Unseal]:
    """Unsealing spread over so many processes, each with its own connection to the books."""
    fresh = multiprocessing.get_context("spawn")  # a fork would share the open books, which SQLite forbids
    with ProcessPoolExecutor(workers, fresh, _begin, (where, environment)) as pool:

        def unseal(sealed: Sequence[bytes], registers: int, received_us: int) -> Callable[[], list[Opened]]:
            pieces = [sealed[at : at + PIECE] for at in range(0, len(sealed), PIECE)]
            begun = pool.map(_piece, pieces, repeat(registers), repeat(received_us))
            return lambda: list(chain.from_iterable(begun))

        yield unseal


_mine: list[Unsealer] = []
"""The unsealer of this process, where it is one of several."""


def _begin(where: str, environment: str) -> None:
    _mine.append(Unsealer(Store.open(where, environment=environment), environment))


def _piece(sealed: Sequence[bytes], registers: int, received_us: int) -> list[Opened]:
    return _mine[0].all(sealed, registers, received_us)
