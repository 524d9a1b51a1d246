"""The extract: the detail of one date that an operator needs to work its own figures out again, and no more cards than that.

It has every card that the operator had to do with: that tapped at its readers, or of whose fares it got a part. Of these it
has all taps of the date, what they held before it, and the legs that were under way, because a ceiling, a pass or a
transfer counts every ride of the card. Taps at the operator's own readers that this close priced again with an earlier date
stand apart. Cards have other numbers here and stand in the order of these, and of taps at other
operators' readers the MAC is left out. The digest is of the content and not of files.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from afc.keys import KeyRing
from afc.records import rows_at
from afc.tap import TAP
from clearing import detail
from clearing.eras import number_of
from clearing.house import ISSUED, REPRICED, House
from clearing.legs import LEG
from clearing.pages import Pages
from clearing.standing import AGAIN, as_records


class Part(NamedTuple):
    """One shard's part: cards as they were before the date, their legs under way, and their taps in the cards' order.

    `again` are own taps that were priced again with an earlier date. `rows` are the places of the taps' cards in `cards`, as a
    leg's `row` is.
    """

    cards: np.ndarray
    legs: np.ndarray
    taps: np.ndarray
    again: np.ndarray
    rows: np.ndarray

    @property
    def digest(self) -> bytes:
        """SHA-256 over the content; `rows` follow from it."""
        return detail.content(self.cards, self.legs, self.taps, self.again)


class Cards(NamedTuple):
    """A shard's date as it was closed, and which card (by row) had to do with which operator."""

    part: Part
    operators: np.ndarray  # of each tap
    again_operators: np.ndarray  # of each tap that was priced again
    involved: np.ndarray  # (cards, operators), and a last column for what has none


class Where(NamedTuple):
    """The files of a closed date and of the one before it, and who asks; a worker needs no more."""

    ring: KeyRing
    folder: Path
    before: Path
    day: date
    operators: tuple[int, ...]
    repriced: dict[int, bytes]  # shards in which this close priced earlier dates again
    before_number: int  # the date before as yyyymmdd


def extract_digests(house: House, day: date, operators: Sequence[int], run: Any = map) -> dict[int, bytes]:
    """The digest of each operator's extract: over those of its parts, shard by shard."""
    where = where_of(house, day, tuple(operators))
    parts = list(run(partial(digests_in, where), range(house.shards)))
    return {operator: whole(part[i] for part in parts) for i, operator in enumerate(operators)}


def whole(digests: Iterable[bytes]) -> bytes:
    """The digest of an extract, from those of its parts."""
    return hashlib.sha256(b"".join(digests)).digest()


def digests_in(where: Where, shard: int) -> list[bytes]:
    """The digests of one shard's parts, operator by operator."""
    cards = shard_cards(where, shard)
    return [cut(where, cards, operator).digest for operator in where.operators]


def extract_for(house: House, day: date, operator: int) -> list[Part]:
    """One operator's extract of a closed date, part by part."""
    where = where_of(house, day, (operator,))
    return [cut(where, shard_cards(where, shard), operator) for shard in range(house.shards)]


def where_of(house: House, day: date, operators: tuple[int, ...]) -> Where:
    """The files of a date whose detail is written."""
    closed = [d.clearing_date for d in house.store.days() if d.clearing_date < day and d.state == "closed"]
    repriced = {row.shard: row.digest for row in house.store.shards(day) if row.kind == REPRICED}
    before = house.detail(max(closed).isoformat() if closed else ISSUED)
    number = number_of(max(closed)) if closed else 0
    return Where(house.ring, house.detail(day.isoformat()), before, day, operators, repriced, number)


def cut(where: Where, shard: Cards, operator: int) -> Part:
    """What an operator gets of a shard."""
    cards, legs, taps, again, rows = shard.part
    mine = shard.involved[:, operator]
    numbers = where.ring.pseudonyms(cards["card"][mine], operator, where.day.toordinal())
    order = np.argsort(numbers, kind="stable")
    place = np.zeros(len(cards), np.int64)
    place[np.flatnonzero(mine)[order]] = np.arange(len(order))
    numbers = numbers[order]
    told = np.flatnonzero(mine[rows])
    told = told[np.argsort(place[rows[told]], kind="stable")]
    foreign, rows = shard.operators[told] != operator, place[rows[told]]
    at = np.searchsorted(cards["card"], again["card"])
    apart = np.flatnonzero(mine[at] & (shard.again_operators == operator))
    apart = apart[np.argsort(place[at[apart]], kind="stable")]
    under_way = np.flatnonzero(mine[legs["row"]])
    under_way = under_way[np.argsort(place[legs["row"][under_way]], kind="stable")]
    again, at = rows_at(again, apart), place[at[apart]]
    cards, legs, taps = rows_at(cards, np.flatnonzero(mine)[order]), rows_at(legs, under_way), rows_at(taps, told)
    taps["mac"][foreign] = 0
    legs["row"] = place[legs["row"]]
    cards["card"], legs["card"], taps["card"], again["card"] = numbers, numbers[legs["row"]], numbers[rows], numbers[at]
    return Part(cards, legs, taps, again, rows)


