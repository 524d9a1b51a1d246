"""Modifiers, caps, and what happens when a tap is missing or a stay is too long."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from afc.pack.form import Finding, Form, refuse
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
    name: Name | None = None
    services: Services | None = None
    categories: Categories | None = None
    media: Media | None = None
    needs_attribute: AttributeId | None = None
    when: When | None = None
    stops: Annotated[tuple[StopId, ...], Field(min_length=1), Distinct] | None = None
    first: bool = False
    percent: Annotated[int, Field(ge=-100, le=1000)] | None = None
    amount: Annotated[int, Field(ge=-1_000_000_000, le=1_000_000_000)] | None = None
    least: Charge | None = None
    most: Charge | None = None
    round: Rounding | None = None

    @model_validator(mode="after")
    def _agree(self) -> Modifier:
        if all(value is None for value in (self.percent, self.amount, self.least, self.most)):
            refuse(
                [
                    Finding(
                        (),
                        "MODIFIER_UNCLEAR",
                        "the modifier changes nothing",
                        "Write `percent`, `amount`, `least` or `most`.",
                    )
                ]
            )
        return self


class Tier(Form):
    """From so much paid on, so many per cent off each further ride."""

    spent: Money
    percent: Annotated[int, Field(ge=0, le=100)]


class Cap(Form):
    """The most that a card pays over a time, or what it saves once it has paid so much. Penalties never count."""

    id: Id
    name: Name | None = None
    per: Literal["day", "week", "month", "24_hours", "7_days"]
    services: Services | None = None
    categories: Categories | None = None
    media: Media | None = None
    max: Money | None = None
    max_by: Mapping[CategoryId, Money] = Field(default_factory=dict)
    tiers: Annotated[tuple[Tier, ...], Field(max_length=4)] = ()

    @model_validator(mode="after")
    def _agree(self) -> Cap:
        refuse(self._findings())
        return self

    def _findings(self) -> Iterable[Finding]:
        if self.max is None and not self.max_by and not self.tiers:
            yield Finding((), "CAP_UNCLEAR", "the cap takes nothing off", "Write `max`, `max_by` or `tiers`.")
        for i in range(1, len(self.tiers)):
            if self.tiers[i].spent <= self.tiers[i - 1].spent:
                yield Finding(("tiers", i, "spent"), "BOUNDS_UNSORTED", "tiers begin at growing amounts", "Sort them.")


class MissingTapOut(Form):
    """What a ride without tap-out costs, at the next tap-in; and how long a forgotten tap-out may be made good."""

    collect: Literal["discount", "none"] = "none"
    surcharge: Mapping[ServiceId, Charge] = Field(default_factory=dict)
    fare: Mapping[ServiceId, Instead] = Field(default_factory=dict)
    medium: MediumOrMap | None = None
    repair_s: Mapping[ServiceId, Seconds] = Field(default_factory=dict)


class Overstay(Form):
    """What a stay past the limit adds: an amount, or all that is missing to the dearest fare."""

    after_s: Annotated[int, Field(ge=60, le=86_400)]
    add: Charge | None = None
