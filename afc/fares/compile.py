"""From tariff text to rates: a dated tariff version becomes the record of integers that readers and clearing share.

Ids become positions in the order of city.toml. What a tariff leaves out takes the value that changes nothing. Tables that
would not fit their fixed place are refused by name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np

from afc.fares import rates as places
from afc.fares.rates import FIRST_BOARDING, RATES, SERVICE_DAY, TAP_OUT
from afc.limits import network_sections_max
from afc.moment import SECOND_US, at_us, clock_s
from afc.refusal import Refused, nearest

_EPOCH_DAY = date(1970, 1, 1)
_WINDOWS = {"tap_out": TAP_OUT, "first_boarding": FIRST_BOARDING, "service_day": SERVICE_DAY}
Version = Mapping[str, Any]


class Names:
    """Positions of a city's ids, each kind in the order of city.toml."""

    def __init__(self, city: Any) -> None:
        self.services = [s.id for s in city.services]
        self.categories = [c.id for c in city.categories]
        self.media = [m.id for m in city.media]
        self.parties = [p.id for p in city.parties]
        self.attributes = list(city.attributes)
        self.sections = list(city.network.section_ids)
        self.day_types = list(city.calendar.day_types)

    def mask(self, ids: Sequence[str]) -> int:
        """Services as bits."""
        return sum(1 << self.services.index(s) for s in ids)


def compile_rates(city: Any, version: Version, ordinal: int) -> np.ndarray:
    """RATES[1] of one tariff version of a city; `version` is the validated table of tariff.toml."""
    record = np.zeros(1, RATES)
    r, names = record[0], Names(city)
    check_fits(names, version)
    r["version"] = ordinal
    write_calendar(r, city, version, names)
    write_prices(r, version, names)
    write_lone_distance(r, version, names)
    write_journey(r, version, names)
    write_modifiers(r, version, names)
    write_rights(r, version, names)
    write_purse(r, city, version, names)
    return record


def check_fits(names: Names, version: Version) -> None:
    """Every table has a fixed place; a city that needs more is told which and how much."""
    products = version.get("product", [])
    sizes = [
        ("services", len(names.services), places.SERVICES_MAX),
        ("categories", len(names.categories), places.CATEGORIES_MAX),
        ("media", len(names.media), places.MEDIA_MAX),
        ("day types", len(names.day_types), places.DAY_TYPES_MAX),
        ("periods", len(period_names(version)), places.PERIODS_MAX),
        ("quotas", len(version.get("quota", [])), places.QUOTAS_MAX),
        ("products", len(products), places.PRODUCTS_MAX),
        ("section sets", len(version.get("sections", {}).get("amounts", [])), places.SECTION_SETS_MAX),
        ("fare sections", len(names.sections), network_sections_max),
        ("transfers of one journey", version.get("journey", {}).get("transfers_max", 0), places.TRANSFERS_MAX),
        ("entries of a pass", max((row.get("entries", 0) for row in products), default=0), places.ENTRIES_MAX),
        ("missing tap-outs of a pass", max((row.get("suspend_after_missing", 0) for row in products), default=0),
         places.MISSING_MAX),
    ]  # fmt: skip
    for what, size, most in sizes:
        if size > most:
            raise Refused("TARIFF_TOO_LARGE", f"{size} {what} in tariff {version['id']}, at most {most} fit a reader")


def period_names(version: Version) -> list[str]:
    """Price periods in order; the one without hours comes first and is the default."""
    return ["off_peak", *[p for p in version.get("periods", {}) if p != "off_peak"]]


def write_calendar(r: Any, city: Any, version: Version, names: Names) -> None:
    """Clock offsets of the zone, and for each day its kind, month, school and free services."""
    first = version["from"] - timedelta(days=400)
    days = (city.calendar.horizon - first).days + 1
    if days > places.DAYS_MAX:
        raise Refused(
            "CALENDAR_TOO_LONG", f"{days} days from {first} to the calendar's horizon, at most {places.DAYS_MAX}"
        )
    r["cut_us"], r["day0"], r["days"] = city.day_cut_s * SECOND_US, (first - _EPOCH_DAY).days, days
    offsets = zone_offsets(city, first, days)
    r["offsets"] = len(offsets)
    for i, (from_us, offset_us) in enumerate(offsets):
        r["offset_from_us"][i], r["offset_us"][i] = from_us, offset_us
    free = free_services(version, names)
    for i in range(days):
        day = first + timedelta(days=i)
        r["day_type"][i] = city.calendar.day_type(day)
        r["school"][i] = city.calendar.is_school_day(day)
        r["month_of"][i] = day.year * 12 + day.month - 1
        r["free"][i] = free.get(day, 0)
    for p, name in enumerate(period_names(version)):
        for day_type, bands in version.get("periods", {}).get(name, {}).items():
            minutes = r["period_of"][names.day_types.index(day_type)]
            for band in bands:
                start, end = clock_band(band)
                if start < end:
                    minutes[start:end] = p
                else:
                    minutes[start:] = minutes[:end] = p


