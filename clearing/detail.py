"""Detail: the day in columns. Parquet, one file a kind and shard, that any analyst's tool opens.

All of it can be made again from the sealed batches; the digests in the database say whether it was.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np


def read_array(path: Path) -> np.ndarray:
    """An array as it was written; nothing in it is ever executed."""
    loaded: np.ndarray = np.load(path, allow_pickle=False)
    return loaded


def write_array(path: Path, array: np.ndarray) -> None:
    """An array for the next day to read."""
    np.save(path, array, allow_pickle=False)


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
