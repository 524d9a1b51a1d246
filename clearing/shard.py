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
from afc.fares.begun import Earlier
from afc.fares.state import REFUSED, Rule
from afc.keys import KeyRing
from afc.records import rows_of, rows_where
from afc.tap import TAP, is_ride, moved_minor
from clearing import detail
from clearing.admit import Admitted, Finding, SetAside, admit, by_counter, late_taps, taps_set_aside
from clearing.facts import NONE, Facts
from clearing.fold import Folded, Ground, Terms, fold_signed
from clearing.holes import holes_after
from clearing.legs import LEG
from clearing.open_items import Items, keep_items, read_items
from clearing.pages import list_of, marks_of
from clearing.placing import Known, placed
from clearing.rating import Rated
from clearing.reprice import NOBODY, Again, Marked, nothing_again, price_again
from clearing.repriced import write_again
from clearing.split import Within
from clearing.standing import Era, Standing
from clearing.totals import add_up, counted


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
    shards: int  # over how many cards are dealt
    earlier: Earlier = ()  # versions of the tariff that ended lately
    eras: tuple[Era, ...] = ()  # closed dates that may be priced again, the oldest first
    orders: np.ndarray = NO_ACTIONS
    facts: Facts = NONE
    marked: Marked = NOBODY  # cards that corrections touch

    @property
    def terms(self) -> Terms:
        """What the date is judged by."""
        return Terms(self.cut_us, self.rates, self.policy, self.within, self.earlier)

    @property
    def ground(self) -> Ground:
        """What holds on every date."""
        return Ground(self.register, self.tables, self.facts, self.concessions)

    @property
    def again_between(self) -> tuple[int, int]:
        """Taps of these moments, the last excluded, belong to dates that may be priced again."""
        return (self.eras[0].from_us, self.eras[-1].terms.cut_us) if self.eras else (0, 0)


class Redone(NamedTuple):
    """What a shard priced again: by date (yyyymmdd) the differences for the books; the digest of the files, empty where
    there are none; how many journeys changed."""

    totals: tuple[tuple[int, np.ndarray], ...]
    digest: bytes
    journeys: int


class Result(NamedTuple):
    """A shard's answer: totals for the books, counts for the statement, digests, and what was set aside."""

    shard: int
    totals: np.ndarray
    counts: dict[str, int]
    digest: bytes
    carry: bytes
    found: tuple[Finding, ...]
    unplaced: tuple[bytes, ...]  # records that name what the city does not have
    again: Redone = Redone((), b"", 0)


DEALT = ".dealt"


def dealt_file(shard: int) -> str:
    """The file of the taps that a shard was dealt: bare TAP records, gone when all shards are closed."""
    return f"taps-{shard:02d}{DEALT}"


def close_shard(context: Context, shard: int) -> Result:
    """Taps to shares for one shard. Done twice, even at once, it leaves the same files: what it was dealt stays as it is."""
    taps = np.fromfile(context.folder / dealt_file(shard), TAP)
    cards = detail.read_array(context.before / f"cards-{shard:02d}.npy")
    under_way, items = read_open_legs(context, shard), read_items(context.before, shard)
    if context.carried:
        detail.check_content(context.carried[shard], context.before, cards, under_way, *items.to_note())
    taps = rows_of([items.unratified, taps])
    seen = context.facts.judged(taps)
    fits = placed(seen, context.known)
    unplaced = tuple(tap.tobytes() for tap in rows_where(taps, ~fits))
    taps, seen = rows_where(taps, fits), rows_where(seen, fits)
    marked = context.marked.rows(cards["card"])
    admitted = admit(
        taps, cards, context.ring, context.again_between,
        holes=items.holes, orders=context.orders, cut_us=context.cut_us, time_us=seen["time_us"], marked=marked[0],
    )  # fmt: skip
    again, redone, as_closed = nothing_again(cards), Redone((), b"", 0), cards
    if len(admitted.late.taps) or len(marked[0]):
        as_closed = cards.copy()
        again = price_again(admitted.late, cards, marked, Standing(context.eras, shard), context.ground)
        admitted, under_way = with_again(admitted, again, cards, under_way)
    if again.changed:
        digest_again, journeys = write_again(context.folder, shard, again)
        redone = Redone(tuple((one.number, one.totals) for one in again.changed), digest_again, journeys)
    taps, rows, found = admitted.taps, admitted.rows, admitted.found
    items = Items(admitted.waiting, missing_after(items.holes, admitted, as_closed))
    late = late_taps(found)
    balance = cards["balance"].copy()
    day = fold_signed(taps, rows, cards, under_way, context.terms, context.ground)
    counts = {"taps": len(taps) + again.earlier, "aside": len(found) + len(unplaced), "repriced": redone.journeys}
    counts |= compare(taps, rows, day.rated, balance) | counted(day) | by_rule(day.rated.lines)
    counts |= {"refused_by_rule": int((day.rated.minor < REFUSED).sum())}
    totals = add_up(day, late, context.facts.places(late, context.register, context.tables), context.concessions)
    digest, carry = write(context, shard, day, cards), detail.content(cards, day.still_open, *items.to_note())
    keep_items(context.folder, shard, items)
    return Result(shard, totals, counts, digest, carry, found, unplaced, redone)


