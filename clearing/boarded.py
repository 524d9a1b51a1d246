"""Boarded: had the rider whom an inspector checked tapped in? Worked out from the card's own chain, at the close.

In a vehicle the card's last boarding must be on that very trip; behind gates it must be an entry not long ago. A check is
evidence and moves no money: a penalty is a claim of whoever asked for it.
"""

from __future__ import annotations

import numpy as np

from afc.moment import HOUR_US
from afc.tap import NO_PATTERN
from clearing import detail
from clearing.admit import places_of
from clearing.dealing import shard_of
from clearing.legs import NO_TAP_IN
from clearing.shard import Context, read_open_legs

Columns = dict[str, np.ndarray]
INSIDE_US = 4 * HOUR_US
"""Nobody stays behind the gates for longer: whose way out is not known is outside by then."""
_OF_LEGS = ("card", "in_us", "out_us", "pattern", "trip", "service", "status")


def checks_of(records: np.ndarray, context: Context, gated: list[bool]) -> Columns:
    """One row a check, by card and time; `gated` says of each service whether it has gates."""
    records = records[np.lexsort((records["time_us"], records["card"]))]
    place = places_of(records, context.register, context.tables)
    rows = {name: records[name] for name in ("device", "time_us", "card", "stop", "pattern", "stop_seq", "trip")}
    return {
        "operator": place["operator"], **rows, "penalty": records["amount"].astype(np.int64),
        "boarded": have_boarded(records, place["service"], legs_of(records, context), np.array(gated)),
    }  # fmt: skip


def legs_of(records: np.ndarray, context: Context) -> Columns:
    """The legs of the checked cards, by card and boarding: those of this date, and those under way since the one before."""
    parts: list[Columns] = []
    for shard in np.unique(shard_of(records["card"], context.shards)).tolist():
        before = read_open_legs(context, shard)
        today = detail.read_columns(context.folder / f"legs-{shard:02d}.parquet", *_OF_LEGS)
        parts += [{name: before[name] for name in _OF_LEGS}, today]
    legs = {name: np.concatenate([part[name] for part in parts] or [np.zeros(0, np.int64)]) for name in _OF_LEGS}
    mine = np.flatnonzero(np.isin(legs["card"], records["card"]) & (legs["status"] != NO_TAP_IN))
    order = mine[np.lexsort((legs["in_us"][mine], legs["card"][mine]))]
    return {name: column[order] for name, column in legs.items()}


def have_boarded(records: np.ndarray, service: np.ndarray, legs: Columns, gated: np.ndarray) -> np.ndarray:
    """Whether each card's last boarding before the check holds there."""
    n, cards = len(legs["card"]), np.concatenate([legs["card"], records["card"]])
    order = np.lexsort((np.arange(len(cards)) >= n, np.concatenate([legs["in_us"], records["time_us"]]), cards))
    last = np.maximum.accumulate(np.where(order < n, order, -1))  # legs are in this order, so the latest is the largest
    leg = np.empty(len(cards), np.int64)
    leg[order] = last
    leg = leg[n:]
    if not n:
        return np.zeros(len(records), bool)
    known = (leg >= 0) & (legs["card"][leg] == records["card"])
    inside = known & ((legs["out_us"][leg] == 0) | (legs["out_us"][leg] >= records["time_us"]))
    same = (legs["pattern"][leg] == records["pattern"]) & (legs["trip"][leg] == records["trip"])
    behind = gated[legs["service"][leg]] & (records["time_us"] - legs["in_us"][leg] < INSIDE_US)
    on_board = (records["pattern"] != NO_PATTERN) & ~(gated[service] & (service >= 0))
    return np.asarray(inside & np.where(on_board, same, behind))


def strangers(records: np.ndarray, context: Context) -> np.ndarray:
    """Which records name a card that no issuer has registered."""
    unknown = np.zeros(len(records), bool)
    of = np.where(records["card"] > 0, shard_of(records["card"], context.shards), -1)
    for shard in np.unique(of[of >= 0]).tolist():
        mine = of == shard
        unknown[mine] = ~np.isin(
            records["card"][mine], detail.read_array(context.before / f"cards-{shard:02d}.npy")["card"]
        )
    return unknown
