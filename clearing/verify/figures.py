"""The money: own totals worked out again beside the signed ones, and the statement's lines from the signed totals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from clearing import manifest
from clearing.by_hand import BY_HAND
from clearing.chart import chart_of
from clearing.close import entries_of
from clearing.closed_dates import ClosedDates, closed_dates, operating
from clearing.past import Moved, past_of
from clearing.postings import Total
from clearing.schedule import schedule_totals
from clearing.statement import DECIDED, draw_up
from clearing.store import Party
from clearing.summed import Sums
from clearing.verify.custody import Custody
from clearing.verify.evidence import Evidence
from clearing.verify.rework import Basis, basis_of, driven, from_batches, rework

_RIDES = ("charge", "load", "sale", "share", "collected", "quota", "boarding", "free", "order", "open_journey")
_WORK = ("metres", "trip", "vehicle_day", "service_s", "cash", "cash_share")
_BATCHES = ("load", "sale", "order", "late", *_WORK)
_TIMETABLE = ("scheduled_trip", "scheduled_metres")
Row = tuple[str, int, int, int, int]
Figured = dict[Row, tuple[int, int]]


def moved(told: list[list[Any]]) -> list[Moved]:
    """What moved accounts of one kind before the date, as the manifest tells it."""
    return [(account, kind, date.fromisoformat(on), minor) for account, kind, on, minor in told]


class Figures:
    """A statement's figures once more."""

    def __init__(self, evidence: Evidence, city: Any, custody: Custody) -> None:
        self.evidence, self.city, self.custody = evidence, city, custody
        self.day = date.fromisoformat(evidence.manifest["clearing_date"])
        self.signed = manifest.totals_from(evidence.manifest["totals"])

    def own(self) -> Iterator[str | None]:
        """I12: what the party's own taps, and the extract, come to is what the house signed."""
        party, parts = self.evidence.party, self.evidence.parts
        basis = basis_of(self.city, self.day, self.evidence.register, self.evidence.facts)
        own = from_batches(
            self.custody.due, self.custody.aside, basis, self.city, self.closed(basis), riders=parts is None
        )
        totals = own.today + schedule_totals(self.city, self.day)
        for part in parts or []:
            totals += rework(part, basis)
        kinds = {*_BATCHES, *_TIMETABLE} | (set(_RIDES) if parts is not None else set())
        yield from self.compared(self.added(totals, party, kinds), self.added(self.signed, party, kinds))
        late = [total for rows in self.evidence.manifest["again"].values() for total in manifest.totals_from(rows)]
        ours, theirs = (self.added(rows, party, {*_WORK}) for rows in (own.late, late))
        yield from self.compared(ours, theirs, ", earlier dates")

    def compared(self, ours: Figured, theirs: Figured, about: str = "") -> Iterator[str | None]:
        """Own figures beside signed ones, row by row."""
        for key in sorted(ours.keys() | theirs.keys()):
            mine, told = ours.get(key, (0, 0)), theirs.get(key, (0, 0))
            same = f"{self.called(key)}{about}: {said(mine)} by your evidence, {said(told)} signed"
            yield None if mine == told else same

    def closed(self, basis: Basis) -> ClosedDates:
        """The date that was closed last, and own vehicles that it and those before it have counted."""
        before = self.evidence.manifest["closed_before"]
        dates = (date.fromisoformat(before),) if before else ()
        return closed_dates(self.city, dates, lambda _: operating(driven(self.custody.passed, basis), self.city))

    def added(self, rows: Iterable[Total], party: int, kinds: set[str]) -> Figured:
        """Quantity and money of a party, by kind, medium, category, product and service."""
        sums: defaultdict[Row, tuple[int, int]] = defaultdict(lambda: (0, 0))
        for row in rows:
            if row.operator == party and row.kind in kinds:
                key = row.kind, row.medium, row.category, row.product, row.service
                sums[key] = sums[key][0] + row.quantity, sums[key][1] + row.minor
        return dict(sums)

    def called(self, key: Row) -> str:
        """A row in words."""
        kind, medium, category, _, service = key
        where = f" on {self.city.services[service].id}" if service >= 0 else ""
        return f"{kind}{where}, {self.city.categories[category].id}, {self.city.media[medium].id}"

    def lines(self) -> Iterator[str | None]:
        """The lines about the date itself follow from the signed totals and the pack. What is posted for earlier dates stands
        in the entries."""
        chart = chart_of(self.city, self.day, self.evidence.facts)
        signed = self.evidence.manifest
        rows = signed["again"].items()
        again = [Sums(date.fromisoformat(day), tuple(manifest.totals_from(totals))) for day, totals in rows]
        past = past_of(*(moved(signed["earlier"][kind]) for kind in ("deferred", "owed")))
        digests: defaultdict[int, bytes] = defaultdict(lambda: bytes(32))
        entries = entries_of(self.city, self.day, self.signed, digests, again, self.evidence.facts, past)
        number, party = self.evidence.party, self.evidence.statement["party"]
        worked_out = draw_up(
            Party(number, party["id"], party["name"]), entries, self.signed, chart,
            clearing_date=self.day, currency=self.city.currency, decimals=self.city.exponent,
        )  # fmt: skip
        ours = {(line.kind, line.service, line.product): (line.quantity, line.minor) for line in worked_out.lines}
        theirs = {
            (line["kind"], line["service"], line["product"]): (line["quantity"], line["minor"])
            for line in self.evidence.statement["lines"]
            if line["service_date"] == self.day.isoformat() and line["kind"] not in {*DECIDED, *self.by_hand()}
        }
        for key in sorted(ours.keys() | theirs.keys()):
            mine, told = ours.get(key, (0, 0)), theirs.get(key, (0, 0))
            name = " ".join(filter(None, key))
            yield (
                None
                if mine == told
                else f"{name}: {said(mine)} follows from the totals, {said(told)} is on the statement"
            )

    def by_hand(self) -> set[str]:
        """Kinds of entries that people made; what they decided follows from no total."""
        return {facts[2] for facts in self.evidence.entries if facts[4].startswith(BY_HAND)}


def said(figure: tuple[int, int]) -> str:
    """Quantity and money of a row."""
    return f"{figure[0]} for {figure[1]} minor units"
