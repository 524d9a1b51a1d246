"""Trace: from a figure on a statement to the entries that it sums, to the rides and loads behind them, to signed taps.

Every step down is added up again, so that what is below comes to what stands above, in number and in money.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import cached_property
from typing import NamedTuple

import numpy as np

from afc.limits import reprice_days_max
from afc.refusal import Refused
from afc.tap import TapKind
from clearing.by_hand import BY_HAND
from clearing.chart import chart_of
from clearing.custody import Register, open_with_any
from clearing.custody_told import facts_on
from clearing.entry import Entry
from clearing.house import DETAIL, House
from clearing.ledger import Named, find_entry, journal
from clearing.netting import owner
from clearing.pages import Columns, Pages
from clearing.per_journey import MOVES, Compared, Differs, accounts_of, chart_about, compare, side, where_of
from clearing.postings import Chart
from clearing.split import COLLECTED_FARE, FARE
from clearing.verify.handover import party_of
from clearing.views import JourneyName, TapName
from clearing.views import tap_name as parsed_name


class Row(NamedTuple):
    """One part of an entry: a share of a leg, or a tap. Tap names are empty where the tap was another date's.

    Of money that was priced again a part is a journey with the one that it was before, what it brought then and brings now, the
    late tap or the ruling that caused it, and the name under which the party's statement has it.
    """

    entry: str
    shard: int
    journey: str
    leg: int
    taps: tuple[str, ...]
    minor: int
    journey_before: str = ""
    before_minor: int = 0
    now_minor: int = 0
    because: str = ""
    told_as: str = ""


class Traced(NamedTuple):
    """An entry with what is behind it; `says` is what it comes to for whoever asks, `rows` None where there are none."""

    named: Named
    minor: int
    rows: list[Row] | None
    rows_minor: int
    rows_count: int

    @property
    def fault(self) -> str:
        """Why what is behind the entry does not come to it, or nothing."""
        entry = self.named.entry
        if self.rows is None:
            return ""
        if self.rows_minor != self.minor:
            return f"{self.named.name} posts {self.minor}, what is behind it comes to {self.rows_minor}"
        same = self.rows_count == entry.quantity or entry.about != entry.clearing_date  # differences count nothing
        return "" if same else f"{self.named.name} counts {entry.quantity}, behind it are {self.rows_count}"


ABOUT = "about-"
"""Before the earlier date that a line is about."""


class Line(NamedTuple):
    """A line of a statement as it is asked for: party/date/kind, and service and product where the line has them; last the date
    that the line is about, where that is an earlier one."""

    party: str
    day: date
    kind: str
    service: str
    product: str
    about: date

    def __str__(self) -> str:
        about = [f"{ABOUT}{self.about}"] if self.about != self.day else []
        names = [self.party, str(self.day), self.kind, self.service, self.product]
        while not names[-1]:
            names.pop()
        return "/".join([*names, *about])


def line_of(text: str) -> Line | None:
    """A line from the command line; None if it is an entry's name."""
    if "/" not in text:
        return None
    parts = text.split("/")
    about = parts.pop().removeprefix(ABOUT) if parts[-1].startswith(ABOUT) else parts[1]
    party, day, kind, service, product = [*parts, "", "", ""][:5]
    try:
        return Line(party, date.fromisoformat(day), kind, service, product, date.fromisoformat(about))
    except ValueError:
        cure = (
            "Write party/date/kind/service/product, the last two as on the statement, then about-DATE where the line is about"
            " an earlier date; or the name of an entry."
        )
        raise Refused("LINE_MALFORMED", f'"{text}" names no line', cure=cure) from None


