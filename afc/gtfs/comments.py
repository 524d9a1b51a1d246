"""The comments in a new pack's files, for whoever goes on from there."""

from __future__ import annotations

from collections.abc import Mapping

_MADE = (
    "Made by a program from a published timetable; see SOURCES.md. Replace what is borrowed with facts of this city."
)

COMMENTS: Mapping[str, Mapping[str, str]] = {
    "city.toml": {
        "": _MADE,
        "country": "Country, locale and currency go with the borrowed prices.",
        "synthetic": "Printed wherever figures of a run are shown.",
        "calendar": "The first day type is the ordinary working day. Past the horizon no holiday is known.",
        "party": "The operators are the feed's agencies. Every account number is made up.",
        "service": "A fare class of vehicles. `station` has gates, `vehicle` has readers on board.",
        "category": "Rider categories, as in the pack whose prices are borrowed.",
        "medium": "Kinds of card.",
    },
    "tariff.toml": {
        "": f"{_MADE}\nAmounts are whole minor units of the currency.",
        "version.journey": "How legs become one journey, and what a journey costs.",
        "version.purse": "What a prepaid card may hold.",
    },
    "split.toml": {"": f"{_MADE}\nHow the money of a journey is shared among those who carried it."},
    "contracts.toml": {
        "": f"{_MADE}\nWhat parties are paid beside or instead of fares, and when money moves.",
        "settlement": "Net positions are paid through the bank so many days after the clearing date.",
    },
    "demand.toml": {
        "": f"{_MADE}\nHow many ride, when, where and with what in their pockets.",
        "stops": "Departures of a day at each stop, for want of counts.",
        "fleet": "Vehicles and their readers, by service.",
        "stations": "Gates of a station, and seconds a rider takes.",
    },
    "cases.toml": {"": f"{_MADE}\nThese examples are generated: they show the form, and nobody published them."},
}
