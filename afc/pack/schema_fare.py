"""Fare tables: what a ride costs by metres, stations, zones or stages; and prices named for two stops."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field

from afc.pack.checks import each
from afc.pack.form import Finding, Form, Known
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

    def checks(self, known: Known) -> Iterable[Iterable[Finding]]:
        belongings = [self._of_rates(key) for key in ("start", "least", "most", "round")]
        steps = (self._bounds_grow(), self._prices_even(), self._one_end())
        rates = (*belongings, self._rates_grow(), self._least_below_most())
        scope = (self._section_of_hops(), self._one_section(), self._free_zones())
        return self._steps_or_rates(), self._tail_of_metres(), self._rates_of_metres(), *steps, *rates, *scope

    def _steps_or_rates(self) -> Iterable[Finding]:
        if (self.price is None) == (self.rates is None):
            what = "a fare table has either `price` or `rates`"
            yield Finding((), "FARE_UNCLEAR", what, "Write exactly one of the two.")

    def _of_rates(self, key: str) -> Iterable[Finding]:
        if getattr(self, key) and self.rates is None:
            yield Finding((key,), "FARE_UNCLEAR", f"`{key}` belongs to `rates`", "Leave it out of a table of steps.")

    def _tail_of_metres(self) -> Iterable[Finding]:
        if self.then is not None and self.by != "metres":
            yield Finding(("then",), "FARE_UNCLEAR", "`then` continues a table of metres", "Write every step.")

    def _rates_of_metres(self) -> Iterable[Finding]:
        if self.rates is not None and self.by != "metres":
            yield Finding(("rates",), "FARE_UNCLEAR", "`rates` are prices for metres", 'Write by = "metres".')

    def _bounds_grow(self) -> Iterable[Finding]:
        before: list[int] = []

        def grown(_: int, bound: int) -> Iterable[Finding]:
            if before and bound <= before[-1]:
                what = f"the bound {bound} comes after {before[-1]}"
                yield Finding((), "BOUNDS_UNSORTED", what, "Bounds grow.")
            before.append(bound)

        yield from each(("upto",), self.upto, grown)

    def _prices_even(self) -> Iterable[Finding]:
        if self.price is not None and len(self.price) - len(self.upto) not in (0, 1):
            what = f"{len(self.price)} prices for {len(self.upto)} bounds"
            cure = "Write a price for each bound, and one more if rides beyond the last cost something else."
            yield Finding(("price",), "PRICES_UNEVEN", what, cure)

    def _one_end(self) -> Iterable[Finding]:
        if self.price is not None and self.then is not None and len(self.price) != len(self.upto):
            what = "`then` and a last open price both speak of long rides"
            yield Finding(("then",), "FARE_UNCLEAR", what, "Keep one.")

    def _rates_grow(self) -> Iterable[Finding]:
        before = [-1]

        def grown(i: int, rate: Rate) -> Iterable[Finding]:
            if rate.from_ <= before[-1] or (i == 0 and rate.from_ != 0):
                cure = "Rates begin at 0 and at growing distances."
                yield Finding(("from",), "BANDS_UNSORTED", f"a rate begins at {rate.from_} m", cure)
            before.append(rate.from_)

        yield from each(("rates",), self.rates or (), grown)

    def _least_below_most(self) -> Iterable[Finding]:
        if self.least is not None and self.most is not None and self.least > self.most:
            yield Finding(("least",), "FARE_UNCLEAR", "`least` is above `most`", "Turn them round.")

    def _section_of_hops(self) -> Iterable[Finding]:
        if self.within is not None and self.by != "hops":
            cure = 'Stations of a section are counted as hops: write by = "hops".'
            yield Finding(("within",), "FARE_UNCLEAR", "a table within a section counts its hops", cure)

    def _one_section(self) -> Iterable[Finding]:
        if self.within is not None and self.uses is not None:
            yield Finding(("uses",), "FARE_UNCLEAR", "a table is either within a section or for using one", "Keep one.")

    def _free_zones(self) -> Iterable[Finding]:
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
