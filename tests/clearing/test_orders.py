"""Orders of the issuer: carried out once, whatever readers have which list, and counted once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from chips import COMMIT_AT, FARE, Town
from riding import cards_of
from shards import Clerk, minor

from afc.actions import ACTION, Action
from afc.city import City
from afc.fares.codes import ENTRY, EXIT
from afc.fares.state import Refusal
from afc.keys import KeyRing
from afc.moment import MINUTE_US
from afc.tap import TapKind
from clearing.admit import SetAside
from clearing.detail import read_array
from clearing.open_items import read_items
from clearing.shard import Result
from terminals.card.field import ANSWERED, AT_WORK

FOREVER_US, CHILD = 2**62, 1


def orders_of(*rows: tuple[int, ...]) -> np.ndarray:
    """Orders for card 7: control number, action, amount, category, and until when."""
    return np.array(
        [(7, c, (more or (FOREVER_US,))[0], minor, a, category) for c, a, minor, category, *more in rows], ACTION
    )


def town_with(city: City, ring: KeyRing, *rows: tuple[int, ...]) -> Town:
    return Town(city, ring, actions=orders_of(*rows))


def closed(town: Town, folder: Path, given: np.ndarray) -> tuple[Result, Clerk]:
    """The day as the clearing house closes it, knowing these orders."""
    folder.mkdir(exist_ok=True)
    clerk = Clerk(town.street, town.ring, folder, cards_of(7))
    clerk.orders = given
    return clerk.close(np.concatenate([town.written(stop) for stop in town.lanes])), clerk


def reasons(result: Result) -> list[SetAside]:
    return [finding.reason for finding in result.found]


def test_value_is_loaded_at_the_gate_and_the_issuer_owes_it(hanbit: City, ring: KeyRing, tmp_path: Path) -> None:
    """10,000 before the fare; the tap says which order it was."""
    town = town_with(hanbit, ring, (3, Action.LOAD, 10_000, 0))
    assert town.hold().opened
    order, ride = town.written()
    assert (order["kind"], order["product"], order["trip"], order["amount"]) == (TapKind.ACTION, Action.LOAD, 3, 10_000)
    assert (order["counter"], order["balance"], ride["counter"], ride["balance"]) == (1, 30_000, 2, 30_000 - FARE)
    result, _ = closed(town, tmp_path / "day", orders_of((3, Action.LOAD, 10_000, 0)))
    assert (minor(result, "order"), minor(result, "charge"), reasons(result)) == ({0: 10_000}, {0: FARE}, [])
    assert result.counts["purse_breaks"] == result.counts["rated_otherwise"] == 0


def test_an_order_is_carried_out_once_whatever_gate_has_it(hanbit: City, ring: KeyRing) -> None:
    town = town_with(hanbit, ring, (3, Action.LOAD, 10_000, 0))
    for stop in ("NG", "UN", "HB"):
        town.now_us += 30 * MINUTE_US
        assert town.hold(stop=stop).opened
    assert town.paid() == 3 * FARE - 10_000


def test_blocked_the_card_is_shut_out_until_the_next_order(hanbit: City, ring: KeyRing, tmp_path: Path) -> None:
    """The block is written though the gate stays shut; the gate that does not know of the unblocking keeps it out."""
    block, unblock = (4, Action.BLOCK, 0, 0), (5, Action.UNBLOCK, 0, 0)
    town = town_with(hanbit, ring, block)
    first, second = town.hold(), town.hold()
    assert (first.opened, first.refusal, second.refusal) == (False, Refusal.BLOCKED, Refusal.BLOCKED)
    town.lane("UN").actions = orders_of(block, unblock)
    assert town.hold(stop="UN").opened
    result, clerk = closed(town, tmp_path / "day", orders_of(block, unblock))
    assert (reasons(result), result.counts["purse_breaks"], result.counts["refused_by_rule"]) == ([], 0, 0)
    card = read_array(clerk.folder / "cards-00.npy")[0]
    assert (card["blocked"], card["control"]) == (0, 5)


def test_another_category_holds_from_the_tap_after_it(hanbit: City, ring: KeyRing, tmp_path: Path) -> None:
    """From now on a child: the fare of the same tap is a child's, and the clearing house comes to the same."""
    town = town_with(hanbit, ring, (1, Action.CATEGORY, 0, CHILD))
    assert town.hold().opened
    assert town.written()["category"].tolist() == [CHILD, CHILD]
    assert 0 < town.paid() < FARE
    result, _ = closed(town, tmp_path / "day", orders_of((1, Action.CATEGORY, 0, CHILD)))
    assert (result.counts["rated_otherwise"], reasons(result)) == (0, [])


