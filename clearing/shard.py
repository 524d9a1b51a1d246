"""One shard of one clearing date: everything that some cards did, from taps to shares, as a pure function of files.

A shard is the unit of work and of proof. It reads the taps that intake accepted and what its cards held the day before; it
writes Parquet for people and returns totals for the books. Nothing in it depends on how many workers run or in which order.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from afc.actions import NO_ACTIONS
from afc.fares.codes import ENTRY, EXIT
from afc.fares.state import REFUSED, Rule
from afc.keys import KeyRing
from afc.tap import moved_minor
from clearing import detail
from clearing.admit import Finding, SetAside, admit, late_taps, places_of, taps_set_aside
from clearing.holes import fill, find_holes
from clearing.legs import LEG, pair
from clearing.open_items import Items, keep_items, read_items
from clearing.placing import Known, placed
from clearing.rating import Rated, rate
from clearing.split import Within, split
from clearing.totals import Day, add_up

SHARDS = 16
"""Cards are dealt over this many shards, whatever the number of workers, so that digests never depend on it."""

OPEN_US = 3 * 3600 * 1_000_000
"""A journey whose last tap is younger than this at the cut may go on, so it is settled with the next day; a tariff with a
longer window keeps it open longer."""


class Context(NamedTuple):
    """What every shard of a date shares."""

    date: str
    folder: Path
    before: Path
    cut_us: int
    ring: KeyRing
    rates: np.ndarray
    tables: Any
    policy: str
    within: Within
    concessions: tuple[int, ...]
    register: np.ndarray
    carried: tuple[bytes, ...]  # content of what each shard carried over from `before`; empty on the first date
    known: Known
    orders: np.ndarray = NO_ACTIONS


class Result(NamedTuple):
    """A shard's answer: totals for the books, counts for the statement, digests, and what was set aside."""

    shard: int
    totals: np.ndarray
    counts: dict[str, int]
    digest: bytes
    carry: bytes
    found: tuple[Finding, ...]
    unplaced: tuple[bytes, ...]  # records that name what the city does not have


def shard_of(cards: np.ndarray) -> np.ndarray:
    """The shard of each card number: a mixed hash, so that numbers given out in order spread evenly."""
    mixed = cards.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    return ((mixed >> np.uint64(40)) % np.uint64(SHARDS)).astype(np.int64)


def close_shard(task: tuple[Context, int]) -> Result:
    """Taps to shares for one shard."""
    context, shard = task
    taps = detail.read_array(context.folder / f"taps-{shard:02d}.npy")
    cards = detail.read_array(context.before / f"cards-{shard:02d}.npy")
    under_way, items = read_open_legs(context, shard), read_items(context.before, shard)
    if context.carried:
        detail.check_content(context.carried[shard], context.before, cards, under_way, *items.to_note())
    taps = np.concatenate([items.unratified, taps]) if len(items.unratified) else taps
    fits = placed(taps, context.known)
    unplaced = tuple(tap.tobytes() for tap in taps[~fits])
    taps, rows, found, waiting = admit(
        taps if fits.all() else taps[fits], cards, context.ring,
        holes=items.holes, orders=context.orders, cut_us=context.cut_us,
    )  # fmt: skip
    late = late_taps(found)
    aside = taps_set_aside(found, SetAside.ORDER_UNKNOWN, SetAside.ORDER_REPEATED)
    items = Items(waiting, np.concatenate([fill(items.holes, late), find_holes(taps, rows, cards, aside)]))
    places = places_of(taps, context.register, context.tables)
    legs, leg_of = pair(taps, rows, places, cards, context.rates, context.tables)
    balance = cards["balance"].copy()
    rated = rate(taps, rows, places, legs, leg_of, cards, context.rates, context.tables)
    counts = {"taps": len(taps), "aside": len(found) + len(unplaced)} | compare(taps, rows, rated, balance)
    under_way["in_tap"], under_way["out_tap"] = -1, -1  # rows of another date's taps
    settled, still_open = settle(np.concatenate([under_way, legs]), cards, open_since_us(context))
    shares = split(settled, context.policy, context.within)
    day = Day(taps, places, legs, settled, still_open, shares, late, places_of(late, context.register, context.tables))
    counts |= day.counts() | by_rule(rated.lines) | {"refused_by_rule": int((rated.minor < REFUSED).sum())}
    arrays = {"taps": taps, "legs": legs, "lines": rated.lines, "shares": shares, "cards": cards, "open": still_open}
    write(context, shard, arrays, settled, places, rated)
    carry = detail.content(cards, still_open, *items.to_note())
    keep_items(context.folder, shard, items)
    return Result(shard, add_up(day, context.concessions), counts, digest_of(arrays), carry, found, unplaced)


