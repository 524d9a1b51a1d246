"""From tariff.toml to rates: ids become positions, seconds microseconds, and every table gets its fixed place.

Nothing is decided here; the tariff's words are already checked when a pack is loaded. What does not fit a reader's memory is
refused by name.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np

from afc.fares import rates as places
from afc.fares.compile_clock import write_calendar
from afc.fares.compile_journey import write_journey
from afc.fares.compile_modifiers import write_caps, write_modifiers, write_penalties, write_purse
from afc.fares.compile_prices import write_lone_distance, write_prices
from afc.fares.compile_rights import write_products, write_quotas
from afc.fares.compile_tables import write_tables
from afc.fares.names import Names, Version, period_names
from afc.fares.rates import RATES
from afc.limits import network_sections_max
from afc.refusal import Refused


def compile_rates(city: Any, version: Version, ordinal: int) -> np.ndarray:
    """RATES[1] of one tariff version of a city; `version` is the validated table of tariff.toml."""
    record = np.zeros(1, RATES)
    r, names = record[0], Names(city)
    check_fits(names, version)
    r["version"] = ordinal
    write_calendar(r, city, version, names)
    write_prices(r, version, names)
    write_lone_distance(r, version, names)
    write_tables(r, version, names)
    write_journey(r, version, names)
    write_modifiers(r, version, names)
    write_penalties(r, version, names)
    write_caps(r, version, names)
    write_quotas(r, version, names)
    write_products(r, version, names)
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
        ("modifiers", len(version.get("modifier", [])), places.TERMS_MAX),
        ("caps", len(version.get("cap", [])), places.CAPS_MAX),
        ("tiers of a cap", max((len(row.get("tiers", [])) for row in version.get("cap", [])), default=0), places.TIERS_MAX),
        ("transfers of one journey", version.get("journey", {}).get("transfers_max", 0), places.TRANSFERS_MAX),
        ("entries of a pass", max((row.get("entries", 0) for row in products), default=0), places.ENTRIES_MAX),
        ("missing tap-outs of a pass", max((row.get("suspend_after_missing", 0) for row in products), default=0),
         places.MISSING_MAX),
    ]  # fmt: skip
    for what, size, most in sizes:
        if size > most:
            raise Refused("TARIFF_TOO_LARGE", f"{size} {what} in tariff {version['id']}, at most {most} fit a reader")


def in_force(versions: Sequence[Version], day: date) -> int:
    """Which version is in force on a service day: of those that have begun and not ended, the one that began last."""
    ordinals = [i for i, v in enumerate(versions) if v["from"] <= day <= v.get("until", day) and not v.get("standby")]
    if not ordinals:
        first = min(v["from"] for v in versions)
        raise Refused("NO_TARIFF", f"no tariff version is in force on {day}", cure=f"The first begins {first}.")
    return ordinals[-1]


def lasting(versions: Sequence[Version]) -> int:
    """The version that holds in the end: the last that a date brings into force and none ends."""
    dated = [i for i, version in enumerate(versions) if not version.get("standby")]
    return next((i for i in reversed(dated) if "until" not in versions[i]), dated[-1])


def working_day(city: Any, versions: Sequence[Version], ordinal: int) -> date:
    """The first ordinary working day of a version, neither holiday nor free nor another version's; its first day if the
    calendar has none."""
    version, calendar = versions[ordinal], city.calendar
    later = [(v["from"], v.get("until", calendar.horizon)) for v in versions[ordinal + 1 :] if not v.get("standby")]
    free = {row["date"] for row in version.get("free_day", [])} | calendar.holidays.keys()
    last = min(version.get("until", calendar.horizon), calendar.horizon)
    for n in range((last - version["from"]).days + 1):
        day: date = version["from"] + timedelta(days=n)
        if day not in free and calendar.day_type(day) == 0 and not any(a <= day <= b for a, b in later):
            return day
    return version["from"]