def test_nobody_is_shut_in_or_priced_anew_half_way(hanbit: City, ring: KeyRing) -> None:
    """A block waits at the way out for the next boarding, and so does what comes after it; value does not wait."""
    town = Town(hanbit, ring)
    town.hold()
    town.now_us += 11 * MINUTE_US
    town.lane("HB").actions = orders_of((1, Action.LOAD, 500, 0), (2, Action.BLOCK, 0, 0), (3, Action.LOAD, 700, 0))
    assert town.hold(stop="HB", kind=EXIT).opened
    assert (town.paid(), int(town.state()["control"])) == (FARE - 500, 1)
    town.now_us += MINUTE_US
    assert town.hold(stop="HB", kind=ENTRY).refusal is Refusal.BLOCKED
    assert (town.paid(), int(town.state()["control"])) == (FARE - 1_200, 3)


def test_an_order_has_an_end_and_a_purse_has_a_maximum(hanbit: City, ring: KeyRing) -> None:
    """Too late it is never carried out; where it would lift the purse over 500,000 it waits."""
    town = Town(hanbit, ring)
    town.extra["actions"] = orders_of((1, Action.LOAD, 500, 0, town.now_us), (2, Action.LOAD, 480_001, 0))
    assert town.hold().opened
    assert (town.paid(), int(town.state()["control"])) == (FARE, 0)
    town.now_us += 30 * MINUTE_US
    assert town.hold(stop="UN").opened
    assert int(town.state()["control"]) == 2, "by then a fare was spent"


def test_an_order_that_nobody_gave_moves_no_money(hanbit: City, ring: KeyRing, tmp_path: Path) -> None:
    """A reader loaded what no issuer had ordered, or more than was ordered: kept aside, with its sum."""
    town = town_with(hanbit, ring, (3, Action.LOAD, 10_000, 0))
    town.hold()
    for name, given in (("none", orders_of()), ("less", orders_of((3, Action.LOAD, 9_000, 0)))):
        result, clerk = closed(town, tmp_path / name, given)
        assert (reasons(result), minor(result, "order"), minor(result, "charge")) == (
            [SetAside.ORDER_UNKNOWN], {}, {0: FARE},
        )  # fmt: skip
        assert result.counts["purse_breaks"] == 1
        assert len(read_items(clerk.folder, 0).holes) == 0, "its counter is known"


def test_an_order_that_comes_again_counts_once(hanbit: City, ring: KeyRing, tmp_path: Path) -> None:
    """A copied card obeys once more; or somebody with the key writes the same order again."""
    town = town_with(hanbit, ring, (3, Action.LOAD, 10_000, 0))
    town.hold()
    again = town.written()[:1].copy()
    again["counter"], again["seq"], again["balance"] = 3, 3, int(town.state()["balance"]) + 10_000
    again["mac"] = ring.macs(again)
    town.lane("NG").keeper.journal.append(again)
    result, _ = closed(town, tmp_path / "day", orders_of((3, Action.LOAD, 10_000, 0)))
    assert (reasons(result), minor(result, "order")) == ([SetAside.ORDER_REPEATED], {0: 10_000})


@pytest.mark.parametrize("torn_at", [COMMIT_AT + AT_WORK, COMMIT_AT + ANSWERED])
def test_torn_the_order_and_its_ride_have_happened_together_or_not(
    hanbit: City, ring: KeyRing, tmp_path: Path, torn_at: int
) -> None:
    """The tap after an order is of the same session and proves nothing about it."""
    town = town_with(hanbit, ring, (3, Action.LOAD, 10_000, 0))
    town.hold(torn_at)
    result, clerk = closed(town, tmp_path / "first", town.extra["actions"])
    assert (result.counts["taps"], len(read_items(clerk.folder, 0).unratified)) == (0, 2)
    town.now_us += 30 * MINUTE_US
    town.hold(stop="UN")
    result, _ = closed(town, tmp_path / "both", town.extra["actions"])
    happened = torn_at == COMMIT_AT + ANSWERED
    assert (minor(result, "order"), minor(result, "charge")) == ({0: 10_000}, {0: 2 * FARE if happened else FARE})
    assert result.counts["purse_breaks"] == 0
