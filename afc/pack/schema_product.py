"""What riders hold besides money: quotas, passes, rebates, free days, and the purse itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Annotated, Literal

from pydantic import Field

from afc.pack.checks import each
from afc.pack.form import Finding, Form, Known
from afc.pack.ids import AttributeId, CategoryId, CriterionId, PartyId, SectionId, ServiceId, ZoneId
from afc.pack.schema_journey import Services
from afc.pack.schema_modifier import When
from afc.pack.words import BasisPoints, Charge, Count, Distinct, Id, Money, Name, Seconds, Text
from afc.refusal import nearest

SCHOOL_DAY = "school_day"  # a day type of its own for quotas: inside a term, an ordinary working day, no holiday
Rides = Annotated[int, Field(ge=1, le=10_000)]


class Quota(Form):
    """Rides a month at another price; somebody else pays the difference to the base."""

    id: Id
    """The quota's own name in this version."""
    name: Name | None = None
    """What riders call it. Default none."""
    categories: Annotated[tuple[CategoryId, ...], Field(min_length=1), Distinct]
    """Rider categories that have it."""
    rides: Rides | None = None
    """Rides a month, for all of them."""
    rides_by: Mapping[CriterionId, Rides] | None = None
    """Rides a month by criterion; who meets several has the most of them."""
    day_types: Annotated[tuple[str, ...], Field(min_length=1), Distinct] | None = None
    """Day types on which rides of the quota may be used, `school_day` among them. Default all."""
    price: Annotated[Mapping[ServiceId, Charge], Field(min_length=1)]
    """By service, what a ride of the quota costs the rider, in minor units. Services that are not named are not in it.
    """
    payer: PartyId
    """The party that pays the difference to the fare."""

    def checks(self, known: Known) -> Iterable[Iterable[Finding]]:
        return self._one(), self._known_days(known.get("day type"))

    def _one(self) -> Iterable[Finding]:
        if (self.rides is None) == (self.rides_by is None):
            what = "a quota has either `rides` or `rides_by`"
            yield Finding((), "QUOTA_UNCLEAR", what, "Write exactly one of the two.")

    def _known_days(self, day_types: Iterable[str] | None) -> Iterable[Finding]:
        known = [*(day_types or ()), SCHOOL_DAY]

        def unknown(_: int, name: str) -> Iterable[Finding]:
            if day_types is not None and name not in known:
                cure = nearest(name, known) or f"Known: {', '.join(known)}."
                yield Finding((), "UNKNOWN_DAY_TYPE", f'there is no day type "{name}"', cure)

        yield from each(("day_types",), self.day_types or (), unknown)


class Product(Form):
    """A pass: rides on some services for some days, bought beforehand."""

    id: Id
    """The pass's own name in this version."""
    name: Name | None = None
    """What riders call it. Default none."""
    price: Charge
    """What it costs, in minor units."""
    days: Annotated[int, Field(ge=1, le=3660)] | None = None
    """How many days it is good for, from its first use."""
    hours: Annotated[int, Field(ge=1, le=744)] | None = None
    """How many hours it is good for, from its first use."""
    services: Services
    """Services that it is good for."""
    start: Literal["first_use", "date"]
    """When it begins: with the "first_use", or on the "date" it was bought for."""
    entries: Count | None = None
    """How many rides it holds. Default any number."""
    per_day_max: Annotated[int, Field(ge=1, le=255)] | None = None
    """How many rides a service day it pays for. Default any number."""
    transfers: bool = False
    """One entry opens a journey, and its later legs cost nothing more. Default false."""
    fallback: Literal["purse", "refuse"] = "purse"
    """When it does not pay for a ride it ought to: the "purse" pays, or the reader says no, "refuse". Default "purse".
    """
    suspend_after_missing: Annotated[int, Field(ge=1, le=255)] | None = None
    """After so many rides without tap-out in a row it is suspended. Default never."""
    suspend_s: Seconds | None = None
    """How long it is suspended, in seconds from that boarding."""
    when: When | None = None
    """Hours at which it is good, by day type. Default always."""
    needs_attribute: AttributeId | None = None
    """Only on cards with this attribute. Default any card."""
    zones: Annotated[tuple[ZoneId, ...], Field(min_length=1), Distinct] | None = None
    """Zones that it is good for. Default all."""
    stations_max: Annotated[int, Field(ge=2, le=1000)] | None = None
    """It is good for rides of so many stations, both ends counted. Default any number."""
    outside: Charge | None = None
    """Minor units that a ride beyond its zones or stations costs on top of the fare. Default nothing on top."""
    pays_sections: bool = True
    """It also pays surcharges for fare sections. Default true."""
    pays_missing: bool = True
    """It also covers a missing tap-out. With false the purse pays `missing_tap_out.fare`. Default true."""
    pays_within: Annotated[tuple[SectionId, ...], Field(min_length=1), Distinct] | None = None
    """It pays only the tables `within` these fare sections; the purse pays the others. Default it pays all."""
    ends: Literal["rolling", "service_day"] = "rolling"
    """A day is 24 hours from the first use, "rolling", or ends with the "service_day". Default "rolling"."""
    queue: bool = False
    """Bought while another pass is running, it waits until that one is over. Default false."""

    def checks(self, known: Known) -> Iterable[Iterable[Finding]]:
        return self._no_queue(), self._length(), self._suspension()

    def _no_queue(self) -> Iterable[Finding]:
        if self.start == "date" and self.queue:
            what = "a pass that runs from its sale cannot wait for another to end"
            yield Finding(("queue",), "PRODUCT_UNCLEAR", what, 'Leave `queue` out, or write start = "first_use".')

    def _length(self) -> Iterable[Finding]:
        if self.days is None and self.start == "date":
            what = "a pass that runs from its sale is counted in service days"
            yield Finding(("start",), "PRODUCT_UNCLEAR", what, 'Write `days`, or start = "first_use".')
        elif (self.days is None) == (self.hours is None):
            what = "a pass is good for either `days` or `hours`"
            yield Finding((), "PRODUCT_UNCLEAR", what, "Write exactly one of the two.")

    def _suspension(self) -> Iterable[Finding]:
        if (self.suspend_after_missing is None) != (self.suspend_s is None):
            what = "`suspend_after_missing` and `suspend_s` belong together"
            yield Finding((), "SUSPENSION_UNCLEAR", what, "Write both or neither.")


