"""Frames and marks: how the journal's bytes stand on the flash, so that a write which a power cut tore can be told.

A frame is what was appended in one write: its kind, its length, its first sequence number and a checksum over it all.
A mark is what is overwritten instead of appended; there are two, in a sector each, and they are written in turns.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from struct import Struct
from typing import BinaryIO, Final, NamedTuple
from zlib import crc32

from afc.refusal import Refused

TAPS: Final = b"TAPS"
SEALS: Final = b"SEAL"
FRAME: Final = Struct("<4sIII")
"""Kind, bytes of content, first sequence number in it, CRC32 of these three and of the content."""

SECTOR: Final = 512
"""A power cut tears the sector that is being written and no other."""
FRAMES_FROM: Final = 2 * SECTOR
_MARK_MAGIC: Final = b"AFCJ"
_MARK: Final = Struct("<4sIIIQ32s")
_CRC_BYTES: Final = 4


class Mark(NamedTuple):
    """What the clearing house has: taps through `through_seq`, batches through `number`; the rest begins at `start`."""

    generation: int
    through_seq: int
    number: int
    start: int
    digest: bytes


class Frame(NamedTuple):
    """One whole frame; the next begins at `end`."""

    kind: bytes
    first_seq: int
    content: bytes
    end: int


class Flash:
    """A binary file that keeps what was written when the power goes, or that is in memory and does not."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def read(self, at: int, length: int = -1) -> bytes:
        """What stands here, up to the end where no length is given."""
        self._file.seek(at)
        return self._file.read(length)

    def write(self, at: int, data: bytes) -> None:
        """It is on the medium when this returns."""
        with _told():
            self._file.seek(at)
            if self._file.write(data) != len(data):
                raise Refused("JOURNAL_MEDIUM_FULL", "the medium took only a part of what was written.")
            self._sync()

    def cut(self, at: int) -> None:
        """Nothing stands behind this place any more."""
        with _told():
            self._file.truncate(at)
            self._sync()

    def _sync(self) -> None:
        self._file.flush()
        try:
            number = self._file.fileno()
        except OSError:  # in memory
            return
        os.fsync(number)


@contextmanager
def _told() -> Iterator[None]:
    """A medium that fails is a fault of the reader, with a name."""
    try:
        yield
    except OSError as error:
        cure = "The reader takes no card until its medium is whole; what it could not write down is in its memory."
        raise Refused(
            "JOURNAL_MEDIUM_FAILS", f"the medium does not take what is written: {error}", cure=cure
        ) from error


def pack_frame(kind: bytes, first_seq: int, content: bytes) -> bytes:
    """The bytes of a frame."""
    return FRAME.pack(kind, len(content), first_seq, _frame_crc(kind, first_seq, content)) + content


def find_frame(data: bytes, at: int) -> Frame | None:
    """The frame that begins here, or None when it is torn or nothing begins here."""
    if at + FRAME.size > len(data):
        return None
    kind, length, first_seq, crc = FRAME.unpack_from(data, at)
    end = at + FRAME.size + length
    if kind not in (TAPS, SEALS) or end > len(data):
        return None
    content = data[at + FRAME.size : end]
    return Frame(kind, first_seq, content, end) if crc == _frame_crc(kind, first_seq, content) else None


def frames_behind(data: bytes, at: int) -> Iterator[Frame]:
    """Every whole frame that begins behind this place, wherever it begins."""
    for kind in (TAPS, SEALS):
        found = data.find(kind, at + 1)
        while found >= 0:
            frame = find_frame(data, found)
            if frame:
                yield frame
            found = data.find(kind, found + 1)


def pack_mark(mark: Mark) -> bytes:
    """The bytes of a mark; they belong in the sector that the mark before the last one had."""
    packed = _MARK.pack(_MARK_MAGIC, *mark)
    return packed + crc32(packed).to_bytes(_CRC_BYTES, "little")


def find_mark(data: bytes) -> Mark | None:
    """The newest whole mark, or None when neither is whole."""
    marks = []
    for at in (0, SECTOR):
        packed, crc = data[at : at + _MARK.size], data[at + _MARK.size : at + _MARK.size + _CRC_BYTES]
        if packed.startswith(_MARK_MAGIC) and crc32(packed) == int.from_bytes(crc, "little"):
            marks.append(Mark._make(_MARK.unpack(packed)[1:]))
    return max(marks, default=None)


def _frame_crc(kind: bytes, first_seq: int, content: bytes) -> int:
    return crc32(content, crc32(FRAME.pack(kind, len(content), first_seq, 0)))
