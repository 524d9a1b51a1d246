"""cases.toml: rides whose price somebody published, in a form that a clerk can check by hand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, Field, StrictInt

from afc.limits import tap_group_max
from afc.moment import clock_s
from afc.pack.form import Finding, Form, Known, wrong
from afc.pack.ids import (
    AttributeId,
    CategoryId,
    CriterionId,
    MediumId,
    ProductId,
    RebateId,
    ServiceId,
    StopId,
    TariffId,
    ZoneId,
)
from afc.pack.words import CLOCK, Charge, Id, Metres, Money, Text, written
from afc.refusal import Refused, nearest

_WRITTEN = rf"^([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}[ T])?{CLOCK}$"


def _moment(text: str) -> str:
    found = re.fullmatch(r"(?:(\d{4}-\d\d-\d\d)[ T])?(\d\d:\d\d(?::\d\d)?)", text)
    try:
        if not found:
            raise ValueError
        clock_s(found[2])
        if found[1]:
            date.fromisoformat(found[1])
    except (ValueError, Refused):
        cure = 'Write it as "2026-03-04 08:00:00", or "08:00:00" on the same day.'
        raise wrong("TIME_MALFORMED", f'"{text[:60]}" is not a time', cure) from None
    return text


Moment = Annotated[str, AfterValidator(_moment), written(pattern=_WRITTEN)]


class Before(Form):
    """What the card holds before the first leg."""

    balance: StrictInt | None = None
    """Minor units in the purse; below zero if it owes. Default more than any ride costs."""
    attributes: tuple[AttributeId, ...] = ()
    """Flags that the card carries. Default none."""
    criteria: tuple[CriterionId, ...] = ()
    """Criteria that its holder meets, for quotas. Default none."""
    product: ProductId | None = None
    """The pass on the card. Default none."""
    next_product: ProductId | None = None
    """The pass that waits behind it. Default none."""
    pass_entries: Annotated[int, Field(ge=0, le=32_767)] | None = None
    """Entries left on the pass. Default as bought."""
    spent: Mapping[Id, Money] = Field(default_factory=dict)
    """By cap, minor units already paid in its time. Default nothing."""
    quota_used: Annotated[int, Field(ge=0, le=10_000)] = 0
    """Rides of the month's quota already used. Default 0."""


class Leg(Form):
    """One boarding, and the alighting if the rider tapped out."""

    service: ServiceId
    """The service boarded."""
    route: str | None = None
    """The route boarded. Needed where the tariff asks whether it is the same one."""
    in_: Moment = Field(alias="in")
    """When the rider taps in: date and local time, or the time alone on the same day."""
    out: Moment | None = None
    """When the rider taps out, written alike. Without it there is no tap-out."""
    distance_m: Metres | None = None
    """Metres of the ride, where `from` and `to` do not give them."""
    from_: StopId | None = Field(default=None, alias="from")
    """The stop boarded at."""
    to: StopId | None = None
    """The stop alighted at."""
    group: Annotated[int, Field(ge=1, le=tap_group_max)] = 1
    """Riders that the card pays for. Default 1."""
    vehicle: str | None = None
    """The vehicle's name in this case. Default another one for each leg."""
    medium: MediumId | None = None
    """The medium of this leg, where it is not the case's."""
    top_up: Charge | None = None
    """Minor units loaded before the leg."""
    zones: Annotated[int, Field(ge=1, le=62)] | Annotated[tuple[ZoneId, ...], Field(min_length=1)] | None = None
    """Zones passed: how many, or which."""
    stations: Annotated[int, Field(ge=1, le=1000)] | None = None
    """Stations passed, both ends counted."""
    hops: Annotated[int, Field(ge=0, le=1000)] | None = None
    """Stations passed less one."""
    stages: Annotated[int, Field(ge=1, le=1000)] | None = None
    """Stages passed."""
    towards: StopId | None = None
    """Last stop of the vehicle's route, where there is no tap-out."""
    to_end: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    """What a ride to the end of the route would count, for holds and missing tap-outs."""
    alight_vehicle: str | None = None
    """The vehicle tapped out in, where it is another than the one boarded."""

    def checks(self, known: Known) -> Iterable[Iterable[Finding]]:
        return self._one_length(), self._both_stops()

    def _one_length(self) -> Iterable[Finding]:
        if self.distance_m is not None and self.to is not None:
            what = "a leg has either `distance_m` or `to`"
            yield Finding(("distance_m",), "LEG_UNCLEAR", what, "Leave out one of the two.")

    def _both_stops(self) -> Iterable[Finding]:
        if self.to is not None and self.from_ is None:
            yield Finding(("to",), "LEG_UNCLEAR", "`to` needs `from`", "Name both stops.")


