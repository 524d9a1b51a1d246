"""Pricing again, step by step: one late tap, a chain of them, corrections, and everything that must not change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from late import Days, books, ride
from riding import GATE, WEDNESDAY
from storages import through

from afc.city import City
from afc.keys import KeyRing
from afc.moment import DAY_US, HOUR_US
from afc.refusal import Refused
from clearing.close import foresee
from clearing.decision import Decision
from clearing.house import House
from clearing.ruling import enact
from clearing.shard import close_shard
from sim.engine.choose import mapper

TRANSFER = "in NG 07:41, out HB 07:55, on 571 b-harbour 08:10, off 571 b-stadium 08:30"
BUS, METRO = "payable:hanbit-bus", "payable:hanbit-metro"
TWO = Decision("B. Dorj", "S. Kim", "the driver's log says so")
END = 6


def delayed(days: Days, by: dict[tuple[int, int], int]) -> list[int]:
    """A delay in days for the taps of a card and counter; everything else comes in time."""
    return [by.get((one.card, one.counter), 0) for one in days.batches]


@pytest.fixture
def week(hanbit: City, ring: KeyRing) -> Days:
    """Two cards, two days: Wednesday's transfer from the metro to the bus, and Thursday's again."""
    return ride(hanbit, ring, [{1: TRANSFER, 2: TRANSFER}, {1: TRANSFER, 2: "in NG 09:00, out HB 09:20"}])


def test_a_late_transfer_moves_only_the_difference(hanbit: City, ring: KeyRing, week: Days, tmp_path: Path) -> None:
    """The metro's gate at Harbour reports a day late: without it the bus ride was a journey of its own.

    Wednesday was shared as 1,550 and 200; together they are shared by what each ride costs alone.
    """
    late = books(week, hanbit, ring, tmp_path / "late", delayed(week, {(1, 2): 1}), END)
    [again] = late.closed[1].again
    assert again.service_date == WEDNESDAY
    moved: Counter[str] = Counter()
    for entry in late.closed[1].entries:
        for account, minor in entry.postings if entry.about == WEDNESDAY else ():
            moved[account] += minor
    assert {account: minor for account, minor in moved.items() if minor} == {METRO: 651, BUS: -651}
    in_time = books(week, hanbit, ring, tmp_path / "in-time", delayed(week, {}), END)
    assert (late.sums, late.carried) == (in_time.sums, in_time.carried)
    assert [len(one.again) for one in late.closed] == [0, 1, 0, 0, 0, 0]


def test_a_chain_of_late_taps_over_several_closes_ends_the_same(
    hanbit: City, ring: KeyRing, week: Days, tmp_path: Path
) -> None:
    """One tap of a journey after another finds its way, a day apart, the last first."""
    delays = delayed(week, {(1, 1): 3, (1, 2): 2, (1, 3): 1, (1, 5): 2, (2, 4): 4})
    late = books(week, hanbit, ring, tmp_path / "late", delays, END)
    in_time = books(week, hanbit, ring, tmp_path / "in-time", delayed(week, {}), END)
    assert (late.sums, late.carried, late.accounts) == (in_time.sums, in_time.carried, in_time.accounts)
    assert sum(len(one.again) for one in late.closed) >= 4


def test_a_second_late_tap_starts_from_what_the_first_one_changed(
    hanbit: City, ring: KeyRing, week: Days, tmp_path: Path
) -> None:
    """Wednesday is priced again with Friday; when a tap of Thursday comes, Thursday starts from Wednesday as it is now."""
    late = books(week, hanbit, ring, tmp_path / "late", delayed(week, {(1, 1): 2, (1, 6): 3}), END)
    in_time = books(week, hanbit, ring, tmp_path / "in-time", delayed(week, {}), END)
    changed = [[about.service_date for about in one.again] for one in late.closed[2:5]]
    assert changed == [[WEDNESDAY], [], [WEDNESDAY + timedelta(days=1)]]
    assert (late.sums, late.carried) == (in_time.sums, in_time.carried)


def test_a_journey_under_way_at_the_cut_is_settled_once(hanbit: City, ring: KeyRing, tmp_path: Path) -> None:
    """The last train of Wednesday; its gate reports on Thursday, on which the rider goes on by bus."""
    night = ride(
        hanbit, ring, [{1: "in NG 27:30, out HB 27:45"}, {1: "on 571 b-harbour 04:05, off 571 b-stadium 04:25"}]
    )
    late = books(night, hanbit, ring, tmp_path / "late", delayed(night, {(1, 2): 1}), END)
    in_time = books(night, hanbit, ring, tmp_path / "in-time", delayed(night, {}), END)
    assert (late.sums, late.carried, late.accounts) == (in_time.sums, in_time.carried, in_time.accounts)


def test_a_clock_a_day_slow_does_not_turn_the_cards_order_round(hanbit: City, ring: KeyRing, tmp_path: Path) -> None:
    """On Thursday the gate at Harbour still writes Wednesday: the counter says that the rider had gone in before."""

    def spoil(taps: np.ndarray) -> None:
        taps["time_us"][(taps["device"] == GATE + hanbit.network.stop("HB")) & (taps["counter"] == 4)] -= DAY_US

    slow = ride(hanbit, ring, [{1: "in NG 08:00, out HB 08:20"}, {1: "in NG 09:00, out HB 09:20"}], spoil)
    closed = books(slow, hanbit, ring, tmp_path, delayed(slow, {}), END).closed
    assert [one.counts["legs_complete"] for one in closed[:2]] == [1, 1]
    assert [one.counts["legs_no_tap_in"] for one in closed[:2]] == [0, 0]


def test_whoever_closes_and_in_which_order_the_bytes_are_the_same(
    hanbit: City, ring: KeyRing, week: Days, tmp_path: Path
) -> None:
    delays = delayed(week, {(1, 2): 1, (2, 3): 2, (1, 6): 1})
    plain = books(week, hanbit, ring, tmp_path / "plain", delays, END)
    with mapper(2) as elsewhere:
        away = through("memory://week")  # what a late tap makes it read of earlier dates comes from there as well
        for name, run in (("backwards", backwards), ("elsewhere", elsewhere), ("away", away)):
            assert books(week, hanbit, ring, tmp_path / name, delays, END, run) == plain


def backwards(function: Callable[[Any], Any], tasks: Iterable[Any]) -> list[Any]:
    """One worker that begins with the last shard."""
    return [function(task) for task in reversed(list(tasks))]


def test_a_close_that_is_cut_half_way_ends_in_the_same_bytes(
    hanbit: City, ring: KeyRing, week: Days, tmp_path: Path
) -> None:
    """The power goes after eight shards of the second date; it is closed again from the start."""
    delays, cut = delayed(week, {(1, 2): 1, (2, 3): 1}), []

    def failing(function: Any, tasks: Iterable[Any]) -> list[Any]:
        tasks = list(tasks)
        closing = function.func is close_shard and function.args[0].date
        if closing == (WEDNESDAY + timedelta(days=1)).isoformat() and not cut:
            cut.append([function(task) for task in tasks[:8]])
            raise KeyboardInterrupt
        return [function(task) for task in tasks]

    plain = books(week, hanbit, ring, tmp_path / "plain", delays, END)
    assert books(week, hanbit, ring, tmp_path / "cut", delays, END, failing) == plain
    assert cut


def test_a_tap_older_than_may_be_priced_again_waits_in_suspense(
    hanbit: City, ring: KeyRing, week: Days, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its money has left the card; two people settle it."""
    monkeypatch.setattr("clearing.eras.reprice_days_max", 1)
    found: dict[str, int] = {}

    def settle(house: House, day: int) -> None:
        if day == 4:
            found.update(house.store.balances())
            [row] = [row for row in house.store.quarantined() if row.seq]
            enact(house, "settle", f"T-{row.device}-{row.epoch}-{row.seq}", {"to": "hanbit-metro"}, TWO, 1)

    late = books(week, hanbit, ring, tmp_path, delayed(week, {(1, 1): 3}), END, between=settle)
    assert found["suspense:late"] == -1550
    assert "suspense:late" not in late.accounts
    in_time = books(week, hanbit, ring, tmp_path / "in-time", delayed(week, {}), END)
    earned = [sum(one.accounts[name] for name in (BUS, METRO, "fees:hancard")) for one in (late, in_time)]
    assert earned[0] == earned[1], "the metro has what the ride cost, but for the fee that it saves"


