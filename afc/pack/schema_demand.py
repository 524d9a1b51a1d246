"""demand.toml: how many ride, when, where and with what in their pockets; and the vehicles and gates they meet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag

from afc.pack.checks import duplicates
from afc.pack.form import Finding, Form, Known
from afc.pack.ids import (
    AttributeId,
    CategoryId,
    CriterionId,
    DayTypeId,
    MediumId,
    ProductId,
    ServiceId,
    StopId,
    required_ids,
)
from afc.pack.schema_devices import Cash, Inspection, Machines, Reader
from afc.pack.schema_errors import Errors
from afc.pack.schema_events import Elasticity, Event
from afc.pack.words import Clock, Id, Money, Seconds, Share, Text, Weight

ROUNDING = 1e-6  # shares are written in decimals, which binary numbers cannot all hold


class Scenario(Form):
    """Days to simulate, by name."""

    name: Id
    """The scenario's own name."""
    start: dt.date
    """The first service date."""
    days: Annotated[int, Field(ge=1, le=400)]
    """How many service dates."""
    scale: Annotated[float, Field(gt=0, le=100)]
    """Share of the real riders; 1 is all of them."""
    seed: Annotated[int, Field(ge=0, le=2**63 - 1)]
    """The number that everything random is drawn from."""
    about: Text
    """What it shows, in a sentence."""
    event: Annotated[tuple[Event, ...], Field(max_length=100)] = ()
    """What is otherwise on some dates: a concert, a closure, snow, a free day. Default nothing."""
    elasticity: Elasticity | None = None
    """How riders answer to a fare that is not the one under which they were counted. Default not at all."""
    errors: Errors | None = None
    """What riders do by mistake at readers and at stops. Default nothing."""


class Day(Form):
    """A day type at full scale."""

    boardings: Annotated[int, Field(ge=0, le=1_000_000_000)]
    """Boardings of the day at full scale."""
    profile: Annotated[tuple[Weight, ...], Field(min_length=24, max_length=24)]
    """Weight of each of the 24 hours of the clock, from midnight on."""
    services: Annotated[Mapping[ServiceId, Weight], Field(min_length=1)]
    """Share of each service in the boardings. They sum to 1."""

    def checks(self, known: Known) -> Iterable[Iterable[Finding]]:
        return self._somewhen(), self._somewhere()

    def _somewhen(self) -> Iterable[Finding]:
        if not any(self.profile):
            cure = "Write a share for at least one hour."
            yield Finding(("profile",), "WEIGHTS_ALL_ZERO", "no hour has any boardings", cure)

    def _somewhere(self) -> Iterable[Finding]:
        yield from whole_findings(self.services.values(), ("services",), "the services' shares")


class Balance(Form):
    """What is on a card in the morning, and when its holder tops it up."""

    low: Money
    """The least that is on a card in the morning, in minor units."""
    high: Money
    """The most that is on a card in the morning, in minor units."""
    top_up: Money
    """What its holder loads at once, in minor units."""
    below: Money
    """Below so many minor units its holder tops up."""
    forget: Share
    """Share of journeys on which a holder with too little does not top up first."""

    def checks(self, known: Known) -> Iterable[Iterable[Finding]]:
        return (self._ordered(),)

    def _ordered(self) -> Iterable[Finding]:
        if self.low > self.high:
            yield Finding(("low",), "BALANCE_UNCLEAR", "`low` is above `high`", "Turn them round.")


class Group(Form):
    """Riders alike in category, cards and habits."""

    category: CategoryId
    """The rider category of all of them."""
    share: Share
    """Their share in all riders. The groups' shares sum to 1."""
    medium: Annotated[Mapping[MediumId, Share], Field(min_length=1)]
    """Share of each medium among them. They sum to 1."""
    tap_out: Share = 1.0
    """Share of rides that they tap out of where they need not. Default 1."""
    attributes: Mapping[AttributeId, Share] = Field(default_factory=dict)
    """Share of cards with each attribute. Default none."""
    criteria: Mapping[CriterionId, Share] = Field(default_factory=dict)
    """Share of holders who meet each criterion. Default none."""
    products: Mapping[ProductId, Share] = Field(default_factory=dict)
    """Share of holders with each pass. Default none."""
    companions: Share = 0.0
    """Share of journeys by vehicles alone on which the holder also pays for one to three others. Default 0."""
    balance: Balance | None = None
    """What is on their cards in the morning. Without it the purses are empty."""

    def checks(self, known: Known) -> Iterable[Iterable[Finding]]:
        return (self._whole(),)

    def _whole(self) -> Iterable[Finding]:
        yield from whole_findings(self.medium.values(), ("medium",), "the media's shares")


class Riders(Form):
    """Everybody who holds a card."""

    journeys_per_card: Annotated[float, Field(gt=0, le=50)]
    """Journeys that a card makes in a day, on average."""
    change_felt_s: Seconds = 0  # how much longer a change makes a way feel when people choose where to go
    """Seconds that a change makes a way feel longer when riders choose. Default 0."""
    group: Annotated[tuple[Group, ...], Field(min_length=1, max_length=256)]
    """Riders alike in category, cards and habits."""

    def checks(self, known: Known) -> Iterable[Iterable[Finding]]:
        return (self._whole(),)

    def _whole(self) -> Iterable[Finding]:
        yield from whole_findings((group.share for group in self.group), ("group",), "the groups' shares")


