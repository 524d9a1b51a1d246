"""tariff.toml: what rides cost, as a list of dated versions.

A version is in force from the day cut of its date until the next version's. Everything a reader needs to price a ride is
in one version; the source says who decreed it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated

from pydantic import Field

from afc.limits import tariffs_max
from afc.pack.form import Finding, Form, Known
from afc.pack.ids import CategoryId, DayTypeId, ServiceId
from afc.pack.journey_sense import journey_checks
from afc.pack.period_sense import period_checks
from afc.pack.prices import OFF_PEAK, Price, order_checks
from afc.pack.schema_fare import Ceiling, Fare, Media, Pair
from afc.pack.schema_journey import Early, Group, Journey, Transfer
from afc.pack.schema_modifier import Cap, InsteadByMedium, MissingTapOut, Modifier, Overstay
from afc.pack.schema_product import FreeDay, Product, Purse, Quota, Rebate
from afc.pack.steps import Distance, Sections
from afc.pack.tariff_sense import price_checks, table_checks
from afc.pack.words import Band, Distinct, Id, Text


class TariffVersion(Form):
    """One tariff as it was decreed."""

    id: Id
    """The version's own name, which nothing else in the file has."""
    from_: date = Field(alias="from")
    """The first service date on which it is in force."""
    source: Text
    """Who decreed it, and where that can be read."""
    until: date | None = None
    """The last service date of a version that only overlays another; afterwards the one that began before it holds
    again. Without it the version holds until the next begins."""
    standby: bool = False
    """The version never comes into force by its date, only by an order of the office: fares for an emergency. Default
    false."""
    meant: Annotated[tuple[str, ...], Field(max_length=16), Distinct] = ()
    """Names of lints (`afc fare lint`) that the decree itself causes, so that nobody looks at them again. Default none.
    """
    base: Mapping[ServiceId, Mapping[CategoryId, Price]] = Field(default_factory=dict)
    """What boarding costs, by service and rider category, in minor units, taken at the tap-in. An amount, or one for
    each period."""
    periods: Annotated[Mapping[Id, Mapping[DayTypeId, tuple[Band, ...]]], Field(max_length=8)] = Field(
        default_factory=dict
    )
    """Hours with prices of their own: by day type, the bands of the clock. Whenever none of them holds it is
    `off_peak`."""
    distance: Mapping[ServiceId, Distance] = Field(default_factory=dict)
    """By service, what the metres of a ride cost on top of `base`, taken at the tap-out."""
    sections: Sections | None = None
    """Surcharges for stretches of the network that somebody wants paid extra."""
    fare: Annotated[tuple[Fare, ...], Field(max_length=128)] = ()
    """Fare tables, priced at the tap-out. For each service, category and card the first row that names them speaks."""
    pair: Annotated[tuple[Pair, ...], Field(max_length=512)] = ()
    """Prices between two named stops. They go before every fare table."""
    ceiling: Annotated[tuple[Ceiling, ...], Field(max_length=64)] = ()
    """What a single ride costs at most, its tables and section surcharges together."""
    hold: Mapping[ServiceId, InsteadByMedium] = Field(default_factory=dict)
    """What is taken at the tap-in and given back at the tap-out, by service: minor units, "end_of_route",
    "farthest_terminal", "maximum", or one of these by medium. A missing tap-out keeps it."""
    accepts: Mapping[ServiceId, Media] = Field(default_factory=dict)
    """By service, the media that it takes; other media are refused there. A service that is not named takes all."""
    repeat_window_s: Annotated[int, Field(ge=0, le=300)] = 10
    """For so many seconds a reader takes a card that is held to it again as the same rider: nothing more is charged, and
    nobody else is let in. 0 where one card may pay for one rider after another. Default 10."""
    journey: Journey | None = None
    """How legs become one journey. Without it every leg is a journey of its own."""
    transfer: Annotated[tuple[Transfer, ...], Field(max_length=256)] = ()
    """What changing from one service to another costs. Under matrix pricing, pairs that no row names do not transfer.
    """
    group: Group | None = None
    """Riders who travel on one card. Without it each rider needs a card."""
    early: Early | None = None
    """A discount for journeys that begin early in the morning."""
    modifier: Annotated[tuple[Modifier, ...], Field(max_length=64)] = ()
    """What changes the price of a ride, row after row in the order of the file, each on what the row before left."""
    cap: Annotated[tuple[Cap, ...], Field(max_length=16)] = ()
    """What a card pays at most over a time, and what loyalty takes off."""
    overstay: Mapping[ServiceId, Overstay] = Field(default_factory=dict)
    """By service, what staying behind the gates too long adds."""
    missing_tap_out: MissingTapOut = Field(default_factory=MissingTapOut)
    """What a ride without tap-out costs, and how a forgotten one is made good."""
    quota: Annotated[tuple[Quota, ...], Field(max_length=16)] = ()
    """Rides of a month at another price, the rest paid by somebody else."""
    product: Annotated[tuple[Product, ...], Field(max_length=250)] = ()
    """Passes: rides bought beforehand."""
    rebate: Annotated[tuple[Rebate, ...], Field(max_length=32)] = ()
    """Money back to the rider after a month of rides that are billed afterwards."""
    free_day: Annotated[tuple[FreeDay, ...], Field(max_length=400)] = ()
    """Service dates on which some services ask nothing."""
    purse: Purse | None = None
    """What a prepaid card may hold and owe, and how it is filled. Without it a purse has no maximum and may owe
    nothing."""

    @property
    def period_ids(self) -> tuple[str, ...]:
        """Periods by number; 0 is `off_peak`, which holds whenever no other does."""
        return (OFF_PEAK, *(name for name in self.periods if name != OFF_PEAK))

    def checks(self, known: Known) -> Iterable[Iterable[Finding]]:
        return [*period_checks(self, known), *price_checks(self), *table_checks(self), *journey_checks(self)]


class TariffFile(Form):
    """The whole of tariff.toml."""

    version: Annotated[tuple[TariffVersion, ...], Field(min_length=1, max_length=tariffs_max)]
    """The tariff versions, in the order of their first dates."""

    def checks(self, known: Known) -> Iterable[Iterable[Finding]]:
        return order_checks(self)
