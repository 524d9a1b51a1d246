"""Nothing that was receipted is lost, and nothing is ever half done, whenever a process is killed.

`make crash` kills hundreds of times; here a few. `AFC_KILLS` says how many, `AFC_SEED` from which seed on.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from lives import HOUSE_POINTS, Fate, hasty_house
from loops import House, crash_house, crash_reader

KILLS = int(os.environ.get("AFC_KILLS", "14"))
SEED = int(os.environ.get("AFC_SEED", "1"))
KILLS_A_BOOK = 28  # then new books, or looking through them after each death takes longer than dying


def many(crash: Callable[[Path, int, int], Counter[str]], folder: Path) -> Counter[str]:
    """So many kills, in books that stay small; tells what was met, and the seed if something breaks."""
    met: Counter[str] = Counter()
    for i, begun in enumerate(range(0, KILLS, KILLS_A_BOOK)):
        inside = folder / str(i)
        inside.mkdir()
        try:
            met += crash(inside, min(KILLS_A_BOOK, KILLS - begun), SEED + i)
        except BaseException:
            print(f"again with: AFC_SEED={SEED + i} AFC_KILLS={KILLS_A_BOOK} pytest {__file__} -k {crash.__name__[6:]}")
            raise
    print()
    for what, count in sorted(met.items()):
        print(f"  {what:<36}{count:>8,}")
    return met


def test_a_killed_house_keeps_every_receipt_and_ends_where_an_unkilled_one_does(tmp_path: Path) -> None:
    """The night shift pulls the plug of the server, again and again, while the depots are uploading."""
    met = many(crash_house, tmp_path)
    assert [point for point in HOUSE_POINTS if KILLS >= 14 and not met[f"killed: {point}"]] == [], "every point was met"
    assert met["DUPLICATE"], "readers did send again"


def test_a_reader_killed_in_the_middle_of_a_write_forgets_no_tap_and_uses_no_number_twice(tmp_path: Path) -> None:
    """The driver turns the key while the last rider's tap is being written."""
    met = many(crash_reader, tmp_path)
    assert met["taps"]
    assert met["DUPLICATE"] or KILLS < 14


@pytest.mark.parametrize("point", ["after commit", "half a receipt"])
def test_a_batch_that_was_kept_but_not_told_is_a_duplicate_when_it_comes_again(tmp_path: Path, point: str) -> None:
    """The gap between the two is where an honest reader could be charged twice."""
    house = House(tmp_path, 5)
    assert house.live(Fate(point, 1))
    house.look()
    assert house.met["kept and not told"]
    house.come_to_rest(tmp_path)


def test_a_house_that_answers_before_it_commits_is_found_out(tmp_path: Path) -> None:
    """The control: a loop that lets this pass would prove nothing above."""
    house = House(tmp_path, 5, hasty_house)

    def a_few_lives() -> None:
        for turn in range(1, 20):
            house.live(Fate("one of several", turn))
            house.look()

    with pytest.raises(AssertionError, match="receipted, and not in the log"):
        a_few_lives()
