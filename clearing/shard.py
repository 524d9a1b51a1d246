"""One shard of one clearing date: everything that some cards did, from taps to shares, as a pure function of files.

A shard is the unit of work and of proof. It reads the taps that intake accepted and what its cards held the day before; it
writes Parquet for people and returns totals for the books. Nothing in it depends on how many workers run or in which order.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from afc.fares.charge import ENTRY, EXIT, LOAD, SALE
from afc.fares.state import Rule
from afc.keys import KeyRing
from afc.tap import TAP
from clearing import detail
from clearing.legs import LEG, PLACE, STATUS_NAMES, pair
from clearing.rating import Rated, rate
from clearing.split import FARE, Within, split

SHARDS = 16
"""Cards are dealt over this many shards, whatever the number of workers, so that digests never depend on it."""

OPEN_US = 3 * 3600 * 1_000_000
"""A journey whose last tap is younger than this at the cut may go on, so it is settled with the next day."""

NO_PATTERN = 0xFFFF
LATE = "COUNTER_PASSED"
TOTAL = np.dtype(
    [("kind", "U16"), ("operator", "<i4"), ("medium", "<i4"), ("category", "<i4"), ("product", "<i4"),
     ("service", "<i4"), ("quantity", "<i8"), ("minor", "<i8")]
)  # fmt: skip


class Context(NamedTuple):
    """What every shard of a date shares."""

    date: str
    folder: Path
    before: Path | None
    cut_us: int
    ring: KeyRing
    rates: np.ndarray
    tables: Any
    policy: str
    within: Within
    concessions: tuple[int, ...]
    register: np.ndarray


class Finding(NamedTuple):
    """A tap set aside: what is wrong with it, and the record itself."""

    reason: str
    tap: bytes


class Result(NamedTuple):
    """A shard's answer: totals for the books, counts for the statement, digests, and what was set aside."""

    shard: int
    totals: np.ndarray
    counts: dict[str, int]
    digest: bytes
    found: tuple[Finding, ...]


REGISTER = np.dtype(
    [("device", "<u4"), ("from_us", "<i8"), ("operator", "<i2"), ("vehicle", "<i4"), ("service", "<i1")]
)
"""The device register as columns, sorted by device and time."""


def shard_of(cards: np.ndarray) -> np.ndarray:
    """The shard of each card number: a mixed hash, so that numbers given out in order spread evenly."""
    mixed = cards.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    return ((mixed >> np.uint64(40)) % np.uint64(SHARDS)).astype(np.int64)


def close_shard(task: tuple[Context, int]) -> Result:
    """Taps to shares for one shard."""
    context, shard = task
    taps = detail.read_array(context.folder / f"taps-{shard:02d}.npy")
    cards = detail.read_array((context.before or context.folder) / f"cards-{shard:02d}.npy")
    taps, rows, found, counts = admit(taps, cards, context)
    late = late_taps(found)
    places = places_of(taps, context)
    legs, leg_of = pair(taps, rows, places, cards, context.tables)
    balance = cards["balance"].copy()
    rated = rate(taps, rows, places, legs, leg_of, cards, context.rates)
    counts |= compare(taps, rows, rated, balance)
    settled, still_open = settle(np.concatenate([read_open_legs(context, shard), legs]), cards, context.cut_us)
    shares = split(settled, context.policy, context.within)
    day = Day(taps, places, legs, settled, still_open, shares, late, places_of(late, context))
    counts |= day.counts() | by_rule(rated.lines) | {"refused_by_rule": int((rated.minor < 0).sum())}
    arrays = {"taps": taps, "legs": legs, "lines": rated.lines, "shares": shares, "cards": cards, "open": still_open}
    write(context, shard, arrays, settled, places, rated)
    return Result(shard, add_up(day, context), counts, digest_of(arrays), found)


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

    @property
    def riding(self) -> np.ndarray:
        """Which taps are boardings and alightings."""
        return (self.taps["kind"] == ENTRY) | (self.taps["kind"] == EXIT)

    @property
    def loads(self) -> np.ndarray:
        """Which taps load value."""
        return np.asarray(self.taps["kind"] == LOAD)

    @property
    def sales(self) -> np.ndarray:
        """Which taps put a pass on a card."""
        return np.asarray(self.taps["kind"] == SALE)

    def counts(self) -> dict[str, int]:
        """Legs and journeys for the run's summary."""
        status = np.bincount(self.legs["status"], minlength=3)
        names = {f"legs_{name.lower()}": int(n) for name, n in zip(STATUS_NAMES, status, strict=True)}
        first = np.ones(len(self.settled), bool)
        for field in ("card", "journey"):
            first[1:] &= self.settled[field][1:] == self.settled[field][:-1]
        return names | {"journeys": len(self.settled) - int(first[1:].sum()), "carried_out": len(self.still_open)}


