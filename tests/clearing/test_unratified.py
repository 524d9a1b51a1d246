"""A card torn away before it confirmed: what it did next says whether the tap happened, and until then no money moves."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from riding import Street, cards_of
from shards import Clerk, minor

from afc.city import City
from afc.keys import KeyRing
from afc.limits import unratified_days_max
from afc.tap import TapState
from clearing.admit import SetAside
from clearing.open_items import read_items
from clearing.shard import Result

FARE = 1_550


@pytest.fixture
def street(hanbit: City) -> Street:
    return Street(hanbit, cards_of(5, 6, 7))


@pytest.fixture
def clerk(street: Street, ring: KeyRing, tmp_path: Path) -> Clerk:
    return Clerk(street, ring, tmp_path, cards_of(5, 6, 7))


def torn(street: Street, card: int, story: str, *, happened: bool) -> None:
    """One presentation at whose end the card was pulled away; if it was not written, it is as it was before."""
    row = street.row(card)
    before = street.cards[row : row + 1].copy()
    street.go(card, story)
    street.written[-1]["state"] = TapState.UNRATIFIED
    if not happened:
        street.cards[row : row + 1] = before


def day_of(street: Street, ring: KeyRing) -> np.ndarray:
    """What was written since the last time."""
    taps, street.written = street.taps(ring), []
    return taps


def reasons(result: Result) -> list[SetAside]:
    return [finding.reason for finding in result.found]


def charged(result: Result) -> int:
    return sum(minor(result, "charge").values())


def waiting(clerk: Clerk) -> np.ndarray:
    return read_items(clerk.folder, 0).unratified


def holes(clerk: Clerk) -> list[tuple[int, ...]]:
    """Card, first and last counter, what the purse lost."""
    found = read_items(clerk.folder, 0).holes
    return [tuple(int(hole[name]) for name in ("card", "first", "last", "minor")) for hole in found]


@pytest.mark.parametrize("happened", [True, False])
def test_torn_on_the_way_in_and_seen_at_the_way_out(
    street: Street, ring: KeyRing, clerk: Clerk, happened: bool
) -> None:
    """The rider walked on through an open gate; at the other end the card tells whether it paid."""
    torn(street, 7, "in NG 08:00", happened=happened)
    street.go(7, "out HB 08:11" if happened else "in NG 08:00:20, out HB 08:11")
    result = clerk.close(day_of(street, ring))
    assert charged(result) == FARE
    assert reasons(result) == ([] if happened else [SetAside.NOT_HAPPENED])
    assert result.counts["legs_complete"] == 1
    assert (result.counts["purse_breaks"], len(waiting(clerk)), holes(clerk)) == (0, 0, [])


@pytest.mark.parametrize("happened", [True, False])
def test_torn_on_the_way_out_and_seen_the_next_day(street: Street, ring: KeyRing, clerk: Clerk, happened: bool) -> None:
    """North Gate to the Airport: 800 at the exit. On Thursday the card is loaded, and its counter and purse tell."""
    street.go(7, "in NG 08:00")
    torn(street, 7, "out AP 08:25", happened=happened)
    first = clerk.close(day_of(street, ring))
    assert (charged(first), waiting(clerk)["counter"].tolist(), first.found) == (FARE, [2], ())
    street.go(7, "load 5000 NG 32:00")
    second = clerk.close(day_of(street, ring), day=1)
    assert charged(second) == (800 if happened else 0)
    assert reasons(second) == ([] if happened else [SetAside.NOT_HAPPENED])
    assert (second.counts["purse_breaks"], len(waiting(clerk))) == (0, 0)


def test_torn_twice_and_then_in(street: Street, ring: KeyRing, clerk: Clerk) -> None:
    """The same counter three times, and nobody has copied a card."""
    torn(street, 7, "in NG 08:00", happened=False)
    torn(street, 7, "in NG 08:00:20", happened=False)
    street.go(7, "in NG 08:00:40, out HB 08:11")
    result = clerk.close(day_of(street, ring))
    assert (charged(result), reasons(result)) == (FARE, [SetAside.NOT_HAPPENED] * 2)


@pytest.mark.parametrize("last", [True, False])
def test_torn_twice_of_which_one_happened(street: Street, ring: KeyRing, clerk: Clerk, last: bool) -> None:
    """A reader that writes the counter once more has read the card before the other was written: only the last can be."""
    torn(street, 7, "in NG 08:00", happened=False)
    torn(street, 7, "in UN 08:02", happened=last)
    first = clerk.close(day_of(street, ring))
    assert (reasons(first), waiting(clerk)["stop"].tolist()) == ([SetAside.NOT_HAPPENED], [street.network.stop("UN")])
    street.go(7, "load 1000 NG 33:00")
    assert charged(clerk.close(day_of(street, ring), day=1)) == (FARE if last else 0)


def test_never_seen_again_it_lapses_after_thirty_days(street: Street, ring: KeyRing, clerk: Clerk) -> None:
    """To the day: on the thirtieth it still waits."""
    torn(street, 7, "in NG 08:00", happened=True)
    results = [clerk.close(day_of(street, ring))]
    results += [clerk.close(day_of(street, ring), day=n) for n in range(1, unratified_days_max + 1)]
    assert unratified_days_max == 30
    assert [len(result.found) for result in results] == [0] * unratified_days_max + [1]
    assert (reasons(results[-1]), len(waiting(clerk))) == ([SetAside.LAPSED], 0)
    assert sum(map(charged, results)) == 0


def test_what_waits_may_not_be_touched(street: Street, ring: KeyRing, clerk: Clerk) -> None:
    """It is money between two dates, and its content is in the books like that of the cards."""
    torn(street, 7, "in NG 08:00", happened=True)
    clerk.close(day_of(street, ring))
    (clerk.folder / "unratified-00.npy").unlink()
    with pytest.raises(Exception, match="carried over"):
        clerk.close(day_of(street, ring), day=1)


def test_a_counter_known_only_by_its_successor_is_listed_with_its_sum(
    street: Street, ring: KeyRing, clerk: Clerk
) -> None:
    """The reader's power went between the card's write and its own; when its tap comes after all, the item is closed."""
    street.go(7, "in NG 08:00, out AP 08:25, load 3000 AP 08:30, in AP 18:00")
    taps = day_of(street, ring)
    result = clerk.close(taps[[0, 2, 3]])
    assert (result.counts["purse_breaks"], holes(clerk)) == (1, [(7, 2, 2, 800)])
    late = clerk.close(taps[[1]], day=1)
    assert (reasons(late), minor(late, "late"), holes(clerk)) == ([SetAside.COUNTER_PASSED], {0: 800}, [])


def test_two_counters_in_a_row_are_one_item_with_one_sum(street: Street, ring: KeyRing, clerk: Clerk) -> None:
    """800 paid and 3,000 loaded: the purse has gained 2,200, and one of the two comes."""
    street.go(7, "in NG 08:00, out AP 08:25, load 3000 AP 08:30, in AP 18:00")
    taps = day_of(street, ring)
    clerk.close(taps[[0, 3]])
    assert holes(clerk) == [(7, 2, 3, -2_200)]
    clerk.close(taps[[2]], day=1)
    assert holes(clerk) == [(7, 2, 3, 800)]


@pytest.mark.parametrize("happened", [True, False])
def test_an_unratified_tap_that_comes_late_is_judged_by_the_hole(
    street: Street, ring: KeyRing, clerk: Clerk, happened: bool
) -> None:
    """The bus uploads on Friday what the card's later taps have shown on Thursday."""
    torn(street, 7, "on 571 b-harbour 08:00", happened=happened)
    street.go(7, "in NG 12:00, out HB 12:11")
    taps = day_of(street, ring)
    clerk.close(taps[1:])
    assert len(holes(clerk)) == happened
    result = clerk.close(taps[:1], day=1)
    assert reasons(result) == [SetAside.COUNTER_PASSED if happened else SetAside.NOT_HAPPENED]
    assert (sum(minor(result, "late").values()), holes(clerk)) == (1_500 if happened else 0, [])


