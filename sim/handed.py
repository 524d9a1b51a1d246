"""Files that somebody hands in, which may be of any size."""

from __future__ import annotations

from pathlib import Path

from afc.refusal import Refused


def bytes_of(path: Path, bytes_max: int, cure: str) -> bytes:
    """A file, but no more of it than shows that it is too large. `cure` says what became of the files beside it."""
    try:
        with path.open("rb") as file:
            return file.read(bytes_max + 1)
    except OSError as error:
        raise Refused("FILE_UNREADABLE", error.strerror or "it cannot be read", where=str(path), cure=cure) from None
