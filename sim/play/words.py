"""What a clerk writes of a ride, read word by word.

08:00 rail mill > town-hall 08:09       in at one gate, out at another
08:15 bus 20 harbour-quay > school 08:25    a vehicle of route 20
08:15 bus 20 harbour-quay               nobody taps out
07:50 load 1000 market                  money at a machine; `buy day_pass market` a pass
08:00 bus 10 hospital > park 08:20 x3 = 720     three riders, and what the card is to pay

Hours past 24 belong to the same service date; `2026-10-25T02:30+02:00` is a moment in full.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from afc.refusal import Refused

_COUNTER = re.compile(r"(?P<at>\S+) (?P<verb>load|buy) (?P<what>\S+) (?P<stop>\S+)")
_LEG = re.compile(
    r"(?P<in>\S+) (?P<service>\S+)(?: (?P<route>[^\s>]+))? (?P<from>[^\s>]+)"
    r"(?: > (?P<to>\S+) (?P<out>\S+))?(?: x(?P<group>\d+))?(?: = (?P<price>-?\d+))?"
)


class Ride(NamedTuple):
    """A leg: where and when in, perhaps where and when out."""

    service: str
    route: str
    from_: str
    in_at: str
    to: str
    out_at: str
    group: int
    price: int | None


class Counter(NamedTuple):
    """Something done at a machine: `load` or `buy`, and how much or which pass."""

    verb: str
    what: str
    stop: str
    at: str


def read_words(text: str, where: str) -> Ride | Counter:
    """One line of the clerk."""
    line = " ".join(text.split())
    if counter := _COUNTER.fullmatch(line):
        return Counter(counter["verb"], counter["what"], counter["stop"], counter["at"])
    found = _LEG.fullmatch(line)
    if found is None:
        cure = 'Write it as "08:00 rail mill > town-hall 08:09", "08:15 bus 20 pier" or "07:50 load 1000 market".'
        raise Refused("RIDE_MALFORMED", f'nobody understands "{text}"', where=where, cure=cure)
    word = found.groupdict(default="")
    price = int(word["price"]) if word["price"] else None
    return Ride(
        word["service"],
        word["route"],
        word["from"],
        word["in"],
        word["to"],
        word["out"],
        int(word["group"] or 1),
        price,
    )
