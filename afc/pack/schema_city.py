"""city.toml: who and what a city's fare system consists of.

Numbers of parties, services, categories, media and attributes are their order in this file, from 0; devices and cards
carry those numbers, so a line may be added at the end and never taken out.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from afc.limits import attributes_max, categories_max, criteria_max, day_types_max, media_max, services_max
from afc.moment import clock_s
from afc.pack import standards
from afc.pack.checks import duplicates, each
from afc.pack.form import Finding, Form, Known, Place, wrong
from afc.pack.schema_devices import Brand, brand_checks
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

    def checks(self, known: Known) -> Iterable[Iterable[Finding]]:
        return (self._forward(),)

    def _forward(self) -> Iterable[Finding]:
        if self.to < self.from_:
            yield Finding(("to",), "DATES_REVERSED", f"{self.to} is before {self.from_}")


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

    def checks(self, known: Known) -> Iterable[Iterable[Finding]]:
        return self._week(), self._holiday_types(), self._past_horizon(), self._twice()

    def _week(self) -> Iterable[Finding]:
        yield from each(("week",), self.week, lambda _, name: self._known_type((), name))

    def _holiday_types(self) -> Iterable[Finding]:
        yield from each(("holidays",), self.holidays, lambda _, day: self._known_type(("type",), day.type))

    def _known_type(self, at: Place, name: str) -> Iterable[Finding]:
        if name not in self.day_types:
            cure = nearest(name, self.day_types) or f"Known: {', '.join(self.day_types)}."
            yield Finding(at, "UNKNOWN_DAY_TYPE", f'there is no day type "{name}"', cure)

    def _past_horizon(self) -> Iterable[Finding]:
        def late(_: int, day: Holiday) -> Iterable[Finding]:
            if day.date > self.horizon:
                yield Finding(("date",), "HOLIDAY_PAST_HORIZON", f"{day.date} is past the horizon")

        yield from each(("holidays",), self.holidays, late)

    def _twice(self) -> Iterable[Finding]:
        seen: set[date] = set()

        def again(_: int, day: Holiday) -> Iterable[Finding]:
            if day.date in seen:
                yield Finding(("date",), "NAMED_TWICE", f"{day.date} is a holiday twice", "Name it once.")
            seen.add(day.date)

        yield from each(("holidays",), self.holidays, again)


class Account(Form):
    """Where money for a party goes: an IBAN, or the bank's own form of account number."""

    iban: Annotated[str, AfterValidator(standards.iban)] | None = None
    """The account's IBAN, for countries that have it."""
    other: Annotated[str, Field(min_length=1, max_length=34)] | None = None
    """The bank's own form of account number."""

    def checks(self, known: Known) -> Iterable[Iterable[Finding]]:
        return (self._one(),)

    def _one(self) -> Iterable[Finding]:
        if (self.iban is None) == (self.other is None):
            what = "an account is either `iban` or `other`"
            yield Finding((), "ACCOUNT_UNCLEAR", what, "Write exactly one of the two.")


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
    from_: date | None = Field(default=None, alias="from")
    """The first clearing date on which it is there. Default always."""
    until: date | None = None
    """The last clearing date on which it is there; what comes late is still its own. Default for ever."""
    merged_into: Id | None = None
    """The party that goes on with its readers, vehicles and balance after `until`. Default nobody."""

    def is_there(self, day: date) -> bool:
        """Is it a party on this clearing date?"""
        return (self.from_ is None or self.from_ <= day) and (self.until is None or day <= self.until)

    def checks(self, known: Known) -> Iterable[Iterable[Finding]]:
        return (self._dated(),)

    def _dated(self) -> Iterable[Finding]:
        if self.from_ and self.until and self.until < self.from_:
            yield Finding(("until",), "DATES_REVERSED", f"{self.until} is before {self.from_}")
        if self.merged_into and self.until is None:
            what = "a party goes on in another one after its last date, and `until` is missing"
            yield Finding(("merged_into",), "KEY_MISSING", what, "Write the last date on which it was there.")


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

    def checks(self, known: Known) -> Iterable[Iterable[Finding]]:
        return (self._gates(),)

    def _gates(self) -> Iterable[Finding]:
        if self.access == "vehicle" and self.distance == "path":
            cure = 'Readers on board see the route: write "along".'
            yield Finding(("distance",), "DISTANCE_NEEDS_GATES", "only stations can be priced by shortest path", cure)


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


def _before_noon(clock: str) -> str:
    if clock_s(clock) > 12 * 3600:
        raise wrong("DAY_CUT_LATE", "a service day begins before noon", 'Write it as "04:00".')
    return clock


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
    day_cut: Annotated[Clock, AfterValidator(_before_noon)]
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
    brand: Annotated[tuple[Brand, ...], Field(max_length=100)] = ()
    """Makes of readers. Default none."""

    def checks(self, known: Known) -> Iterable[Iterable[Finding]]:
        tables = ("party", "service", "category", "medium", "brand")
        differ = [differ(table) for table in tables for differ in (self._ids_differ, self._names_differ)]
        return [*differ, *brand_checks(self), self._merged()]

    def _merged(self) -> Iterable[Finding]:
        """Whoever goes on with a party's work is there the day after, and may do it."""
        by_id = {party.id: party for party in self.party}

        def goes_on(_: int, one: Party) -> Iterable[Finding]:
            if one.merged_into is None or one.until is None:
                return
            after, name = by_id.get(one.merged_into), one.merged_into
            if after is None:
                cure = nearest(name, by_id) or f"Known: {', '.join(by_id)}."
                yield Finding(("merged_into",), "UNKNOWN_PARTY", f'there is no party "{name}"', cure)
            elif not after.is_there(date.fromordinal(one.until.toordinal() + 1)):
                cure = "Name one that is there the day after `until`."
                yield Finding(("merged_into",), "PARTY_GONE", f'"{name}" is not there after {one.until}', cure)
            elif missing := sorted(set(one.roles) - set(after.roles)):
                what = f'"{name}" goes on with its work and has no role {missing[0]}'
                yield Finding(("merged_into",), "ROLE_MISSING", what, "Give it the role.")

        yield from each(("party",), self.party, goes_on)

    def _ids_differ(self, table: str) -> Iterable[Finding]:
        yield from duplicates((table,), getattr(self, table), table)

    def _names_differ(self, table: str) -> Iterable[Finding]:
        for twin in duplicates((table,), getattr(self, table), f"{table} name", "name", str.casefold):
            yield twin._replace(code="NAME_TWIN", cure="Two names that look alike confuse people.")