class StopWeight(Form):
    """Different weights of a stop as origin and as destination."""

    o: Weight
    """Weight of the stop where journeys begin."""
    d: Weight
    """Weight of the stop where journeys end."""


class Vehicle(Form):
    """What a service's vehicles are like, and their card readers."""

    capacity: Annotated[int, Field(ge=1, le=10_000)]
    """Riders that fit in."""
    doors: Annotated[int, Field(ge=1, le=100)]
    """Doors at which riders board at the same time."""
    board_s: Annotated[float, Field(gt=0, le=600)]
    """Seconds that one rider takes to board at one door."""
    alight_s: Annotated[float, Field(gt=0, le=600)]
    """Seconds that one rider takes to alight at one door."""
    devices: Annotated[int, Field(ge=0, le=100)] = 1
    """Readers in a vehicle, all alike: of several the first is for tapping in. Default 1."""
    readers: Annotated[tuple[Reader, ...], Field(max_length=20)] = ()
    """The readers one by one, with door and brand, in place of `devices`. The first is the driver's console."""
    driver_change: Clock = "13:00"
    """From which trip on, by its departure, another driver has the vehicle. Default "13:00"."""
    offline: Share = 0.0
    """Share of vehicles that find no connection in the night, so that their taps come late. Default 0."""
    part: Annotated[float, Field(gt=0, le=1)] | None = None
    """Part of the real service's places that this pack's timetable offers, where the pack has only some of its routes: a run at
    a larger scale sends several vehicles on each departure. Left out: as many as the timetable has, at any scale."""

    def checks(self, known: Known) -> Iterable[Iterable[Finding]]:
        return (self._one_way(),)

    def _one_way(self) -> Iterable[Finding]:
        if self.readers and "devices" in self.model_fields_set:
            yield Finding(("devices",), "READERS_TWICE", "`devices` and `readers` both count readers", "Write one.")
        if self.readers and all(reader.door == "rear" for reader in self.readers):
            yield Finding(("readers",), "NO_WAY_IN", "no reader is at the front", "Riders tap in at the front.")


class Stations(Form):
    """Gates of a station."""

    lanes: Annotated[int, Field(ge=1, le=1000)]
    """Gates in each direction."""
    lane_s: Annotated[float, Field(gt=0, le=600)]
    """Seconds that one rider takes at a gate."""
    reader: Literal["direction", "lane"] = "direction"
    """What has the keys and the journal: one controller for each "direction", or a reader in each "lane". Default
    "direction"."""


StopShare = Annotated[
    Annotated[Weight, Tag("<weight>")] | Annotated[StopWeight, Tag("<pair>")],
    Discriminator(lambda value: "<pair>" if isinstance(value, dict | StopWeight) else "<weight>"),
]


class DemandFile(Form):
    """The whole of demand.toml."""

    source: Text
    """Where the counts come from, and what was assumed."""
    scenario: Annotated[tuple[Scenario, ...], Field(min_length=1, max_length=100)]
    """Days to simulate, by name."""
    day: Mapping[DayTypeId, Day]
    """By day type, how many ride, when and with what."""
    riders: Riders
    """Who rides, and with which cards."""
    stops: Mapping[StopId, StopShare] = Field(default_factory=dict)
    """By stop, its weight: one number, or one as origin and one as destination. Default 1."""
    fleet: Mapping[ServiceId, Vehicle]
    """By service, what its vehicles and readers are like."""
    stations: Stations | None = None
    """The gates of a station. Only cities with gates need it."""
    machines: Machines = Field(default_factory=Machines)
    """Where passes are sold and purses loaded. Without it at a kiosk at every stop."""
    cash: Mapping[ServiceId, Cash] = Field(default_factory=dict)
    """By service, riders who pay the driver. Default nobody."""
    inspection: Annotated[tuple[Inspection, ...], Field(max_length=100)] = ()
    """Inspectors with handheld readers. Default none."""
    depot_gateways: bool = False
    """Whether the taps of vehicles go through a gateway at their operator's depot, which has no keys. Default false."""

    def checks(self, known: Known) -> Iterable[Iterable[Finding]]:
        return self._differ(), self._every_day(known), self._every_service(known)

    def _differ(self) -> Iterable[Finding]:
        yield from duplicates(("scenario",), self.scenario, "scenario", "name")

    def _every_day(self, known: Known) -> Iterable[Finding]:
        for missing in required_ids(self.day, "day type", known, "DAY_MISSING"):
            yield missing._replace(at=("day",), cure="Write a [day.…] table for it.")

    def _every_service(self, known: Known) -> Iterable[Finding]:
        for missing in required_ids(self.fleet, "service", known, "FLEET_MISSING"):
            yield missing._replace(at=("fleet",), cure="Describe its vehicles under [fleet].")


def whole_findings(shares: Iterable[float], at: tuple[str, ...], what: str) -> Iterable[Finding]:
    """Shares that must make a whole."""
    total = sum(shares)
    if abs(total - 1) > ROUNDING:
        yield Finding(at, "SHARES_NOT_WHOLE", f"{what} sum to {total:.6g}", "They must sum to 1.")
