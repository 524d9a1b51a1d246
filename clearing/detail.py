"""Detail: the day in columns. Parquet, one file a kind and shard, that any analyst's tool opens.

All of it can be made again from the sealed batches; the digests in the database say whether it was.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

import numpy as np

from afc.records import rows_at
from afc.refusal import Refused
from clearing.pages import PAGE_ROWS, marks_of

PART = ".part"
"""The end of the name of a file that is being written."""


def read_array(path: Path) -> np.ndarray:
    """An array as it was written; nothing in it is ever executed."""
    loaded: np.ndarray = np.load(path, allow_pickle=False)
    return loaded


def write_array(path: Path, array: np.ndarray) -> None:
    """An array for the same close to read; it may be lost with the machine."""
    np.save(path, array, allow_pickle=False)


def carry_array(path: Path, array: np.ndarray) -> None:
    """An array for the next date to start from; it is on disk, whole, when this returns."""
    with durable(path) as file:
        np.save(file, array, allow_pickle=False)


def content(*arrays: np.ndarray) -> bytes:
    """SHA-256 over what arrays hold, whatever file they are kept in."""
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(f"{len(array)}\n".encode())
        digest.update(np.ascontiguousarray(array).view(np.uint8).data if len(array) else b"")
    return digest.digest()


def check_content(wanted: bytes, where: Path, *arrays: np.ndarray) -> None:
    """Refuse arrays that are not what the books say was carried over."""
    if wanted != content(*arrays):
        cure = "Restore the folder, or close again from the batches into an empty folder."
        raise Refused(
            "DETAIL_DAMAGED", "what was carried over from the date before has changed", where=str(where), cure=cure
        )


def write_durably(path: Path, data: bytes, mode: int = 0o666) -> None:
    """A whole file, durable; `mode` is who may read it, before the umask."""
    with durable(path, mode) as file:
        file.write(data)


@contextmanager
def durable(path: Path, mode: int = 0o666) -> Iterator[BinaryIO]:
    """A file to write: under its name there is either all of it or what was there before, even if the power fails."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(path, mode) as file:
        yield file
    sync(path.parent)


@contextmanager
def whole_file(path: Path, mode: int = 0o666) -> Iterator[BinaryIO]:
    """A file that appears under its name when all of it is on disk, written under a name that no other writer has.

    So two workers that were given the same shard do not spoil each other's files; the last one's stands, and is the same.
    """
    part = path.with_name(f"{path.name}.{uuid4().hex[:12]}{PART}")
    try:
        with open(part, "wb", opener=partial(os.open, mode=mode)) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except BaseException:  # a stop, too, leaves nothing half written behind
        part.unlink(missing_ok=True)
        raise


def sync(path: Path) -> None:
    """What a file or a folder holds is on disk when this returns."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read_columns(path: Path, *names: str) -> dict[str, np.ndarray]:
    """Columns of a Parquet file; all of them where none is named.

    In one thread: handing small pages from thread to thread costs more than reading them.
    """
    from pyarrow import parquet

    with parquet.ParquetFile(path) as file:
        table = file.read(columns=list(names) or None, use_threads=False)
    return {name: table[name].to_numpy() for name in names or table.column_names}


def write_columns(path: Path, columns: dict[str, np.ndarray]) -> list[str]:
    """Columns of equal length as one Parquet file, a page at a time; the digest of each page.

    A later date may have to start from it, so it is on disk when this returns.
    """
    whole = {name: np.ascontiguousarray(column) for name, column in columns.items()}
    write_table(path, whole)
    return marks_of(list(whole.values()))


def write_table(path: Path, columns: dict[str, np.ndarray]) -> None:
    """The file alone. Only cards are told page by page: a reader who looks for one card then opens one page.

    No column has holes, and the file says so, which spares it a bit for every value.
    """
    import pyarrow as pa
    from pyarrow import parquet

    told = ["card"] if "card" in columns else False
    arrays = {name: pa.array(column) for name, column in columns.items()}
    table = pa.table(arrays, pa.schema([pa.field(name, array.type, False) for name, array in arrays.items()]))
    with whole_file(path) as file:
        parquet.write_table(
            table,
            file,
            compression="lz4",
            use_dictionary=False,
            write_statistics=told,
            row_group_size=PAGE_ROWS,
        )


def columns_of(records: np.ndarray) -> dict[str, np.ndarray]:
    """A structured array, a column a field."""
    return {name: records[name] for name in records.dtype.names or ()}


def tap_columns(taps: np.ndarray, places: np.ndarray, rated: np.ndarray) -> dict[str, np.ndarray]:
    """Accepted taps with operator and service that the register names and the charge that the rules come to."""
    return columns_of(taps) | {"operator": places["operator"], "served": places["service"], "rated": rated}


def line_columns(lines: np.ndarray) -> dict[str, np.ndarray]:
    """Reasons of charges: tap (row of the shard's taps), rule, minor units, quantity."""
    names = ("tap", "rule", "minor", "quantity")
    return {name: lines[:, i] for i, name in enumerate(names)}


def share_columns(shares: np.ndarray, legs: np.ndarray) -> dict[str, np.ndarray]:
    """Shares by card, journey and leg number, with what their legs are counted by.

    The operator is who carried the rider, also where fares go to the pool.
    """
    of = rows_at(legs, shares["leg"])
    columns = {name: of[name] for name in ("card", "journey", "number")}
    columns |= {name: shares[name] for name in ("operator", "kind", "minor")}
    return columns | {name: of[name] for name in ("medium", "category", "product", "service")}
