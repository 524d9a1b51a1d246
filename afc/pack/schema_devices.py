"""Readers of a city: whose make they are, at which door they stand, who brings their taps in, and who checks tickets."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from afc.pack.checks import each
from afc.pack.form import Finding, Form
from afc.pack.ids import BrandId, PartyId, ServiceId
from afc.pack.words import Charge, Distinct, Id, Name, Share, Text
from afc.refusal import nearest

if TYPE_CHECKING:
    from afc.pack.schema_city import CityFile


class Brand(Form):
    """Readers of one make: which cards they take, and how their taps come in."""

    id: Id
    """The brand's own name in the pack."""
    name: Name
    """What it is called."""
    collector: Id | None = None
    """The party that brings its taps to the clearing house. Default the first party with the role collector."""
    media: Annotated[tuple[Id, ...], Distinct] = ()
    """Kinds of card that its readers take. Default all."""
    collects: Literal["depot", "road", "morning"] = "depot"
    """When the taps of a vehicle's readers are brought in: at the "depot" after work, on the "road" every hour, or the next
    "morning". Default "depot"."""
    source: Text | None = None
    """Where it is said who makes, and who runs, these readers."""


class Reader(Form):
    """A reader in a vehicle."""

    door: Literal["front", "rear"]
    """Riders tap in at the "front", and out at the "rear" where a reader there takes their card."""
    brand: BrandId | None = None
    """Its brand. Default none."""


class Machines(Form):
    """Where passes are sold and purses loaded."""

    station: Literal["kiosk", "vending", "vending and top-up"] = "kiosk"
    """At a station with gates: a "kiosk" for both, a "vending" machine for both, or "vending and top-up", one for passes and
    one for value. Default "kiosk"."""
    street: Literal["kiosk", "vending", "vending and top-up"] = "kiosk"
    """The same at every other stop. Default "kiosk"."""
    brand: BrandId | None = None
    """Their brand. Default none."""


class Cash(Form):
    """Riders who pay the driver."""

    share: Annotated[float, Field(gt=0, le=0.9)]
    """Their share in the boardings of the service. They ride beside those of `[day]`."""
    fare: Charge
    """What each of them pays, in minor units."""
    from_: date = Field(default=date.min, alias="from")
    """The first date on which drivers take it. Default always."""
    source: Text
    """Where it is said that drivers take cash, and how much."""


class Inspection(Form):
    """Inspectors with handheld readers on one service."""

    service: ServiceId
    """Where they check: in vehicles, or at stations where the service has gates."""
    by: PartyId
    """Whose inspectors they are."""
    handhelds: Annotated[int, Field(ge=1, le=10_000)]
    """Handheld readers at work on a day."""
    riders: Annotated[int, Field(ge=1, le=1000)]
    """Riders that one of them checks in a day, at most."""
    without: Share = 0.0
    """Share of the checked who have not tapped in. Default 0."""
    penalty: Charge
    """What such a rider is asked for, in minor units."""
    source: Text
    """Where that is said, or that it was made up."""


def brand_checks(city: CityFile) -> Iterable[Iterable[Finding]]:
    """Collectors and media that brands name must be there."""
    return (_known(city),)


def _known(city: CityFile) -> Iterable[Finding]:
    def named(_: int, brand: Brand) -> Iterable[Finding]:
        parties, media = [party.id for party in city.party], [medium.id for medium in city.medium]
        if brand.collector is not None and brand.collector not in parties:
            yield unknown(("collector",), "party", brand.collector, parties)
        for name in brand.media:
            if name not in media:
                yield unknown(("media",), "medium", name, media)

    yield from each(("brand",), city.brand, named)


def unknown(at: tuple[str, ...], kind: str, name: str, names: list[str]) -> Finding:
    """A name that the same file does not declare."""
    cure = nearest(name, names) or f"Known: {', '.join(names)}."
    return Finding(at, f"UNKNOWN_{kind.upper()}", f'there is no {kind} "{name}"', cure)