def zone_offsets(city: Any, first: date, days: int) -> list[tuple[int, int]]:
    """(from_us, offset_us) of every clock change in the calendar's span, found by asking each local noon."""
    changes: list[tuple[int, int]] = []
    for i in range(-1, days + 2):
        noon_us = at_us(first + timedelta(days=i), 12 * 3600, city.zone)
        offset_us = offset_at(noon_us, city)
        if not changes or changes[-1][1] != offset_us:
            changes.append((change_instant(noon_us, offset_us, city) if changes else noon_us - 10**15, offset_us))
    if len(changes) > places.OFFSETS_MAX:
        raise Refused("ZONE_TOO_RESTLESS", f"{len(changes)} clock changes, at most {places.OFFSETS_MAX}")
    return changes


def offset_at(t_us: int, city: Any) -> int:
    """How far the city's clock is ahead of UTC at a moment."""
    from afc.moment import from_us

    offset = from_us(t_us, city.zone).utcoffset()
    assert offset is not None
    return offset // timedelta(microseconds=1)


def change_instant(noon_us: int, offset_us: int, city: Any) -> int:
    """The minute before a noon at which its offset began."""
    minute_us = 60 * SECOND_US
    low, high = noon_us // minute_us - 24 * 60 - 120, noon_us // minute_us
    while low + 1 < high:
        middle = (low + high) // 2
        if offset_at(middle * minute_us, city) == offset_us:
            high = middle
        else:
            low = middle
    return high * minute_us


def free_services(version: Version, names: Names) -> dict[date, int]:
    """Services that charge nothing, by date."""
    free: dict[date, int] = {}
    for row in version.get("free_day", []):
        free[row["date"]] = free.get(row["date"], 0) | names.mask(row["services"])
    return free


def clock_band(text: str) -> tuple[int, int]:
    """`21:00-07:00` as minutes after midnight."""
    start, end = text.split("-")
    return clock_s(start) // 60, clock_s(end) // 60


def write_prices(r: Any, version: Version, names: Names) -> None:
    """Base prices by category, service and period. Services without a price in this version cannot be boarded."""
    periods = period_names(version)
    for service, row in version["base"].items():
        for category, price in row.items():
            for p, period in enumerate(periods):
                minor = price if isinstance(price, int) else price.get(period, price["off_peak"])
                r["base"][names.categories.index(category)][names.services.index(service)][p] = minor


def write_lone_distance(r: Any, version: Version, names: Names) -> None:
    """Distance bands of lone rides and section surcharges."""
    r["lone_max"] = -1
    for service, row in version.get("distance", {}).items():
        s = names.services.index(service)
        r["lone_bands"][s] = len(row["bands"])
        r["lone_max"][s] = row.get("max", -1)
        write_bands(r["lone_from_m"][s], r["lone_step_m"][s], r["lone_minor"][s], row["bands"], names)
    for i, row in enumerate(version.get("sections", {}).get("amounts", [])):
        r["section_sets"] = i + 1
        r["section_uses"][i] = sum(1 << section_index(section, names) for section in row["uses"])
        for c, category in enumerate(names.categories):
            r["section_minor"][i][c] = row.get(category, 0)


def section_index(section: str, names: Names) -> int:
    """Where a fare section stands among those that the network names."""
    if section not in names.sections:
        cure = nearest(section, names.sections)
        raise Refused("SECTION_UNKNOWN", f'no stretch of the network is in fare section "{section}"', cure=cure)
    return names.sections.index(section)


def write_bands(from_m: Any, step_m: Any, minor: Any, bands: Sequence[Version], names: Names) -> None:
    """Distance bands: where each starts, its step, and the price of a step by category (0 where none is named)."""
    if len(bands) > places.BANDS_MAX:
        raise Refused("TARIFF_TOO_LARGE", f"{len(bands)} distance bands, at most {places.BANDS_MAX} fit a reader")
    for i, band in enumerate(bands):
        from_m[i], step_m[i] = band["from_m"], band["step_m"]
        for c, category in enumerate(names.categories):
            minor[i][c] = band.get(category, 0)


def write_journey(r: Any, version: Version, names: Names) -> None:
    """How legs become journeys; without the table every leg is a journey of its own."""
    r["reentry_service"], r["pair_price"] = -1, -1
    journey = version.get("journey")
    if journey is None:
        return
    for service in journey["services"]:
        r["joins"][names.services.index(service)] = 1
    r["integrated"] = journey["pricing"] == "integrated"
    write_window(r, journey)
    write_pairs(r, version, names)
    r["transfers_max"] = journey["transfers_max"]
    needs = journey.get("needs_tap_out", False)
    for m, medium in enumerate(names.media):
        r["needs_tap_out"][m] = needs if isinstance(needs, bool) else medium in needs
    r["min_dwell_us"] = journey.get("min_dwell_s", 0) * SECOND_US
    r["cooldown_us"] = journey.get("cooldown_s", 0) * SECOND_US
    r["same_route"], r["same_vehicle"] = journey.get("same_route", True), journey.get("same_vehicle", False)
    r["group_owner"] = journey.get("group", "same") == "owner"
    r["needs_attribute"] = attribute_mask(journey.get("needs_attribute"), names)
    for s, service in enumerate(names.services):
        r["free_m"][s] = journey.get("free_m_with", {}).get(service, journey.get("free_m", 0))
    bands = journey.get("bands", [])
    r["chain_bands"] = len(bands)
    write_bands(r["chain_from_m"], r["chain_step_m"], r["chain_minor"], bands, names)
    if reentry := journey.get("reentry"):
        r["reentry_service"] = names.services.index(reentry["service"])
        r["reentry_us"], r["reentry_max"] = reentry["within_s"] * SECOND_US, reentry["per_journey"]


