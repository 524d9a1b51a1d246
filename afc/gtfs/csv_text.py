"""From the bytes of a file to its columns of text: encoding, quotes, header and row lengths, each checked with its line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

from afc.gtfs.files import FeedFiles
from afc.limits import gtfs_rows_max
from afc.pack.findings import Findings
from afc.refusal import nearest


class Reading(NamedTuple):
    """A feed being read. `mended` is None for a pack, whose defects are refused; for a feed that somebody else
    published it gathers what was read although it is not quite right."""

    files: FeedFiles
    found: Findings
    mended: list[str] | None = None


class Rows(Protocol):
    """What csv.reader gives: rows, and the line reached."""

    @property
    def line_num(self) -> int: ...
    def __iter__(self) -> Iterator[list[str]]: ...


class Columns(NamedTuple):
    """The columns that were wanted, and the line of each row."""

    lines: list[int]
    columns: dict[str, list[str]]


def read_columns(
    reading: Reading, name: str, needed: Sequence[str], others: Sequence[str] = (), *, optional: bool = False
) -> Columns | None:
    """The columns that are wanted of one file; None where it is missing or broken, which is then told."""
    label = f"{reading.files.label}/{name}"
    raw = reading.files.read(name)
    if raw is None:
        if not optional:
            reading.found.add("FILE_MISSING", "the file is missing", file=label, cure="Every feed of this kind has it.")
        return None
    before = len(reading.found)
    if not _is_text(raw, label, reading.found):
        return None
    with io.TextIOWrapper(io.BytesIO(raw), encoding="utf-8-sig", newline="") as text:
        rows = csv.reader(text, strict=True)
        try:
            header = [cell.strip() for cell in next(rows, [])]
            places = _places(header, needed, others, label, reading.found)
            lines, columns = _columns(rows, header, places, label, reading)
        except csv.Error as error:
            cure = "Look for a quote that is not closed, from this line upwards."
            reading.found.add("CSV_BROKEN", f"cannot be read: {error}", file=label, line=rows.line_num, cure=cure)
            return None
    return Columns(lines, columns) if len(reading.found) == before else None


def _is_text(raw: bytes, label: str, found: Findings) -> bool:
    cure = "Save the file as UTF-8."
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        found.add("FILE_NOT_UTF8", "the text is UTF-16", file=label, line=1, cure=cure)
        return False
    if b"\0" in raw:
        line = raw.count(b"\n", 0, raw.index(b"\0")) + 1
        found.add("FILE_NOT_TEXT", "there is a NUL byte in the text", file=label, line=line, cure="Fetch it again.")
        return False
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        found.add("FILE_NOT_UTF8", "the text is not UTF-8", file=label, line=line, cure=cure)
        return False
    return True


def _places(
    header: list[str], needed: Sequence[str], others: Sequence[str], label: str, found: Findings
) -> dict[str, int]:
    for i, column in enumerate(header):
        if column and column in header[:i]:
            cure = "Each column stands once."
            found.add("COLUMN_TWICE", f"column {column} is there twice", file=label, line=1, cure=cure)
    for column in needed:
        if column not in header:
            cure = nearest(column, header)
            found.add("COLUMN_MISSING", f"column {column} is missing", file=label, line=1, cure=cure)
    return {column: header.index(column) for column in (*needed, *others) if column in header}


def _columns(
    rows: Rows, header: list[str], places: dict[str, int], label: str, reading: Reading
) -> tuple[list[int], dict[str, list[str]]]:
    lines: list[int] = []
    columns: dict[str, list[str]] = {name: [] for name in places}
    wanted = [(columns[name].append, place) for name, place in places.items()]
    seen: dict[tuple[str, ...], int] = {}
    width, last = len(header), rows.line_num
    for row in rows:
        line, last = last + 1, rows.line_num
        if not row or (len(row) == 1 and not row[0].strip()):
            continue
        if not _is_whole(row, width, label, line, last, reading.found):
            break
        if reading.mended is not None and _is_repeated(row, seen, label, line, reading.mended):
            continue
        if len(lines) == gtfs_rows_max:
            cure = f"A file may have {gtfs_rows_max:,}; take an extract of the feed."
            reading.found.add("TOO_MANY_ROWS", "the file has too many rows", file=label, line=line, cure=cure)
            break
        lines.append(line)
        for append, place in wanted:
            append(row[place].strip())
    return lines, columns


def _is_whole(row: list[str], width: int, label: str, line: int, last: int, found: Findings) -> bool:
    if last != line:
        cure = "Close the quote on the same line."
        found.add("QUOTE_OPEN", f"a quote runs on to line {last}", file=label, line=line, cure=cure)
        return False
    if len(row) < width or any(cell.strip() for cell in row[width:]):
        cure = "Look for a comma that is missing or not in quotes."
        found.add("ROW_RAGGED", f"{len(row)} fields under {width} columns", file=label, line=line, cure=cure)
        return False
    return True


def _is_repeated(row: list[str], seen: dict[tuple[str, ...], int], label: str, line: int, mended: list[str]) -> bool:
    """A published row that says word for word what another said; only short files are watched for it."""
    if len(seen) >= 20_000:
        return False
    first = seen.setdefault(tuple(row), line)
    if first != line:
        mended.append(f"{label}:{line} repeats line {first} word for word; it was read once")
    return first != line
