"""Pages: detail that is checked a page at a time, so that who looks for one card reads and proves one page of millions.

A shard's digest is that of its list of pages, and the list has the digest of each page. The pages of a table are the row
groups of its Parquet file, those of an array so many of its rows.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from afc.refusal import Refused

PAGE_ROWS = 4_096
"""Rows of one page: a quarter of a megabyte of taps."""

Columns = dict[str, np.ndarray]


def marks_of(columns: Sequence[np.ndarray]) -> list[str]:
    """The digest of each page of some columns of equal length, in hexadecimal."""
    rows = len(columns[0]) if columns else 0
    return [mark(columns, at) for at in range(0, rows, PAGE_ROWS)]


def mark(columns: Sequence[np.ndarray], at: int = 0) -> str:
    """The digest of the page that begins at a row."""
    digest = hashlib.sha256()
    for column in columns:
        digest.update(np.ascontiguousarray(column[at : at + PAGE_ROWS]).view(np.uint8).data)
    return digest.hexdigest()


def list_of(marks: Mapping[str, Sequence[str]], rows: Mapping[str, int]) -> bytes:
    """The list of a shard's pages, as it is written down and as its digest is made."""
    told = {name: {"rows": rows[name], "pages": list(marks[name])} for name in sorted(marks)}
    return json.dumps(told, separators=(",", ":")).encode()


class Pages:
    """A shard of a closed date as the books have it; whatever is read from it is checked first."""

    def __init__(self, folder: Path, shard: int, digest: bytes, kind: str = "") -> None:
        """`kind` goes before the names of files; `digest` is what the books say."""
        self.folder, self.shard, self.digest, self.kind = folder, shard, digest, kind

    @cached_property
    def listed(self) -> dict[str, dict[str, Any]]:
        """The list of pages."""
        path = self.path("pages", "json")
        try:
            text = path.read_bytes()
        except OSError as error:
            raise damaged(path, str(error.strerror)) from None
        if hashlib.sha256(text).digest() != self.digest:
            raise damaged(path, "it is not the list that the books have")
        listed: dict[str, dict[str, Any]] = json.loads(text)
        return listed

    def path(self, name: str, ending: str) -> Path:
        """A file of the shard."""
        return self.folder / f"{self.kind}{name}-{self.shard:02d}.{ending}"

    def table(self, name: str, cards: np.ndarray | None = None) -> Columns:
        """A table as columns; with `cards`, which are sorted, only their rows."""
        from pyarrow import ArrowException, parquet

        path, marks = self.path(name, "parquet"), self.marks(name)
        try:
            with parquet.ParquetFile(path) as file:
                wanted = [i for i in range(len(marks)) if cards is None or has_any(file, i, cards)]
                pages = [as_columns(file.read_row_group(i)) for i in wanted]
                empty = as_columns(file.schema_arrow.empty_table())
        except (OSError, ArrowException, IndexError) as error:
            raise damaged(path, str(error)) from None
        for i, page in zip(wanted, pages, strict=True):
            self.prove(path, marks[i], list(page.values()))
        columns = {c: np.concatenate([empty[c], *(page[c] for page in pages)]) for c in empty}
        return columns if cards is None else chosen(columns, np.isin(columns["card"], cards))

    def rows(self, name: str, rows: np.ndarray) -> np.ndarray:
        """Rows of an array by number."""
        held, path = self.array(name)
        for i in np.unique(rows // PAGE_ROWS):
            self.prove(path, self.marks(name)[i], [held], int(i))
        found: np.ndarray = held[rows]
        return found

    def whole(self, name: str) -> np.ndarray:
        """An array."""
        held, path = self.array(name)
        for i, wanted in enumerate(self.marks(name)):
            self.prove(path, wanted, [held], i)
        return np.array(held)

    def array(self, name: str) -> tuple[np.ndarray, Path]:
        """An array as it lies on disk, not proven yet."""
        path = self.path(name, "npy")
        try:
            held: np.ndarray = np.load(path, mmap_mode="r", allow_pickle=False)
        except (OSError, ValueError) as error:
            raise damaged(path, str(error)) from None
        if len(held) != self.listed[name]["rows"]:
            raise damaged(path, f"it has {len(held)} rows")
        return held, path

    def marks(self, name: str) -> list[str]:
        """The digests of a table's or an array's pages."""
        pages: list[str] = self.listed[name]["pages"]
        return pages

    def prove(self, path: Path, wanted: str, columns: list[np.ndarray], page: int = 0) -> None:
        """Refuse a page that is not what was written."""
        if mark(columns, page * PAGE_ROWS) != wanted:
            raise damaged(path, "a page has another content")


def chosen(columns: Columns, rows: np.ndarray) -> Columns:
    """Some rows of some columns."""
    return {name: column[rows] for name, column in columns.items()}


def as_columns(table: Any) -> Columns:
    """A piece of a Parquet file as arrays."""
    return {name: table[name].to_numpy() for name in table.column_names}


def has_any(file: Any, page: int, cards: np.ndarray) -> bool:
    """May a page have rows of some cards, which are sorted?"""
    told = file.metadata.row_group(page).column(file.schema_arrow.get_field_index("card")).statistics
    first = np.searchsorted(cards, np.uint64(told.min))
    return bool(first < len(cards) and cards[first] <= np.uint64(told.max))


def damaged(path: Path, why: str) -> Refused:
    """What is said of a file that is not what the books say."""
    cure = "Restore the folder, or close again from the batches into an empty folder."
    return Refused("DETAIL_DAMAGED", f"the detail of a closed date has changed: {why}", where=str(path), cure=cure)