class Rebate(Form):
    """Money back at the end of the month: a percentage by class, or all above a threshold, whichever is better."""

    id: Id
    """The rebate's own name in this version."""
    name: Name | None = None
    """What riders call it. Default none."""
    min_rides: Annotated[int, Field(ge=0, le=10_000)] = 0
    """Rides that a month needs to earn it. Default 0."""
    max_rides: Annotated[int, Field(ge=1, le=10_000)] | None = None
    """Rides beyond this leave the share in proportion. Default all count."""
    percent_bp: Mapping[Id, BasisPoints] = Field(default_factory=dict)
    """By rider class, the share of the month's fares that is given back, in basis points (2000 is 20 per cent)."""
    threshold: Mapping[Id, Money] = Field(default_factory=dict)
    """By rider class, minor units above which everything is given back. Of share and threshold the better holds."""

    def checks(self, known: Known) -> Iterable[Iterable[Finding]]:
        return self._ordered(), self._purpose()

    def _ordered(self) -> Iterable[Finding]:
        if self.max_rides is not None and self.max_rides < self.min_rides:
            yield Finding(("max_rides",), "REBATE_UNCLEAR", "`max_rides` is below `min_rides`", "Turn them round.")

    def _purpose(self) -> Iterable[Finding]:
        if not self.percent_bp and not self.threshold:
            yield Finding((), "REBATE_UNCLEAR", "the rebate offers nothing", "Write `percent_bp` or `threshold`.")


class FreeDay(Form):
    """A service date on which some services ask nothing."""

    date: dt.date
    """The service date."""
    services: Services
    """Services that ask nothing on it."""
    source: Text
    """Who decreed it, and where that can be read."""


class Purse(Form):
    """What a prepaid card may hold, how it is filled, and how far it may go below zero."""

    max: Annotated[Money, Field(gt=0)]
    """The most that a purse may hold, in minor units."""
    top_up_min: Money
    """The smallest amount that is loaded at once, in minor units."""
    top_up_max: Charge
    """The largest amount that is loaded at once, in minor units."""
    credit_rides: Annotated[int, Field(ge=0, le=100)] = 0
    """Boardings that a purse may owe before it is filled again. Default 0."""
    credit_needs_attribute: AttributeId | None = None
    """Only cards with this attribute have credit rides. Default all."""
    min_to_enter: Mapping[ServiceId, Charge] = Field(default_factory=dict)
    """By service, what a purse must hold at the tap-in, in minor units, where the fare is taken at the tap-out. Default
    it is not asked."""
    overdraft: Money = 0
    """How far below zero a tap-out may take the purse, in minor units. Default 0."""
    overdraft_needs_attribute: AttributeId | None = None
    """Only purses of cards with this attribute may go below zero. Default all."""
    top_up_fee: Money = 0
    """What the counter keeps of each top-up, in minor units. Default 0."""
    top_ups: Annotated[tuple[Charge, ...], Field(max_length=32), Distinct] = ()
    """The only amounts that are sold, in minor units. Default any."""

    def checks(self, known: Known) -> Iterable[Iterable[Finding]]:
        return (self._ordered(),)

    def _ordered(self) -> Iterable[Finding]:
        if self.top_up_min > self.top_up_max:
            what = "the smallest top-up is above the largest"
            yield Finding(("top_up_min",), "PURSE_UNCLEAR", what, "Turn them round.")
