"""What a program really asked of the disk, told by strace: writes with their bytes, syncs, cuts, names, and its promises."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

PROMISE = "promise"
_CALLS = (
    "openat,creat,read,write,pwrite64,writev,pwritev,pwritev2,lseek,fsync,fdatasync,sync_file_range,ftruncate,truncate,"
    "fallocate,rename,renameat,renameat2,unlink,unlinkat,link,linkat,mmap,sendfile,copy_file_range,splice"
)
_LINE = re.compile(r"(?:\d+ +)?(\w+)\((.*)\) += (-?\w+)(.*)")
_FD = re.compile(r"(\d+)<([^>]*)>")
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"(\.\.\.)?')


class Event(NamedTuple):
    """One thing that was asked of the disk, or (kind `promise`) said aloud. The folder itself has the name ``."""

    kind: str
    name: str
    at: int = 0
    data: bytes = b""


@cache
def has_strace() -> bool:
    """Has this machine a tracer, and is it allowed to trace?"""
    path = shutil.which("strace")
    words = [path or "", "-o", os.devnull, sys.executable, "-c", ""]
    return path is not None and not subprocess.run(words, capture_output=True, check=False).returncode


def record(folder: Path, *words: str) -> list[Event]:
    """Run `recorded.py` with these words and tell what it did to the files of this folder."""
    out = folder.parent / f"{folder.name}.trace"
    program = Path(__file__).with_name("recorded.py")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONDONTWRITEBYTECODE": "1"}
    tracer = ["strace", "-f", "-y", "-xx", "-s", "1000000", "-e", f"trace={_CALLS}", "-o", str(out)]
    told = subprocess.run(
        [*tracer, sys.executable, str(program), *words], env=environment, capture_output=True, check=False
    )
    assert told.returncode == 0, told.stderr.decode()[-2_000:]
    with out.open() as lines:
        events = list(_Record(str(folder)).events(lines))
    out.unlink()
    assert b"".join(event.data for event in events if event.kind == PROMISE) == told.stdout, "the record is not whole"
    return events


class _Record:
    """Only what concerns the folder; a call on one of its files that is not understood is an error, not a gap."""

    def __init__(self, folder: str) -> None:
        self._folder, self._places = folder, {}

    def events(self, lines: Iterable[str]) -> Iterator[Event]:
        for line in lines:
            found = _LINE.match(line)
            if found and not found[3].startswith(("-", "?")):
                yield from self._event(found[1], found[2], int(found[3], 0), found[4])
            else:
                assert found or " +++ " in line or " --- " in line, f"not understood: {line[:200]}"

    def _event(self, call: str, said: str, result: int, after: str) -> Iterator[Event]:
        if call == "write" and said.startswith("1<"):
            yield Event(PROMISE, "", 0, _bytes(said)[:result])
        elif call == "openat":
            name = self._inside(_FD.match(f"{result}{after}"))
            if name is not None:
                self._places[result] = 0
                assert "O_APPEND" not in said, "nothing that is recorded here appends"
                assert "O_TRUNC" not in said, "or empties a file by opening it"
                if "O_CREAT" in said:
                    yield Event("make", name)
        elif call == "unlink":
            path = _bytes(said).decode()
            if path.startswith(self._folder):
                yield Event("take away", path[len(self._folder) + 1 :])
        elif call == "mmap":
            name = self._inside(_FD.search(said))
            shared = name is not None and "MAP_SHARED" in said and "PROT_WRITE" in said
            assert not shared or str(name).endswith("-shm"), "bytes would go to the disk that no record sees"
        else:
            held = _FD.match(said)
            name = self._inside(held)
            assert name is not None or self._folder not in said, f"not understood: {call}({said[:200]}"
            if held and name is not None:
                yield from self._on_file(call, said, result, int(held[1]), name)

    def _on_file(self, call: str, said: str, result: int, held: int, name: str) -> Iterator[Event]:
        if call == "pwrite64":
            yield Event("write", name, int(said.rpartition(",")[2]), _bytes(said)[:result])
        elif call == "write":
            yield Event("write", name, self._places[held], _bytes(said)[:result])
            self._places[held] += result
        elif call == "read":
            self._places[held] += result
        elif call == "lseek":
            self._places[held] = result
        elif call == "ftruncate":
            yield Event("cut", name, int(said.rpartition(",")[2]))
        elif call in ("fsync", "fdatasync"):
            yield Event("sync", name)
        else:
            raise AssertionError(f"not understood: {call} on {name}")

    def _inside(self, held: re.Match[str] | None) -> str | None:
        """The name in the folder of an open file, or None where it is somewhere else."""
        path = (
            bytes.fromhex(held[2].replace("\\x", "")).decode() if held and "\\x" in held[2] else held[2] if held else ""
        )
        if path == self._folder:
            return ""
        return path[len(self._folder) + 1 :] if path.startswith(self._folder + "/") else None


def _bytes(said: str) -> bytes:
    found = _TEXT.search(said)
    assert found, f"no bytes in {said[:100]}"
    assert not found[2], "the tracer has shortened the bytes"
    return bytes.fromhex(found[1].replace("\\x", ""))
