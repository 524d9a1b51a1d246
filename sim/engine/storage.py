"""Storage: a second copy of the detail that workers reach by URL. The keeper brings it up to date before they work, takes home
what they wrote, and believes nothing that it has not digested itself.
"""

from __future__ import annotations

import io
import pickle
import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from afc.refusal import Refused
from clearing import detail
from sim.engine.scratch import Wrote, at_once, digest_of, put_whole, stamp, storage_at
from sim.engine.work import Answer


class Packed(pickle.Pickler):
    """A function with the folders that it names taken out: their names stay, and each host has them where it likes."""

    def __init__(self, function: Any) -> None:
        self.out = io.BytesIO()
        super().__init__(self.out)
        self.folders: dict[str, Path] = {}
        self.dump(function)

    def persistent_id(self, obj: Any) -> str | None:
        """Folders by name; two of the same name would be one to the workers."""
        if not isinstance(obj, Path):
            return None
        assert self.folders.setdefault(obj.name, obj) == obj, f"two folders are called {obj.name}"
        return obj.name


class Storage:
    """What lies below a URL, for one keeper of books."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.files, self.root = storage_at(url)
        self.known: dict[str, tuple[tuple[int, int], str]] = {}  # digests of files at home, by name
        self.try_out()

    def try_out(self) -> None:
        """Refuse a storage into which nothing can be written before any work is given out."""
        try:
            self.files.makedirs(self.root, exist_ok=True)
            self.files.pipe_file(f"{self.root}/.tried", b"afc")
            self.files.rm_file(f"{self.root}/.tried")
        except Exception as error:  # each kind of storage has its own kinds of errors
            what = f"the storage cannot be written to: {type(error).__name__}: {error}".rstrip(".")
            cure = "Check the URL, and the credentials in the environment."
            raise Refused("STORAGE_UNUSABLE", what, where=self.url, cure=cure) from None

    def stage(self, folders: dict[str, Path], shards: Sequence[int]) -> dict[int, frozenset[str]]:
        """Bring there what these shards may read and it lacks, take away what is no longer at home; the names, by shard."""
        staged: dict[int, set[str]] = {shard: set() for shard in shards}
        lacking = list[tuple[str, Path]]()
        self.files.invalidate_cache()
        for name, folder in folders.items():
            self.files.makedirs(f"{self.root}/{name}", exist_ok=True)
            there = {str(one["name"]).rsplit("/", 1)[-1]: one["size"] for one in self.listed(name)}
            here = {path.name: path for path in folder.iterdir() if path.is_file()}
            self.files_gone(name, there.keys() - here.keys())
            for path in here.values():
                if (shard := shard_in(path.name)) in staged:
                    if there.get(path.name) != path.stat().st_size:
                        lacking.append((f"{name}/{path.name}", path))
                    staged[shard].add(f"{name}/{path.name}")
        at_once(lambda one: self.put(*one), lacking)
        return {shard: frozenset(names) for shard, names in staged.items()}

    def listed(self, name: str) -> list[dict[str, Any]]:
        """What the storage has of a folder."""
        with suppress(FileNotFoundError):
            return [one for one in self.files.ls(f"{self.root}/{name}", detail=True) if one["type"] == "file"]
        return []

    def files_gone(self, folder: str, names: Iterable[str]) -> None:
        """Take away what is no longer at home, and what lost workers left."""

        def remove(name: str) -> None:
            with suppress(FileNotFoundError):
                self.files.rm_file(f"{self.root}/{folder}/{name}")

        at_once(remove, names)

    def put(self, name: str, path: Path) -> None:
        """A file from home."""
        put_whole(self.files, str(path), f"{self.root}/{name}")

    def stale(self, answer: Answer, folders: dict[str, Path]) -> list[str]:
        """What a worker read that is not what is at home."""
        return [name for name, digest in answer.read if digest != self.digest_at_home(name, folders)]

    def digest_at_home(self, name: str, folders: dict[str, Path]) -> str:
        """SHA-256 of a file at home, made once as long as the file stays as it is."""
        folder, file = name.split("/")
        place = str(folders[folder] / file)
        now = stamp(place)
        if self.known.get(place, ((0, 0), ""))[0] != now:
            self.known[place] = now, digest_of(place)
        return self.known[place][1]

    def take_home(self, answer: Answer, folders: dict[str, Path]) -> None:
        """The files that a worker wrote, proven and durable."""

        def bring(one: Wrote) -> None:
            folder, file = one.name.split("/")
            self.bring(one, folders[folder] / file)

        at_once(bring, answer.wrote)
        for name in answer.gone:
            folder, file = name.split("/")
            (folders[folder] / file).unlink(missing_ok=True)
        for folder in {one.name.split("/")[0] for one in answer.wrote}:
            detail.sync(folders[folder])

    def bring(self, one: Wrote, place: Path) -> None:
        """One file; it appears under its name when it is what the worker said."""
        with detail.whole_file(place) as file:
            self.files.get_file(f"{self.root}/{one.name}", file.name)
            if digest_of(file.name) != one.digest:
                cure = "Close again; if it happens again, the storage spoils files."
                raise Refused("STORAGE_SPOILT", "a file is not what the worker wrote", where=one.name, cure=cure)
        self.known[str(place)] = stamp(str(place)), one.digest


def shard_in(name: str) -> int:
    """The shard that a file is of, which its name says last; -1 for one that is of none, or not whole."""
    found = re.fullmatch(r".+-(\d{2,})\.\w+", name)
    return int(found[1]) if found else -1
