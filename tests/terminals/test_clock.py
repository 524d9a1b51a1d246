"""The reader's clock: only what the office signed sets it, and it says how far to trust it."""

from __future__ import annotations

from afc.limits import tap_time_us_min
from afc.moment import DAY_US, SECOND_US
from afc.parameters import Parameters
from afc.tap import ClockQuality
from terminals.clock import NEVER_SET, hear, now, quality

MORNING_US = 1_772_582_400_000_000
BOUNDS = Parameters(1, MORNING_US, MORNING_US, clock_step_s=90, clock_held_s=3_600)
ONCE = hear(NEVER_SET, MORNING_US - 1, 999, BOUNDS)
SET = hear(ONCE, MORNING_US, 1_000, BOUNDS)


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
    ticks = 1_000 + 600 * SECOND_US
    by_itself = now(SET, ticks)
    for sign in (-1, 1):
        step = sign * 90 * SECOND_US
        assert now(hear(SET, by_itself + step, ticks, BOUNDS), ticks) == by_itself + step
        held = hear(SET, by_itself + step + sign, ticks, BOUNDS)
        assert (now(held, ticks), held.noted) == (by_itself, 1)


def test_one_receipt_played_again_and_again_does_not_stop_the_clock():
    """F28, T29: every 89 seconds, always within the bound, to ride at the cheap hour for the rest of the day."""
    ticks, clock = 1_000, SET
    for _ in range(100):
        ticks += 89 * SECOND_US
        clock = hear(clock, MORNING_US, ticks, BOUNDS)
    assert now(clock, ticks) == MORNING_US + 8_900 * SECOND_US
    assert quality(clock, ticks, BOUNDS) is ClockQuality.HELD, "nothing new was heard for two hours"


def test_receipts_that_were_held_back_slow_the_clock_by_a_step_each_and_no_more():
    """What is left to a thief on the line: each receipt that the reader never heard is good once."""
    ticks, clock = 1_000 + 3_600 * SECOND_US, SET
    for receipt in range(1, 11):
        ticks += 91 * SECOND_US
        real_us = MORNING_US + ticks - 1_000
        clock = hear(clock, now(clock, ticks) - 90 * SECOND_US, ticks, BOUNDS)
        assert real_us - now(clock, ticks) == receipt * 90 * SECOND_US
    assert hear(clock, clock.set_us, ticks + 89 * SECOND_US, BOUNDS) == clock


def test_receipts_that_overtake_each_other_are_no_matter():
    """Two batches, two gateways; the later word counts, and nothing is noted."""
    later = hear(SET, MORNING_US + 50 * SECOND_US, 1_000 + 50 * SECOND_US, BOUNDS)
    assert hear(later, MORNING_US + 20 * SECOND_US, 1_000 + 51 * SECOND_US, BOUNDS) == later


def test_a_day_ahead_and_the_beginning_of_time_change_nothing():
    """F28: an old receipt, or an office with a broken clock; the reader notes it and stays with its own."""
    for signed_us in (MORNING_US + DAY_US, 946_684_800_000_000, 0, 2**62):
        held = hear(SET, signed_us, 2_000, BOUNDS)
        assert (now(held, 2_000), held.noted) == (MORNING_US + 1_000, 1)


def test_a_first_time_has_to_be_a_time():
    """A clock is not set to before 2000, even when it knows nothing yet."""
    assert quality(hear(NEVER_SET, 0, 1), 1) is ClockQuality.UNSET


def test_the_first_time_is_not_trusted_before_another_agrees():
    """Whoever stands at the depot's gate has yesterday's receipts as well."""
    assert quality(ONCE, 999, BOUNDS) is ClockQuality.HELD
    assert quality(hear(ONCE, ONCE.set_us, 2_000, BOUNDS), 2_000, BOUNDS) is ClockQuality.HELD, "the same once more"
    assert quality(SET, 1_000, BOUNDS) is ClockQuality.SYNCED


def test_a_first_time_of_yesterday_gives_way_to_todays():
    """A signed time says that it is at least so late; the clock must not stay a day behind for ever."""
    clock = hear(NEVER_SET, MORNING_US - DAY_US, 10, BOUNDS)
    clock = hear(clock, MORNING_US, 20, BOUNDS)
    assert (now(clock, 20), quality(clock, 20, BOUNDS)) == (MORNING_US, ClockQuality.HELD)
    assert quality(hear(clock, MORNING_US + 5, 30, BOUNDS), 30, BOUNDS) is ClockQuality.SYNCED


def test_before_the_first_time_taps_can_be_written_down_all_the_same():
    """They say UNSET, stand in their order, and are looked at by a person; a time before 2000 no tap can have."""
    assert (now(NEVER_SET, 0), now(NEVER_SET, 7) - now(NEVER_SET, 5)) == (tap_time_us_min, 2)
