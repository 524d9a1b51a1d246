"""Clocks: when a reader's taps were really made, as far as two people may say so.

A tap was made before it came in, and not longer before than any tap may be late. One that a date was closed with stays among
closed dates: a date that is still open begins with what its cards hold then, and cannot take back a ride from before.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import numpy as np

from afc.limits import clock_ahead_us_max, late_days_max
from afc.moment import DAY_US, day_start_us, show
from afc.refusal import Refused
from clearing.facts import Facts, facts_of, touched
from clearing.store import Kept, Store


def refuse_impossible(
    store: Store, city: Any, fact: dict[str, Any], batches: Iterable[tuple[Kept, np.ndarray]]
) -> None:
    """Refuse a correction of a clock that moves a tap to where it cannot have been; `batches` are the reader's."""
    known = facts_of(store.rulings())
    corrected = Facts((*known.corrections, ("clock", fact)))
    position, cut_us = closed_through(store, city)
    for kept, taps in batches:
        mine = taps[touched(taps, "clock", fact)]
        was_us, is_us = (facts.judged(mine)["time_us"] for facts in (known, corrected))
        early_us = kept.received_us - late_days_max * DAY_US
        refuse_any(is_us > kept.received_us + clock_ahead_us_max, mine, is_us, "and came in before that", city)
        refuse_any(
            (is_us < was_us) & (is_us < early_us), mine, is_us, f"more than {late_days_max} days before it came", city
        )
        if kept.position <= position:
            refuse_any((was_us < cut_us) & (is_us >= cut_us), mine, is_us, "and that date is still open", city)


def closed_through(store: Store, city: Any) -> tuple[int, int]:
    """The last position of the log that a date has begun to close with, and the end of that date; zeros before the first."""
    begun = [day for day in store.days() if day.state != "open"]
    if not begun:
        return 0, 0
    after = max(day.clearing_date for day in begun) + timedelta(days=1)
    return max(day.through_position for day in begun), day_start_us(after, city.zone, city.day_cut_s)


def refuse_any(wrong: np.ndarray, taps: np.ndarray, is_us: np.ndarray, why: str, city: Any) -> None:
    """Refuse if anything is wrong, naming the first tap."""
    if not wrong.any():
        return
    first = int(wrong.argmax())
    what = f"tap {taps['seq'][first]} would have been made at {show(int(is_us[first]), city.zone)}, {why}"
    raise Refused("CLOCK_IMPOSSIBLE", what, where="--offset", cure="Close the date first, or give another offset.")
