"""A disk of which one knows what survives: what was synced does; of the rest, nobody can say what does.

This is what the contract of a file system permits, not how often it happens: each write that was not synced may be there or
not, whole or in part, in any order; and a name that was made or taken away may be as it was until its folder is synced.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from tracing import PROMISE, Event

SECTOR = 512
KEPT = (0.0, 0.5, 0.9)
TORN = 0.2


class _File:
    def __init__(self) -> None:
        self.synced = bytearray()
        self.pending: list[Event] = []

    def sync(self) -> None:
        for event in self.pending:
            _apply(self.synced, event)
        self.pending.clear()


class Disk:
    """Files by name, as running programs see them and as a power cut might leave them."""

    def __init__(self) -> None:
        self._now: dict[str, _File] = {}
        self._synced: dict[str, _File] = {}
        self._pending: list[tuple[str, _File | None]] = []

    def do(self, event: Event) -> None:
        """One more thing that was asked of the disk."""
        if event.kind == PROMISE:
            return
        if event.kind == "make":
            if event.name not in self._now:
                self._now[event.name] = _File()
                self._pending.append((event.name, self._now[event.name]))
        elif event.kind == "take away":
            del self._now[event.name]
            self._pending.append((event.name, None))
        elif event.kind != "sync":
            self._now[event.name].pending.append(event)
        elif event.name:
            self._now[event.name].sync()
        else:
            _rename(self._synced, self._pending)
            self._pending.clear()

    def after_a_power_cut(self, rng: random.Random) -> dict[str, bytes]:
        """One of the many states in which the disk may be found; memory that was only mapped is lost or full of anything."""
        kept = rng.choice(KEPT)
        names = dict(self._synced)
        _rename(names, [change for change in self._pending if rng.random() < kept])
        return {name: _found(name, file, kept, rng) for name, file in names.items()}


def _rename(names: dict[str, _File], changes: list[tuple[str, _File | None]]) -> None:
    for name, file in changes:
        if file is None:
            names.pop(name, None)
        else:
            names[name] = file


def _found(name: str, file: _File, kept: float, rng: random.Random) -> bytes:
    if name.endswith("-shm"):
        return rng.randbytes(rng.choice([0, 3, 32_768]))
    content = bytearray(file.synced)
    for event in file.pending:
        if rng.random() < kept:
            for part in _torn(event, rng) if rng.random() < TORN else [event]:
                _apply(content, part)
    return bytes(content)


def _torn(event: Event, rng: random.Random) -> Iterator[Event]:
    """Some sectors of a write, in no order that one could rely on."""
    if event.kind != "write":
        return
    end = event.at + len(event.data)
    at = event.at
    whole = rng.choice([0.2, 0.5, 0.8])
    while at < end:
        border = min(end, (at // SECTOR + 1) * SECTOR)
        if rng.random() < whole:
            yield event._replace(at=at, data=event.data[at - event.at : border - event.at])
        at = border


def _apply(content: bytearray, event: Event) -> None:
    if event.kind == "cut":
        content[event.at :] = bytes(max(0, event.at - len(content)))
        return
    if len(content) < event.at:
        content.extend(bytes(event.at - len(content)))
    content[event.at : event.at + len(event.data)] = event.data
