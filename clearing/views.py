"""Views: read-only answers for people, put together from a run's books and detail.

A tap is named `T-device-epoch-sequence`, a journey `J-card-number` with the card in hexadecimal. Nothing here works money
out again; it shows what stands behind a figure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from afc.batch import Batch, open_sealed
from afc.keys import KeyRing, sim_environment
from afc.refusal import Refused
from afc.tap import moved_minor
from clearing.chart import chart_of
from clearing.dealing import SHARDS_MIN, shard_with
from clearing.detail import read_array
from clearing.facts import NONE
from clearing.house import BOOKS, ISSUED, WAITED, House
from clearing.open_items import read_items
from clearing.standing import AGAIN
from clearing.store import Kept

_TAP = re.compile(r"^T-(\d{1,10})-(\d{1,5})-(\d{1,10})$", re.IGNORECASE)
_JOURNEY = re.compile(r"^J-([0-9a-f]{1,16})-(\d{1,9})$", re.IGNORECASE)
Row = dict[str, Any]


class TapName(NamedTuple):
    """Who wrote the tap, and as which of its taps."""

    device: int
    epoch: int
    seq: int

    def __str__(self) -> str:
        return f"T-{self.device}-{self.epoch}-{self.seq}"


class JourneyName(NamedTuple):
    """Whose journey, and which of theirs."""

    card: int
    journey: int

    def __str__(self) -> str:
        return f"J-{self.card:016x}-{self.journey}"


def tap_name(text: str) -> TapName:
    """A tap's name from the command line."""
    found = _TAP.match(text)
    if not found:
        raise Refused(
            "TAP_NAME_MALFORMED", f'"{text}" names no tap', cure="Write it as T-device-epoch-sequence, or `any`."
        )
    return TapName(*(int(part) for part in found.groups()))


def journey_name(text: str) -> JourneyName:
    """A journey's name from the command line."""
    found = _JOURNEY.match(text)
    if not found:
        raise Refused(
            "JOURNEY_NAME_MALFORMED", f'"{text}" names no journey', cure="Write it as J-card-number, or `any`."
        )
    return JourneyName(int(found[1], 16), int(found[2]))


class Custody(NamedTuple):
    """A tap with the batch that carried it."""

    tap: np.void
    kept: Kept
    sealed: bytes
    batch: Batch
    receipt: bytes


class Place(NamedTuple):
    """Where the newest detail of a card's date lies: the close that made it, and what its files begin with."""

    close: str
    kind: str
    about: str

    def file(self, name: str) -> str:
        """The kind of file with these facts."""
        return self.kind + name

    def only(self) -> Row:
        """Files with what was priced again hold several dates."""
        return {"date": int(self.about.replace("-", ""))} if self.kind else {}


class Journey(NamedTuple):
    """A journey with everything that made its money: legs, the reasons of each tap, shares, taps. `close` is the date in
    whose books the last of it stands, where that is not its own."""

    name: JourneyName
    date: str
    legs: list[Row]
    lines: list[Row]
    shares: list[Row]
    taps: dict[int, Row]
    close: str = ""

    @property
    def total_minor(self) -> int:
        """What the rider paid at the taps of this journey."""
        return sum(int(leg["charge"]) + int(leg["collected"]) for leg in self.legs)


