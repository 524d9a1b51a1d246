"""The reader's clock: a counter that runs, and the last time that the office signed.

Nobody sets a clock by hand. A signed time sets it, if it was signed after the last one that did and is no farther from the
clock's own than the bound: a thief who plays an old receipt, or an office with a wrong clock, moves nothing. What is too far
off is noted. The first signed time may be an old one, so the clock counts as set only when another one agrees. How far it is
to be trusted stands in every tap.
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
    agreed: bool = False
    """Two signed times, one after the other, have said the same."""


NEVER_SET = Clock()


def now(clock: Clock, ticks: int) -> int:
    """The time at this count of the reader's own microseconds. Before the first signed time it counts from the first time
    that a tap can have, so that its taps can be written down and stand in their order."""
    return (clock.set_us or tap_time_us_min) + ticks - clock.set_ticks


def quality(clock: Clock, ticks: int, bounds: Parameters = NO_PARAMETERS) -> ClockQuality:
    """How far the clock is to be trusted."""
    if not clock.set_us:
        return ClockQuality.UNSET
    held = ticks - clock.set_ticks > bounds.clock_held_s * SECOND_US
    return ClockQuality.SYNCED if clock.agreed and not held else ClockQuality.HELD


def hear(clock: Clock, signed_us: int, ticks: int, bounds: Parameters = NO_PARAMETERS) -> Clock:
    """The clock after a signed time came in, and was opened: set by it, or as it was, with a note where it was too far off."""
    possible = tap_time_us_min <= signed_us <= tap_time_us_max
    near = bool(clock.set_us) and abs(signed_us - now(clock, ticks)) <= bounds.clock_step_s * SECOND_US
    if not possible or (clock.agreed and not near):
        return clock._replace(noted=clock.noted + 1)
    if signed_us <= clock.set_us:  # a receipt comes again, or late
        return clock
    return Clock(signed_us, ticks, clock.noted, near)
