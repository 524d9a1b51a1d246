"""What was priced again, written down: every leg, share and reason as it is now, and a list of journeys that changed.

The list, `repriced-journeys-SS.parquet`, has a row for each journey whose money or shares are others than before: the date, its
number before and now (-1 where there was or is none), what the rider paid and pays, and the late tap that caused it, or the
ruling.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from clearing import detail
from clearing.legs import LEG
from clearing.pages import Columns, list_of, marks_of
from clearing.reprice import Again, Changed
from clearing.standing import AGAIN, joined

JOURNEYS = ("card", "date", "was", "now", "was_minor", "now_minor", "device", "epoch", "seq", "ruling")


class Ridden(NamedTuple):
    """A journey: its number, what the rider paid, who earned what, and the moments of its taps."""

    number: int
    minor: int
    shares: frozenset[tuple[int, int, int, int]]
    moments: frozenset[int]


def write_again(folder: Path, shard: int, again: Again) -> tuple[bytes, int]:
    """Write the files of a shard; their digest, and how many journeys changed."""
    offsets = np.cumsum([0, *(len(one.now.taps) for one in again.changed)])
    parts = [parts_of(one, int(offset)) for one, offset in zip(again.changed, offsets, strict=False)]
    tables = {name: joined([part[name] for part in parts]) for name in parts[0]}
    journeys = list(changed_journeys(again))
    values = zip(*journeys, strict=True) if journeys else [[] for _ in JOURNEYS]
    kinds = {"card": np.uint64, "device": np.uint32, "epoch": np.uint16, "seq": np.uint32}
    tables["journeys"] = {
        name: np.array(list(column), kinds.get(name, np.int64)) for name, column in zip(JOURNEYS, values, strict=True)
    }
    marks = {
        name: detail.write_columns(folder / f"{AGAIN}{name}-{shard:02d}.parquet", table)
        for name, table in tables.items()
    }
    held = np.concatenate([one.held for one in again.changed])
    detail.carry_array(folder / f"{AGAIN}cards-{shard:02d}.npy", held)
    marks["cards"] = marks_of([held])
    rows = {name: len(next(iter(table.values()))) for name, table in tables.items()} | {"cards": len(held)}
    listed = list_of(marks, rows)
    detail.write_durably(folder / f"{AGAIN}pages-{shard:02d}.json", listed)
    return hashlib.sha256(listed).digest(), len(journeys)


def parts_of(one: Changed, offset: int) -> dict[str, Columns]:
    """The tables of one date; places of taps count through all dates of the file, `offset` for this one's first."""
    now, legs, lines = one.now, one.now.legs.copy(), one.now.rated.lines.copy()
    for end in ("in_tap", "out_tap"):
        legs[end] += np.where(legs[end] >= 0, offset, 0)
    lines[:, 0] += offset

    def dated(columns: Columns) -> Columns:
        return columns | {"date": np.full(len(next(iter(columns.values()))), one.number)}

    return {
        "index": dated({"card": one.held["card"]}),
        "taps": dated(detail.tap_columns(now.taps, now.places, now.rated.minor)),
        "legs": dated(detail.columns_of(legs)),
        "lines": detail.line_columns(lines),
        "shares": dated(detail.share_columns(now.shares, now.settled)),
        "open": dated(detail.columns_of(now.still_open[list(LEG.names or ())])),
    }


def changed_journeys(again: Again) -> Iterator[tuple[int, ...]]:
    """Rows of the list."""
    causes = defaultdict(list)
    for tap in again.late[np.argsort(again.late["counter"], kind="stable")]:
        causes[int(tap["card"])].append(tap)
    for one in again.changed:
        before = journeys(one.before.legs, one.before.shares)
        shares = detail.share_columns(one.now.shares, one.now.settled)
        now = journeys(detail.columns_of(one.now.legs), shares)
        for card in sorted(before.keys() | now.keys()):
            for was, is_ in matched(before.get(card, []), now.get(card, [])):
                yield card, one.number, *numbers(was, is_), *cause_of(causes[card], was, is_, again.ruling)


def numbers(was: Ridden | None, is_: Ridden | None) -> tuple[int, int, int, int]:
    """The numbers of a journey before and now, and its money before and now."""
    told = [(one.number, one.minor) if one else (-1, 0) for one in (was, is_)]
    return told[0][0], told[1][0], told[0][1], told[1][1]


def cause_of(late: list[Any], was: Ridden | None, is_: Ridden | None, ruling: int) -> tuple[int, int, int, int]:
    """The late tap that is part of a journey, or the last before its end, or the first of all; or else the ruling."""
    if not late:
        return 0, 0, 0, ruling
    moments = (was.moments if was else frozenset()) | (is_.moments if is_ else frozenset())
    inside = [tap for tap in late if int(tap["time_us"]) in moments]
    earlier = [tap for tap in late if int(tap["time_us"]) <= max(moments, default=0)]
    tap = (inside or earlier[-1:] or late)[0]
    return int(tap["device"]), int(tap["epoch"]), int(tap["seq"]), 0


def journeys(legs: Columns, shares: Columns) -> dict[int, list[Ridden]]:
    """The journeys of each card that have a tap on the date, in the order of their numbers."""
    earned: defaultdict[tuple[int, int], set[Any]] = defaultdict(set)
    minor: defaultdict[tuple[int, int], int] = defaultdict(int)
    moments: defaultdict[tuple[int, int], set[int]] = defaultdict(set)
    names = ("card", "journey", "number", "operator", "kind", "minor")
    for card, journey, *share in zip(*(shares[name].tolist() for name in names), strict=True):
        earned[card, journey].add(tuple(share))
    names = ("card", "journey", "charge", "collected", "in_us", "out_us")
    for card, journey, charge, collected, *ends in zip(*(legs[name].tolist() for name in names), strict=True):
        minor[card, journey] += charge + collected
        moments[card, journey] |= {end for end in ends if end > 0}
    found = defaultdict(list)
    for card, journey in sorted(minor):
        name = (card, journey)
        found[card].append(Ridden(journey, minor[name], frozenset(earned[name]), frozenset(moments[name])))
    return dict(found)


def matched(before: list[Ridden], now: list[Ridden]) -> Iterator[tuple[Ridden | None, Ridden | None]]:
    """Journeys before and now that share a tap, or one alone; those that are as they were are left out."""
    left = list(before)
    for new in now:
        old = next((one for one in left if one.moments & new.moments), None)
        if old is not None:
            left.remove(old)
        if old is None or (old.number, old.minor, old.shares) != (new.number, new.minor, new.shares):
            yield old, new
    yield from ((old, None) for old in left)