def entries_behind(house: House, target: str) -> tuple[str, list[Named]]:
    """Whose figure it is ("" for a whole entry), and the entries that it sums."""
    line = line_of(target)
    if line is None:
        return "", [find_entry(house.store, target)]
    party_of(house.store, line.party)
    found = [one for one in journal(house.store, line.day, kind=line.kind) if fits(one.entry, line)]
    if not found:
        others = sorted({f"{one}" for one in alike(house, line)})
        what = f"no entry of {line.day} about {line.about} is behind {target}; lines that only count have none"
        cure = f"See: afc statement show {line.party} {line.day}"
        if others:
            what, cure = f"{target} has no entry about {line.about}", f"Of this kind there is: {', '.join(others)}"
        raise Refused("LINE_UNKNOWN", what, cure=cure)
    return line.party, found


def alike(house: House, line: Line) -> Iterator[Line]:
    """Lines of the same statement that differ from one in the date that they are about, and in nothing else."""
    for one in journal(house.store, line.day, kind=line.kind):
        other = line._replace(about=one.entry.about)
        if other != line and fits(one.entry, other):
            yield other


def later(house: House, target: str) -> list[str]:
    """The lines of later statements with what was learnt about a line since, none for an entry."""
    line = line_of(target)
    if line is None:
        return []
    found = set()
    for day in house.store.days():
        if line.day < day.clearing_date <= line.about + timedelta(days=reprice_days_max):
            other = line._replace(day=day.clearing_date)
            if any(fits(one.entry, other) for one in journal(house.store, day.clearing_date, kind=line.kind)):
                found.add(str(other))
    return sorted(found)


def fits(entry: Entry, line: Line) -> bool:
    """Is an entry one of those that a line sums?"""
    mine = any(owner(posting.account) == line.party for posting in entry.postings)
    return mine and (entry.service, entry.product, entry.about) == (line.service, line.product, line.about)


class Files:
    """A shard of a date, each page proven: taps, legs and shares as columns."""

    def __init__(self, pages: Pages) -> None:
        self.taps, self.legs, self.shares = (pages.table(name) for name in ("taps", "legs", "shares"))

    @cached_property
    def ends(self) -> dict[tuple[int, int, int], list[int]]:
        """The places of the taps of each leg, by card, journey and number."""
        names = ("card", "journey", "number", "in_tap", "out_tap")
        found: dict[tuple[int, int, int], list[int]] = {}
        for card, journey, number, *ends in zip(*(self.legs[name].tolist() for name in names), strict=True):
            found.setdefault((card, journey, number), []).extend(end for end in ends if end >= 0)
        return found