def admit(
    taps: np.ndarray, cards: np.ndarray, context: Context
) -> tuple[np.ndarray, np.ndarray, tuple[Finding, ...], dict[str, int]]:
    """The taps that count, in each card's own order, with the rows of their cards; the others by name.

    The card's counter orders taps, never a reader's clock. A counter that the card has passed in an earlier close is a late
    tap: its money waits in suspense. The same counter twice is a copy: only the first counts, the other is evidence.
    """
    good = context.ring.macs_ok(taps)
    rows = np.searchsorted(cards["card"], taps["card"])
    known = (rows < len(cards)) & (cards["card"][np.minimum(rows, len(cards) - 1)] == taps["card"])
    reasons = np.where(good, np.where(known, "", "CARD_UNKNOWN"), "MAC_WRONG").astype("U16")
    order = np.lexsort((taps["seq"], taps["device"], taps["time_us"], taps["counter"], taps["card"]))
    taps, rows, reasons = taps[order], rows[order], reasons[order]
    fine = reasons == ""
    passed = np.zeros(len(taps), bool)
    passed[fine] = taps["counter"][fine] <= cards["counter"][rows[fine]]
    reasons[passed] = LATE
    again = np.zeros(len(taps), bool)
    again[1:] = (taps["card"][1:] == taps["card"][:-1]) & (taps["counter"][1:] == taps["counter"][:-1])
    reasons[again & (reasons == "")] = "COUNTER_REUSED"
    fine = reasons == ""
    found = tuple(Finding(str(why), tap.tobytes()) for why, tap in zip(reasons[~fine], taps[~fine], strict=True))
    return taps[fine], rows[fine], found, {"taps": int(fine.sum()), "aside": len(found)}


def late_taps(found: tuple[Finding, ...]) -> np.ndarray:
    """The taps set aside whose money has really left or reached the card: genuine, only too late to be judged."""
    return np.frombuffer(b"".join(finding.tap for finding in found if finding.reason == LATE), TAP)


def places_of(taps: np.ndarray, context: Context) -> np.ndarray:
    """PLACE of each tap: operator and vehicle from the register at the tap's time, route and service from the pattern."""
    register, places = context.register, np.zeros(len(taps), PLACE)
    row = np.searchsorted(register["device"], taps["device"])
    last = np.searchsorted(register["device"], taps["device"], side="right")
    while True:
        later = (row + 1 < last) & (register["from_us"][np.minimum(row + 1, len(register) - 1)] <= taps["time_us"])
        if not later.any():
            break
        row = row + later
    places["operator"], places["vehicle"] = register["operator"][row], register["vehicle"][row]
    places["service"], places["pattern"], places["route"] = register["service"][row], -1, -1
    moving = taps["pattern"] != NO_PATTERN
    pattern = taps["pattern"][moving].astype(np.int64)
    places["pattern"][moving] = pattern
    places["route"][moving] = context.tables.pattern_route[pattern]
    places["service"][moving] = context.tables.pattern_service[pattern]
    return places


def compare(taps: np.ndarray, rows: np.ndarray, rated: Rated, balance: np.ndarray) -> dict[str, int]:
    """Where readers and rules part, and where a card's purse does not follow from its taps."""
    rides = (taps["kind"] == ENTRY) | (taps["kind"] == EXIT)
    differs = rides & (rated.minor != taps["amount"])
    delta = np.where(taps["kind"] == LOAD, taps["amount"], np.where(rides, -taps["amount"].astype(np.int64), 0))
    first = np.ones(len(taps), bool)
    first[1:] = taps["card"][1:] != taps["card"][:-1]
    before = np.empty(len(taps), np.int64)
    before[1:] = taps["balance"][:-1]
    before[first] = balance[rows[first]]
    return {
        "rated_otherwise": int(differs.sum()),
        "rated_otherwise_minor": int(np.abs(taps["amount"][differs] - np.maximum(rated.minor[differs], 0)).sum()),
        "purse_breaks": int((before + delta != taps["balance"]).sum()),
    }


def by_rule(lines: np.ndarray) -> dict[str, int]:
    """The money of the day's reasons, rule by rule."""
    return {f"rule_{rule.name}": int(lines[lines[:, 1] == rule, 2].sum()) for rule in Rule}


