"""Checks: questions about several values at once, each answered as far as the values could be read.

A file with a mistake is still asked everything else. A value that nobody could read raises `Unread` where it is touched,
which gives up the one question that needs it: what was found until then stands, and no mistake is told only because of
another one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from afc.pack.form import Finding, Place, Unread

Row = TypeVar("Row")
T = TypeVar("T")
Rows = Sequence[Row] | Mapping[str, Row]


def as_far_as_read(check: Iterable[Finding]) -> Iterator[Finding]:
    """What a check finds before it touches a value that nobody could read."""
    try:
        yield from check
    except Unread:
        return


def below(at: Place, findings: Iterable[Finding]) -> Iterator[Finding]:
    """Findings of a table, by their place in the table around it."""
    for finding in findings:
        yield finding._replace(at=(*at, *finding.at))


def each(at: Place, rows: Rows[Row], find: Callable[[Any, Row], Iterable[Finding]]) -> Iterator[Finding]:
    """What is found in each row by itself, asked with the row's key; a row that cannot be read stops no other."""

    def ask(key: Any) -> Iterator[Finding]:
        yield from find(key, rows[key])

    for key in _keys(rows):
        yield from below((*at, key), as_far_as_read(ask(key)))


def each_read(rows: Rows[Row], of: Callable[[Row], T]) -> Iterator[T]:
    """Something of each row of which it could be read."""
    for key in _keys(rows):
        try:
            value = of(rows[key])
        except Unread:
            continue
        yield value


def duplicates(
    at: Place, rows: Rows[Any], what: str, field: str = "id", shown: Callable[[Any], str] = str
) -> Iterator[Finding]:
    """One finding for each row whose id, or another field, was used by an earlier one."""
    seen: set[str] = set()

    def twin(_: int, row: Any) -> Iterator[Finding]:
        name = shown(getattr(row, field))
        if name in seen:
            yield Finding((field,), "DUPLICATE_ID", f'{what} "{name}" is there twice', "Ids must differ.")
        seen.add(name)

    return each(at, rows, twin)


def _keys(rows: Rows[Any]) -> Iterable[Any]:
    return rows if isinstance(rows, Mapping) else range(len(rows))
