"""A difference between two editions of a pack."""

from __future__ import annotations

from typing import NamedTuple


class Difference(NamedTuple):
    """What is otherwise, and in which file. `cure` says what to do where books could not go on with it; "" where they can."""

    file: str
    what: str
    cure: str = ""


def shown(names: list[str], most: int = 4) -> str:
    """Some names, and how many more there are.

    >>> shown(["a", "b", "c", "d", "e", "f"])
    'a, b, c, d and 2 more'
    """
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")
