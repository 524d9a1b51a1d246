"""cases.toml: rides whose price somebody published, in a form that a clerk can check by hand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, Field, StrictInt, ValidationInfo, model_validator

from afc.limits import tap_group_max
from afc.moment import clock_s
from afc.pack.form import Finding, Form, known_of, refuse, wrong
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
from afc.pack.words import Charge, Id, Metres, Money, Text
from afc.refusal import Refused, nearest


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


Moment = Annotated[str, AfterValidator(_moment)]


class Before(Form):
    """What the card holds before the first leg."""

    balance: StrictInt | None = None
    attributes: tuple[AttributeId, ...] = ()
    criteria: tuple[CriterionId, ...] = ()
    product: ProductId | None = None
    next_product: ProductId | None = None
    pass_entries: Annotated[int, Field(ge=0, le=32_767)] | None = None
    spent: Mapping[Id, Money] = Field(default_factory=dict)
    quota_used: Annotated[int, Field(ge=0, le=10_000)] = 0


class Leg(Form):
    """One boarding, and the alighting if the rider tapped out."""

    service: ServiceId
    route: str | None = None
    in_: Moment = Field(alias="in")
    out: Moment | None = None
    distance_m: Metres | None = None
    from_: StopId | None = Field(default=None, alias="from")
    to: StopId | None = None
    group: Annotated[int, Field(ge=1, le=tap_group_max)] = 1
    vehicle: str | None = None
    medium: MediumId | None = None
    top_up: Charge | None = None
    zones: Annotated[int, Field(ge=1, le=62)] | Annotated[tuple[ZoneId, ...], Field(min_length=1)] | None = None
    stations: Annotated[int, Field(ge=1, le=1000)] | None = None
    hops: Annotated[int, Field(ge=0, le=1000)] | None = None
    stages: Annotated[int, Field(ge=1, le=1000)] | None = None
    towards: StopId | None = None
    to_end: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    alight_vehicle: str | None = None

    @model_validator(mode="after")
    def _agree(self) -> Leg:
        if self.distance_m is not None and self.to is not None:
            what = "a leg has either `distance_m` or `to`"
            refuse([Finding(("distance_m",), "LEG_UNCLEAR", what, "Leave out one of the two.")])
        if self.to is not None and self.from_ is None:
            refuse([Finding(("to",), "LEG_UNCLEAR", "`to` needs `from`", "Name both stops.")])
        return self


class Month(Form):
    """A month's rides, for rebates."""

    rides: Annotated[int, Field(ge=0, le=10_000)]
    spend: Money
    class_: Id = Field(alias="class")
    rebate: RebateId


class Case(Form):
    """A worked example with its source."""

    name: Text
    source: Text
    tariff: TariffId | None = None
    rider: CategoryId | None = None
    medium: MediumId | None = None
    before: Before = Field(default_factory=Before)
    legs: Annotated[tuple[Leg, ...], Field(max_length=200)] = ()
    charges: tuple[Charge, ...] | None = None
    total: Money | None = None
    shares: Mapping[str, Money] = Field(default_factory=dict)
    refused: tuple[str, ...] | None = None
    balance: tuple[StrictInt, ...] | None = None
    month: Month | None = None
    rebate: Money | None = None
    quota: Annotated[int, Field(ge=0, le=10_000)] | None = None
    pending: Text | None = None

    @model_validator(mode="after")
    def _agree(self, info: ValidationInfo) -> Case:
        refuse([*self._lengths(), *self._sums(), *self._purpose(), *self._sharers(info)])
        return self

    def _lengths(self) -> Iterable[Finding]:
        for key in ("charges", "refused", "balance"):
            values: tuple[Any, ...] | None = getattr(self, key)
            if values is not None and len(values) != len(self.legs):
                what = f"`{key}` has {len(values)} entries for {len(self.legs)} legs"
                yield Finding((key,), "CASE_UNCLEAR", what, "Write one for each leg.")
        if self.legs and len(self.legs[0].in_) < len("2026-03-04 08:00"):
            yield Finding(
                ("legs", 0, "in"), "CASE_UNCLEAR", "the first leg has no date", 'Write "2026-03-04 08:00:00".'
            )

    def _sums(self) -> Iterable[Finding]:
        if self.total is not None and self.charges is not None and sum(self.charges) != self.total:
            what = f"the charges sum to {sum(self.charges)}, and `total` says {self.total}"
            yield Finding(("total",), "CASE_TOTAL", what, "Mend one of them.")

    def _purpose(self) -> Iterable[Finding]:
        expected = (self.charges, self.total, self.rebate, self.quota, self.refused, self.balance)
        if all(value is None for value in expected):
            cure = "Write `charges`, `total`, `rebate` or `quota`."
            yield Finding((), "CASE_UNCLEAR", "the case expects nothing", cure)
        if (self.month is None) != (self.rebate is None):
            what = "`month` and `rebate` belong together"
            yield Finding(("month",) if self.month else ("rebate",), "CASE_UNCLEAR", what, "Write both or neither.")

    def _sharers(self, info: ValidationInfo) -> Iterable[Finding]:
        parties, services = known_of(info).get("party"), known_of(info).get("service")
        if parties is None or services is None:
            return
        for name in self.shares:
            if name not in parties and name not in services:
                cure = nearest(name, [*parties, *services])
                yield Finding(("shares", name), "UNKNOWN_PARTY", f'"{name}" is no party and no service', cure)


class CasesFile(Form):
    """The whole of cases.toml."""

    case: Annotated[tuple[Case, ...], Field(max_length=10_000)] = ()
