"""The reader's clock: a counter that runs, and the last time that the office signed.

Nobody sets a clock by hand. A signed time sets it, unless that is farther from the clock's own than the bound: a thief who
plays old receipts, or an office with a wrong clock, moves nothing and is noted. How far the clock is to be trusted stands in
every tap.
"""

from __future__ import annotations

from typing import NamedTuple

from afc.limits import tap_time_us_max, tap_time_us_min
from afc.moment import SECOND_US
from afc.parameters import NO_PARAMETERS, Parameters
from afc.tap import ClockQuality


class Clock(NamedTuple):
    """`set_us` was the time when the counter stood at `set_ticks`; `noted` counts the times that were not believed."""

    set_us: int = 0
    set_ticks: int = 0
    noted: int = 0


NEVER_SET = Clock()


def now(clock: Clock, ticks: int) -> int:
    """The time at this count of the reader's own microseconds; before the first signed time nobody knows it."""
    return clock.set_us + ticks - clock.set_ticks


def quality(clock: Clock, ticks: int, bounds: Parameters = NO_PARAMETERS) -> ClockQuality:
    """How far the clock is to be trusted."""
    if not clock.set_us:
        return ClockQuality.UNSET
    held = ticks - clock.set_ticks > bounds.clock_held_s * SECOND_US
    return ClockQuality.HELD if held else ClockQuality.SYNCED


def hear(clock: Clock, signed_us: int, ticks: int, bounds: Parameters = NO_PARAMETERS) -> Clock:
    """The clock after a signed time came in, and was opened: set by it, or as it was with a note."""
    possible = tap_time_us_min <= signed_us <= tap_time_us_max
    near = not clock.set_us or abs(signed_us - now(clock, ticks)) <= bounds.clock_step_s * SECOND_US
    if possible and near:
        return Clock(signed_us, ticks, clock.noted)
    return clock._replace(noted=clock.noted + 1)
