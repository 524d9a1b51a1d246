"""Fare tables: what a ride costs by metres, stations, zones or stages; and prices named for two stops."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field, model_validator

from afc.pack.form import Finding, Form, refuse
from afc.pack.ids import CategoryId, MediumId, SectionId, StopId, ZoneId
from afc.pack.schema_journey import Services
from afc.pack.words import Charge, Distinct, Name

Categories = Annotated[tuple[CategoryId, ...], Field(min_length=1), Distinct]
Media = Annotated[tuple[MediumId, ...], Field(min_length=1), Distinct]
Bound = Annotated[int, Field(ge=0, le=10_000_000)]


class Rounding(Form):
    """To a multiple of `to` minor units."""

    to: Annotated[int, Field(ge=1, le=1_000_000_000)] = 1
    how: Literal["up", "down", "half_up", "half_even"] = "half_up"


class Rate(Form):
    """From so many metres on, `price` for each `per` metres, in proportion."""

    from_: Bound = Field(alias="from")
    price: Charge
    per: Annotated[int, Field(ge=1, le=10_000_000)]


class Tail(Form):
    """Past the last bound, each started `every` costs so much more."""

    every: Annotated[int, Field(ge=1, le=10_000_000)]
    price: Charge


class Fare(Form):
    """One fare table: steps with bounds, or rates in proportion, for some services, riders and cards."""

    services: Services
    by: Literal["metres", "stations", "hops", "zones", "stages"]
    name: Name | None = None
    categories: Categories | None = None
    media: Media | None = None
    upto: Annotated[tuple[Bound, ...], Field(max_length=256)] = ()
    price: Annotated[tuple[Charge, ...], Field(min_length=1, max_length=257)] | None = None
    then: Tail | None = None
    start: Charge = 0
    rates: Annotated[tuple[Rate, ...], Field(min_length=1, max_length=16)] | None = None
    least: Charge | None = None
    most: Charge | None = None
    round: Rounding | None = None
    within: SectionId | None = None
    uses: Annotated[tuple[SectionId, ...], Field(min_length=1), Distinct] | None = None
    via_free: Annotated[tuple[ZoneId, ...], Distinct] = ()

    @model_validator(mode="after")
    def _agree(self) -> Fare:
        refuse([*self._form(), *self._steps(), *self._rates(), *self._scope()])
        return self

    def _form(self) -> Iterable[Finding]:
        if (self.price is None) == (self.rates is None):
            yield Finding(
                (), "FARE_UNCLEAR", "a fare table has either `price` or `rates`", "Write exactly one of the two."
            )
        for key in ("start", "least", "most", "round"):
            if getattr(self, key) and self.rates is None:
                yield Finding(
                    (key,), "FARE_UNCLEAR", f"`{key}` belongs to `rates`", "Leave it out of a table of steps."
                )
        if self.then is not None and self.by != "metres":
            yield Finding(("then",), "FARE_UNCLEAR", "`then` continues a table of metres", "Write every step.")
        if self.rates is not None and self.by != "metres":
            yield Finding(("rates",), "FARE_UNCLEAR", "`rates` are prices for metres", 'Write by = "metres".')

    def _steps(self) -> Iterable[Finding]:
        for i in range(1, len(self.upto)):
            if self.upto[i] <= self.upto[i - 1]:
                what = f"the bound {self.upto[i]} comes after {self.upto[i - 1]}"
                yield Finding(("upto", i), "BOUNDS_UNSORTED", what, "Bounds grow.")
        if self.price is not None and len(self.price) - len(self.upto) not in (0, 1):
            what = f"{len(self.price)} prices for {len(self.upto)} bounds"
            cure = "Write a price for each bound, and one more if rides beyond the last cost something else."
            yield Finding(("price",), "PRICES_UNEVEN", what, cure)
        if self.price is not None and self.then is not None and len(self.price) != len(self.upto):
            yield Finding(
                ("then",), "FARE_UNCLEAR", "`then` and a last open price both speak of long rides", "Keep one."
            )

    def _rates(self) -> Iterable[Finding]:
        for i, rate in enumerate(self.rates or ()):
            before = self.rates[i - 1].from_ if i else -1  # type: ignore[index]
            if rate.from_ <= before or (i == 0 and rate.from_ != 0):
                cure = "Rates begin at 0 and at growing distances."
                yield Finding(("rates", i, "from"), "BANDS_UNSORTED", f"a rate begins at {rate.from_} m", cure)
        if self.least is not None and self.most is not None and self.least > self.most:
            yield Finding(("least",), "FARE_UNCLEAR", "`least` is above `most`", "Turn them round.")

    def _scope(self) -> Iterable[Finding]:
        if self.within is not None and self.by != "hops":
            cure = 'Stations of a section are counted as hops: write by = "hops".'
            yield Finding(("within",), "FARE_UNCLEAR", "a table within a section counts its hops", cure)
        if self.within is not None and self.uses is not None:
            yield Finding(("uses",), "FARE_UNCLEAR", "a table is either within a section or for using one", "Keep one.")
        if self.via_free and self.by != "zones":
            yield Finding(("via_free",), "FARE_UNCLEAR", "`via_free` belongs to tables of zones", "Leave it out.")


class Pair(Form):
    """The price between two stops, before any table."""

    services: Services
    from_: StopId = Field(alias="from")
    to: StopId
    price: Charge
    both: bool = True
    categories: Categories | None = None
    media: Media | None = None


class Ceiling(Form):
    """What a single ride costs at most, its sections together."""

    services: Services
    price: Charge
    categories: Categories | None = None