def test_the_order_in_which_taps_come_changes_nothing(hanbit: City, ring: KeyRing, tmp_path: Path) -> None:
    street = Street(hanbit, cards_of(5, 6, 7))
    for card in (5, 6, 7):
        torn(street, card, "in NG 08:00", happened=card == 6)
        street.go(card, "out HB 08:11" if card == 6 else "in NG 08:00:20, out HB 08:11")
        torn(street, card, "in HB 18:00", happened=card == 7)
    taps = street.taps(ring)
    results = []
    for n, order in enumerate((slice(None), slice(None, None, -1), np.random.default_rng(1).permutation(len(taps)))):
        (tmp_path / str(n)).mkdir()
        result = Clerk(street, ring, tmp_path / str(n), cards_of(5, 6, 7)).close(taps[order].copy())
        results.append((result.digest, result.carry, sorted(finding.tap for finding in result.found)))
    assert results[0] == results[1] == results[2]


def test_a_purse_that_goes_on_from_before_shows_that_it_did_not_happen(
    street: Street, ring: KeyRing, clerk: Clerk
) -> None:
    """A load that was torn; then an exit that cost nothing, whose gate has not reported yet, used its counter."""
    street.go(7, "in NG 08:00")
    torn(street, 7, "load 5000 HB 08:05", happened=False)
    street.go(7, "out HB 08:11, in HB 12:00")
    taps = day_of(street, ring)
    result = clerk.close(taps[[0, 1, 3]])
    assert (reasons(result), minor(result, "load")) == ([SetAside.NOT_HAPPENED], {})
    assert holes(clerk) == [(7, 2, 2, 0)]


def test_of_two_the_purse_knows_which_though_clocks_do_not(street: Street, ring: KeyRing, clerk: Clerk) -> None:
    """The gate at Union was five minutes fast: the ride that happened seems to be the earlier of the two."""
    torn(street, 7, "load 700 UN 08:05", happened=False)
    torn(street, 7, "in NG 08:03", happened=True)
    street.go(7, "out HB 08:12")
    result = clerk.close(day_of(street, ring))
    assert (charged(result), minor(result, "load"), reasons(result)) == (FARE, {}, [SetAside.NOT_HAPPENED])