def read_open_legs(context: Context, shard: int) -> np.ndarray:
    """Legs of journeys that were under way at the cut before."""
    path = (context.before or context.folder) / f"open-{shard:02d}.npy"
    if context.before is None or not path.exists():
        return np.zeros(0, LEG)
    legs = detail.read_array(path)
    legs["in_tap"], legs["out_tap"] = -1, -1
    return legs


def settle(legs: np.ndarray, cards: np.ndarray, cut_us: int) -> tuple[np.ndarray, np.ndarray]:
    """Legs of journeys that are over, in order of card and journey, and those of journeys that may go on."""
    legs = legs[np.lexsort((legs["number"], legs["journey"], legs["card"]))]
    complete = is_complete(legs, cards, cut_us)
    return legs[complete], legs[~complete]


def is_complete(legs: np.ndarray, cards: np.ndarray, cut_us: int) -> np.ndarray:
    """Is each leg's journey over? One that is not its card's latest is; the latest one if its last tap is old enough."""
    card = cards[legs["row"]]
    latest = (legs["journey"] == card["j_number"]) | (legs["journey"] == card["leg_journey"])
    touched = np.maximum(np.maximum(card["j_out_us"], card["j_in_us"]), card["leg_in_us"])
    return ~(latest & (touched >= cut_us - OPEN_US))


def add_up(day: Day, context: Context) -> np.ndarray:
    """The shard's money by kind, operator, medium, category, product and service: what the books are written from."""
    boarded = day.legs[day.legs["in_tap"] >= 0]
    free = boarded[(boarded["charge"] == 0) & np.isin(boarded["category"], context.concessions)]
    quota = day.legs[day.legs["quota_minor"] > 0]
    shared = day.settled[day.shares["leg"]].copy()
    shared["operator"] = day.shares["operator"]
    fare = day.shares["kind"] == FARE
    return np.concatenate(
        [
            taps_sums("charge", day.taps, day.places, day.riding),
            taps_sums("load", day.taps, day.places, day.loads),
            taps_sums("sale", day.taps, day.places, day.sales),
            taps_sums("late", day.late, day.late_places, day.late["kind"] <= EXIT),
            taps_sums("load", day.late, day.late_places, day.late["kind"] == LOAD),
            sums("share", day.shares["minor"][fare], shared[fare]),
            sums("collected", day.shares["minor"][~fare], shared[~fare]),
            sums("quota", quota["quota_minor"], with_product(quota, quota["quota"])),
            sums("boarding", np.zeros(len(boarded), np.int64), boarded),
            sums("free", np.zeros(len(free), np.int64), free),
            sums("open_journey", day.still_open["charge"] + day.still_open["collected"], day.still_open),
        ]
    )


def with_product(legs: np.ndarray, product: np.ndarray) -> np.ndarray:
    """The same legs counted under another product number."""
    legs = legs.copy()
    legs["product"] = product
    return legs


KEYS = ("operator", "medium", "category", "product", "service")


def taps_sums(kind: str, taps: np.ndarray, places: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """TOTAL rows of one kind over some taps."""
    rows = np.zeros(int(chosen.sum()), [(key, "<i4") for key in KEYS])
    for key in KEYS:
        rows[key] = (places if key in ("operator", "service") else taps)[key][chosen]
    return sums(kind, taps["amount"][chosen], rows)


def sums(kind: str, minor: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """TOTAL rows of one kind: counts and sums by `KEYS` of `rows`."""
    packed = np.zeros(len(minor), np.int64)
    for key in KEYS:
        packed = packed * 4096 + (rows[key].astype(np.int64) + 8)
    groups, where = np.unique(packed, return_inverse=True)
    total = np.zeros(len(groups), TOTAL)
    total["kind"] = kind
    for key in reversed(KEYS):
        total[key], groups = groups % 4096 - 8, groups // 4096
    total["quantity"] = np.bincount(where, minlength=len(total))
    np.add.at(total["minor"], where, minor.astype(np.int64))
    return total


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
    detail.write_array(context.folder / f"cards-{shard:02d}.npy", arrays["cards"])
    detail.write_array(context.folder / f"open-{shard:02d}.npy", arrays["open"])
    detail.write_taps(context.folder / f"taps-{shard:02d}.parquet", arrays["taps"], places, rated.minor)
    detail.write_records(context.folder / f"legs-{shard:02d}.parquet", arrays["legs"])
    detail.write_lines(context.folder / f"lines-{shard:02d}.parquet", arrays["lines"])
    detail.write_shares(context.folder / f"shares-{shard:02d}.parquet", arrays["shares"], settled)
    (context.folder / f"taps-{shard:02d}.npy").unlink()