def shard_cards(where: Where, shard: int) -> Cards:
    """A shard of a closed date, read from its files."""
    cards = detail.read_array(where.before / f"cards-{shard:02d}.npy")
    legs = np.zeros(0, LEG)
    if where.before.name != ISSUED:
        legs = detail.read_array(where.before / f"open-{shard:02d}.npy")
    again, again_operators = np.zeros(0, TAP), np.zeros(0, np.int16)
    if shard in where.repriced:
        pages = Pages(where.folder, shard, where.repriced[shard], AGAIN)
        legs = priced_again(pages, where.before_number, cards, legs)
        columns = pages.table("taps")
        again, again_operators = as_records(columns, TAP), columns["operator"]
    legs["in_tap"], legs["out_tap"] = -1, -1  # rows of another date's taps
    told = detail.read_columns(where.folder / f"taps-{shard:02d}.parquet")
    taps = as_records(told, TAP)
    rows = np.searchsorted(cards["card"], taps["card"])
    today = detail.read_columns(
        where.folder / f"legs-{shard:02d}.parquet", "row", "operator", "collected", "collected_operator"
    )
    shares = detail.read_columns(where.folder / f"shares-{shard:02d}.parquet", "card", "operator")
    collected = today["collected"] > 0
    involved = [
        (rows, told["operator"]),
        (today["row"], today["operator"]),
        (today["row"][collected], today["collected_operator"][collected]),
        (np.searchsorted(cards["card"], shares["card"]), shares["operator"]),
        (legs["row"], legs["operator"]),
        (np.searchsorted(cards["card"], again["card"]), again_operators),
    ]
    found = np.zeros((len(cards), max(where.operators) + 2), bool)
    for row, operator in involved:
        found[row, np.minimum(operator, found.shape[1] - 1)] = True
    return Cards(Part(cards, legs, taps, again, rows), told["operator"], again_operators, found)


def priced_again(pages: Pages, before: int, cards: np.ndarray, legs: np.ndarray) -> np.ndarray:
    """Let cards whose past has changed begin the date as they really stood; the legs that were under way then."""
    index = pages.table("index")
    at = np.flatnonzero(index["date"] == before)
    rows = np.searchsorted(cards["card"], index["card"][at])
    cards[rows] = pages.rows("cards", at)
    columns = pages.table("open")
    later = as_records(columns, LEG)[columns["date"] == before]
    later["row"] = np.searchsorted(cards["card"], later["card"])
    return np.concatenate([legs[~np.isin(legs["row"], rows)], later])


def write(parts: Sequence[Part], folder: Path) -> None:
    """The extract as files: what cards held as arrays, legs and taps in Parquet that any analyst's tool opens."""
    folder.mkdir(parents=True, exist_ok=True)
    for shard, part in enumerate(parts):
        detail.write_array(folder / f"cards-{shard:02d}.npy", part.cards)
        for name, rows in (("under-way", part.legs), ("taps", part.taps), ("again", part.again)):
            detail.write_columns(folder / f"{name}-{shard:02d}.parquet", detail.columns_of(rows))


def read(folder: Path) -> list[Part]:
    """The extract from its files, whatever they say by now; its digest tells."""
    found = []
    for shard in range(len(list(folder.glob("cards-*.npy")))):
        cards = detail.read_array(folder / f"cards-{shard:02d}.npy")
        legs = as_records(detail.read_columns(folder / f"under-way-{shard:02d}.parquet"), LEG)
        taps, again = (
            as_records(detail.read_columns(folder / f"{name}-{shard:02d}.parquet"), TAP) for name in ("taps", "again")
        )
        rows = np.minimum(np.searchsorted(cards["card"], taps["card"]), max(len(cards) - 1, 0))
        found.append(Part(cards, legs, taps, again, rows))
    return found
