"""The journal: the reader's own memory of the taps that the clearing house does not have yet.

Taps are appended in frames. A power cut can only tear the frame that was being written; opening the journal finds it by
its checksum and cuts it off. A mark at the beginning says through which number the clearing house has receipted.

Nothing that is not receipted is ever overwritten: a full journal refuses, and the reader stops selling.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from struct import Struct
from typing import BinaryIO, Final, NamedTuple, NoReturn

import numpy as np
from numpy.typing import NDArray

from afc.keys import NO_DIGEST
from afc.limits import journal_taps_max
from afc.refusal import Refused
from afc.tap import TAP
from terminals.frames import (
    FRAME,
    FRAMES_FROM,
    SEALS,
    SECTOR,
    TAPS,
    Flash,
    Frame,
    Mark,
    find_frame,
    find_mark,
    frames_behind,
    pack_frame,
    pack_mark,
)

SEQ_MAX: Final = 2**32 - 1
"""The last number that a tap of an epoch can have: it has 32 bits, and a number is never used twice."""

_SEAL: Final = Struct("<III32sII")


class Seal(NamedTuple):
    """Which taps were made into one batch. Written down before the batch is first sent, so that it never changes."""

    number: int
    first_seq: int
    last_seq: int
    digest: bytes
    parameters: int = 0
    lists: int = 0


class _Block(NamedTuple):
    first_seq: int
    last_seq: int
    at: int


class Journal:
    """The journal in `flash`, a binary file open for reading and writing, of one reader in one epoch."""

    def __init__(self, flash: BinaryIO, capacity_taps: int) -> None:
        if not 1 <= capacity_taps <= journal_taps_max:
            raise Refused("JOURNAL_CAPACITY", f"a journal holds 1 to {journal_taps_max} taps, not {capacity_taps}.")
        self.capacity_taps = capacity_taps
        self._flash = Flash(flash)
        self._blocks: list[_Block] = []
        self._seals: list[Seal] = []
        data = self._flash.read(0)
        if len(data) < FRAMES_FROM:  # new, or the power went while it was made: no tap was ever in it
            self._end = FRAMES_FROM
            self._flash.cut(0)
            self._write_mark(Mark(1, 0, 0, FRAMES_FROM, NO_DIGEST))
            self._flash.write(FRAMES_FROM - 1, b"\0")
        else:
            self._mark = find_mark(data) or _damaged("Both of its marks are broken.")
            self._end = self._mark.start
            self._read_frames(data)

    @property
    def next_seq(self) -> int:
        """The number of the next tap; a number that was ever used is not used again."""
        return max(self._mark.through_seq, self._blocks[-1].last_seq if self._blocks else 0) + 1

    @property
    def room(self) -> int:
        """How many more taps fit before the reader has to stop, for want of memory or of numbers."""
        return min(self.capacity_taps - (self.next_seq - 1 - self._mark.through_seq), SEQ_MAX + 1 - self.next_seq)

    @property
    def receipted(self) -> Seal:
        """The last receipted batch; its number is 0 before the first."""
        return Seal(self._mark.number, 0, self._mark.through_seq, self._mark.digest)

    @property
    def seals(self) -> tuple[Seal, ...]:
        """The batches that were made and are not yet receipted, oldest first."""
        return tuple(self._seals)

    def check_room(self, count: int) -> None:
        """Nothing, or the refusal of so many more taps."""
        if self.next_seq + count - 1 > SEQ_MAX:
            raise Refused(
                "NUMBERS_USED_UP",
                f"the last number of a tap is {SEQ_MAX}, and {SEQ_MAX + 1 - self.next_seq} are left of this epoch.",
                cure="The reader takes no card until it was given the next epoch and an empty journal.",
            )
        if count > self.room:
            raise Refused(
                "JOURNAL_FULL",
                f"the journal has room for {max(self.room, 0)} taps, not for {count}.",
                cure="The reader takes no card until an upload is receipted.",
            )

    def append(self, taps: NDArray[np.void]) -> None:
        """Write these taps down, all or none; they are on the medium when this returns."""
        assert taps.dtype == TAP, "a journal holds TAP records"
        self.check_room(len(taps))
        assert (taps["seq"] == np.arange(self.next_seq, self.next_seq + len(taps))).all(), "the next numbers, in order"
        if len(taps):
            block = _Block(self.next_seq, self.next_seq + len(taps) - 1, self._end)
            self._append_frame(pack_frame(TAPS, block.first_seq, taps.tobytes()))
            self._blocks.append(block)

    def mark_sealed(self, seals: Sequence[Seal]) -> None:
        """Write down how the next taps were cut into batches."""
        for before, seal in pairwise([self._last_seal(), *seals]):
            assert (seal.number, seal.first_seq) == (before.number + 1, before.last_seq + 1), "batches follow on"
            assert seal.first_seq <= seal.last_seq < self.next_seq, "only taps that are written down"
        if seals:
            self._append_frame(_pack_seals(seals))
            self._seals.extend(seals)

    def unsent(self, after: int = 0) -> NDArray[np.void]:
        """The taps that are not receipted, in order; with `after`, only those with a higher number than that."""
        after = max(after, self._mark.through_seq)
        parts = []
        for block in self._blocks:
            if block.last_seq > after:
                first_seq = max(after + 1, block.first_seq)
                start = block.at + FRAME.size + (first_seq - block.first_seq) * TAP.itemsize
                parts.append(self._flash.read(start, (block.last_seq - first_seq + 1) * TAP.itemsize))
        return np.frombuffer(b"".join(parts), TAP)

    def acknowledge(self, through_seq: int) -> None:
        """Forget the taps through this number: a receipt for them was verified. Older news changes nothing."""
        if through_seq <= self._mark.through_seq:
            return
        assert through_seq < self.next_seq, "the clearing house cannot have what was never written"
        last = max((seal for seal in self._seals if seal.last_seq <= through_seq), default=self.receipted)
        seals = [seal for seal in self._seals if seal.number > last.number]
        assert not seals or seals[0].first_seq > through_seq, "a batch is receipted whole or not at all"
        blocks = [block for block in self._blocks if block.last_seq > through_seq]
        start = blocks[0].at if blocks else FRAMES_FROM
        self._write_mark(Mark(self._mark.generation + 1, through_seq, last.number, start, last.digest))
        self._seals, self._blocks = seals, blocks
        if not self._blocks:
            self._cut(FRAMES_FROM)
        elif start - FRAMES_FROM >= self._end - start:
            self._move_to_front()

    def _move_to_front(self) -> None:
        """Use the room of forgotten taps again. The mark moves when the copy is whole, so a power cut loses nothing."""
        taps = self.unsent()
        first_seq = int(taps["seq"][0])
        copy = pack_frame(TAPS, first_seq, taps.tobytes()) + (_pack_seals(self._seals) if self._seals else b"")
        assert FRAMES_FROM + len(copy) <= self._mark.start, "the copy must not reach what it is a copy of"
        self._flash.write(FRAMES_FROM, copy)
        self._write_mark(self._mark._replace(generation=self._mark.generation + 1, start=FRAMES_FROM))
        self._blocks = [_Block(first_seq, self.next_seq - 1, FRAMES_FROM)]
        self._cut(FRAMES_FROM + len(copy))

    def _read_frames(self, data: bytes) -> None:
        """Believe frame after frame until one is torn, and cut there."""
        frame = find_frame(data, self._end)
        while frame and self._believe(frame):
            self._end = frame.end
            frame = find_frame(data, self._end)
        if any(self._is_news(later) for later in frames_behind(data, self._end)):
            _damaged("A whole frame stands behind a broken one, which no power cut does.")
        if self._end < len(data):
            self._cut(self._end)

    def _believe(self, frame: Frame) -> bool:
        """Take in a frame that follows on; any other is left over from before the last move to the front."""
        if frame.kind == SEALS:
            self._seals += [seal for seal in _unpack_seals(frame) if seal.number > self._last_seal().number]
            return True
        expected = self._blocks[-1].last_seq + 1 if self._blocks else min(frame.first_seq, self._mark.through_seq + 1)
        if frame.first_seq == expected:
            self._blocks.append(_Block(expected, expected + len(frame.content) // TAP.itemsize - 1, self._end))
        return frame.first_seq == expected

    def _is_news(self, frame: Frame) -> bool:
        if frame.kind == SEALS:
            return any(seal.number > self._last_seal().number for seal in _unpack_seals(frame))
        return frame.first_seq >= self.next_seq

    def _last_seal(self) -> Seal:
        return self._seals[-1] if self._seals else self.receipted

    def _append_frame(self, frame: bytes) -> None:
        self._flash.write(self._end, frame)
        self._end += len(frame)

    def _cut(self, at: int) -> None:
        self._flash.cut(at)
        self._end = at

    def _write_mark(self, mark: Mark) -> None:
        self._flash.write(mark.generation % 2 * SECTOR, pack_mark(mark))
        self._mark = mark


def _pack_seals(seals: Sequence[Seal]) -> bytes:
    return pack_frame(SEALS, seals[0].first_seq, b"".join(_SEAL.pack(*seal) for seal in seals))


def _unpack_seals(frame: Frame) -> list[Seal]:
    return [Seal._make(fields) for fields in _SEAL.iter_unpack(frame.content)]


def _damaged(how: str) -> NoReturn:
    raise Refused(
        "JOURNAL_DAMAGED",
        f"the journal is not whole. {how}",
        cure="Nothing was changed. Take the reader out of service, save the medium and begin a new epoch.",
    )