def write_window(r: Any, journey: Version) -> None:
    """The time within which a boarding continues a journey, by day and by night."""
    r["window_from"] = _WINDOWS[journey["window_from"]]
    r["window_us"] = r["night_window_us"] = journey.get("window_s", 0) * SECOND_US
    if night := journey.get("night"):
        r["night_from"], r["night_to"] = clock_band(night)
        r["night_window_us"] = journey["night_window_s"] * SECOND_US


def write_pairs(r: Any, version: Version, names: Names) -> None:
    """Which service may follow which, and under matrix pricing at what price."""
    journey = version["journey"]
    joining = [names.services.index(s) for s in journey["services"]]
    if r["integrated"]:
        for a in joining:
            for b in joining:
                r["pair_price"][a][b] = 0
    for row in version.get("transfer", []):
        for a in row["from"]:
            for b in row["to"]:
                for p, period in enumerate(period_names(version)):
                    price = row["price"] if isinstance(row["price"], int) else row["price"].get(period, 0)
                    r["pair_price"][names.services.index(a)][names.services.index(b)][p] = price
    for a, b in journey.get("no_transfer", []):
        r["pair_price"][names.services.index(a)][names.services.index(b)] = -1


def attribute_mask(attribute: str | None, names: Names) -> int:
    """The bit of a card attribute, 0 for none."""
    return 0 if attribute is None else 1 << names.attributes.index(attribute)


def write_modifiers(r: Any, version: Version, names: Names) -> None:
    """Who may pay for a group, the early discount, and what a missing tap-out costs."""
    paying = version.get("group", {}).get("categories", names.categories)
    r["group_categories"] = sum(1 << names.categories.index(c) for c in paying)
    if early := version.get("early"):
        r["early_from"], r["early_to"] = clock_band(early["between"])
        r["early_percent"], r["early_services"] = early["percent"], names.mask(early["services"])
    if missing := version.get("missing_tap_out"):
        r["collects_discount"] = missing.get("collect", "none") == "discount"
        for service, minor in missing.get("surcharge", {}).items():
            r["missing_surcharge"][names.services.index(service)] = minor


def write_rights(r: Any, version: Version, names: Names) -> None:
    """Monthly quotas and passes."""
    r["quotas"], r["quota_price"] = len(version.get("quota", [])), -1
    for q, row in enumerate(version.get("quota", [])):
        r["quota_categories"][q] = sum(1 << names.categories.index(c) for c in row["categories"])
        days = row.get("day_types", names.day_types)
        r["quota_school"][q] = "school_day" in days
        r["quota_days"][q] = sum(1 << names.day_types.index(d) for d in days if d != "school_day")
        r["quota_rides"][q] = row.get("rides", 0)
        r["quota_payer"][q] = names.parties.index(row["payer"])
        for service, minor in row["price"].items():
            r["quota_price"][q][names.services.index(service)] = minor
    r["products"] = len(version.get("product", []))
    for x, row in enumerate(version.get("product", [])):
        r["product_services"][x] = names.mask(row["services"])
        r["product_days"][x], r["product_entries"][x] = row["days"], row.get("entries", 0)
        r["product_day_max"][x] = row.get("per_day_max", 0)
        r["product_falls_back"][x] = row.get("fallback", "purse") == "purse"
        r["product_missing_max"][x] = row.get("suspend_after_missing", 0)
        r["product_suspend_us"][x] = row.get("suspend_s", 0) * SECOND_US


def write_purse(r: Any, city: Any, version: Version, names: Names) -> None:
    """What a purse may hold and whether it may owe."""
    purse = version.get("purse", {})
    r["purse_max"], r["credit_rides"] = purse.get("max", 0), purse.get("credit_rides", 0)
    r["credit_attribute"] = attribute_mask(purse.get("credit_needs_attribute"), names)
    for m, medium in enumerate(city.media):
        r["postpaid"][m] = medium.funding == "postpaid"


def in_force(versions: Sequence[Version], day: date) -> int:
    """Which version is in force on a service day: the last that began on or before it."""
    ordinals = [i for i, version in enumerate(versions) if version["from"] <= day]
    if not ordinals:
        raise Refused(
            "NO_TARIFF", f"no tariff version is in force on {day}", cure=f"The first begins {versions[0]['from']}."
        )
    return ordinals[-1]
