"""What passes: a database that cannot take something now, and how often the same is tried again."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn

from afc.answers import Reason
from afc.refusal import Refused

TRIES = 3

Patience = Callable[[int], bool]
"""Told how often something has failed, counted from 1; it waits if it wants to, and says whether to try once more."""


class Unavailable(Exception):
    """The database cannot take this now, for `reason`. The same may be asked again: what was written is found by its name."""

    def __init__(self, why: str, reason: Reason) -> None:
        self.reason = reason
        super().__init__(why)

    @property
    def lasts(self) -> bool:
        """Does somebody have to do something first, so that trying again at once is no use?"""
        return self.reason in (Reason.STORE_FULL, Reason.STORE_SILENT, Reason.STORE_READ_ONLY)


def at_once(failed: int) -> bool:
    """The patience of whoever has no clock and no chance: at once, a few times."""
    return failed < TRIES


def refuse_two_closers() -> NoReturn:
    """Two that close the same date would write over each other's files."""
    cure = "Let it finish, then look what is still due."
    raise Refused("HOUSE_CLOSING", "another program closes dates of these books", cure=cure)
