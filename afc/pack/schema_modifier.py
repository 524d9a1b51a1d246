"""Modifiers, caps, and what happens when a tap is missing or a stay is too long."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag

from afc.pack.checks import each
from afc.pack.form import Finding, Form, Known
from afc.pack.ids import AttributeId, CategoryId, DayTypeId, MediumId, ServiceId, StopId
from afc.pack.schema_fare import Categories, Media, Rounding
from afc.pack.schema_journey import Services
from afc.pack.words import Band, Charge, Distinct, Id, Money, Name, Seconds

When = Annotated[Mapping[DayTypeId, Annotated[tuple[Band, ...], Field(min_length=1)]], Field(min_length=1)]
Instead = Annotated[
    Annotated[Charge, Tag("<amount>")]
    | Annotated[Literal["end_of_route", "farthest_terminal", "maximum"], Tag("<word>")],
    Discriminator(lambda value: "<word>" if isinstance(value, str) else "<amount>"),
]


InsteadByMedium = Annotated[
    Annotated[Instead, Tag("<instead>")] | Annotated[Mapping[MediumId, Instead], Tag("<media>")],
    Discriminator(lambda value: "<media>" if isinstance(value, Mapping) else "<instead>"),
]
MediumOrMap = Annotated[
    Annotated[MediumId, Tag("<medium>")] | Annotated[Mapping[MediumId, MediumId], Tag("<media>")],
    Discriminator(lambda value: "<medium>" if isinstance(value, str) else "<media>"),
]


class Modifier(Form):
    """Something that changes the price of a ride: for whom, when, where, by how much, and how it is rounded."""

    id: Id
    """The modifier's own name in this version."""
    name: Name | None = None
    """What riders call it, as receipts print it. Default none."""
    services: Services | None = None
    """Services on which it holds. Default all."""
    categories: Categories | None = None
    """Rider categories for whom it holds. Default all."""
    media: Media | None = None
    """Media on which it holds. Default all."""
    needs_attribute: AttributeId | None = None
    """Only for cards with this attribute. Default all cards."""
    when: When | None = None
    """When it holds, by the tap-in: for each day type the bands of the clock, half-open. Default always."""
    stops: Annotated[tuple[StopId, ...], Field(min_length=1), Distinct] | None = None
    """Only for riders who board at one of these stops. Default everywhere."""
    first: bool = False
    """Only on the first leg of a journey. Default false."""
    percent: Annotated[int, Field(ge=-100, le=1000)] | None = None
    """Per cent that the price changes by: -25 is a quarter off. -100 makes the ride free."""
    amount: Annotated[int, Field(ge=-1_000_000_000, le=1_000_000_000)] | None = None
    """Minor units that are added after the percentage, or taken off if below zero."""
    least: Charge | None = None
    """The price is at least so much afterwards, in minor units. Default 0."""
    most: Charge | None = None
    """The price is at most so much afterwards, in minor units. Default no maximum."""
    round: Rounding | None = None
    """How the percentage is rounded. Default to 1 minor unit, half up."""

    def checks(self, known: Known) -> Iterable[Iterable[Finding]]:
        return (self._purpose(),)

    def _purpose(self) -> Iterable[Finding]:
        if all(value is None for value in (self.percent, self.amount, self.least, self.most)):
            cure = "Write `percent`, `amount`, `least` or `most`."
            yield Finding((), "MODIFIER_UNCLEAR", "the modifier changes nothing", cure)


class Tier(Form):
    """From so much paid on, so many per cent off each further ride."""

    spent: Money
    """From so many minor units paid on, counted before the ride."""
    percent: Annotated[int, Field(ge=0, le=100)]
    """Per cent off the ride; 0 where the discount ends again."""


class Cap(Form):
    """The most that a card pays over a time, or what it saves once it has paid so much. Penalties never count."""

    id: Id
    """The cap's own name in this version."""
    name: Name | None = None
    """What riders call it. Default none."""
    per: Literal["day", "week", "month", "24_hours", "7_days"]
    """Over which time: a service "day", a "week" from Monday, a calendar "month", or "24_hours" or "7_days" from the
    first ride."""
    services: Services | None = None
    """Services whose rides count and are capped. Default all."""
    categories: Categories | None = None
    """Rider categories for whom it holds. Default all."""
    media: Media | None = None
    """Media on which it holds. Default all."""
    max: Money | None = None
    """The most that is paid in that time, in minor units."""
    max_by: Mapping[CategoryId, Money] = Field(default_factory=dict)
    """The same by rider category, where it differs."""
    tiers: Annotated[tuple[Tier, ...], Field(max_length=4)] = ()
    """What loyalty takes off: per cent from so much on. The tier is chosen before the ride and holds for the whole of
    it."""

    def checks(self, known: Known) -> Iterable[Iterable[Finding]]:
        return self._purpose(), self._tiers_grow()

    def _purpose(self) -> Iterable[Finding]:
        if self.max is None and not self.max_by and not self.tiers:
            yield Finding((), "CAP_UNCLEAR", "the cap takes nothing off", "Write `max`, `max_by` or `tiers`.")

    def _tiers_grow(self) -> Iterable[Finding]:
        before: list[int] = []

        def grown(_: int, tier: Tier) -> Iterable[Finding]:
            if before and tier.spent <= before[-1]:
                yield Finding(("spent",), "BOUNDS_UNSORTED", "tiers begin at growing amounts", "Sort them.")
            before.append(tier.spent)

        yield from each(("tiers",), self.tiers, grown)


class MissingTapOut(Form):
    """What a ride without tap-out costs, at the next tap-in; and how long a forgotten tap-out may be made good."""

    collect: Literal["discount", "none"] = "none"
    """Integrated or matrix fares: "discount" takes back what the transfer into that leg had saved. Default "none"."""
    surcharge: Mapping[ServiceId, Charge] = Field(default_factory=dict)
    """By service, minor units that a first leg without tap-out costs more."""
    fare: Mapping[ServiceId, Instead] = Field(default_factory=dict)
    """By service, what a ride priced at the tap-out costs without one: minor units, "end_of_route", "farthest_terminal"
    or "maximum"."""
    medium: MediumOrMap | None = None
    """The medium whose table that fare is looked up in: one for all, or by the rider's own. Default the rider's own."""
    repair_s: Mapping[ServiceId, Seconds] = Field(default_factory=dict)
    """By service, how long in seconds a tap-out on another vehicle of the same route still counts."""


class Overstay(Form):
    """What a stay past the limit adds: an amount, or all that is missing to the dearest fare."""

    after_s: Annotated[int, Field(ge=60, le=86_400)]
    """Seconds from tap-in to tap-out that are allowed."""
    add: Charge | None = None
    """Minor units that a longer stay adds. Without it the fare is raised to the dearest of the service."""
