"""Prices by category and service, distance bands and section surcharges, in a reader's memory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from afc.fares import rates as places
from afc.fares.names import Names, Version, period_names
from afc.refusal import Refused, nearest


def write_prices(r: Any, version: Version, names: Names) -> None:
    """Base prices by category, service and period. Services without a price in this version cannot be boarded."""
    periods = period_names(version)
    for service, row in version.get("base", {}).items():
        r["priced"][:, :, names.services.index(service)] = 1
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
        r["section_services"][i] = sum(1 << s for s in names.section_services(row["uses"]))
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
