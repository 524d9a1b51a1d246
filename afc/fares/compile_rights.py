"""Quotas and passes in a reader's memory."""

from __future__ import annotations

from typing import Any

from afc.fares.compile_prices import section_index
from afc.fares.names import Names, Version, attribute_mask, bits_of, clock_band
from afc.fares.rates import DAY_US
from afc.moment import SECOND_US
from afc.refusal import Refused

HOUR_US = 3600 * SECOND_US


def write_quotas(r: Any, version: Version, names: Names) -> None:
    """Rides of the month at another price."""
    r["quotas"], r["quota_price"] = len(version.get("quota", [])), -1
    for q, row in enumerate(version.get("quota", [])):
        r["quota_categories"][q] = bits_of(row["categories"], names.categories)
        days = row.get("day_types", names.day_types)
        r["quota_school"][q] = "school_day" in days
        r["quota_days"][q] = bits_of([d for d in days if d != "school_day"], names.day_types)
        r["quota_rides"][q] = row.get("rides", 0)
        r["quota_payer"][q] = names.parties.index(row["payer"])
        for service, minor in row["price"].items():
            r["quota_price"][q][names.services.index(service)] = minor


def write_products(r: Any, version: Version, names: Names) -> None:
    """Passes and carnets: for which rides, how long, how often, at which hours, how far."""
    rows = version.get("product", [])
    r["products"] = len(rows)
    for x, row in enumerate(rows):
        r["product_services"][x] = names.mask(row["services"])
        r["product_span_us"][x] = row["hours"] * HOUR_US if "hours" in row else row["days"] * DAY_US
        r["product_entries"][x] = row.get("entries", 0)
        r["product_day_max"][x] = row.get("per_day_max", 0)
        r["product_falls_back"][x] = row.get("fallback", "purse") == "purse"
        r["product_missing_max"][x] = row.get("suspend_after_missing", 0)
        r["product_suspend_us"][x] = row.get("suspend_s", 0) * SECOND_US
        r["product_transfers"][x], r["product_queues"][x] = row.get("transfers", False), row.get("queue", False)
        r["product_attribute"][x] = attribute_mask(row.get("needs_attribute"), names)
        r["product_zones"][x] = bits_of(row.get("zones", []), names.zones)
        r["product_hops"][x] = max(row.get("stations_max", 1) - 1, 0)
        r["product_sections"][x], r["product_outside"][x] = row.get("pays_sections", True), row.get("outside", 0)
        paid = [2 << section_index(section, names) for section in row.get("pays_within", [])]
        r["product_within"][x] = sum(paid) + bool(paid)  # tables for no section in particular are paid with them
        r["product_from_sale"][x] = row["start"] == "date"
        r["product_by_day"][x] = row.get("ends") == "service_day"
        r["product_missing_pays"][x] = row.get("pays_missing", True)
        write_bands_of(r["product_days"], r["product_bands"], r["product_from"], r["product_to"], x, row, names)


def write_bands_of(days: Any, bands: Any, begin: Any, end: Any, i: int, row: Version, names: Names) -> None:
    """The bands of the clock in `when`, by day type; days that are not named have none."""
    days[i] = "when" in row
    for day_type, texts in row.get("when", {}).items():
        d = names.day_types.index(day_type)
        if len(texts) > begin.shape[2]:
            what = f"{len(texts)} bands of the clock for {day_type} in {row['id']}"
            raise Refused("TARIFF_TOO_LARGE", f"{what}, at most {begin.shape[2]} fit a reader")
        bands[i][d] = len(texts)
        for b, text in enumerate(texts):
            begin[i][d][b], end[i][d][b] = clock_band(text)
