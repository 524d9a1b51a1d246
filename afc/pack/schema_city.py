"""city.toml: who and what a city's fare system consists of.

Numbers of parties, services, categories, media and attributes are their order in this file, from 0; devices and cards
carry those numbers, so a line may be added at the end and never taken out.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, ValidationInfo, field_validator, model_validator

from afc.limits import attributes_max, categories_max, criteria_max, day_types_max, media_max, services_max
from afc.moment import clock_s
from afc.pack import standards
from afc.pack.form import Finding, Form, duplicates, refuse, wrong
from afc.pack.words import Clock, Distinct, Id, Name, Text
from afc.refusal import nearest

Role = Literal[
    "service_operator", "product_owner", "product_retailer", "application_owner", "card_issuer", "collector",
    "customer_service", "security_manager", "registrar", "clearing_house", "settlement_bank", "authority", "acquirer",
    "top_up_agent", "trust",
]  # fmt: skip
Mode = Literal[
    "bus", "minibus", "trolleybus", "brt", "tram", "light_rail", "metro", "rail", "monorail", "cable", "funicular",
    "ferry",
]  # fmt: skip


class Holiday(Form):
    """A date that runs to the timetable and prices of another day type."""

    date: date
    type: Id
    name: Name
    source: Text | None = None


class Term(Form):
    """A school term, both days included."""

    from_: date = Field(alias="from")
    to: date


class CalendarForm(Form):
    """Day types; the first one named is the ordinary working day."""

    day_types: Annotated[tuple[Id, ...], Field(min_length=1, max_length=day_types_max), Distinct]
    week: Annotated[tuple[Id, ...], Field(min_length=7, max_length=7)]
    horizon: date
    holidays: tuple[Holiday, ...] = ()
    school_terms: tuple[Term, ...] = ()

    @model_validator(mode="after")
    def _agree(self) -> CalendarForm:
        refuse(self._disagreements())
        return self

    def _disagreements(self) -> Iterable[Finding]:
        named = [(("week", i), name) for i, name in enumerate(self.week)]
        named += [(("holidays", i, "type"), day.type) for i, day in enumerate(self.holidays)]  # type: ignore[misc]
        for at, name in named:
            if name not in self.day_types:
                cure = nearest(name, self.day_types) or f"Known: {', '.join(self.day_types)}."
                yield Finding(at, "UNKNOWN_DAY_TYPE", f'there is no day type "{name}"', cure)
        for i, day in enumerate(self.holidays):
            if day.date > self.horizon:
                yield Finding(("holidays", i, "date"), "HOLIDAY_PAST_HORIZON", f"{day.date} is past the horizon")
            if any(day.date == earlier.date for earlier in self.holidays[:i]):
                yield Finding(("holidays", i, "date"), "NAMED_TWICE", f"{day.date} is a holiday twice", "Name it once.")
        for i, term in enumerate(self.school_terms):
            if term.to < term.from_:
                yield Finding(("school_terms", i, "to"), "DATES_REVERSED", f"{term.to} is before {term.from_}")


class Account(Form):
    """Where money for a party goes: an IBAN, or the bank's own form of account number."""

    iban: Annotated[str, AfterValidator(standards.iban)] | None = None
    other: Annotated[str, Field(min_length=1, max_length=34)] | None = None

    @model_validator(mode="after")
    def _one(self) -> Account:
        if (self.iban is None) == (self.other is None):
            raise wrong("ACCOUNT_UNCLEAR", "an account is either `iban` or `other`", "Write exactly one of the two.")
        return self


class Party(Form):
    """A company or office with a role after ISO 24014."""

    id: Id
    name: Name
    roles: Annotated[tuple[Role, ...], Field(min_length=1), Distinct]
    synthetic: bool = False
    source: Text | None = None
    account: Account | None = None


class Service(Form):
    """A fare class of vehicles."""

    id: Id
    name: Name
    mode: Mode
    access: Literal["vehicle", "station"]
    tap_out: Literal["required", "optional", "never"]
    distance: Literal["along", "path", "none"]

    @model_validator(mode="after")
    def _gates(self) -> Service:
        if self.access == "vehicle" and self.distance == "path":
            cure = 'Readers on board see the route: write "along".'
            refuse(
                [Finding(("distance",), "DISTANCE_NEEDS_GATES", "only stations can be priced by shortest path", cure)]
            )
        return self


class Category(Form):
    """A class of riders with prices of its own."""

    id: Id
    name: Name


class Medium(Form):
    """A kind of card."""

    id: Id
    name: Name
    funding: Literal["prepaid", "postpaid"]


class CityFile(Form):
    """The whole of city.toml."""

    id: Id
    name: Name
    country: Annotated[str, AfterValidator(standards.country)]
    currency: Annotated[str, AfterValidator(standards.currency)]
    zone: Annotated[str, AfterValidator(standards.zone)]
    locale: Annotated[str, AfterValidator(standards.locale)]
    day_cut: Clock
    custody: Literal["card"]  # readers deduct, clearing rates again; accounts charged later are not modelled
    synthetic: Text
    attributes: Annotated[tuple[Id, ...], Field(max_length=attributes_max), Distinct] = ()
    criteria: Annotated[tuple[Id, ...], Field(max_length=criteria_max), Distinct] = ()
    calendar: CalendarForm
    party: Annotated[tuple[Party, ...], Field(min_length=1, max_length=1000)]
    service: Annotated[tuple[Service, ...], Field(min_length=1, max_length=services_max)]
    category: Annotated[tuple[Category, ...], Field(min_length=1, max_length=categories_max)]
    medium: Annotated[tuple[Medium, ...], Field(min_length=1, max_length=media_max)]

    @field_validator("day_cut")
    @classmethod
    def _before_noon(cls, clock: str) -> str:
        if clock_s(clock) > 12 * 3600:
            raise wrong("DAY_CUT_LATE", "a service day begins before noon", 'Write it as "04:00".')
        return clock

    @field_validator("party", "service", "category", "medium")
    @classmethod
    def _differ(cls, rows: tuple[Any, ...], info: ValidationInfo) -> tuple[Any, ...]:
        what = info.field_name or ""
        twins = duplicates(rows, f"{what} name", key=lambda row: row.name.casefold())
        named = (
            Finding((*f.at, "name"), "NAME_TWIN", f.what, "Two names that look alike confuse people.") for f in twins
        )
        ids = (Finding((*f.at, "id"), *f[1:]) for f in duplicates(rows, what))
        refuse([*ids, *named])
        return rows
