"""What the clearing house does not know yet, item by item with its sum: taps that no card confirmed, and missing counters."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

import numpy as np

from afc.moment import DAY_US, day_start_us
from afc.tap import moved_minor
from clearing.close import latest_detail
from clearing.house import ISSUED, House
from clearing.open_items import read_items
from clearing.views import TapName

UNRATIFIED, SUCCESSOR = "UNRATIFIED", "KNOWN_BY_SUCCESSOR"


class Unsettled(NamedTuple):
    """One item: the card, the counters that it is about, the tap that is unratified or shows the hole, what the purse lost in
    it if it happened, when that was, and how many days before the last cut."""

    what: str
    card: int
    first: int
    last: int
    tap: str
    minor: int
    time_us: int
    days: int


def unsettled(house: House) -> list[Unsettled]:
    """Every open item after the last date that was closed, the oldest first."""
    folder = latest_detail(house, date.max)
    if folder.name == ISSUED:
        return []
    cut_us = day_start_us(date.fromisoformat(folder.name), house.city.zone, house.city.day_cut_s) + DAY_US
    found = []
    for shard in range(house.shards):
        items = read_items(folder, shard)
        lost = (-moved_minor(items.unratified)).tolist()
        found += [_item(UNRATIFIED, tap, tap["counter"], tap["counter"], minor, cut_us)
                  for tap, minor in zip(items.unratified, lost, strict=True)]  # fmt: skip
        found += [_item(SUCCESSOR, hole, hole["first"], hole["last"], hole["minor"], cut_us) for hole in items.holes]
    return sorted(found, key=lambda one: (one.time_us, one.card, one.first))


def _item(what: str, row: np.void, first: int, last: int, minor: int, cut_us: int) -> Unsettled:
    name = str(TapName(int(row["device"]), int(row["epoch"]), int(row["seq"])))
    time_us = int(row["time_us"])
    days = max(cut_us - time_us, 0) // DAY_US
    return Unsettled(what, int(row["card"]), int(first), int(last), name, int(minor), time_us, days)


def in_short(found: Sequence[Unsettled]) -> dict[str, dict[str, Any]]:
    """Of each kind how many, their sum, and the age of the oldest in days."""
    short = {}
    for what in (UNRATIFIED, SUCCESSOR):
        mine = [one for one in found if one.what == what]
        oldest = max((one.days for one in mine), default=0)
        short[what.lower()] = {"items": len(mine), "minor": sum(one.minor for one in mine), "oldest_days": oldest}
    return short
