"""Modifiers, caps, missing taps, long stays and the purse in a reader's memory."""

from __future__ import annotations

from typing import Any

from afc.fares import rates as places
from afc.fares.compile_rights import write_bands_of
from afc.fares.names import ROUNDING, Names, Version, attribute_mask, bits_of, clock_band
from afc.moment import SECOND_US
from afc.refusal import Refused

UNBOUNDED = 2**62
NO_LEAST = -UNBOUNDED
"""In place of a least balance where a boarding asks for none: an exit may have left the purse below zero."""
INSTEAD = {"end_of_route": places.END_OF_ROUTE, "maximum": places.MAXIMUM, "farthest_terminal": places.FARTHEST}
TO_END = {"end_of_route": 1, "farthest_terminal": 2}
_PER = {
    "day": places.DAY,
    "week": places.WEEK,
    "month": places.MONTH,
    "24_hours": places.HOURS_24,
    "7_days": places.DAYS_7,
}


def write_modifiers(r: Any, version: Version, names: Names) -> None:
    """Who may pay for a group, the early discount, and the modifiers in their order."""
    r["group_categories"] = bits_of(version.get("group", {}).get("categories"), names.categories)
    if early := version.get("early"):
        r["early_from"], r["early_to"] = clock_band(early["between"])
        r["early_percent"], r["early_services"] = early["percent"], names.mask(early["services"])
    stops: list[int] = []
    for i, row in enumerate(version.get("modifier", [])):
        write_modifier(r, i, row, names)
        stops += [(i << 32) | names.stop(stop) for stop in row.get("stops", [])]
    if len(stops) > places.TERM_STOPS_MAX:
        raise Refused("TARIFF_TOO_LARGE", f"{len(stops)} stops of modifiers, at most {places.TERM_STOPS_MAX}")
    r["term_stops"], r["term_stop_key"][: len(stops)] = len(stops), sorted(stops)


def write_modifier(r: Any, i: int, row: Version, names: Names) -> None:
    """One modifier: for whom, when, where, how much, and how it is rounded."""
    r["terms"] = i + 1
    r["term_services"][i] = bits_of(row.get("services"), names.services)
    r["term_categories"][i] = bits_of(row.get("categories"), names.categories)
    r["term_media"][i] = bits_of(row.get("media"), names.media)
    r["term_attribute"][i] = attribute_mask(row.get("needs_attribute"), names)
    r["term_first"][i], r["term_at"][i] = row.get("first", False), "stops" in row
    r["term_bp"][i], r["term_minor"][i] = row.get("percent", 0) * 100, row.get("amount", 0)
    rounding = row.get("round", {})
    r["term_to_minor"][i], r["term_round"][i] = rounding.get("to", 1), ROUNDING[rounding.get("how", "half_up")]
    r["term_least"][i], r["term_most"][i] = row.get("least", 0), row.get("most", UNBOUNDED)
    write_bands_of(r["term_days"], r["term_bands"], r["term_from"], r["term_to"], i, row, names)


def write_caps(r: Any, version: Version, names: Names) -> None:
    """What is paid at most over a time, and what loyalty takes off."""
    r["caps"], r["cap_minor"] = len(version.get("cap", [])), -1
    for k, row in enumerate(version.get("cap", [])):
        r["cap_services"][k] = bits_of(row.get("services"), names.services)
        r["cap_categories"][k] = bits_of(row.get("categories"), names.categories)
        r["cap_media"][k] = bits_of(row.get("media"), names.media)
        r["cap_per"][k] = _PER[row["per"]]
        for c, category in enumerate(names.categories):
            r["cap_minor"][k][c] = row.get("max_by", {}).get(category, row.get("max", -1))
        r["cap_tiers"][k] = len(row.get("tiers", []))
        for i, tier in enumerate(row.get("tiers", [])):
            r["tier_from"][k][i], r["tier_bp"][k][i] = tier["spent"], tier["percent"] * 100


def write_penalties(r: Any, version: Version, names: Names) -> None:
    """What is held, what a missing tap-out costs, and a stay past the limit."""
    r["missing_medium"] = range(places.MEDIA_MAX)
    for service, held in version.get("hold", {}).items():
        by_medium = held if isinstance(held, dict) else dict.fromkeys(names.media, held)
        for medium, minor in by_medium.items():
            write_instead(r, r["hold"][names.media.index(medium)], names.services.index(service), minor)
    if missing := version.get("missing_tap_out"):
        r["collects_discount"] = missing.get("collect", "none") == "discount"
        for service, minor in missing.get("surcharge", {}).items():
            r["missing_surcharge"][names.services.index(service)] = minor
        for service, minor in missing.get("fare", {}).items():
            write_instead(r, r["missing_fare"], names.services.index(service), minor)
        instead = missing.get("medium", {})
        for m, medium in enumerate(names.media):
            other = instead if isinstance(instead, str) else instead.get(medium, medium)
            r["missing_medium"][m] = names.media.index(other)
        for service, seconds in missing.get("repair_s", {}).items():
            r["repair_us"][names.services.index(service)] = seconds * SECOND_US
    for service, row in version.get("overstay", {}).items():
        s = names.services.index(service)
        r["stay_us"][s], r["stay_minor"][s] = row["after_s"] * SECOND_US, row.get("add", places.MAXIMUM)


def write_instead(r: Any, column: Any, s: int, minor: int | str) -> None:
    """An amount, or a word for what stands in its place; a ride to the end of the route is then counted at the boarding."""
    column[s] = INSTEAD[minor] if isinstance(minor, str) else minor
    if minor in TO_END:
        r["to_end"][s] = TO_END[minor]


REPEAT_WINDOW_S = 10
"""A card held to a reader five times in eight seconds is one charge; twenty seconds later it is another rider."""


def write_purse(r: Any, city: Any, version: Version, names: Names) -> None:
    """What a purse may hold, what it needs for a boarding, and whether it may owe. Who rides free needs nothing."""
    purse = version.get("purse", {})
    r["repeat_us"] = version.get("repeat_window_s", REPEAT_WINDOW_S) * SECOND_US
    r["purse_max"], r["credit_rides"] = purse.get("max", 0), purse.get("credit_rides", 0)
    r["credit_attribute"] = attribute_mask(purse.get("credit_needs_attribute"), names)
    r["overdraft_attribute"] = attribute_mask(purse.get("overdraft_needs_attribute"), names)
    r["overdraft"], r["entry_least"] = purse.get("overdraft", 0), NO_LEAST
    for service, minor in purse.get("min_to_enter", {}).items():
        s = names.services.index(service)
        for c in range(len(names.categories)):
            for m in range(len(names.media)):
                r["entry_least"][m][s][c] = minor if dearest_of(r, c, m, s) > 0 else NO_LEAST
    for m, medium in enumerate(city.media):
        r["postpaid"][m] = medium.funding == "postpaid"


def dearest_of(r: Any, category: int, medium: int, service: int) -> int:
    """The dearest price that a category can be asked on a service with a medium."""
    most = int(r["base"][category][service].max())
    most = max(most, int(r["dearest"][category][medium][service]))
    free = any(
        r["term_bp"][i] == -10_000 and r["term_categories"][i] >> category & 1 and r["term_services"][i] >> service & 1
        and not (r["term_days"][i] or r["term_first"][i] or r["term_at"][i] or r["term_attribute"][i])
        and r["term_minor"][i] <= 0 and r["term_media"][i] >> medium & 1
        for i in range(int(r["terms"]))
    )  # fmt: skip
    return 0 if free else most
