"""How legs become journeys, in a reader's memory."""

from __future__ import annotations

from typing import Any

from afc.fares import rates as places
from afc.fares.compile_prices import write_bands
from afc.fares.names import Names, Version, attribute_mask, bits_of, clock_band, period_names
from afc.moment import SECOND_US
from afc.refusal import Refused

_WINDOWS = {
    "tap_out": places.TAP_OUT,
    "first_boarding": places.FIRST_BOARDING,
    "service_day": places.SERVICE_DAY,
    "tap_in": places.TAP_IN,
}


def write_journey(r: Any, version: Version, names: Names) -> None:
    """How legs become journeys; without the table every leg is a journey of its own."""
    r["reentry_service"], r["pair_price"], r["pair_max"] = -1, -1, -1
    journey = version.get("journey")
    if journey is None:
        return
    for service in journey["services"]:
        r["joins"][names.services.index(service)] = 1
    r["integrated"], r["through"] = journey["pricing"] == "integrated", journey["pricing"] == "through"
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
    """The time within which a boarding continues a journey, by day and by night, and the time of a journey as a whole."""
    r["window_from"] = _WINDOWS[journey["window_from"]]
    r["window_us"] = r["night_window_us"] = journey.get("window_s", 0) * SECOND_US
    r["window_open"] = journey.get("window_ends") == "exclusive"
    r["total_us"] = journey.get("total_s", 0) * SECOND_US
    if night := journey.get("night"):
        r["night_from"], r["night_to"] = clock_band(night)
        r["night_window_us"] = journey["night_window_s"] * SECOND_US


def write_pairs(r: Any, version: Version, names: Names) -> None:
    """Which service may follow which, and under matrix pricing what that costs."""
    journey, rows = version["journey"], version.get("transfer", [])
    r["change_media"] = bits_of(journey.get("media"), names.media)
    if r["integrated"] or (r["through"] and not rows):
        for a in journey["services"]:
            for b in journey["services"]:
                r["pair_price"][names.services.index(a)][names.services.index(b)] = 0
    spots: set[int] = set()
    for row in rows:
        for a in row["from"]:
            for b in row["to"]:
                write_pair(r, version, row, names, names.services.index(a), names.services.index(b))
        for one, other in row.get("between", []):
            spots |= {(names.stop(one) << 32) | names.stop(other), (names.stop(other) << 32) | names.stop(one)}
    for a, b in journey.get("no_transfer", []):
        r["pair_price"][names.services.index(a)][names.services.index(b)] = -1
    if len(spots) > places.SPOTS_MAX:
        raise Refused("TARIFF_TOO_LARGE", f"{len(spots)} pairs of stops to change at, at most {places.SPOTS_MAX}")
    r["spots"], r["spot_key"][: len(spots)] = len(spots), sorted(spots)


def write_pair(r: Any, version: Version, row: Version, names: Names, a: int, b: int) -> None:
    """What changing from service `a` to `b` costs."""
    minor = row.get("price", row.get("less", 0))
    for p, period in enumerate(period_names(version)):
        r["pair_price"][a][b][p] = minor if isinstance(minor, int) else minor.get(period, 0)
    kinds = {"less": places.LESS, "difference": places.DIFFERENCE}
    r["pair_kind"][a][b] = next((kind for key, kind in kinds.items() if row.get(key)), places.TO_PRICE)
    r["pair_max"][a][b] = row.get("max", -1)
    r["pair_spots"][a][b] = bool(row.get("between"))
    if "media" in row:
        r["change_media"][a][b] = bits_of(row["media"], names.media)
