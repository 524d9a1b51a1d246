"""Contracts: what operators are paid for service, whatever the fares bring, and what they lose for poor service."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from afc.pack.form import Finding, Form, Known
from afc.pack.ids import PartyId
from afc.pack.words import BasisPoints, Id, Money, Text
from afc.refusal import nearest

POOL, OPERATORS = "pool", "operators"  # payers that are no single party
_RATE_OF = {
    "gross_km": "per_km", "gross_vehicle": "per_vehicle_day", "gross_hour": "per_hour", "gross_passenger": "per_boarding",
    "availability": "per_vehicle_day", "net_cost": "per_day", "guarantee": "per_day", "revenue_share": "share_bp",
}  # fmt: skip
_RATES = tuple(dict.fromkeys(_RATE_OF.values()))


def payer_checks(form: Dated, others: tuple[str, ...], known: Known) -> Iterable[Finding]:
    """Whoever pays is a party, or one of some words."""
    parties, payer = known.get("party"), form.payer  # type: ignore[attr-defined]
    if parties is not None and payer not in parties and payer not in others:
        cure = nearest(payer, [*parties, *others])
        yield Finding(("payer",), "UNKNOWN_PARTY", f'there is no party "{payer}"', cure)


class Dated(Form):
    """An agreement that may begin and end."""

    from_: date | None = Field(default=None, alias="from")
    """The first clearing date on which it counts. Default always."""
    until: date | None = None
    """The last clearing date on which it counts. Default for ever."""

    def counts_on(self, day: date) -> bool:
        """Is it in force on this clearing date?"""
        return (self.from_ is None or self.from_ <= day) and (self.until is None or day <= self.until)

    def date_checks(self) -> Iterable[Finding]:
        """It does not end before it begins."""
        if self.from_ and self.until and self.until < self.from_:
            yield Finding(("until",), "DATES_REVERSED", f"{self.until} is before {self.from_}")


class Weight(Form):
    """How much of a rate follows an index."""

    id: Id
    """The index that it follows."""
    weight_bp: BasisPoints
    """The part of the rate that moves with it, in basis points."""


class Contract(Dated):
    """Pay for service rendered, or for risk carried. Several contracts of one party add up."""

    party: PartyId
    """The party that is paid."""
    kind: Literal[
        "gross_km", "gross_vehicle", "gross_hour", "gross_passenger", "availability", "net_cost", "guarantee", "revenue_share"
    ]  # fmt: skip
    """What is paid for. "gross_km" operated, "gross_vehicle" days, "gross_hour" of service, "gross_passenger" boardings;
    "availability" of the vehicles that were ordered; "net_cost" a sum a day beside the fares; "guarantee" what the fares
    lack to a sum a day; "revenue_share" of the payer's fares, or of the pool's."""
    per_km: Money | None = None
    """Minor units for each kilometre."""
    per_vehicle_day: Money | None = None
    """Minor units for each vehicle and day."""
    per_hour: Money | None = None
    """Minor units for each hour of vehicle trips."""
    per_boarding: Money | None = None
    """Minor units for each boarding."""
    per_day: Money | None = None
    """Minor units a day."""
    share_bp: BasisPoints | None = None
    """The share of fares, in basis points."""
    vehicles: Annotated[int, Field(ge=1, le=100_000)] | None = None
    """With "availability", how many vehicles were ordered; more are not paid."""
    index: tuple[Weight, ...] = ()
    """Indices that the rate follows. Default none."""
    performance: Id | None = None
    """The scale by which pay follows the quality of service. Default none."""
    priority: Annotated[int, Field(ge=1, le=99)] = 1
    """Where a pool is short, 1 is paid before 2. Default 1."""
    payer: str
    """The party that pays, or "pool"."""
    source: Text
    """Where the contract can be read."""

    def checks(self, known: Known) -> Iterable[Iterable[Finding]]:
        rates = (self._rate(key) for key in _RATES)
        return *rates, payer_checks(self, (POOL,), known), self.date_checks(), self._ordered(), self._weights()

    def _rate(self, key: str) -> Iterable[Finding]:
        due, given = key == _RATE_OF[self.kind], getattr(self, key) is not None
        if due and not given:
            yield Finding((), "KEY_MISSING", f"`{key}` is missing from a contract of kind {self.kind}")
        if given and not due:
            cure = "Write a contract of its own for each rate; several add up."
            yield Finding((key,), "CONTRACT_UNCLEAR", f"`{key}` has no meaning with kind {self.kind}", cure)

    def _ordered(self) -> Iterable[Finding]:
        if self.kind == "availability" and self.vehicles is None:
            yield Finding((), "KEY_MISSING", "`vehicles` is missing from a contract of kind availability")
        if self.kind != "availability" and self.vehicles is not None:
            yield Finding(("vehicles",), "CONTRACT_UNCLEAR", f"`vehicles` has no meaning with kind {self.kind}")

    def _weights(self) -> Iterable[Finding]:
        total = sum(weight.weight_bp for weight in self.index)
        if total > 10_000:
            yield Finding(("index",), "SHARES_NOT_WHOLE", f"the weights sum to {total} basis points", "At most 10000.")


class IndexValue(Form):
    """What an index stood at from a date on."""

    from_: date = Field(alias="from")
    """The first clearing date on which it counts."""
    value: Annotated[int, Field(ge=1, le=10**12)]
    """The value, in the unit of `base`."""


class Index(Form):
    """A published figure that rates follow: a price of fuel, a wage, a price level."""

    id: Id
    """Its own name, by which contracts follow it."""
    base: Annotated[int, Field(ge=1, le=10**12)]
    """The value for which the rates were agreed, as a whole number: 112.35 is 11235."""
    values: Annotated[tuple[IndexValue, ...], Field(min_length=1, max_length=1000)]
    """Values since, in the order of their dates."""
    source: Text
    """Where it is published."""

    def checks(self, known: Known) -> Iterable[Iterable[Finding]]:
        return (self._sorted(),)

    def _sorted(self) -> Iterable[Finding]:
        dates = [value.from_ for value in self.values]
        if dates != sorted(set(dates)):
            yield Finding(("values",), "BANDS_UNSORTED", "the values are not in the order of their dates")


class Step(Form):
    """From a quality on, what is paid."""

    from_bp: Annotated[int, Field(ge=0, le=100_000)]
    """The quality from which it counts, in basis points of what was promised."""
    pay_bp: Annotated[int, Field(ge=0, le=100_000)]
    """What is paid, in basis points of the full pay."""


class Performance(Form):
    """A scale by which pay follows what was operated of what was promised."""

    id: Id
    """Its own name, by which contracts are paid."""
    of: Literal["kilometres", "trips"]
    """What is compared with the timetable."""
    steps: Annotated[tuple[Step, ...], Field(min_length=1, max_length=100)]
    """Steps, the lowest quality first; the first begins at 0."""
    source: Text
    """Where the scale can be read."""

    def checks(self, known: Known) -> Iterable[Iterable[Finding]]:
        return (self._sorted(),)

    def _sorted(self) -> Iterable[Finding]:
        froms = [step.from_bp for step in self.steps]
        if froms[0] != 0 or froms != sorted(set(froms)):
            cure = "Begin at 0 and go up."
            yield Finding(("steps",), "BANDS_UNSORTED", "the steps are not in order from 0", cure)


class Fine(Dated):
    """What an operator loses for service that was promised and not operated."""

    parties: Annotated[tuple[PartyId, ...], Field(min_length=1)]
    """The operators that may be fined."""
    of: Literal["missed_trip", "missed_km"]
    """What is fined: each trip, or each whole kilometre, of the timetable that was not operated."""
    each: Money
    """Minor units for each."""
    free_bp: BasisPoints = 0
    """The part of the timetable that may be missed for nothing, in basis points. Default none."""
    to: str
    """The party that has the fine, or "pool"."""
    source: Text
    """Where the agreement can be read."""

    def checks(self, known: Known) -> Iterable[Iterable[Finding]]:
        return self._to(known), self.date_checks()

    def _to(self, known: Known) -> Iterable[Finding]:
        parties = known.get("party")
        if parties is not None and self.to not in (*parties, POOL):
            yield Finding(
                ("to",), "UNKNOWN_PARTY", f'there is no party "{self.to}"', nearest(self.to, [*parties, POOL])
            )
