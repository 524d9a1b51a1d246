"""Moments from the command line: ISO 8601 with its zone, or now."""

from __future__ import annotations

import random
import time
from datetime import datetime
from typing import TYPE_CHECKING

from afc.moment import DAY_US, HOUR_US, MINUTE_US, to_us
from afc.refusal import Refused

if TYPE_CHECKING:
    from clearing.house import House
    from clearing.timely import Known

TRIES, BUSY_S, WAIT_S = 4, 1.0, 0.05
"""So often a write is tried; so long each waits for another writer; so long, doubled with each, until the next."""


def now_us() -> int:
    """Microseconds since 1970, by the clock of this machine."""
    return time.time_ns() // 1000


def patience(failed: int) -> bool:
    """For a database that says not now: a few tries, each after a longer wait, and not all who wait at the same moment."""
    if failed >= TRIES:
        return False
    time.sleep(random.uniform(0, WAIT_S * 2**failed))
    return True


def moment_or_now(text: str | None, where: str) -> int:
    """Microseconds since 1970. Only the command line may ask what time it is."""
    if text is None:
        return now_us()
    try:
        return to_us(datetime.fromisoformat(text))
    except ValueError:
        cure = "Write it as 2026-03-04T08:00:00+09:00."
        raise Refused("TIME_MALFORMED", f'"{text}" is not a moment with its zone', where=where, cure=cure) from None


def moment_of_act(house: House, text: str | None, known: Known | None = None) -> int:
    """When an act was done, as `--at` says, or now: after what it is about, and not in time to come."""
    from clearing.timely import NOTHING, refuse_untimely

    at_us = moment_or_now(text, "--at")
    refuse_untimely(house, at_us, now_us(), known or NOTHING)
    return at_us


def age(us: int) -> str:
    """How long ago, in the largest two units that say something.

    >>> age(2 * DAY_US + 3 * HOUR_US), age(5 * MINUTE_US), age(-HOUR_US)
    ('2 d 3 h', '5 min', 'in 1 h 0 min')
    """
    ahead, us = ("in " if us < 0 else ""), abs(us)
    days, hours, minutes = us // DAY_US, us % DAY_US // HOUR_US, us % HOUR_US // MINUTE_US
    if days:
        return f"{ahead}{days} d {hours} h"
    return f"{ahead}{hours} h {minutes} min" if hours else f"{ahead}{minutes} min"