class Month(Form):
    """A month's rides, for rebates."""

    rides: Annotated[int, Field(ge=0, le=10_000)]
    """Rides of the month."""
    spend: Money
    """Minor units that they cost."""
    class_: Id = Field(alias="class")
    """The rider class that the rebate goes by."""
    rebate: RebateId
    """The rebate's id."""


class Case(Form):
    """A worked example with its source."""

    name: Text
    """What the case shows."""
    source: Text
    """Where the price was published, or from which rule it follows."""
    tariff: TariffId | None = None
    """The tariff version. Default the one in force on the day of the first leg."""
    rider: CategoryId | None = None
    """The rider category. Default the pack's first."""
    medium: MediumId | None = None
    """The medium. Default the pack's first."""
    before: Before = Field(default_factory=Before)
    """The card as the rider comes with it. Default a new one."""
    legs: Annotated[tuple[Leg, ...], Field(max_length=200)] = ()
    """The rides, in their order."""
    charges: tuple[Charge, ...] | None = None
    """What the rider pays for each leg, in minor units: its tap-in and its tap-out together."""
    total: Money | None = None
    """What the rider pays for all legs, in minor units."""
    shares: Mapping[str, Money] = Field(default_factory=dict)
    """By party or service, its share of the money, in minor units."""
    refused: tuple[str, ...] | None = None
    """For each leg the name of the reader's refusal, or ""."""
    balance: tuple[StrictInt, ...] | None = None
    """Minor units in the purse after each leg."""
    month: Month | None = None
    """A month of rides, for a case of a rebate."""
    rebate: Money | None = None
    """What is given back for the month, in minor units."""
    quota: Annotated[int, Field(ge=0, le=10_000)] | None = None
    """Rides a month that the holder's criteria earn."""
    pending: Text | None = None
    """Why the case is not expected to hold yet. Such a case is counted and not run."""

    def checks(self, known: Known) -> Iterable[Iterable[Finding]]:
        lengths = (self._length(key) for key in ("charges", "refused", "balance"))
        return *lengths, self._first_day(), self._sums(), self._purpose(), self._month(), self._sharers(known)

    def _length(self, key: str) -> Iterable[Finding]:
        values: tuple[Any, ...] | None = getattr(self, key)
        if values is not None and len(values) != len(self.legs):
            what = f"`{key}` has {len(values)} entries for {len(self.legs)} legs"
            yield Finding((key,), "CASE_UNCLEAR", what, "Write one for each leg.")

    def _first_day(self) -> Iterable[Finding]:
        if self.legs and len(self.legs[0].in_) < len("2026-03-04 08:00"):
            what, cure = "the first leg has no date", 'Write "2026-03-04 08:00:00".'
            yield Finding(("legs", 0, "in"), "CASE_UNCLEAR", what, cure)

    def _sums(self) -> Iterable[Finding]:
        if self.total is not None and self.charges is not None and sum(self.charges) != self.total:
            what = f"the charges sum to {sum(self.charges)}, and `total` says {self.total}"
            yield Finding(("total",), "CASE_TOTAL", what, "Mend one of them.")

    def _purpose(self) -> Iterable[Finding]:
        expected = (self.charges, self.total, self.rebate, self.quota, self.refused, self.balance)
        if all(value is None for value in expected):
            cure = "Write `charges`, `total`, `rebate` or `quota`."
            yield Finding((), "CASE_UNCLEAR", "the case expects nothing", cure)

    def _month(self) -> Iterable[Finding]:
        if (self.month is None) != (self.rebate is None):
            what = "`month` and `rebate` belong together"
            yield Finding(("month",) if self.month else ("rebate",), "CASE_UNCLEAR", what, "Write both or neither.")

    def _sharers(self, known: Known) -> Iterable[Finding]:
        parties, services = known.get("party"), known.get("service")
        if parties is None or services is None:
            return
        for name in self.shares:
            if name not in parties and name not in services:
                cure = nearest(name, [*parties, *services])
                yield Finding(("shares", name), "UNKNOWN_PARTY", f'"{name}" is no party and no service', cure)


class CasesFile(Form):
    """The whole of cases.toml."""

    case: Annotated[tuple[Case, ...], Field(max_length=10_000)] = ()
    """The worked examples."""
