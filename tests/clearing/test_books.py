"""Entries go in once, come out as they went in, and are corrected only by entries."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from office import HERE, WEDNESDAY, another_hand, entry

from afc.refusal import Refused
from clearing.entry import reversal
from clearing.store import Payment, Settlement, Shard, Store

THURSDAY = date(2026, 3, 5)
LOAD = entry("load", "0001/agent", cash_agent=10_000, float_issuer=-10_000)
CHARGE = entry("charge", "0001/bus", float_issuer=1_400, journeys=-1_400)


@pytest.fixture
def days(store):
    with store.begin():
        store.open_day(WEDNESDAY)
        store.open_day(THURSDAY)
    return store


def test_what_is_posted_is_read_back_and_adds_up(days):
    """An entry is proven when it is made and again when it is read."""
    with days.begin():
        assert days.post([LOAD, CHARGE]) == 2
    assert list(days.entries()) == [LOAD, CHARGE]
    assert days.balances() == {"cash:agent": 10_000, "float:issuer": -8_600, "journeys": -1_400}


def test_an_entry_posted_again_is_there_once(days):
    """A closing that was interrupted starts over, and the books do not notice."""
    with days.begin():
        days.post([LOAD])
    with days.begin():
        assert days.post([LOAD, CHARGE, CHARGE]) == 1
    assert list(days.entries()) == [LOAD, CHARGE]


def test_another_content_under_the_same_name_is_refused(days):
    """If the second closing comes to another sum, somebody has to look, not to choose."""
    with days.begin():
        days.post([LOAD])
    other = entry("load", "0001/agent", cash_agent=10_001, float_issuer=-10_001)
    with days.begin(), pytest.raises(Refused, match="posted otherwise"):
        days.post([CHARGE, other])


def test_a_late_tap_is_posted_in_the_open_day_with_both_dates(days):
    """Wednesday is closed; what is learnt on Thursday about Wednesday stands in Thursday's books."""
    with days.begin():
        days.post([CHARGE])
        days.freeze_day(WEDNESDAY, "")
        before = days.close_day(WEDNESDAY)
    late = replace(entry("charge", "0001/bus", THURSDAY, float_issuer=200, journeys=-200), service_date=WEDNESDAY)
    with days.begin(), pytest.raises(Refused, match="is closed"):
        days.post([entry("charge", "0002/bus", float_issuer=200, journeys=-200)])
    with days.begin():
        days.post([late])
    (read,) = days.entries(THURSDAY)
    assert (read.clearing_date, read.about) == (THURSDAY, WEDNESDAY)
    assert days.day_digest(WEDNESDAY) == before.digest


def test_a_reversal_negates_what_was_posted_and_happens_once(days):
    """The charge stays in the books, and so does its reversal."""
    with days.begin():
        days.post([CHARGE])
        days.post([reversal(CHARGE, THURSDAY)])
    assert days.balances() == {"float:issuer": 0, "journeys": 0}
    assert days.balances(WEDNESDAY) == {"float:issuer": 1_400, "journeys": -1_400}
    assert days.balances(WEDNESDAY, THURSDAY) == days.balances() == days.balances(None, THURSDAY)
    with days.begin():
        assert days.post([reversal(CHARGE, THURSDAY)]) == 0


def test_a_posting_changed_by_another_hand_is_not_read(days, where):
    """Reading proves again; nobody computes a statement from books that do not add up."""
    with days.begin():
        days.post([CHARGE])
    with another_hand(where) as other:
        other.execute("UPDATE posting SET minor = 1500 WHERE minor = 1400")
    with pytest.raises(AssertionError, match="out of balance"):
        list(days.entries())


def test_the_digest_of_a_day_is_about_content_alone(tmp_path):
    """Where files lie and in which order shards were posted is nobody's business."""
    digests = []
    for name, entries, numbers in (("one", [LOAD, CHARGE], (0, 1, 2)), ("two", [CHARGE, LOAD], (2, 0, 1))):
        with Store.open(str(tmp_path / f"{name}.db"), environment=HERE) as store, store.begin():
            store.open_day(WEDNESDAY)
            store.post(entries)
            store.add_shards([Shard(WEDNESDAY, i, "legs", f"/{name}/{i}", bytes([i]) * 32, i) for i in numbers])
            digests.append(store.day_digest(WEDNESDAY))
            store.post([entry("load", "0002/agent", cash_agent=1, float_issuer=-1)])
            assert store.day_digest(WEDNESDAY) != digests[0], "one unit more is another day"
    assert digests[0] == digests[1]


def test_a_cycle_is_paid_once(days):
    """The same payment file sent twice would pay everybody twice."""
    settlement = Settlement(
        "2026-W10", WEDNESDAY, THURSDAY, "MNT", "w10.xml", bytes(32), "w10-1", THURSDAY, "multilateral", "house"
    )
    payments = [Payment("2026-W10-metro", "2026-W10", "metro", 70), Payment("2026-W10-bus", "2026-W10", "bus", 30)]
    with days.begin():
        days.settle(settlement, payments)
    with days.begin(), pytest.raises(Refused, match="has its payment file"):
        days.settle(settlement, payments)
    assert days.settlements() == [settlement]
    assert days.payments("2026-W10") == sorted(payments, key=lambda payment: payment.party)
