"""Reading a pack's TOML files: text, places, form, and every mistake with its line."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from afc.limits import pack_file_bytes_max
from afc.pack.findings import Findings
from afc.pack.form import Form, Known, Place
from afc.pack.lines import lines_of
from afc.pack.partial import partial
from afc.pack.sentences import in_file, told
from afc.pack.unread import with_values

F = TypeVar("F", bound=Form)


def read_form(path: Path, label: str, form: type[F], known: Known, found: Findings) -> F:
    """One file as its form, as far as it could be read; everything wrong in it goes to `found`."""
    text = _text(path, label, found)
    table = None if text is None else _parsed(text, label, found)
    if text is None or table is None:
        return with_values(form, {})
    try:
        return form.model_validate(table, context=known)
    except ValidationError as error:
        part, others = partial(form, table, known)
        lines = lines_of(text)
        for finding in (*told(error, table, known), *others):
            line = line_of(in_file(table, finding.at), lines)
            found.add(finding.code, finding.what, file=label, line=line, cure=finding.cure)
        return part


def _text(path: Path, label: str, found: Findings) -> str | None:
    try:
        raw = path.read_bytes()
    except OSError as error:
        what = "the file is missing" if isinstance(error, FileNotFoundError) else f"cannot be read: {error.strerror}"
        found.add("FILE_MISSING", what, file=label, cure="Every pack has this file.")
        return None
    if len(raw) > pack_file_bytes_max:
        cure = f"A pack's file may have {pack_file_bytes_max:,} bytes."
        found.add("FILE_TOO_LARGE", f"the file has {len(raw):,} bytes", file=label, cure=cure)
        return None
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        found.add("FILE_NOT_UTF8", "the text is not UTF-8", file=label, line=line, cure="Save the file as UTF-8.")
        return None


def _parsed(text: str, label: str, found: Findings) -> dict[str, Any] | None:
    try:
        table: dict[str, Any] = frozen(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        said = str(error) or "too deeply nested"
        place = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)$", said)
        line = int(place[1]) if place and place[1] else text.count("\n") + 1 if place else 0
        what = said[: place.start()] if place else said
        found.add("TOML_BROKEN", f"this is not TOML: {what[:1].lower()}{what[1:]}", file=label, line=line)
        return None
    return table


def frozen(value: Any) -> Any:
    """Lists become tuples, so that strict forms take them and nobody can change them later."""
    if isinstance(value, dict):
        return {key: frozen(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return tuple(frozen(inner) for inner in value)
    return value


def lines_in(path: Path) -> dict[Place, int]:
    """The lines of all keys of a file that has been read before."""
    return lines_of(path.read_text("utf-8-sig"))


def line_of(at: Place, lines: dict[Place, int]) -> int:
    """The line of a key, or of the nearest table above it."""
    while at and at not in lines:
        at = at[:-1]
    return lines.get(at, 1)
