"""Features: what kinds of rule a tariff has, in the words of riders and fare offices, as a reader of its table would tick them.

Each is one or several keys of `tariff.toml`, by their names below `version`, and a question to their values; a version has
the feature if one value answers yes. They are read from the file and not from what a program made of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from afc.pack.keys import uses_in
from afc.pack.schema_tariff import TariffVersion

Question = Callable[[Any], bool]


class Feature(NamedTuple):
    """A rule as people name it, the keys that write it, and which of their values do."""

    words: str
    keys: tuple[str, ...]
    asks: Question = bool


def one_of(*values: object) -> Question:
    """Is the value one of these?"""
    return lambda value: value in values


def says(*words: str) -> Question:
    """Is one of these words the value, or among the values of a table of services or media?"""
    return lambda value: any(says(*words)(v) for v in value.values()) if isinstance(value, Mapping) else value in words


def is_above_zero(value: Any) -> bool:
    """An amount that is asked, in some period at least."""
    return any(map(is_above_zero, value.values())) if isinstance(value, Mapping) else value > 0


FEATURES: dict[str, tuple[Feature, ...]] = {
    "Price of a ride": (
        Feature("A price for boarding, taken at the tap-in", ("base",)),
        Feature("Dearer and cheaper hours of boarding", ("periods",)),
        Feature("Started steps of metres on top of the boarding", ("distance",)),
        Feature("A fare by metres", ("fare.by",), one_of("metres")),
        Feature("A fare by stations", ("fare.by",), one_of("stations", "hops")),
        Feature("A fare by zones", ("fare.by",), one_of("zones")),
        Feature("A fare by stages", ("fare.by",), one_of("stages")),
        Feature("Distance steps that never end", ("fare.then",)),
        Feature(
            "Each metre in proportion, rounded once",
            ("fare.rates", "fare.start", "fare.least", "fare.most", "fare.round"),
        ),
        Feature("A fare table of its own for some cards, or for cash", ("fare.media", "pair.media")),
        Feature("Stretches priced apart and added up", ("fare.within",)),
        Feature("A dearer table for who touches a stretch", ("fare.uses",)),
        Feature("A zone that is free to ride through", ("fare.via_free",)),
        Feature("A price named for two stops", ("pair",)),
        Feature("A surcharge for a stretch of line", ("sections",)),
        Feature("A ceiling for one ride", ("ceiling",)),
        Feature("An amount held until the tap-out", ("hold",)),
        Feature("Cards that a service does not take", ("accepts",)),
    ),
    "Journeys": (
        Feature("Free transfers", ("transfer.price",), one_of(0)),
        Feature("Transfers that cost something", ("transfer.price",), is_above_zero),
        Feature("An amount off the next leg", ("transfer.less",)),
        Feature("Several legs at the fare of one ride", ("journey.pricing",), one_of("through")),
        Feature(
            "The dearest base, and the metres of all legs together",
            ("journey.free_m", "journey.free_m_with", "journey.bands"),
        ),
        Feature("Time to change from the tap-out on", ("journey.window_from",), one_of("tap_out")),
        Feature("A time ticket, from the first boarding on", ("journey.window_from",), one_of("first_boarding")),
        Feature("Transfers until the service day ends", ("journey.window_from",), one_of("service_day")),
        Feature("A limit for the whole journey", ("journey.total_s",)),
        Feature("More time to change at night", ("journey.night", "journey.night_window_s")),
        Feature("No transfer without a tap-out", ("journey.needs_tap_out",)),
        Feature("No transfer to the same route", ("journey.same_route",), one_of(False)),
        Feature("A transfer to the same vehicle", ("journey.same_vehicle",)),
        Feature("A transfer earned by riding, or not twice at once", ("journey.min_dwell_s", "journey.cooldown_s")),
        Feature("A change on foot between two named stops", ("transfer.between",)),
        Feature("Transfers for some cards only", ("journey.media", "journey.needs_attribute", "transfer.media")),
        Feature("Services that do not transfer to one another", ("journey.no_transfer",)),
        Feature("Out through the gates and in again", ("journey.reentry",)),
        Feature("Several riders on one card", ("group", "journey.group")),
    ),
    "Changes of the price": (
        Feature("Per cent off, or on top", ("modifier.percent",), lambda percent: percent != -100),
        Feature("Riders who are carried free", ("modifier.percent",), one_of(-100)),
        Feature("An amount off, or on top", ("modifier.amount",)),
        Feature("A price that a discount or a surcharge cannot pass", ("modifier.most",)),
        Feature("Cheaper or dearer by the clock and the day", ("modifier.when",)),
        Feature("Cheaper or dearer from some stops", ("modifier.stops",)),
        Feature("Cheaper with one kind of card", ("modifier.media",)),
        Feature("Cheaper for who has proved a right to it", ("modifier.needs_attribute",)),
        Feature("A rounding to coins", ("modifier.round",), lambda rounding: rounding.get("to", 1) > 1),
        Feature("A discount for the early journey", ("early",)),
        Feature("Days on which rides are free", ("free_day",)),
    ),
    "Memory": (
        Feature("At most so much a day", ("cap.per",), one_of("day")),
        Feature("At most so much in 24 hours from the first ride", ("cap.per",), one_of("24_hours")),
        Feature("Cheaper the more one has paid", ("cap.tiers",)),
        Feature("Free or cheap rides of the month, paid by somebody else", ("quota.rides", "quota.day_types", "quota.payer")),
        Feature("Rides of the month by social criteria", ("quota.rides_by",)),
        Feature("Passes for days", ("product.days",)),
        Feature("Passes for hours", ("product.hours",)),
        Feature("Tickets for so many rides", ("product.entries",)),
        Feature("A pass for so many rides a day", ("product.per_day_max",)),
        Feature("A ticket whose entry is a journey", ("product.transfers",)),
        Feature("A pass from a fixed date", ("product.start",), one_of("date")),
        Feature("A pass that ends with the service day", ("product.ends",), one_of("service_day")),
        Feature("A pass for some hours of the day", ("product.when",)),
        Feature("A pass for some zones or stations", ("product.zones", "product.stations_max", "product.outside")),
        Feature("A pass for a part of the line", ("product.pays_within",)),
        Feature("A pass for who has proved a right to it", ("product.needs_attribute",)),
        Feature("A pass without which the gate stays shut", ("product.fallback",), one_of("refuse")),
        Feature("A pass that waits behind another", ("product.queue",)),
        Feature("A pass suspended for missing tap-outs", ("product.suspend_after_missing", "product.suspend_s")),
        Feature("Money back for the month", ("rebate",)),
    ),
    "Missing taps and long stays": (
        Feature(
            "A missing tap-out costs the ride to the end of the line",
            ("missing_tap_out.fare",),
            says("end_of_route", "farthest_terminal"),
        ),
        Feature("A missing tap-out costs the dearest fare", ("missing_tap_out.fare",), says("maximum")),
        Feature("A missing tap-out is priced as for cash", ("missing_tap_out.medium",)),
        Feature(
            "A missing tap-out adds an amount, or takes the discount back",
            ("missing_tap_out.surcharge", "missing_tap_out.collect"),
        ),
        Feature("A missing tap-out costs pass holders too", ("product.pays_missing",), one_of(False)),
        Feature("A forgotten tap-out made good on the next vehicle", ("missing_tap_out.repair_s",)),
        Feature("A fine for staying too long", ("overstay",)),
    ),
    "Purse": (
        Feature("A least balance to pass the gate", ("purse.min_to_enter",)),
        Feature("A tap-out may overdraw the purse", ("purse.overdraft", "purse.overdraft_needs_attribute")),
        Feature("A boarding on credit", ("purse.credit_rides", "purse.credit_needs_attribute")),
        Feature("A fee for topping up", ("purse.top_up_fee",)),
        Feature("Fixed amounts to top up", ("purse.top_ups",)),
    ),
    "Versions": (
        Feature("Fares for a while, and then the old ones again", ("until",)),
        Feature("Fares kept for an emergency", ("standby",)),
    ),
}  # fmt: skip
"""Every feature, under the idea that it belongs to."""

PLAIN = frozenset(
    {
        "id", "name", "from", "to", "source", "meant", "services", "categories", "price", "upto", "journey.window_s",
        "journey.transfers_max", "repeat_window_s", "cap.max", "cap.media", "purse.max", "purse.top_up_min", "purse.top_up_max",
    }
)  # fmt: skip
"""Keys that say who, where and how much, and make no feature: by their names below `version`, or by their last word."""


def features_of(versions: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """The features that any of some versions has, by their words; tables as the file has them."""
    values = [(use.name, use.value) for version in versions for use in uses_in(TariffVersion, version)]
    return frozenset(
        feature.words
        for group in FEATURES.values()
        for feature in group
        if any(name in feature.keys and feature.asks(value) for name, value in values)
    )


def is_covered(name: str) -> bool:
    """Does some feature, or the list of plain keys, speak of a key: of itself or of the table that it stands in?"""
    spoken = {key for group in FEATURES.values() for feature in group for key in feature.keys}
    above = {name[:i] for i, sign in enumerate(name) if sign == "."} | {name}
    return bool(above & spoken) or name in PLAIN or name.rpartition(".")[2] in PLAIN
