"""Nothing that was promised is lost in a power cut. Killing proves nothing about that: the kernel still has the writes.

`make powerloss` cuts the power thousands of times; here a few dozen. `AFC_IMAGES` says how many times, `AFC_SEED` from
which seed on. The database's weaker setting goes through the same harness and has to lose receipts, or the harness is blind.
"""

from __future__ import annotations

import os
from pathlib import Path

import power
import pytest
from power import Tally
from tracing import has_strace

IMAGES = int(os.environ.get("AFC_IMAGES", "60"))
SEED = int(os.environ.get("AFC_SEED", "1"))
LONG = IMAGES > 500
CONTROLS = min(IMAGES, 300)  # they only have to be seen to lose
CHECKPOINTS = (
    "wal_autocheckpoint = 60",
)  # the product leaves the thousand pages of SQLite, which a short record never fills

pytestmark = pytest.mark.skipif(not has_strace(), reason="no strace on this machine, or it may not trace")


def told(what: str, tally: Tally) -> Tally:
    """The tally, and a line of the table for whoever ran pytest with -s."""
    print(f"\n  {'':<44}{'images':>8}{'promises':>10}{'with loss':>11}{'malformed':>11}{'worst':>7}")
    print(f"  {what:<44}" + "".join(f"{n:>{w}}" for n, w in zip(tally[:5], (8, 10, 11, 11, 7), strict=True)))
    if tally.first:
        print(f"  first: {tally.first}")
    return tally


@pytest.mark.parametrize(
    "settings", [CHECKPOINTS, ()] if LONG else [CHECKPOINTS], ids=lambda s: "short log" if s else "as shipped"
)
def test_no_receipt_is_lost_in_a_power_cut(tmp_path: Path, settings: tuple[str, ...]) -> None:
    """The reader has forgotten those taps, so there is nobody left to ask."""
    tally = told(f"books {' '.join(settings)}", power.house(tmp_path, 180 if LONG else 36, IMAGES, SEED, *settings))
    assert (tally.with_loss, tally.malformed) == (0, 0), tally.first
    assert tally.images == IMAGES


def test_the_database_s_weaker_setting_loses_receipts_and_this_harness_sees_it(tmp_path: Path) -> None:
    """The control. `synchronous = NORMAL` is what many a tuning guide says; the product refuses to open books with it."""
    settings = ("synchronous = NORMAL", *CHECKPOINTS)
    tally = told("control: synchronous = NORMAL", power.house(tmp_path, 180 if LONG else 36, CONTROLS, SEED, *settings))
    assert tally.with_loss > tally.images // 10, "a harness that sees no loss here proves nothing above"


def test_without_any_syncing_the_books_fall_apart_and_this_harness_sees_it(tmp_path: Path) -> None:
    """The other control: `synchronous = OFF` leaves books that do not open, or that contradict themselves."""
    settings = ("synchronous = OFF", *CHECKPOINTS)
    tally = told("control: synchronous = OFF", power.house(tmp_path, 180 if LONG else 36, CONTROLS, SEED, *settings))
    assert tally.with_loss
    assert tally.malformed


def test_a_reader_without_power_keeps_every_tap_that_was_written_down(tmp_path: Path) -> None:
    """The gate has opened for those riders."""
    tally = told("journal of a reader", power.reader(tmp_path, 1_500 if LONG else 300, 2 * IMAGES, SEED))
    assert (tally.with_loss, tally.malformed) == (0, 0), tally.first
    assert tally.images == 2 * IMAGES
