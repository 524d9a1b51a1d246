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
    """To multiples of so many minor units. Default 1."""
    how: Literal["up", "down", "half_up", "half_even"] = "half_up"
    """"up", "down", "half_up" or "half_even". Default "half_up"."""


class Rate(Form):
    """From so many metres on, `price` for each `per` metres, in proportion."""

    from_: Bound = Field(alias="from")
    """Where the rate begins, in metres. The first begins at 0."""
    price: Charge
    """Minor units for each `per` metres, in proportion: a part of them costs its part."""
    per: Annotated[int, Field(ge=1, le=10_000_000)]
    """Metres that `price` is for: 1000 for a price by the kilometre, more for prices with decimals."""


class Tail(Form):
    """Past the last bound, each started `every` costs so much more."""

    every: Annotated[int, Field(ge=1, le=10_000_000)]
    """Length of a step beyond the last bound, in metres."""
    price: Charge
    """What each started step adds, in minor units."""


class Fare(Form):
    """One fare table: steps with bounds, or rates in proportion, for some services, riders and cards."""

    services: Services
    """Services that the table is for."""
    by: Literal["metres", "stations", "hops", "zones", "stages"]
    """What the ride is counted by: "metres", "stations" (both ends count), "hops" (stations less one), "zones"
    (different ones passed) or "stages"."""
    name: Name | None = None
    """What riders call the table. Default none."""
    categories: Categories | None = None
    """Rider categories that it is for. Default all."""
    media: Media | None = None
    """Media that it is for. Default all."""
    upto: Annotated[tuple[Bound, ...], Field(max_length=256)] = ()
    """Upper bounds of the steps, the bound included, in what `by` counts. Default none: one price for every ride."""
    price: Annotated[tuple[Charge, ...], Field(min_length=1, max_length=257)] | None = None
    """The price up to each bound, in minor units; one more than there are bounds is the price beyond the last.
    Otherwise the last price holds beyond it."""
    then: Tail | None = None
    """How a table of metres goes on beyond the last bound."""
    start: Charge = 0
    """With `rates`: minor units that every ride begins with. Default 0."""
    rates: Annotated[tuple[Rate, ...], Field(min_length=1, max_length=16)] | None = None
    """Instead of steps: prices in proportion to the metres, added up over the bands and rounded once."""
    least: Charge | None = None
    """With `rates`: a ride costs at least so much, in minor units, after the rounding."""
    most: Charge | None = None
    """With `rates`: a ride costs at most so much, in minor units, after the rounding."""
    round: Rounding | None = None
    """With `rates`: the one rounding at the end. Default to 1 minor unit, half up."""
    within: SectionId | None = None
    """The table counts only hops inside this fare section. Tables for different sections of a service add up."""
    uses: Annotated[tuple[SectionId, ...], Field(min_length=1), Distinct] | None = None
    """The table speaks only for rides that touch one of these fare sections. Of such tables and the plain one the
    dearest counts."""
    via_free: Annotated[tuple[ZoneId, ...], Distinct] = ()
    """Zones that are free to ride through; they count only for riders who tap in or out there. Default none."""

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
    """Services on which the price holds."""
    from_: StopId = Field(alias="from")
    """The stop that it begins at."""
    to: StopId
    """The stop that it ends at."""
    price: Charge
    """What the ride costs, in minor units."""
    both: bool = True
    """The price holds in the other direction too. Default true."""
    categories: Categories | None = None
    """Rider categories for whom it holds. Default all."""
    media: Media | None = None
    """Media on which it holds. Default all."""


class Ceiling(Form):
    """What a single ride costs at most, its sections together."""

    services: Services
    """Services on which it holds."""
    price: Charge
    """The most that a ride costs, in minor units."""
    categories: Categories | None = None
    """Rider categories for whom it holds. Default all."""
