"""A refusal: the world gave us something we cannot take; the person is told what, where, why and how to fix it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any


class Refused(Exception):
    """Input that is not taken; nothing was changed.

    `code` is the name a script can test for, `where` a file and line or an argument, `cure` what to do next.
    """

    def __init__(self, code: str, what: str, *, where: str = "", cure: str = "") -> None:
        self.code, self.what, self.where, self.cure = code, what, where, cure
        told = ": ".join(part for part in (where, what) if part)
        stop = "" if told.endswith((".", "?", "!", "\n")) else "."
        super().__init__(f"{told}{stop} {cure}" if cure else told)

    def __reduce__(self) -> tuple[Any, ...]:
        """What was refused in another process is told in this one, word for word."""
        return _told_again, (type(self), self.args, self.__dict__)


def _told_again(kind: type[Refused], args: tuple[str, ...], told: dict[str, Any]) -> Refused:
    refused = kind.__new__(kind, *args)
    refused.__dict__.update(told)
    return refused


def near(word: str, known: Iterable[str]) -> str:
    """The name that a misspelt one was probably meant to be, or "" when none is near."""
    found = difflib.get_close_matches(word, list(known), n=1)
    return found[0] if found else ""


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint for a misspelt name: `Did you mean "window"?`, or nothing when no name is near.

    >>> nearest("windwo", ["window", "walk"])
    'Did you mean "window"?'
    """
    name = near(word, known)
    return f'Did you mean "{name}"?' if name else ""
