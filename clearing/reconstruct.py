"""A closed shard put together again from its files, as it stood when it was closed: what its digest is of."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import numpy as np

from afc.tap import TAP
from clearing import detail
from clearing.admit import places_of
from clearing.close import House, register_of
from clearing.extract import folder_before, read_columns, records
from clearing.legs import LEG
from clearing.shard import Context, digest_of, open_since_us, settle
from clearing.split import split
from clearing.verify.rework import context_for


class Stood(NamedTuple):
    """Taps with their places; legs of the date; settled legs with their shares, worked out again; and what the files add."""

    taps: np.ndarray
    places: np.ndarray
    legs: np.ndarray
    settled: np.ndarray
    shares: np.ndarray
    lines: np.ndarray
    told: dict[str, np.ndarray]  # the columns of the taps' file
    told_shares: dict[str, np.ndarray]  # the columns of the shares' file
    digest: bytes


def context_on(house: House, day: date) -> Context:
    """Rates, register and split of a closed date."""
    return context_for(house.city, day, register_of(house.store))


def stood(house: House, day: date, shard: int, context: Context) -> Stood:
    """One shard of a closed date from its files."""
    folder, before = house.detail(day.isoformat()), folder_before(house, day)
    told = read_columns(folder / f"taps-{shard:02d}.parquet")
    legs = records(read_columns(folder / f"legs-{shard:02d}.parquet"), LEG)
    cards, still_open = (detail.read_array(folder / f"{name}-{shard:02d}.npy") for name in ("cards", "open"))
    path = before / f"open-{shard:02d}.npy"
    under_way = detail.read_array(path) if path.is_file() else np.zeros(0, LEG)
    under_way["in_tap"], under_way["out_tap"] = -1, -1
    settled, _ = settle(np.concatenate([under_way, legs]), cards, open_since_us(context))
    shares = split(settled, context.policy, context.within)
    columns = read_columns(folder / f"lines-{shard:02d}.parquet")
    lines = np.stack([columns[name] for name in ("tap", "rule", "minor", "quantity")], 1)
    taps = records(told, TAP)
    arrays = {"taps": taps, "legs": legs, "lines": lines, "shares": shares, "cards": cards, "open": still_open}
    return Stood(
        taps, places_of(taps, context.register, context.tables), legs, settled, shares, lines, told,
        read_columns(folder / f"shares-{shard:02d}.parquet"), digest_of(arrays),
    )  # fmt: skip