class Tracer:
    """Goes down from entries, reading each shard once."""

    def __init__(self, house: House) -> None:
        self.house, self.city = house, house.city
        self._last: tuple[tuple[date, int], Files] | None = None
        self._again: tuple[tuple[date, int], Compared] | None = None

    def trace(self, named: Named, party: str) -> Traced:
        """One entry with what is behind it; `party` says whose side of it is asked for."""
        entry = named.entry
        minor = self.side(entry, party)
        if entry.about != entry.clearing_date and entry.kind in MOVES and made_of_journeys(entry):
            return self.trace_again(named, party)
        maker = MAKERS.get(entry.kind) if entry.about == entry.clearing_date and not entry.reverses else None
        if maker is None:
            return Traced(named, minor, None, 0, 0)
        rows = list(maker(self, named, int(entry.cause.split("/")[0])))
        return Traced(named, minor, rows, sum(row.minor for row in rows) * (1 if minor >= 0 else -1), len(rows))

    def trace_again(self, named: Named, party: str) -> Traced:
        """An entry about an earlier date: the journeys that differ. A whole entry moves what its parts move, whose accounts are
        compared one by one."""
        entry, shard = named.entry, int(named.entry.cause.split("/")[0])
        compared = self.compared(entry.clearing_date, shard)
        chart = chart_about(self.house, entry.clearing_date, entry.about)
        names = entry.about, entry.kind, entry.cause.split("/")[1], entry.service, entry.product
        mine = [one for one in compared.found if called(one, chart) == names]
        accounts: Counter[str] = Counter()
        for one in mine:
            for account, sign in accounts_of(one.total, chart):
                accounts[account] += sign * one.minor
        whole = {account: minor for account, minor in accounts.items() if minor} == dict(entry.postings)
        rows = [
            self.row_again(named, shard, one, sign, party) for one in mine if (sign := side(one.total, chart, party))
        ]
        sum_ = sum(row.minor for row in rows)
        minor = self.side(entry, party) if party or not whole else sum_
        return Traced(named, minor, rows, sum_, len(rows))

    def row_again(self, named: Named, shard: int, one: Differs, sign: int, party: str) -> Row:
        """A journey that differs, with its taps before and now."""
        names = [str(JourneyName(one.card, number)) if number >= 0 else "" for number in (one.now, one.was)]
        taps = self.compared(named.entry.clearing_date, shard).taps_of(one)
        told_as, day = "", named.entry.clearing_date
        if party and (one.now >= 0 or one.was >= 0):
            number = next(row.number for row in self.house.store.parties() if row.id == party)
            card = self.house.ring.pseudonyms(np.array([one.card], np.uint64), number, day.toordinal())
            told_as = str(JourneyName(int(card[0]), one.now if one.now >= 0 else one.was))
        money = (sign * one.before_minor, sign * one.now_minor)
        return Row(named.name, shard, names[0], 0, taps, sign * one.minor, names[1], *money, one.cause, told_as)

    def compared(self, day: date, shard: int) -> Compared:
        """What a close has priced again in a shard, beside what stood."""
        if self._again is None or self._again[0] != (day, shard):
            self._again = (day, shard), compare(where_of(self.house, day), shard)
        return self._again[1]

    def side(self, entry: Entry, party: str) -> int:
        """What an entry brings a party, below zero costs it; of a whole entry, what it moves."""
        if party:
            return -sum(posting.minor for posting in entry.postings if owner(posting.account) == party)
        return sum(posting.minor for posting in entry.postings if posting.minor > 0)

    def files(self, day: date, shard: int) -> Files:
        """A shard of a date; refused where a page is not what was closed."""
        if self._last is None or self._last[0] != (day, shard):
            rows = {row.shard: row.digest for row in self.house.store.shards(day) if row.kind == DETAIL}
            pages = Pages(self.house.detail(day.isoformat()), shard, rows[shard])
            self._last = (day, shard), Files(pages)
        return self._last[1]

    def shares(self, kind: int, named: Named, shard: int) -> Iterator[Row]:
        """Parts of fares that went to an operator: one row a share."""
        entry, found = named.entry, self.files(named.entry.clearing_date, shard)
        shares = found.shares
        mine = (shares["kind"] == kind) & (shares["operator"] == self.operator(entry))
        mine &= shares["service"] == self.service(entry)
        if kind == FARE:
            mine &= shares["product"] == self.product(entry)
        for i in np.flatnonzero(mine):
            yield self.leg_row(named.name, shard, shares, int(i), found, int(shares["minor"][i]))

    def quotas(self, named: Named, shard: int) -> Iterator[Row]:
        """Rides that another payer makes good: one row a leg."""
        entry, found = named.entry, self.files(named.entry.clearing_date, shard)
        quotas, legs = [row[0] for row in self.chart(entry.clearing_date).quotas], found.legs
        mine = (legs["quota_minor"] > 0) & (legs["operator"] == self.operator(entry))
        mine &= (legs["service"] == self.service(entry)) & (legs["quota"] == quotas.index(entry.product))
        for i in np.flatnonzero(mine):
            yield self.leg_row(named.name, shard, legs, int(i), found, int(legs["quota_minor"][i]))

    def taps(self, kinds: tuple[TapKind, ...], named: Named, shard: int) -> Iterator[Row]:
        """Taps that moved money at an operator's or retailer's readers: one row a tap."""
        entry, taps = named.entry, self.files(named.entry.clearing_date, shard).taps
        mine = np.isin(taps["kind"], kinds) & (taps["operator"] == self.operator(entry)) & (taps["amount"] != 0)
        mine &= (taps["served"] == self.service(entry)) & (taps["product"] == self.product(entry))
        for i in np.flatnonzero(mine):
            yield Row(named.name, shard, "", 0, (tap_name(taps, int(i)),), int(taps["amount"][i]))

    def leg_row(self, name: str, shard: int, rows: Columns, i: int, found: Files, minor: int) -> Row:
        """A share or a quota with its leg's journey and taps; a leg that began on another date has one of them here."""
        card, journey, number = (int(rows[key][i]) for key in ("card", "journey", "number"))
        taps = tuple(dict.fromkeys(tap_name(found.taps, at) for at in found.ends.get((card, journey, number), ())))
        return Row(name, shard, str(JourneyName(card, journey)), number, taps, minor)

    def operator(self, entry: Entry) -> int:
        """The number of the operator or retailer that an entry's cause names."""
        wanted = entry.cause.split("/")[1]
        return next(i for i, party in enumerate(self.city.parties) if party.id == wanted)

    def service(self, entry: Entry) -> int:
        """The number of an entry's service, -1 for none."""
        return next((i for i, service in enumerate(self.city.services) if service.id == entry.service), -1)

    def product(self, entry: Entry) -> int:
        """The number of an entry's pass, 0 for the purse."""
        products = self.chart(entry.clearing_date).products
        return products.index(entry.product) + 1 if entry.product in products else 0

    def chart(self, day: date) -> Chart:
        """Who stood where when a date was closed."""
        return chart_of(self.city, day, facts_on(self.house.store, day))


