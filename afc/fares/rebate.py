"""Monthly refunds to riders who pay afterwards: the best offer for the month wins, automatically."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def monthly_rebate(offer: Mapping[str, Any], rides: int, spend_minor: int, rider_class: str) -> int:
    """What a rider gets back for a month: a share of the spend, or everything above a threshold, whichever is more.

    Too few rides earn nothing. Rides beyond the maximum leave the share in proportion. Fractions stay with the scheme.

    >>> offer = {"min_rides": 15, "max_rides": 60, "percent_bp": {"general": 2000}, "threshold": {"general": 62000}}
    >>> monthly_rebate(offer, 44, 68200, "general")
    13640
    """
    if rides < offer["min_rides"]:
        return 0
    counted = min(rides, offer.get("max_rides", rides))
    by_share = spend_minor * counted * offer["percent_bp"].get(rider_class, 0) // (rides * 10_000)
    threshold = offer.get("threshold", {}).get(rider_class)
    above = 0 if threshold is None else max(spend_minor - threshold, 0)
    return max(by_share, above)