class Detail:
    """The Parquet files of a run. With `closed`, only those of closes that have ended: one that was cut short leaves files that
    nothing in the books speaks of."""

    def __init__(self, folder: Path, closed: frozenset[str] | None = None) -> None:
        self.folder, self.closed = folder / "detail", closed

    @cached_property
    def dates(self) -> list[str]:
        """Clearing dates with detail, oldest first."""
        found = sorted(path.name for path in self.folder.glob("[0-9]*") if self.ended(path.name))
        if not found:
            what = "there is no detail of any date: it is written when a date is closed"
            cure = "Close one: afc clearing run --through DATE. If one was closed before, restore the folder."
            raise Refused("DETAIL_MISSING", what, where=str(self.folder), cure=cure)
        return found

    @cached_property
    def shards(self) -> int:
        """Over how many shards the cards were dealt when the books began."""
        return len(list((self.folder / ISSUED).glob("cards-*.npy"))) or SHARDS_MIN

    @cached_property
    def again(self) -> list[tuple[str, int]]:
        """Closes and shards in which earlier dates were priced again, the newest first."""
        found = self.folder.glob(f"[0-9]*/{AGAIN}index-*.parquet")
        closes = (
            (path.parent.name, int(path.stem.rsplit("-", 1)[1])) for path in found if self.ended(path.parent.name)
        )
        return sorted(closes, reverse=True)

    def ended(self, close: str) -> bool:
        """Has this close ended?"""
        return self.closed is None or close in self.closed

    def place(self, date: str, shard: int, card: int) -> Place:
        """Where to look for what a card did on a date."""
        for close, where in self.again:
            if where == shard and close > date:
                mine = Place(close, AGAIN, date)
                if self.rows(close, mine.file("index"), shard, card=card, **mine.only()):
                    return mine
        return Place(date, "", date)

    def of_card(self, date: str, kind: str, shard: int, card: int, **where: int) -> list[Row]:
        """Rows about a card on a date as they are now."""
        place = self.place(date, shard, card)
        return self.rows(place.close, place.file(kind), shard, card=card, **place.only(), **where)

    def columns(self, date: str, kind: str, shard: int) -> dict[str, np.ndarray]:
        """One shard's file as columns."""
        return self.table(date, f"{kind}-{shard:02d}")

    def table(self, date: str, name: str) -> dict[str, np.ndarray]:
        """One file as columns."""
        from pyarrow import parquet

        path = self.folder / date / f"{name}.parquet"
        try:
            table = parquet.read_table(path)
        except (OSError, ValueError) as error:
            cure = "Make the run again, or restore the file."
            raise Refused("DETAIL_DAMAGED", f"the file cannot be read ({error})", where=str(path), cure=cure) from None
        return {name: table[name].to_numpy() for name in table.column_names}

    def rows(self, date: str, kind: str, shard: int, /, **where: int) -> list[Row]:
        """Rows of one file in which columns have these values; `row` is the place in the file."""
        columns = self.columns(date, kind, shard)
        chosen = np.ones(len(next(iter(columns.values()))), bool)
        for name, value in where.items():
            chosen &= columns[name] == value
        return [
            {"row": int(i)} | {name: column[i].item() for name, column in columns.items()}
            for i in np.flatnonzero(chosen)
        ]


def detail_of(house: House) -> Detail:
    """The files of the dates that are closed."""
    closed = {day.clearing_date.isoformat() for day in house.store.days() if day.state == "closed"}
    return Detail(house.folder, frozenset(closed))


def find_custody(house: House, name: TapName) -> Custody:
    """The tap as it was sealed, from the batch in the books."""
    kept = house.store.find_batch(name.device, name.epoch, name.seq)
    if kept is None:
        cure = "Names of taps are in detail/<date>/taps-*.parquet."
        raise Refused("TAP_UNKNOWN", f"no accepted batch holds {name}", cure=cure)
    sealed = next(sealed for _, sealed in house.store.accepted(kept.position, kept.position))
    batch = open_sealed(sealed, house.ring.device_public, house.ring.environment)
    receipt = house.store.receipts([kept.position])[kept.position]
    return Custody(batch.taps[name.seq - batch.first_seq], kept, sealed, batch, receipt)


def find_journey(detail: Detail, name: JourneyName) -> Journey:
    """A journey by its name, on whichever date it was ridden."""
    shard = shard_with(name.card, detail.shards)
    for date in detail.dates:
        legs = detail.of_card(date, "legs", shard, name.card, journey=name.journey)
        if legs:
            place = detail.place(date, shard, name.card)
            return gather(detail, name, place, shard, sorted(legs, key=lambda leg: int(leg["number"])))
    raise Refused("JOURNEY_UNKNOWN", f"no card of this run made {name}", cure="Try `any`.")


def gather(detail: Detail, name: JourneyName, place: Place, shard: int, legs: list[Row]) -> Journey:
    """Reasons, taps and shares of some legs."""
    date = place.close
    rows = {leg[end] for leg in legs for end in ("in_tap", "out_tap") if leg[end] >= 0}
    taps = detail.columns(date, place.file("taps"), shard)
    lines = detail.columns(date, place.file("lines"), shard)
    mine = np.flatnonzero(np.isin(lines["tap"], list(rows)))
    keys = place.only() | {"card": name.card, "journey": name.journey}
    shares = detail.rows(date, place.file("shares"), shard, **keys)
    return Journey(
        name,
        place.about,
        legs,
        [{key: column[i].item() for key, column in lines.items()} for i in mine],
        shares,
        {row: {key: column[row].item() for key, column in taps.items()} for row in sorted(rows)},
        date,
    )


