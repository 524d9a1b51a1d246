"""Totals: a shard's day added up for the books, by kind, operator, medium, category, product and service."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from afc.fares.codes import ENTRY, EXIT, LOAD, SALE
from clearing.legs import STATUS_NAMES
from clearing.split import FARE

KEYS = ("operator", "medium", "category", "product", "service")
TOTAL = np.dtype([("kind", "U16"), *((key, "<i4") for key in KEYS), ("quantity", "<i8"), ("minor", "<i8")])
"""One row of the books' input; the kinds are those of `clearing.postings`."""


class Day(NamedTuple):
    """What a shard's cards did: taps with their places, today's legs, settled legs with shares, journeys still open."""

    taps: np.ndarray
    places: np.ndarray
    legs: np.ndarray
    settled: np.ndarray
    still_open: np.ndarray
    shares: np.ndarray
    late: np.ndarray
    late_places: np.ndarray

    def counts(self) -> dict[str, int]:
        """Legs and journeys for the run's summary."""
        status = np.bincount(self.legs["status"], minlength=len(STATUS_NAMES))
        names = {f"legs_{name.lower()}": int(n) for name, n in zip(STATUS_NAMES, status, strict=True)}
        legs = self.settled
        same = (legs["card"][1:] == legs["card"][:-1]) & (legs["journey"][1:] == legs["journey"][:-1])
        return names | {"journeys": len(legs) - int(same.sum()), "carried_out": len(self.still_open)}


def add_up(day: Day, concessions: tuple[int, ...]) -> np.ndarray:
    """TOTAL rows of a shard's day; `concessions` are the categories whose free boardings somebody pays for."""
    kind = day.taps["kind"]
    boarded = day.legs[day.legs["in_tap"] >= 0]
    free = boarded[(boarded["charge"] == 0) & np.isin(boarded["category"], concessions)]
    quota = day.legs[day.legs["quota_minor"] > 0]
    shared = keys_of(day.settled, day.shares["leg"]) | {"operator": day.shares["operator"]}
    fare = day.shares["kind"] == FARE
    shared["product"][~fare] = 0  # collected from the purse, even where a pass paid for the boarding that collected it
    return np.concatenate(
        [
            taps_sums("charge", day.taps, day.places, ((kind == ENTRY) | (kind == EXIT)) & (day.taps["amount"] != 0)),
            taps_sums("load", day.taps, day.places, kind == LOAD),
            taps_sums("sale", day.taps, day.places, kind == SALE),
            taps_sums("late", day.late, day.late_places, day.late["kind"] <= EXIT),
            taps_sums("load", day.late, day.late_places, day.late["kind"] == LOAD),
            taps_sums("sale", day.late, day.late_places, day.late["kind"] == SALE),
            sums("share", day.shares["minor"][fare], {key: column[fare] for key, column in shared.items()}),
            sums("collected", day.shares["minor"][~fare], {key: column[~fare] for key, column in shared.items()}),
            sums("quota", quota["quota_minor"], keys_of(quota) | {"product": quota["quota"]}),
            sums("boarding", np.zeros(len(boarded), np.int64), keys_of(boarded)),
            sums("free", np.zeros(len(free), np.int64), keys_of(free)),
            sums("open_journey", day.still_open["charge"] + day.still_open["collected"], keys_of(day.still_open)),
        ]
    )


def keys_of(legs: np.ndarray, rows: np.ndarray | slice = slice(None)) -> dict[str, np.ndarray]:
    """What some legs are counted by, as columns."""
    return {key: legs[key][rows] for key in KEYS}


def taps_sums(kind: str, taps: np.ndarray, places: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """TOTAL rows of one kind over some taps; operator and service are the place's."""
    keys = {key: (places if key in ("operator", "service") else taps)[key][chosen] for key in KEYS}
    return sums(kind, taps["amount"][chosen], keys)


def sums(kind: str, minor: np.ndarray, keys: dict[str, np.ndarray]) -> np.ndarray:
    """TOTAL rows of one kind: counts and sums by the columns of `keys`, in their order."""
    packed = np.zeros(len(minor), np.int64)
    for key in KEYS:
        assert ((keys[key] >= -8) & (keys[key] < 4088)).all(), f"{key} takes twelve bits of a sorting key"
        packed = packed * 4096 + (keys[key].astype(np.int64) + 8)
    order = np.argsort(packed, kind="stable")
    packed = packed[order]
    starts = np.flatnonzero(np.diff(packed, prepend=-1))
    total, left = np.zeros(len(starts), TOTAL), packed[starts]
    total["kind"] = kind
    for key in reversed(KEYS):
        total[key], left = left % 4096 - 8, left // 4096
    total["quantity"] = np.diff(starts, append=len(packed))
    if len(starts):
        total["minor"] = np.add.reduceat(minor[order].astype(np.int64), starts)
    return total
