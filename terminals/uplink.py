"""The uplink: what the reader has, sent again and again until the clearing house has it.

Taps are sealed in batches, numbered and chained, and how they were cut is written into the journal before the first
sending. So a batch has the same bytes however often it is sent, also after a power cut. Only a receipt that the clearing
house signed, for this reader and for exactly these bytes, lets the journal forget.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from afc.answers import Distrust, MessageRefused
from afc.batch import digest_of, seal
from afc.limits import uplink_batch_taps_max
from afc.receipt import Receipt
from afc.refusal import Refused
from terminals.journal import Journal, Seal
from terminals.sam import Sam


class _Waiting(NamedTuple):
    """A batch that the journal still holds; covered, when only one before it still lacks its receipt."""

    seal: Seal
    sealed: bytes
    covered: bool = False


class _Part(NamedTuple):
    """Taps for one batch, and the versions of parameters and lists that they were made under."""

    taps: NDArray[np.void]
    parameters: int
    lists: int


class Uplink:
    """The sending side of one reader in one epoch. When to send, and over what, is for others to decide.

    `parameters` and `lists` are the versions that the reader goes by; the next batch to be sealed says so.
    """

    def __init__(
        self,
        sam: Sam,
        journal: Journal,
        device: int,
        epoch: int,
        environment: str,
        *,
        parameters: int = 0,
        lists: int = 0,
    ) -> None:
        assert (sam.device, sam.environment) == (device, environment), "a SAM signs for its own reader and environment"
        if epoch > sam.epoch:
            what = f"its SAM is in epoch {sam.epoch}, and nobody ordered epoch {epoch}"
            raise Refused("EPOCH_UNORDERED", what, where=f"device {device}", cure="Ask for an order: afc device order.")
        self.device, self.epoch, self.environment = device, epoch, environment
        self._sam, self._journal = sam, journal
        self.parameters, self.lists = parameters, lists
        taps, first = journal.unsent(), journal.receipted.last_seq + 1
        parts = [_Part(taps[known.first_seq - first : known.last_seq - first + 1], known.parameters, known.lists)
                 for known in journal.seals]  # fmt: skip
        self._waiting = self._sealed(journal.receipted, parts)
        for known, waiting in zip(journal.seals, self._waiting, strict=True):
            if waiting.seal != known:
                raise Refused(
                    "JOURNAL_DAMAGED",
                    f"batch {known.number} would not have the bytes any more that it was first sent with.",
                    where=f"device {device}, epoch {epoch}",
                    cure="Nothing was changed. Is the medium in the reader, and the environment, that it is from?",
                )

    def batches(self) -> list[bytes]:
        """Every batch without a receipt, oldest first; taps that are in none yet are sealed now."""
        last = self._waiting[-1].seal if self._waiting else self._journal.receipted
        cut = _cut(self._journal.unsent(after=last.last_seq))
        fresh = self._sealed(last, (_Part(taps, self.parameters, self.lists) for taps in cut))
        self._journal.mark_sealed([waiting.seal for waiting in fresh])
        self._waiting += fresh
        return [waiting.sealed for waiting in self._waiting if not waiting.covered]

    def go_by(self, parameters: int, lists: int) -> None:
        """The next taps are made under these versions. What is in no batch yet is sealed under those before."""
        if (parameters, lists) != (self.parameters, self.lists):
            self.batches()
            self.parameters, self.lists = parameters, lists

    def receive(self, receipt: bytes) -> Receipt:
        """Forget what this receipt covers, and give back what it says; `MessageRefused` when it is not to be believed.

        A receipt for a batch that was forgotten already, or that came before its turn, is no reason to worry.
        """
        opened = self._sam.receive(receipt)
        where = f"receipt for device {opened.device}, epoch {opened.epoch}"
        if (opened.device, opened.epoch) != (self.device, self.epoch):
            raise MessageRefused(Distrust.READER_OTHER, where)
        for place, waiting in enumerate(self._waiting):
            if waiting.seal.digest == opened.digest:
                if waiting.seal.last_seq != opened.through_seq:
                    raise MessageRefused(Distrust.COVERS_OTHERS, where)
                self._waiting[place] = waiting._replace(covered=True)
        while self._waiting and self._waiting[0].covered:
            self._journal.acknowledge(self._waiting[0].seal.last_seq)
            del self._waiting[0]
        return opened

    def _sealed(self, last: Seal, parts: Iterable[_Part]) -> list[_Waiting]:
        """These taps as batches that follow on after the last one."""
        made = []
        for taps, parameters, lists in parts:
            sealed = seal(
                self._sam.sign,
                device=self.device,
                epoch=self.epoch,
                number=last.number + 1,
                previous=last.digest,
                taps=taps,
                environment=self.environment,
                parameters=parameters,
                lists=lists,
            )
            first_seq, last_seq = last.last_seq + 1, last.last_seq + len(taps)
            last = Seal(last.number + 1, first_seq, last_seq, digest_of(sealed), parameters, lists)
            made.append(_Waiting(last, sealed))
        return made


def _cut(taps: NDArray[np.void]) -> Iterator[NDArray[np.void]]:
    """Taps in parts that each fit into a batch: not too many, and under one version of the keys."""
    changes = np.flatnonzero(np.diff(taps["key_version"].astype(np.int16))) + 1
    for part in np.split(taps, changes):
        for start in range(0, len(part), uplink_batch_taps_max):
            yield part[start : start + uplink_batch_taps_max]
