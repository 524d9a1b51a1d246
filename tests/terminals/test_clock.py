"""The reader's clock: only what the office signed sets it, and it says how far to trust it."""

from __future__ import annotations

from afc.moment import DAY_US, SECOND_US
from afc.parameters import Parameters
from afc.tap import ClockQuality
from terminals.clock import NEVER_SET, hear, now, quality

MORNING_US = 1_772_582_400_000_000
BOUNDS = Parameters(1, MORNING_US, MORNING_US, clock_step_s=90, clock_held_s=3_600)
SET = hear(NEVER_SET, MORNING_US, 1_000, BOUNDS)


def test_a_clock_that_nobody_set_says_so():
    """A reader fresh from the depot rides without knowing the time."""
    assert quality(NEVER_SET, 5) is ClockQuality.UNSET
    assert quality(SET, 1_000) is ClockQuality.SYNCED


def test_it_runs_on_by_itself_and_says_when_that_was_long():
    """An hour in a tunnel is fine; a day is not."""
    assert now(SET, 1_000 + 5 * SECOND_US) == MORNING_US + 5 * SECOND_US
    an_hour = 1_000 + 3_600 * SECOND_US
    assert quality(SET, an_hour, BOUNDS) is ClockQuality.SYNCED
    assert quality(SET, an_hour + 1, BOUNDS) is ClockQuality.HELD


def test_a_drift_of_forty_seconds_is_put_right_in_one_step():
    """F29: the clock was 40 s ahead; the next receipt sets it back, and taps keep their order by their numbers."""
    ticks = 1_000 + 3_600 * SECOND_US
    mended = hear(SET, now(SET, ticks) - 40 * SECOND_US, ticks, BOUNDS)
    assert (now(mended, ticks), mended.noted) == (MORNING_US + 3_560 * SECOND_US, 0)


def test_a_step_of_ninety_seconds_is_taken_and_one_beyond_is_not():
    """F27: readers differ by a minute and a half at most, either way."""
    for sign in (-1, 1):
        assert (
            now(hear(SET, MORNING_US + sign * 90 * SECOND_US, 1_000, BOUNDS), 1_000)
            == MORNING_US + sign * 90 * SECOND_US
        )
        held = hear(SET, MORNING_US + sign * (90 * SECOND_US + 1), 1_000, BOUNDS)
        assert (now(held, 1_000), held.noted) == (MORNING_US, 1)


def test_a_day_ahead_and_the_beginning_of_time_change_nothing():
    """F28: an old receipt, or an office with a broken clock; the reader notes it and stays with its own."""
    for signed_us in (MORNING_US + DAY_US, 946_684_800_000_000, 0, 2**62):
        held = hear(SET, signed_us, 2_000, BOUNDS)
        assert (now(held, 2_000), held.noted) == (MORNING_US + 1_000, 1)


def test_a_first_time_has_to_be_a_time():
    """A clock is not set to before 2000, even when it knows nothing yet."""
    assert quality(hear(NEVER_SET, 0, 1), 1) is ClockQuality.UNSET
