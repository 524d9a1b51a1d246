"""Totals: a shard's day added up for the books, by kind, operator, medium, category, product and service."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod

import numpy as np

from afc.fares.codes import ACTION, EXIT, LOAD, ORDER_LOAD, SALE
from afc.tap import is_ride
from clearing.detail import share_columns
from clearing.fold import Folded
from clearing.legs import STATUS_NAMES
from clearing.split import FARE

KEYS = ("operator", "medium", "category", "product", "service")
TOTAL = np.dtype([("kind", "U16"), *((key, "<i4") for key in KEYS), ("quantity", "<i8"), ("minor", "<i8")])
"""One row of the books' input; the kinds are those of `clearing.postings`."""


Table = np.ndarray | Mapping[str, np.ndarray]
"""Rows of a structured array, or the columns of a file: both answer to names."""


def counted(day: Folded) -> dict[str, int]:
    """Legs and journeys for the run's summary."""
    status = np.bincount(day.legs["status"], minlength=len(STATUS_NAMES))
    names = {f"legs_{name.lower()}": int(n) for name, n in zip(STATUS_NAMES, status, strict=True)}
    legs = day.settled
    same = (legs["card"][1:] == legs["card"][:-1]) & (legs["journey"][1:] == legs["journey"][:-1])
    return names | {"journeys": len(legs) - int(same.sum()), "carried_out": len(day.still_open)}


def add_up(day: Folded, late: np.ndarray, places: np.ndarray, concessions: tuple[int, ...]) -> np.ndarray:
    """TOTAL rows of a shard's day and of taps too late to be judged, with their places; `concessions` are the categories
    whose free boardings somebody pays for."""
    return np.concatenate(
        [
            *taken(day.taps, day.places),
            taps_sums("late", late, places, late["kind"] <= EXIT),
            taps_sums("load", late, places, late["kind"] == LOAD),
            taps_sums("sale", late, places, late["kind"] == SALE),
            order_sums(late, places),
            *earned(share_columns(day.shares, day.settled)),
            *ridden(day.legs, concessions),
            sums("open_journey", day.still_open["charge"] + day.still_open["collected"], keys_of(day.still_open)),
        ]
    )


def taken(taps: Table, places: Table) -> list[np.ndarray]:
    """What taps took and brought; `places` name operator and service of each."""
    kind = taps["kind"]
    return [
        taps_sums("charge", taps, places, is_ride(kind) & (taps["amount"] != 0)),
        taps_sums("load", taps, places, kind == LOAD),
        taps_sums("sale", taps, places, kind == SALE),
        order_sums(taps, places),
    ]


def earned(shares: Mapping[str, np.ndarray]) -> list[np.ndarray]:
    """What operators get of fares; the columns are those of the detail."""
    fare, shared = shares["kind"] == FARE, {key: shares[key] for key in KEYS}
    # What was collected comes from the purse, even where a pass paid for the boarding that collected it.
    later = {key: column[~fare] for key, column in shared.items()} | {"product": np.zeros((~fare).sum(), np.int8)}
    return [
        sums("share", shares["minor"][fare], {key: column[fare] for key, column in shared.items()}),
        sums("collected", shares["minor"][~fare], later),
    ]


def ridden(legs: Table, concessions: tuple[int, ...]) -> list[np.ndarray]:
    """What is counted of rides, and what others owe for them."""
    quota, boarded = legs["quota_minor"] > 0, legs["in_tap"] >= 0
    free = boarded & (legs["charge"] == 0) & np.isin(legs["category"], concessions)
    nothing = np.zeros(len(boarded), np.int64)
    return [
        sums("quota", legs["quota_minor"][quota], keys_of(legs, quota) | {"product": legs["quota"][quota]}),
        sums("boarding", nothing[boarded], keys_of(legs, boarded)),
        sums("free", nothing[free], keys_of(legs, free)),
    ]


def difference(now: np.ndarray, before: np.ndarray) -> np.ndarray:
    """TOTAL rows of what `now` has more than `before`, below zero where it has less; nothing where they agree."""
    before = before.copy()
    before["quantity"], before["minor"] = -before["quantity"], -before["minor"]
    rows = np.concatenate([now, before])
    names, where = np.unique(rows[["kind", *KEYS]], return_inverse=True)
    total = np.zeros(len(names), TOTAL)
    for key in ("kind", *KEYS):
        total[key] = names[key]
    np.add.at(total["quantity"], where, rows["quantity"])
    np.add.at(total["minor"], where, rows["minor"])
    apart: np.ndarray = total[(total["quantity"] != 0) | (total["minor"] != 0)]
    return apart


def keys_of(legs: Table, rows: np.ndarray | slice = slice(None)) -> dict[str, np.ndarray]:
    """What some legs are counted by, as columns."""
    return {key: legs[key][rows] for key in KEYS}


def taps_sums(kind: str, taps: Table, places: Table, chosen: np.ndarray) -> np.ndarray:
    """TOTAL rows of one kind over some taps; operator and service are the place's."""
    keys = {key: (places if key in ("operator", "service") else taps)[key][chosen] for key in KEYS}
    return sums(kind, taps["amount"][chosen], keys)


def order_sums(taps: Table, places: Table) -> np.ndarray:
    """TOTAL rows of what was loaded by order; what an order does besides moves no money."""
    loaded = (taps["kind"] == ACTION) & (taps["product"] == ORDER_LOAD)
    rows = taps_sums("order", taps, places, loaded)
    rows["product"] = 0
    return rows


def sums(kind: str, minor: np.ndarray, keys: dict[str, np.ndarray]) -> np.ndarray:
    """TOTAL rows of one kind: counts and sums by the columns of `keys`, in their order."""
    packed, spans = np.zeros(len(minor), np.int64), list[tuple[int, int]]()
    for key in KEYS:
        low, high = (int(bound(keys[key], initial=0)) for bound in (np.min, np.max))
        spans.append((low, high - low + 1))
        packed = packed * (high - low + 1) + (keys[key].astype(np.int64) - low)
    names = prod(span for _, span in spans)
    assert names < 1 << 62, "the names of all totals have room in one number"
    if names <= 1 << 16:
        packed = packed.astype(np.uint16)  # sorting numbers so short is counting them
    order = np.argsort(packed, kind="stable")
    packed = packed[order].astype(np.int64)
    starts = np.flatnonzero(np.diff(packed, prepend=-1))
    total, left = np.zeros(len(starts), TOTAL), packed[starts]
    total["kind"] = kind
    for key, (low, span) in zip(reversed(KEYS), reversed(spans), strict=True):
        total[key], left = left % span + low, left // span
    total["quantity"] = np.diff(starts, append=len(packed))
    if len(starts):
        total["minor"] = np.add.reduceat(minor[order].astype(np.int64), starts)
    return total
