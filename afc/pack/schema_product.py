"""What riders hold besides money: quotas, passes, rebates, free days, and the purse itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, model_validator

from afc.pack.form import Finding, Form, known_of, refuse
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
    name: Name | None = None
    categories: Annotated[tuple[CategoryId, ...], Field(min_length=1), Distinct]
    rides: Rides | None = None
    rides_by: Mapping[CriterionId, Rides] | None = None
    day_types: Annotated[tuple[str, ...], Field(min_length=1), Distinct] | None = None
    price: Annotated[Mapping[ServiceId, Charge], Field(min_length=1)]
    payer: PartyId

    @model_validator(mode="after")
    def _agree(self, info: ValidationInfo) -> Quota:
        refuse(self._findings(known_of(info).get("day type")))
        return self

    def _findings(self, day_types: Iterable[str] | None) -> Iterable[Finding]:
        if (self.rides is None) == (self.rides_by is None):
            yield Finding(
                (), "QUOTA_UNCLEAR", "a quota has either `rides` or `rides_by`", "Write exactly one of the two."
            )
        known = [*(day_types or ()), SCHOOL_DAY]
        for i, name in enumerate(self.day_types or ()):
            if day_types is not None and name not in known:
                cure = nearest(name, known) or f"Known: {', '.join(known)}."
                yield Finding(("day_types", i), "UNKNOWN_DAY_TYPE", f'there is no day type "{name}"', cure)


class Product(Form):
    """A pass: rides on some services for some days, bought beforehand."""

    id: Id
    name: Name | None = None
    price: Charge
    days: Annotated[int, Field(ge=1, le=3660)] | None = None
    hours: Annotated[int, Field(ge=1, le=744)] | None = None
    services: Services
    start: Literal["first_use", "date"]
    entries: Count | None = None
    per_day_max: Annotated[int, Field(ge=1, le=255)] | None = None
    transfers: bool = False
    fallback: Literal["purse", "refuse"] = "purse"
    suspend_after_missing: Annotated[int, Field(ge=1, le=255)] | None = None
    suspend_s: Seconds | None = None
    when: When | None = None
    needs_attribute: AttributeId | None = None
    zones: Annotated[tuple[ZoneId, ...], Field(min_length=1), Distinct] | None = None
    stations_max: Annotated[int, Field(ge=2, le=1000)] | None = None
    outside: Charge | None = None
    pays_sections: bool = True
    pays_missing: bool = True
    pays_within: Annotated[tuple[SectionId, ...], Field(min_length=1), Distinct] | None = None
    ends: Literal["rolling", "service_day"] = "rolling"
    queue: bool = False

    @model_validator(mode="after")
    def _agree(self) -> Product:
        if (self.days is None) == (self.hours is None):
            what = "a pass is good for either `days` or `hours`"
            refuse([Finding((), "PRODUCT_UNCLEAR", what, "Write exactly one of the two.")])
        if (self.suspend_after_missing is None) != (self.suspend_s is None):
            what = "`suspend_after_missing` and `suspend_s` belong together"
            refuse([Finding((), "SUSPENSION_UNCLEAR", what, "Write both or neither.")])
        return self


class Rebate(Form):
    """Money back at the end of the month: a percentage by class, or all above a threshold, whichever is better."""

    id: Id
    name: Name | None = None
    min_rides: Annotated[int, Field(ge=0, le=10_000)] = 0
    max_rides: Annotated[int, Field(ge=1, le=10_000)] | None = None
    percent_bp: Mapping[Id, BasisPoints] = Field(default_factory=dict)
    threshold: Mapping[Id, Money] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _agree(self) -> Rebate:
        if self.max_rides is not None and self.max_rides < self.min_rides:
            refuse([Finding(("max_rides",), "REBATE_UNCLEAR", "`max_rides` is below `min_rides`", "Turn them round.")])
        if not self.percent_bp and not self.threshold:
            refuse([Finding((), "REBATE_UNCLEAR", "the rebate offers nothing", "Write `percent_bp` or `threshold`.")])
        return self


class FreeDay(Form):
    """A service date on which some services ask nothing."""

    date: dt.date
    services: Services
    source: Text


class Purse(Form):
    """What a prepaid card may hold, how it is filled, and how far it may go below zero."""

    max: Annotated[Money, Field(gt=0)]
    top_up_min: Money
    top_up_max: Charge
    credit_rides: Annotated[int, Field(ge=0, le=100)] = 0
    credit_needs_attribute: AttributeId | None = None
    min_to_enter: Mapping[ServiceId, Charge] = Field(default_factory=dict)
    overdraft: Money = 0
    overdraft_needs_attribute: AttributeId | None = None
    top_up_fee: Money = 0
    top_ups: Annotated[tuple[Charge, ...], Field(max_length=32), Distinct] = ()

    @model_validator(mode="after")
    def _agree(self) -> Purse:
        if self.top_up_min > self.top_up_max:
            what = "the smallest top-up is above the largest"
            refuse([Finding(("top_up_min",), "PURSE_UNCLEAR", what, "Turn them round.")])
        return self