def test_detail_that_somebody_changed_is_not_started_from(
    hanbit: City, ring: KeyRing, week: Days, tmp_path: Path
) -> None:
    """A share in Wednesday's detail was made larger: the difference would be wrong by as much."""
    from pyarrow import parquet

    def enlarge(_house: House, day: int) -> None:
        for path in (tmp_path / "detail" / WEDNESDAY.isoformat()).glob("shares-*.parquet") if day == 1 else ():
            table = parquet.read_table(path)
            if len(table):
                minor = table["minor"].to_numpy() + 1
                at = table.column_names.index("minor")
                parquet.write_table(table.set_column(at, "minor", [minor]), path)

    with pytest.raises(Refused, match="has changed") as refused:
        books(week, hanbit, ring, tmp_path, delayed(week, {(1, 2): 1}), END, between=enlarge)
    assert refused.value.code == "DETAIL_DAMAGED"


def rule(kind: str, asked: dict[str, Any], on: int) -> Callable[[House, int], None]:
    """Two people correct a fact before the close of a day."""

    def between(house: House, day: int) -> None:
        if day == on:
            enact(house, kind, "what a driver wrote down", asked, TWO, 1)

    return between


def test_a_corrected_stop_ends_where_the_right_one_would(hanbit: City, ring: KeyRing, tmp_path: Path) -> None:
    """Out at Harbour and in again within minutes is one ride. The gate wrote another station for the first of these taps."""
    harbour, airport = (hanbit.network.stop(name) for name in ("HB", "AP"))
    again = "in NG 07:41, out HB 07:55, in HB 07:58, out MK 08:04, on 12 b-market 08:10, off 12 b-park 08:20"
    plan = [{1: again, 2: TRANSFER}, {1: "in NG 09:00, out HB 09:20"}]

    def spoil(taps: np.ndarray) -> None:
        taps["stop"][(taps["device"] == GATE + harbour) & (taps["counter"] == 2) & (taps["card"] == 1)] = airport

    right, wrong = ride(hanbit, ring, plan), ride(hanbit, ring, plan, spoil)
    good = books(right, hanbit, ring, tmp_path / "right", delayed(right, {}), END)
    bad = books(wrong, hanbit, ring, tmp_path / "wrong", delayed(wrong, {}), END)
    assert bad.sums != good.sums, "the example is worth something"
    asked = {"device": GATE + harbour, "epoch": 1, "first_seq": 1, "last_seq": 4, "stop": "HB"}
    mend = rule("stop", asked, 2)
    mended = books(wrong, hanbit, ring, tmp_path / "mended", delayed(wrong, {}), END, between=mend)
    assert (mended.sums, mended.carried) == (good.sums, good.carried)
    assert [bool(one.again) for one in mended.closed] == [False, False, True, False, False, False]


