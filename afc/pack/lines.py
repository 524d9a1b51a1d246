"""Lines: on which line of a TOML file a key stands, so that a refusal can point at it.

The standard library reads TOML well and forgets where it read it. This scanner walks a text that has already been read
successfully, so it may trust the grammar, and only remembers places.

>>> places = lines_of('id = "x"\\n[[version]]\\n[version.journey]\\nwindwo = 30')
>>> places[("version", 0, "journey", "windwo")]
4
"""

from __future__ import annotations

import re
import tomllib
from typing import TypeAlias

Path: TypeAlias = tuple[str | int, ...]

_BLANK = re.compile(r"[ \t\r\n]*(?:#[^\n]*[ \t\r\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"""(?:"{0,2})' r"|'''.*?'''(?:'{0,2})" r'|"(?:\\.|[^"\\\n])*"' r"|'[^'\n]*'",
    re.DOTALL,
)
# A date may be followed by a space and a time; any other plain value ends at a blank or a closing sign.
_PLAIN = re.compile(r"\d{4}-\d\d-\d\d(?:[ Tt]\d\d:[^\s,\]}#]+)?|[^\s,\]}#]+")


def lines_of(text: str) -> dict[Path, int]:
    """The line of every key, table and array element of a valid TOML text, by its path."""
    return _Scanner(text).scan()


class _Scanner:
    def __init__(self, text: str) -> None:
        self._text, self._at, self._line, self._counted = text, 0, 1, 0
        self._lines: dict[Path, int] = {}
        self._tables: dict[Path, int] = {}  # index of the last element of each array of tables

    def scan(self) -> dict[Path, int]:
        table: Path = ()
        self._skip(_BLANK)
        while self._at < len(self._text):
            if self._peek("["):
                table = self._header()
            else:
                self._pair(table)
            self._skip(_BLANK)
        return self._lines

    def _header(self) -> Path:
        line = self._here()
        several = self._peek("[[")
        self._at += 2 if several else 1
        keys = self._keys()
        self._at += 2 if several else 1
        path: Path = ()
        for i, key in enumerate(keys):
            path = (*path, key)
            self._lines.setdefault(path, line)
            if several and i == len(keys) - 1:
                self._tables[path] = self._tables.get(path, -1) + 1
            if path in self._tables:
                path = (*path, self._tables[path])
        self._lines[path] = line
        return path

    def _pair(self, table: Path) -> None:
        line = self._here()
        path = table
        for key in self._keys():
            path = (*path, key)
            self._lines.setdefault(path, line)
        self._at += 1  # the equals sign
        self._skip(_SPACE)
        self._value(path)

    def _keys(self) -> list[str]:
        keys: list[str] = []
        while True:
            self._skip(_SPACE)
            quoted = self._text[self._at] in "\"'"
            found = (_STRING if quoted else _BARE).match(self._text, self._at)
            assert found, "a key in a text that tomllib has read"
            self._at = found.end()
            keys.append(tomllib.loads(f"k = {found[0]}")["k"] if quoted else found[0])
            self._skip(_SPACE)
            if not self._peek("."):
                return keys
            self._at += 1

    def _value(self, path: Path) -> None:
        self._lines.setdefault(path, self._here())
        if self._peek("["):
            self._array(path)
        elif self._peek("{"):
            self._inline(path)
        else:
            found = (_STRING if self._text[self._at] in "\"'" else _PLAIN).match(self._text, self._at)
            assert found, "a value in a text that tomllib has read"
            self._at = found.end()

    def _array(self, path: Path) -> None:
        self._at += 1
        index = 0
        while not self._closed("]"):
            self._value((*path, index))
            index += 1

    def _inline(self, path: Path) -> None:
        self._at += 1
        while not self._closed("}"):
            self._pair(path)

    def _closed(self, sign: str) -> bool:
        """Past blanks and a comma; True past the closing sign as well."""
        self._skip(_BLANK)
        if self._peek(","):
            self._at += 1
            self._skip(_BLANK)
        if not self._peek(sign):
            return False
        self._at += 1
        return True

    def _peek(self, sign: str) -> bool:
        return self._text.startswith(sign, self._at)

    def _skip(self, pattern: re.Pattern[str]) -> None:
        found = pattern.match(self._text, self._at)
        if found:
            self._at = found.end()

    def _here(self) -> int:
        """The line at the present place; counted forward, so the whole text is counted once."""
        self._line += self._text.count("\n", self._counted, self._at)
        self._counted = self._at
        return self._line
