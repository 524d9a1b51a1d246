"""The offer: how many taps a second come, for how long, and so when each batch is due.

The model is open: what is due does not wait for answers, as riders do not. A batch is due when the city would have made
its last tap.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from afc.refusal import Refused

_RATE = re.compile(r"([\d_,]+(?:\.\d+)?)(?:/(s|min|h))?")
_SPAN = re.compile(r"(?:(\d+)h)?(?:(\d+)m(?:in)?)?(?:(\d+(?:\.\d+)?)s)?")
_SECONDS = {None: 1, "s": 1, "min": 60, "h": 3600}
RATE_MAX, SPAN_S_MAX = 10_000_000, 86_400.0


class Offer(NamedTuple):
    """Taps a second, once the ramp of `ramp_s` from nothing is over; `seconds` in all."""

    rate: float
    seconds: float
    ramp_s: float = 0.0

    @property
    def taps(self) -> int:
        """How many taps it comes to."""
        return int(self.rate * (self.seconds - self.ramp_s / 2))

    def due_s(self, taps: NDArray[np.int64]) -> NDArray[np.float64]:
        """When so many taps have come, in seconds from the beginning.

        >>> Offer(10, 60, ramp_s=20).due_s(np.array([25, 100, 110])).tolist()
        [10.0, 20.0, 21.0]
        """
        risen, many = self.rate * self.ramp_s / 2, taps.astype(np.float64)
        steady: NDArray[np.float64] = (many - risen) / self.rate + self.ramp_s
        if not self.ramp_s:
            return steady
        return np.where(many < risen, np.sqrt(many * (2 * self.ramp_s / self.rate)), steady)


def offer_of(rate: str, duration: str, ramp: str | None) -> Offer:
    """The offer as it stands on the command line."""
    offer = Offer(parse_rate(rate, "--rate"), parse_span(duration, "--duration"), parse_span(ramp or "0s", "--ramp"))
    if offer.ramp_s > offer.seconds:
        raise Refused("RAMP_TOO_LONG", f"a ramp of {ramp} in a run of {duration}", where="--ramp", cure="Shorten it.")
    if offer.seconds == 0:
        raise Refused("DURATION_ZERO", "nothing is offered in no time", where="--duration", cure="Write 30s or 5m.")
    return offer


def parse_rate(text: str, where: str) -> float:
    """Taps a second: 2000/s, 2,000/s, 120000/min.

    >>> parse_rate("2,000/s", "--rate"), parse_rate("120000/min", "--rate")
    (2000.0, 2000.0)
    """
    found = _RATE.fullmatch(text.strip())
    rate = float(found[1].replace(",", "").replace("_", "")) / _SECONDS[found[2]] if found else 0.0
    if not 0 < rate <= RATE_MAX:
        cure = f"Taps a second, more than 0 and at most {RATE_MAX:,}: 2000/s, or 120000/min."
        raise Refused("RATE_MALFORMED", f'"{text}" is no rate', where=where, cure=cure)
    return rate


def parse_span(text: str, where: str) -> float:
    """Seconds: 30s, 5m, 1h30m.

    >>> parse_span("1m30s", "--duration"), parse_span("2s", "--duration")
    (90.0, 2.0)
    """
    found = _SPAN.fullmatch(text.strip())
    if not text.strip() or not found:
        raise Refused("SPAN_MALFORMED", f'"{text}" is no length of time', where=where, cure="Write 30s, 5m or 1h30m.")
    hours, minutes, seconds = (float(part or 0) for part in found.groups())
    span = 3600 * hours + 60 * minutes + seconds
    if span > SPAN_S_MAX:
        raise Refused("SPAN_TOO_LONG", f'"{text}" is longer than a day', where=where, cure="Choose a shorter one.")
    return span
