"""Scratch: a folder of a worker's own, into which files of the storage come when somebody opens them.

What a shard reads is only known while it is worked out: a close reads months of detail where a late tap makes it, and none of
it where none does. So the folders that its context names are paths here that fetch a file the moment its name is used.
"""

from __future__ import annotations

import hashlib
import io
import os
import pickle
import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path, PosixPath
from typing import Any, NamedTuple, TypeVar
from uuid import uuid4

from afc.refusal import Refused

FILES_AT_ONCE = 8
OBJECT_STORES = {"s3", "s3a", "gs", "gcs", "abfs", "abfss", "az", "adl"}
"""In which a name has all of an object or none, whoever writes at the same time."""
T = TypeVar("T")
R = TypeVar("R")
_BENCHES: dict[str, Bench] = {}
"""By folder, those at which work is being done in this process."""


class Wrote(NamedTuple):
    """A file that a worker wrote: the name of its folder and its own, and its digest."""

    name: str
    digest: str


class Fetched(PosixPath):
    """A path whose file is brought from the storage before the name goes to the system."""

    def __fspath__(self) -> str:
        text = str(self)
        for folder, bench in list(_BENCHES.items()):
            if text.startswith(folder):
                bench.bring(text[len(folder) :])
        return text


class Bench:
    """One shard's scratch folder."""

    def __init__(self, url: str, staged: frozenset[str], folder: str) -> None:
        """`staged` are the names of the files that the storage has for it."""
        self.files, self.root = storage_at(url)
        self.staged, self.folder = staged, folder
        self.read: dict[str, str] = {}
        self.brought: dict[str, tuple[int, int]] = {}

    def bring(self, name: str) -> None:
        """Fetch a file, once."""
        if name in self.staged and name not in self.read:
            place = os.path.join(self.folder, name)
            os.makedirs(os.path.dirname(place), exist_ok=True)
            self.files.get_file(f"{self.root}/{name}", place)
            self.read[name], self.brought[name] = digest_of(place), stamp(place)

    def unpack(self, packed: bytes) -> Any:
        """The function, with its folders here."""
        return _Unpacker(packed, self.folder).load()

    def hand_over(self) -> tuple[tuple[Wrote, ...], tuple[str, ...]]:
        """Put what was written into the storage; the names of what is to go."""
        folder = Path(self.folder)
        here = {str(path.relative_to(folder)): str(path) for path in folder.rglob("*") if path.is_file()}
        written = sorted(name for name, place in here.items() if self.brought.get(name) != stamp(place))

        def give(name: str) -> Wrote:
            put_whole(self.files, here[name], f"{self.root}/{name}")
            return Wrote(name, digest_of(here[name]))

        return tuple(at_once(give, written)), tuple(sorted(self.read.keys() - here.keys()))


class _Unpacker(pickle.Unpickler):
    def __init__(self, packed: bytes, folder: str) -> None:
        super().__init__(io.BytesIO(packed))
        self.folder = folder

    def persistent_load(self, pid: str) -> Path:
        """A folder of the keeper's, by name."""
        os.makedirs(os.path.join(self.folder, pid), exist_ok=True)
        return Fetched(self.folder, pid)


@contextmanager
def scratch(url: str, staged: frozenset[str]) -> Iterator[Bench]:
    """A scratch folder that goes away."""
    with tempfile.TemporaryDirectory(prefix="afc-") as place:
        folder = os.path.realpath(place) + "/"
        _BENCHES[folder] = bench = Bench(url, staged, folder)
        try:
            yield bench
        finally:
            del _BENCHES[folder]


def storage_at(url: str) -> tuple[Any, str]:
    """The file system behind a URL, and the folder in it."""
    from fsspec.core import url_to_fs

    try:
        files, root = url_to_fs(url)
    except (ImportError, ValueError) as error:
        cure = "Install what the URL's scheme needs, here and on every worker; s3:// needs s3fs."
        raise Refused("STORAGE_UNKNOWN", str(error).rstrip("."), where=url, cure=cure) from None
    return files, str(root).rstrip("/")


def put_whole(files: Any, place: str, name: str) -> None:
    """Put a file where it appears whole or not at all, for the same shard may be worked out elsewhere as well."""
    protocols = {files.protocol} if isinstance(files.protocol, str) else set(files.protocol)
    if protocols & OBJECT_STORES:
        files.put_file(place, name)
        return
    part = f"{name}.{uuid4().hex[:12]}.part"
    files.put_file(place, part)
    files.mv(part, name)


def at_once(do: Callable[[T], R], many: Iterable[T]) -> list[R]:
    """Several files at a time: most of a request to a storage is waiting."""
    with ThreadPoolExecutor(FILES_AT_ONCE) as pool:
        return list(pool.map(do, many))


def digest_of(place: str) -> str:
    """SHA-256 of a file, hexadecimal."""
    with open(place, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def stamp(place: str) -> tuple[int, int]:
    """What changes when a file is written anew."""
    told = os.stat(place)
    return told.st_ino, told.st_mtime_ns