def made_of_journeys(entry: Entry) -> bool:
    """Was an entry posted from the legs and taps of a shard, and not by people or as a reversal?"""
    return not entry.reverses and not entry.rule.startswith(BY_HAND) and entry.cause.split("/")[0].isdigit()


def called(one: Differs, chart: Chart) -> tuple[date, str, str, str, str]:
    """By what the entry of a difference is known among those of its shard."""
    return one.about, one.total.kind, chart.operator(one.total), chart.service(one.total), chart.product(one.total)


def tap_name(taps: Columns, i: int) -> str:
    """A tap as everybody calls it."""
    return str(TapName(int(taps["device"][i]), int(taps["epoch"][i]), int(taps["seq"][i])))


Maker = Callable[[Tracer, Named, int], Iterator[Row]]
MAKERS: dict[str, Maker] = {
    "share": lambda tracer, named, shard: tracer.shares(FARE, named, shard),
    "collected": lambda tracer, named, shard: tracer.shares(COLLECTED_FARE, named, shard),
    "quota": lambda tracer, named, shard: tracer.quotas(named, shard),
    "charge": lambda tracer, named, shard: tracer.taps((TapKind.ENTRY, TapKind.EXIT), named, shard),
    "load": lambda tracer, named, shard: tracer.taps((TapKind.LOAD,), named, shard),
    "sale": lambda tracer, named, shard: tracer.taps((TapKind.SALE,), named, shard),
}
"""What is behind an entry of each kind that is made of taps or legs. Other kinds follow from counts and sums by their rule."""


class Proof(NamedTuple):
    """A tap down to its bytes: which batch carried it, and whether signature and MAC hold now."""

    tap: str
    batch: str
    position: int
    signature: bool
    mac: bool


def prove(house: House, name: str) -> Proof:
    """The batch of a tap, opened again: opening checks the signature of its reader."""
    wanted = parsed_name(name)
    kept = house.store.find_batch(wanted.device, wanted.epoch, wanted.seq)
    if kept is None:
        return Proof(name, "", 0, False, False)
    sealed = next(sealed for _, sealed in house.store.accepted(kept.position, kept.position))
    try:
        batch, _ = open_with_any(sealed, Register(house.store.devices()), house.ring.environment)
    except Refused:
        return Proof(name, kept.digest.hex(), kept.position, False, False)
    tap = batch.taps[wanted.seq - batch.first_seq]
    return Proof(
        name,
        kept.digest.hex(),
        kept.position,
        batch.digest == kept.digest,
        bool(house.ring.macs_ok(np.array([tap]))[0]),
    )