def any_journey(detail: Detail) -> JourneyName:
    """A journey worth showing: of those whose second leg was a transfer, the first with the most legs tapped out."""
    best: tuple[int, JourneyName] | None = None
    for date, shard in places(detail):
        legs = detail.columns(date, "legs", shard)
        if len(legs["card"]) == 0:
            continue
        key = np.stack([legs["card"], legs["journey"].astype(np.uint64)])
        names, where = np.unique(key, axis=1, return_inverse=True)
        where = where.ravel()
        paid = np.bincount(where, legs["charge"]) > 0
        score = np.bincount(where, minlength=names.shape[1]) + np.bincount(where, legs["status"] == 1) * 0.25
        winner = int(np.argmax(np.where(paid, np.minimum(score, 3.75), 0)))
        found = JourneyName(int(names[0, winner]), int(names[1, winner]))
        value = int(4 * score[winner])
        if best is None or value > best[0]:
            best = (value, found)
        if best[0] >= 10:
            return best[1]
    if best is None:
        raise Refused("RUN_EMPTY", "nobody rode in this run", cure="Run it at a larger scale.")
    return best[1]


def places(detail: Detail) -> Iterator[tuple[str, int]]:
    """Every date and shard, in order."""
    return ((date, shard) for date in detail.dates for shard in range(detail.shards))


def purses(house: House) -> dict[str, int]:
    """What cards held after the last date that was closed, by the issuer of their medium; prepaid media only.

    A card shows by its next tap that its purse moved in taps that have not come. Nothing is posted for these, and `unsettled`
    lists them, so the books still have what the purse held before.
    """
    day = max(day.clearing_date for day in house.store.days() if day.state == "closed").isoformat()
    folder, sums = house.detail(day), dict[str, int]()
    for shard in range(house.shards):
        cards, holes = read_array(folder / f"cards-{shard:02d}.npy"), read_items(folder, shard).holes
        np.add.at(cards["balance"], np.searchsorted(cards["card"], holes["card"]), holes["minor"])
        for issuer, minor in held_on(house, [cards]).items():
            sums[issuer] = sums.get(issuer, 0) + minor
    return sums


def held_on(house: House, files: Iterable[np.ndarray]) -> dict[str, int]:
    """What some files of cards hold, by the issuer of their medium; prepaid media only."""
    sums: dict[str, int] = {}
    for cards in files:
        for issuer, m in prepaid_media(house):
            sums[issuer] = sums.get(issuer, 0) + int(cards["balance"][cards["medium"] == m].sum())
    return sums


def held_at_cut(house: House, cards: np.ndarray) -> dict[str, int]:
    """What chips held at the last cut, from what they hold now: taps after the cut wait, and are not in the books yet."""
    day = house.store.days()[-1].clearing_date.isoformat()
    waiting, sums = read_array(house.detail(day) / WAITED), held_on(house, [cards])
    waiting = np.concatenate([waiting, happened(house, cards, day)])
    moved = -moved_minor(waiting)
    for issuer, m in prepaid_media(house):
        sums[issuer] += int(moved[waiting["medium"] == m].sum())
    return sums


def happened(house: House, cards: np.ndarray, day: str) -> np.ndarray:
    """The taps that wait because no card confirmed them, and that these chips have really written (TAP)."""
    taps = np.concatenate([read_items(house.detail(day), shard).unratified for shard in range(house.shards)])
    order = np.argsort(cards["card"])
    row = order[np.searchsorted(cards["card"], taps["card"], sorter=order)]
    return taps[taps["counter"] <= cards["counter"][row]]


def prepaid_media(house: House) -> list[tuple[str, int]]:
    """Each prepaid medium's issuer and number."""
    issuers = chart_of(house.city, house.store.days()[-1].clearing_date, NONE).issuers
    return [(issuers[m], m) for m, medium in enumerate(house.city.media) if medium.funding == "prepaid"]


def open_house(folder: Path, city: Any, seed: int) -> House:
    """The clearing house of a finished run, for reading."""
    from clearing.store import Store

    ring = KeyRing.from_seed(seed, sim_environment(city.id))
    return House(Store.open(str(folder / BOOKS)), city, ring, folder)
