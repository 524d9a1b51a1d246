"""What is otherwise on a date of a scenario: a concert, a closure, snow, a free day; and how riders answer to fares."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Annotated, Any, TypeAlias

from pydantic import AfterValidator, Discriminator, Field, Tag

from afc.moment import clock_s
from afc.pack.form import Finding, Form, Known, wrong
from afc.pack.ids import ServiceId, StopId, TariffId
from afc.pack.schema_errors import Errors
from afc.pack.words import Clock, Text
from afc.refusal import near, nearest


def _kind(name: str) -> str:
    if name not in KINDS:
        known = ", ".join(KINDS)
        raise wrong("EVENT_UNKNOWN", f'there is no kind of event "{name}"', nearest(name, KINDS) or f"Known: {known}.")
    return name


Kind = Annotated[str, AfterValidator(_kind)]
Factor = Annotated[float, Field(gt=0, le=10)]
More = Annotated[float, Field(ge=1, le=10)]


class Concert(Form):
    """Many riders go to one stop before, and home from it after."""

    kind: Kind
    """What happens: `concert`."""
    on: dt.date | None = None
    """The service date. Default every date of the run."""
    stop: StopId
    """The stop of the place."""
    riders: Annotated[int, Field(ge=1, le=1_000_000)]
    """How many go there by public transport, at full scale."""
    begins: Clock
    """When it begins: they set out between an hour and a half and half an hour before."""
    ends: Clock
    """When it ends: they set out for home within twenty minutes."""

    def checks(self, known: Known) -> Iterable[Iterable[Finding]]:
        return (self._ordered(),)

    def _ordered(self) -> Iterable[Finding]:
        if clock_s(self.ends) <= clock_s(self.begins):
            yield Finding(("ends",), "EVENT_UNCLEAR", "it ends before it begins", "Count past midnight: 24:30.")


class Closure(Form):
    """Services or routes do not run; riders choose other ways, or stay at home where there is none."""

    kind: Kind
    """What happens: `closure`."""
    on: dt.date | None = None
    """The service date. Default every date of the run."""
    services: tuple[ServiceId, ...] = ()
    """Services of which nothing runs."""
    routes: tuple[str, ...] = ()
    """Routes that do not run."""
    from_: Clock | None = Field(default=None, alias="from")
    """The first departure that does not run leaves at this time or later. Default the whole day."""
    to: Clock | None = None
    """Departures run again from this time on. Default the whole day."""

    def checks(self, known: Known) -> Iterable[Iterable[Finding]]:
        return self._something(), self._ordered()

    def _something(self) -> Iterable[Finding]:
        if not self.services and not self.routes:
            yield Finding((), "EVENT_UNCLEAR", "nothing is closed", "Name `services` or `routes`.")

    def _ordered(self) -> Iterable[Finding]:
        if self.from_ and self.to and clock_s(self.to) <= clock_s(self.from_):
            yield Finding(("to",), "EVENT_UNCLEAR", "it ends before it begins", "Count past midnight: 24:30.")


class Snow(Form):
    """Fewer people go out, vehicles are slower, and fewer of them run."""

    kind: Kind
    """What happens: `snow`."""
    on: dt.date | None = None
    """The service date. Default every date of the run."""
    journeys: Factor = 1.0
    """Journeys of the day beside a usual one: 0.7 is three in ten fewer. Default 1."""
    slower: More = 1.0
    """Times that a ride takes: 1.4 is two fifths longer. Default 1."""
    headways: More = 1.0
    """Times that headways are as long: at 2 every second departure runs. Default 1."""


class FreeDay(Form):
    """A day that costs nothing moves more people. What it costs is the tariff's to say."""

    kind: Kind
    """What happens: `free_day`."""
    on: dt.date | None = None
    """The service date. Default every date of the run."""
    journeys: Factor
    """Journeys of the day beside a usual one: 1.3 is three in ten more."""


KINDS: dict[str, type[Form]] = {"concert": Concert, "closure": Closure, "snow": Snow, "free_day": FreeDay}


def _tag(table: Any) -> str:
    """Which form an event is read as; one whose kind is misspelt is read as what was probably meant."""
    kind = table.get("kind") if isinstance(table, dict) else getattr(table, "kind", None)
    return f"<{kind if kind in KINDS else near(str(kind), KINDS) or 'closure'}>"


Event: TypeAlias = Annotated[
    Annotated[Concert, Tag("<concert>")]
    | Annotated[Closure, Tag("<closure>")]
    | Annotated[Snow, Tag("<snow>")]
    | Annotated[FreeDay, Tag("<free_day>")],
    Discriminator(_tag),
]


class Elasticity(Form):
    """How riders answer to a fare that is not the one under which they were counted."""

    value: Annotated[float, Field(ge=-3, le=0)]
    """Constant elasticity: -0.3 is three per cent fewer journeys where the fare is ten per cent higher."""
    counted_under: TariffId
    """The tariff version that was in force when the published boardings were counted."""
    source: Text
    """Where the value comes from, or "synthetic"."""


class Answers(Form):
    """What a scenario may have beside its numbers."""

    event: Annotated[tuple[Event, ...], Field(max_length=100)] = ()
    """What is otherwise on some dates."""
    elasticity: Elasticity | None = None
    """How riders answer to fares. Default not at all."""
    errors: Errors | None = None
    """What riders do by mistake. Default nothing."""
