"""Detail: the day in columns. Parquet, one file a kind and shard, that any analyst's tool opens.

All of it can be made again from the sealed batches; the digests in the database say whether it was.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np

from afc.refusal import Refused


def read_array(path: Path) -> np.ndarray:
    """An array as it was written; nothing in it is ever executed."""
    loaded: np.ndarray = np.load(path, allow_pickle=False)
    return loaded


def write_array(path: Path, array: np.ndarray) -> None:
    """An array for the same close to read; it may be lost with the machine."""
    np.save(path, array, allow_pickle=False)


def carry_array(path: Path, array: np.ndarray) -> None:
    """An array for the next date to start from; it is on disk, whole, when this returns."""
    held = io.BytesIO()
    np.save(held, array, allow_pickle=False)
    write_durably(path, held.getbuffer())


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


def write_durably(path: Path, data: bytes | memoryview, mode: int = 0o666) -> None:
    """Under its name there is either the whole file or what was there before, even if the power fails.

    `mode` is who may read it, before the umask.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    with open(part, "wb", opener=partial(os.open, mode=mode)) as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def read_columns(path: Path, names: Sequence[str]) -> dict[str, np.ndarray]:
    """Some columns of a Parquet file that the same close has written."""
    from pyarrow import parquet

    table = parquet.read_table(path, columns=list(names))
    return {name: table[name].to_numpy() for name in names}


def write_columns(path: Path, columns: dict[str, np.ndarray]) -> None:
    """Columns of equal length as one Parquet file."""
    import pyarrow as pa
    from pyarrow import parquet

    table = pa.table({name: np.ascontiguousarray(column) for name, column in columns.items()})
    parquet.write_table(table, path, compression="lz4", use_dictionary=False, write_statistics=False)


def write_records(path: Path, records: np.ndarray) -> None:
    """A structured array, a column a field."""
    write_columns(path, {name: records[name] for name in records.dtype.names or ()})


def write_taps(path: Path, taps: np.ndarray, places: np.ndarray, rated: np.ndarray) -> None:
    """Accepted taps with the operator that the register names and the charge that the rules come to."""
    columns = {name: taps[name] for name in taps.dtype.names or ()}
    write_columns(path, columns | {"operator": places["operator"], "rated": rated})


def write_lines(path: Path, lines: np.ndarray) -> None:
    """Reasons of charges: tap (row of the shard's taps), rule, minor units, quantity."""
    names = ("tap", "rule", "minor", "quantity")
    write_columns(path, {name: lines[:, i] for i, name in enumerate(names)})


def write_shares(path: Path, shares: np.ndarray, legs: np.ndarray) -> None:
    """Shares by card, journey and leg number; operator is who carried the rider, also where fares go to the pool."""
    of = legs[shares["leg"]]
    write_columns(
        path,
        {
            "card": of["card"],
            "journey": of["journey"],
            "number": of["number"],
            "operator": shares["operator"],
            "kind": shares["kind"],
            "minor": shares["minor"],
        },
    )