def test_a_corrected_clock_ends_where_a_right_one_would(hanbit: City, ring: KeyRing, tmp_path: Path) -> None:
    """The gate at Harbour was ten hours slow: the rider left before she came in, and the bus was no transfer any more."""
    device = GATE + hanbit.network.stop("HB")

    def spoil(taps: np.ndarray) -> None:
        taps["time_us"][taps["device"] == device] -= 10 * HOUR_US

    plan = [{1: TRANSFER}, {1: TRANSFER, 2: "in NG 09:00, out HB 09:20"}]
    right, wrong = ride(hanbit, ring, plan), ride(hanbit, ring, plan, spoil)
    good = books(right, hanbit, ring, tmp_path / "right", delayed(right, {}), END)
    bad = books(wrong, hanbit, ring, tmp_path / "wrong", delayed(wrong, {}), END)
    asked = {"device": device, "from_us": 0, "to_us": 2**61, "offset_us": 10 * HOUR_US}
    mend = rule("clock", asked, 3)
    mended = books(wrong, hanbit, ring, tmp_path / "mended", delayed(wrong, {}), END, between=mend)
    assert bad.sums != good.sums, "the example is worth something"
    assert (mended.sums, mended.carried) == (good.sums, good.carried)


def test_a_corrected_operator_ends_where_the_right_one_would(
    hanbit: City, ring: KeyRing, week: Days, tmp_path: Path
) -> None:
    """The bus of route 571 stood in the register as the metro's."""
    wrong = week._replace(register=week.register.copy())
    bus = int(wrong.register["device"][wrong.register["service"] == 1][0])
    wrong.register["operator"][wrong.register["device"] == bus] = 0
    good = books(week, hanbit, ring, tmp_path / "right", delayed(week, {}), END)
    mend = rule("operator", {"device": bus, "from_us": 0, "to_us": 2**61, "operator": "hanbit-bus"}, 2)
    mended = books(wrong, hanbit, ring, tmp_path / "mended", delayed(week, {(1, 2): 3}), END, between=mend)
    assert (mended.sums, mended.accounts) == (good.sums, good.accounts)


def test_what_changes_nothing_posts_nothing(hanbit: City, ring: KeyRing, week: Days, tmp_path: Path) -> None:
    """Somebody corrects the bus to the operator that it has; every rider on it is priced again, to no effect."""
    bus = int(week.register["device"][week.register["service"] == 1][0])
    mend = rule("operator", {"device": bus, "from_us": 0, "to_us": 2**61, "operator": "hanbit-bus"}, 2)
    same = books(week, hanbit, ring, tmp_path, delayed(week, {}), END, between=mend)
    assert (same.closed[2].again, same.closed[2].entries) == ((), ())
    assert same.closed[2].counts["repriced"] == 0


def test_what_is_foreseen_is_what_is_posted(hanbit: City, ring: KeyRing, week: Days, tmp_path: Path) -> None:
    told: list[Any] = []

    def look(house: House, day: int) -> None:
        if day == 1:
            told.append(foresee(house, WEDNESDAY + timedelta(days=1), tmp_path / "nowhere"))
            assert [one.state for one in house.store.days()] == ["closed"]

    done = books(week, hanbit, ring, tmp_path / "house", delayed(week, {(1, 2): 1}), END, between=look)
    assert told == [done.closed[1]]
    assert told[0].again
