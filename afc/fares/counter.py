"""The counter: what of the money handed over is loaded on a card."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from afc.refusal import Refused


def loaded(version: Mapping[str, Any], minor: int) -> int:
    """What a top-up puts on the card: the money handed over less the fee that the counter keeps.

    >>> loaded({"purse": {"top_up_fee": 25}}, 1000)
    975
    """
    purse = version.get("purse", {})
    least, most = purse.get("top_up_min", 0), purse.get("top_up_max", minor)
    if (allowed := purse.get("top_ups")) and minor not in allowed:
        cure = f"Known: {', '.join(map(str, allowed))}."
        raise Refused("TOP_UP_NOT_SOLD", f"{minor} minor units cannot be loaded", cure=cure)
    if not least <= minor <= most:
        cure = f"The counter loads from {least} to {most}."
        raise Refused("TOP_UP_NOT_SOLD", f"{minor} minor units cannot be loaded", cure=cure)
    return max(minor - int(purse.get("top_up_fee", 0)), 0)
