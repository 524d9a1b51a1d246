"""The text files of a feed, from a folder or a zip, each within bounds."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from afc.limits import gtfs_file_bytes_max
from afc.refusal import Refused

# What the standard library raises for zips that are damaged, encrypted or packed in ways that it does not know.
_ZIP_ERRORS = (zipfile.BadZipFile, zlib.error, struct.error, OSError, EOFError, ValueError, RuntimeError)


class FeedFiles(NamedTuple):
    """File names without a folder, and where to read them."""

    path: Path
    label: str
    members: Mapping[str, str]

    def read(self, name: str) -> bytes | None:
        """The bytes of a file, or None where the feed has no such file."""
        if name not in self.members:
            return None
        if self.path.is_dir():
            file = self.path / self.members[name]
            _bounded(file.stat().st_size, f"{self.label}/{name}")
            return file.read_bytes()
        try:
            with zipfile.ZipFile(self.path) as archive:
                _bounded(archive.getinfo(self.members[name]).file_size, f"{self.label}/{name}")
                return archive.read(self.members[name])
        except _ZIP_ERRORS as error:
            raise _broken(self.label, str(error)) from None


def open_feed(path: Path, label: str | None = None) -> FeedFiles:
    """A feed in a folder or in a zip; one folder inside the zip is looked through."""
    label = label or path.name
    if path.is_dir():
        return FeedFiles(path, label, {file.name: file.name for file in sorted(path.iterdir()) if file.is_file()})
    if not path.exists():
        raise Refused("FEED_MISSING", "there is no such feed", where=str(path), cure="Give a GTFS zip or a folder.")
    try:
        with zipfile.ZipFile(path) as archive:
            names = [info.filename for info in archive.infolist() if not info.is_dir()]
    except _ZIP_ERRORS as error:
        raise _broken(label, str(error)) from None
    return FeedFiles(path, label, _flat(names, label))


def _flat(names: list[str], label: str) -> dict[str, str]:
    members: dict[str, str] = {}
    for name in names:
        if "__MACOSX" in name or name.count("/") > 1 or not name.endswith(".txt"):
            continue
        base = name.rpartition("/")[2]
        if base in members:
            cure = "Keep one of the two."
            raise Refused("FILE_TWICE", f"{base} is in the zip twice", where=label, cure=cure)
        members[base] = name
    return members


def _broken(label: str, said: str) -> Refused:
    return Refused("ZIP_BROKEN", f"cannot be read as a zip: {said}", where=label, cure="Fetch the feed again.")


def _bounded(size: int, where: str) -> None:
    if size > gtfs_file_bytes_max:
        cure = f"A file of a feed may have {gtfs_file_bytes_max:,}; take an extract of the feed."
        raise Refused("FILE_TOO_LARGE", f"the file has {size:,} bytes", where=where, cure=cure)