def missing_after(holes: np.ndarray, admitted: Admitted, cards: np.ndarray) -> np.ndarray:
    """The holes that are left, and new ones; `cards` are as the last close left them."""
    if not len(admitted.late.taps) and not admitted.found:
        return holes_after(holes, admitted.taps, admitted.rows, cards, admitted.taps[:0])
    gone = {finding.tap for finding in admitted.found}
    counts = np.array([tap.tobytes() not in gone for tap in admitted.late.taps], bool)
    today = ~np.isin(admitted.rows, admitted.late.rows)  # of the others all new taps are among the late ones
    taps = np.concatenate([admitted.taps[today], admitted.late.taps[counts]])
    rows = np.concatenate([admitted.rows[today], admitted.late.rows[counts]])
    aside = taps_set_aside(
        admitted.found, SetAside.COUNTER_PASSED, SetAside.ORDER_UNKNOWN, SetAside.ORDER_REPEATED
    )  # fmt: skip
    order = by_counter(taps, rows)
    return holes_after(holes, taps[order], rows[order], cards, aside)


def with_again(
    admitted: Admitted, again: Again, cards: np.ndarray, under_way: np.ndarray
) -> tuple[Admitted, np.ndarray]:
    """The date's own taps and open legs, where cards that were priced again begin from what they hold now."""
    cards[again.rows] = again.held
    under_way = np.concatenate([under_way[~np.isin(under_way["row"], again.rows)], again.under_way])
    taps = np.concatenate([admitted.taps, again.today.taps])
    rows = np.concatenate([admitted.rows, again.today.rows])
    order = by_counter(taps, rows)
    found = admitted.found + again.found
    return admitted._replace(taps=taps[order], rows=rows[order], found=found), under_way


def compare(taps: np.ndarray, rows: np.ndarray, rated: Rated, balance: np.ndarray) -> dict[str, int]:
    """Where readers and rules part, and where a card's purse does not follow from its taps."""
    rides = is_ride(taps["kind"])
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


def write(context: Context, shard: int, day: Folded, cards: np.ndarray) -> bytes:
    """The shard's files: arrays that the next day reads, Parquet that people read; the digest of all that is in them."""
    tables = {
        "taps": detail.tap_columns(day.taps, day.places, day.rated.minor),
        "legs": detail.columns_of(day.legs),
        "lines": detail.line_columns(day.rated.lines),
        "shares": detail.share_columns(day.shares, day.settled),
    }
    marks = {
        name: detail.write_columns(context.folder / f"{name}-{shard:02d}.parquet", columns)
        for name, columns in tables.items()
    }
    rows = {name: len(next(iter(columns.values()))) for name, columns in tables.items()}
    for name, array in (("cards", cards), ("open", day.still_open)):
        detail.carry_array(context.folder / f"{name}-{shard:02d}.npy", array)
        marks[name], rows[name] = marks_of([array]), len(array)
    listed = list_of(marks, rows)
    detail.write_durably(context.folder / f"pages-{shard:02d}.json", listed)
    return hashlib.sha256(listed).digest()
