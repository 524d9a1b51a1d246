"""Writing a pack's TOML as a person would: short things on one line, tables under headers, comments above them.

>>> print(toml_text({"id": "x", "version": [{"from": date(2026, 1, 1), "base": {"rail": {"adult": 1550}}}]}), end="")
id = "x"
<BLANKLINE>
[[version]]
from = 2026-01-01
<BLANKLINE>
[version.base]
rail = { adult = 1550 }
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

_NO_COMMENTS: Mapping[str, str] = {}
_WIDTH = 110


def toml_text(table: Mapping[str, Any], comments: Mapping[str, str] = _NO_COMMENTS) -> str:
    """A table as TOML. `comments` go above a key or header, by its dotted name; the empty name is the head of the file."""
    head = [f"# {line}" for line in comments.get("", "").splitlines()]
    return "\n".join([*head, *_table(table, (), comments)]).strip("\n") + "\n"


def _table(table: Mapping[str, Any], path: tuple[str, ...], comments: Mapping[str, str]) -> Iterator[str]:
    own = {key: value for key, value in table.items() if not _has_header(value, path)}
    for key, value in own.items():
        yield from _comment((*path, key), comments)
        yield f"{_key(key)} = {_value(value)}"
    for key, value in table.items():
        if key not in own:
            yield from _headed((*path, key), value, comments)


def _headed(path: tuple[str, ...], value: Any, comments: Mapping[str, str]) -> Iterator[str]:
    """A table, or several of one name, under their header; a table of tables alone needs no header of its own."""
    name = ".".join(_key(part) for part in path)
    several = not isinstance(value, Mapping)
    for i, row in enumerate(value if several else [value]):
        if several or not row or any(not _has_header(inner, path) for inner in row.values()):
            yield ""
            yield from _comment(path, comments) if i == 0 else ()
            yield f"[[{name}]]" if several else f"[{name}]"
        yield from _table(row, path, comments)


def _has_header(value: Any, path: tuple[str, ...]) -> bool:
    """Tables of the first two levels and lists of larger tables stand under headers; the rest goes on one line."""
    if isinstance(value, Mapping):
        nested = any(isinstance(inner, Mapping | tuple | list) for inner in value.values())
        return not path or (len(path) < 2 and (nested or len(value) > 3))
    rows = isinstance(value, list | tuple) and value and all(isinstance(row, Mapping) for row in value)
    return bool(rows) and (not path or any(len(_value(row)) > _WIDTH for row in value))


def _comment(name: tuple[str, ...], comments: Mapping[str, str]) -> Iterator[str]:
    for line in comments.get(".".join(name), "").splitlines():
        yield f"# {line}"


def _key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key, re.ASCII) else _value(key)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return (
            "{ " + ", ".join(f"{_key(key)} = {_value(inner)}" for key, inner in value.items()) + " }" if value else "{}"
        )
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    assert isinstance(value, Sequence), f"a pack has no {type(value)}"
    return _list(value)


def _list(values: Sequence[Any]) -> str:
    items = [_value(value) for value in values]
    line = f"[{', '.join(items)}]"
    if len(line) <= _WIDTH or not any(isinstance(value, Mapping) for value in values):
        return line
    return "[\n" + "".join(f"  {item},\n" for item in items) + "]"
