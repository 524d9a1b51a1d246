"""A row a tap, written with SQLAlchemy Core's executemany: what books without batches would have to do.

Nothing else writes like this. `afc bench intake` puts the intake beside it, in the same kind of database and as durably.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from sqlalchemy import BigInteger, Column, LargeBinary, MetaData, Table, func, insert, select

from clearing.store import opening
from clearing.store.places import url_of

_KEY = ("device", "epoch", "seq")


def write_rows(where: str, calls: Iterable[np.ndarray]) -> int:
    """Write each call's taps (TAP) in one durable transaction; how many rows the table then has."""
    url = url_of(where)
    kind = opening.kind_of(url)
    with kind.connect(url, 5.0) as connection:
        table: Table | None = None
        for taps in calls:
            table = _table(taps.dtype) if table is None else table
            connection.exec_driver_sql(kind.WRITE)
            table.create(connection, checkfirst=True)
            connection.execute(insert(table), _rows(taps))
            connection.exec_driver_sql("COMMIT")
        count = connection.execute(select(func.count()).select_from(table)).scalar_one() if table is not None else 0
        connection.engine.dispose()
    return int(count)


def _rows(taps: np.ndarray) -> list[dict[str, object]]:
    """A dictionary a tap; a number that a signed column of 64 bits cannot hold goes in by its bits."""
    names = taps.dtype.names or ()
    columns = [np.ascontiguousarray(taps[name]) for name in names]
    values = [(one.view(np.int64) if one.dtype == np.uint64 else one).tolist() for one in columns]
    return [dict(zip(names, tap, strict=True)) for tap in zip(*values, strict=True)]


def _table(layout: np.dtype) -> Table:
    columns = []
    for name in layout.names or ():
        whole = BigInteger() if layout[name].kind in "iu" else LargeBinary()
        columns.append(Column(name, whole, primary_key=name in _KEY, autoincrement=False))
    return Table("tap_row", MetaData(), *columns)
