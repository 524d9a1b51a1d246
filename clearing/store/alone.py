"""One program at a time closes dates: two would write over each other's files."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from afc.refusal import Refused


@contextmanager
def alone(database: str) -> Iterator[None]:
    """Be the only one that closes dates of these books; the kernel lets go when the process dies."""
    with Path(f"{database}.closing").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            cure = "Let it finish, then look what is still due."
            raise Refused("HOUSE_CLOSING", "another program closes dates of these books", cure=cure) from None
        yield
