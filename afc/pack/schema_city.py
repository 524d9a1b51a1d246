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
from afc.pack.words import Clock, Distinct, Id, Name, Text, written
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
    """The service date."""
    type: Id
    """The day type whose timetable and prices it has."""
    name: Name
    """What people call it."""
    source: Text | None = None
    """Who decreed it, and where that can be read."""


class Term(Form):
    """A school term, both days included."""

    from_: date = Field(alias="from")
    """The first day of the term."""
    to: date
    """Its last day."""


class CalendarForm(Form):
    """Day types; the first one named is the ordinary working day."""

    day_types: Annotated[tuple[Id, ...], Field(min_length=1, max_length=day_types_max), Distinct]
    """Kinds of service day. The first is the ordinary working day."""
    week: Annotated[tuple[Id, ...], Field(min_length=7, max_length=7)]
    """The day types of Monday to Sunday, seven of them."""
    horizon: date
    """The last date of which holidays are known."""
    holidays: tuple[Holiday, ...] = ()
    """Dates that have another day type than their weekday. Default none."""
    school_terms: tuple[Term, ...] = ()
    """School terms, for quotas of pupils. Default none."""

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
    """The account's IBAN, for countries that have it."""
    other: Annotated[str, Field(min_length=1, max_length=34)] | None = None
    """The bank's own form of account number."""

    @model_validator(mode="after")
    def _one(self) -> Account:
        if (self.iban is None) == (self.other is None):
            raise wrong("ACCOUNT_UNCLEAR", "an account is either `iban` or `other`", "Write exactly one of the two.")
        return self


class Party(Form):
    """A company or office with a role after ISO 24014."""

    id: Id
    """The party's own name in the pack."""
    name: Name
    """What it is called."""
    roles: Annotated[tuple[Role, ...], Field(min_length=1), Distinct]
    """What it does in the scheme, in the words of ISO 24014-1."""
    synthetic: bool = False
    """It was invented for the simulation. Default false."""
    source: Text | None = None
    """Where it is said that it has these roles."""
    account: Account | None = None
    """Where money for it goes. Parties that are paid need one."""


class Service(Form):
    """A fare class of vehicles."""

    id: Id
    """The service's own name in the pack."""
    name: Name
    """What riders call it."""
    mode: Mode
    """The kind of vehicle."""
    access: Literal["vehicle", "station"]
    """Where the readers are: on board, "vehicle", or at gates, "station"."""
    tap_out: Literal["required", "optional", "never"]
    """Whether riders tap when they leave: "required", "optional" or "never"."""
    distance: Literal["along", "path", "none"]
    """Which metres a tariff counts: "along" the route, by the shortest "path" between gates, or "none"."""

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
    """The category's own name in the pack."""
    name: Name
    """What riders call it."""


class Medium(Form):
    """A kind of card."""

    id: Id
    """The medium's own name in the pack."""
    name: Name
    """What riders call it."""
    funding: Literal["prepaid", "postpaid"]
    """"prepaid": value is loaded first. "postpaid": rides are billed afterwards."""


class CityFile(Form):
    """The whole of city.toml."""

    id: Id
    """The city's own name, in lower case."""
    name: Name
    """What the city is called."""
    country: Annotated[str, AfterValidator(standards.country), written(pattern="^[A-Z]{2}$")]
    """The country, in the two capitals of ISO 3166."""
    currency: Annotated[str, AfterValidator(standards.currency), written(pattern="^[A-Z]{3}$")]
    """The currency, in the three capitals of ISO 4217. All amounts are whole numbers of its minor unit."""
    zone: Annotated[str, AfterValidator(standards.zone)]
    """The time zone, as Area/Place of the time zone database."""
    locale: Annotated[str, AfterValidator(standards.locale)]
    """Language and country, as formats of dates and numbers go by."""
    day_cut: Clock
    """The local time at which a service date ends, before noon."""
    custody: Literal["card"]  # readers deduct, clearing rates again; accounts charged later are not modelled
    """Where the truth about money is: on the "card"."""
    synthetic: Text
    """What in the pack was invented for the simulation. Every run prints it."""
    demo: bool = False
    """Whether this pack runs where nobody names a city. Default false."""
    attributes: Annotated[tuple[Id, ...], Field(max_length=attributes_max), Distinct] = ()
    """Flags that a card may carry, such as personalised. Default none."""
    criteria: Annotated[tuple[Id, ...], Field(max_length=criteria_max), Distinct] = ()
    """Reasons for a quota, checked when a card is issued. Default none."""
    calendar: CalendarForm
    """Day types, holidays and school terms."""
    party: Annotated[tuple[Party, ...], Field(min_length=1, max_length=1000)]
    """Companies and offices with a role in the scheme."""
    service: Annotated[tuple[Service, ...], Field(min_length=1, max_length=services_max)]
    """Fare classes of vehicles, each with a price list of its own."""
    category: Annotated[tuple[Category, ...], Field(min_length=1, max_length=categories_max)]
    """Classes of riders with prices of their own."""
    medium: Annotated[tuple[Medium, ...], Field(min_length=1, max_length=media_max)]
    """Kinds of card."""

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