def compare(taps: np.ndarray, rows: np.ndarray, rated: Rated, balance: np.ndarray) -> dict[str, int]:
    """Where readers and rules part, and where a card's purse does not follow from its taps."""
    rides = (taps["kind"] == ENTRY) | (taps["kind"] == EXIT)
    differs = rides & (rated.minor != taps["amount"])
    first = np.ones(len(taps), bool)
    first[1:] = taps["card"][1:] != taps["card"][:-1]
    before = np.empty(len(taps), np.int64)
    before[1:] = taps["balance"][:-1]
    before[first] = balance[rows[first]]
    rules_say = np.where(rated.minor[differs] < REFUSED, 0, rated.minor[differs])
    return {
        "rated_otherwise": int(differs.sum()),
        "rated_otherwise_minor": int(np.abs(taps["amount"][differs] - rules_say).sum()),
        "purse_breaks": int((before + moved_minor(taps) != taps["balance"]).sum()),
    }


def by_rule(lines: np.ndarray) -> dict[str, int]:
    """The money of the day's reasons, rule by rule."""
    return {f"rule_{rule.name}": int(lines[lines[:, 1] == rule, 2].sum()) for rule in Rule}


def read_open_legs(context: Context, shard: int) -> np.ndarray:
    """Legs of journeys that were under way at the cut before."""
    path = context.before / f"open-{shard:02d}.npy"
    if not context.carried:
        return np.zeros(0, LEG)
    return detail.read_array(path)


def open_since_us(context: Context) -> int:
    """A journey whose last tap is younger than this may go on after the cut: as long as any window of the tariff."""
    rates = context.rates[0]
    return context.cut_us - max(OPEN_US, *(int(rates[key]) for key in ("window_us", "night_window_us", "total_us")))


def settle(legs: np.ndarray, cards: np.ndarray, since_us: int) -> tuple[np.ndarray, np.ndarray]:
    """Legs of journeys that are over, in order of card and journey, and those of journeys that may go on."""
    key = (legs["row"] << 40) | (legs["journey"].astype(np.int64) << 20) | legs["number"]
    legs = legs[np.argsort(key, kind="stable")]
    complete = is_complete(legs, cards, since_us)
    return legs[complete], legs[~complete]


def is_complete(legs: np.ndarray, cards: np.ndarray, since_us: int) -> np.ndarray:
    """Is each leg's journey over? One that is not its card's latest is; the latest one if its last tap is old enough."""
    touched_us = np.maximum(np.maximum(cards["j_out_us"], cards["j_in_us"]), cards["leg_in_us"])
    row = legs["row"]
    latest = (legs["journey"] == cards["j_number"][row]) | (legs["journey"] == cards["leg_journey"][row])
    return ~(latest & (touched_us[row] >= since_us))


def digest_of(arrays: dict[str, np.ndarray]) -> bytes:
    """SHA-256 over the content of a shard, independent of any file format."""
    digest = hashlib.sha256()
    for name in sorted(arrays):
        digest.update(f"{name} {len(arrays[name])}\n".encode())
        digest.update(np.ascontiguousarray(arrays[name]).tobytes())
    return digest.digest()


def write(
    context: Context, shard: int, arrays: dict[str, np.ndarray], settled: np.ndarray, places: np.ndarray, rated: Rated
) -> None:
    """The shard's files: arrays that the next day reads, Parquet that people read."""
    detail.carry_array(context.folder / f"cards-{shard:02d}.npy", arrays["cards"])
    detail.carry_array(context.folder / f"open-{shard:02d}.npy", arrays["open"])
    detail.write_taps(context.folder / f"taps-{shard:02d}.parquet", arrays["taps"], places, rated.minor)
    detail.write_records(context.folder / f"legs-{shard:02d}.parquet", arrays["legs"])
    detail.write_lines(context.folder / f"lines-{shard:02d}.parquet", arrays["lines"])
    detail.write_shares(context.folder / f"shares-{shard:02d}.parquet", arrays["shares"], settled)
    (context.folder / f"taps-{shard:02d}.npy").unlink()
