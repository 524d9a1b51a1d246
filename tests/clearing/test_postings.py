"""What a day of riding means in the books."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from office import CHART, PARTIES, WEDNESDAY

from clearing.entry import Entry, Posting, canonical, identity, reversal
from clearing.netting import balances, positions
from clearing.postings import KINDS, WHOLE_DAY, Basis, Total, post

BUS, METRO, HOUSE, ISSUER, AGENT, CITY = range(len(PARTIES))
BASIS = Basis(WEDNESDAY, "tariff 2026-01-01, split 2004-07-01", {shard: bytes([shard]) * 32 for shard in range(16)})


def total(kind: str, operator: int = BUS, minor: int = 0, **more: int) -> Total:
    facts = {"shard": 0, "medium": 0, "category": 0, "product": 0, "quantity": 1} | more
    return Total(kind=kind, operator=operator, minor=minor, **facts)


def booked(*totals: Total, **chart: object) -> dict[str, int]:
    return balances(post(totals, CHART._replace(**chart), BASIS))


def test_a_rider_loads_rides_and_the_operator_has_earned():
    """10,000 loaded, one ride of 1,400: the agent owes 10,000, the rider has 8,600, the bus has 1,400."""
    assert booked(total("load", AGENT, 10_000), total("charge", BUS, 1_400), total("share", BUS, 1_400)) == {
        "cash:agent": 10_000, "float:issuer": -8_600, "journeys": 0, "payable:bus": -1_400,
    }  # fmt: skip


def test_a_journey_under_way_is_nobodys_yet():
    """Charged before midnight, complete after it: until then the money waits in `journeys`."""
    assert booked(total("charge", BUS, 1_400), total("open_journey", BUS, 1_400)) == {
        "float:issuer": 1_400,
        "journeys": -1_400,
    }


def test_a_card_billed_later_is_owed_by_its_issuer():
    """Medium 1 is post-paid: there is no value on it that could become less."""
    assert booked(total("charge", METRO, 1_550, medium=1)) == {"receivable:issuer": 1_550, "journeys": -1_550}


def test_a_pass_is_earned_by_use():
    """62,000 are sold in March; each ride takes its part out of what is deferred."""
    assert booked(total("sale", AGENT, 62_000, product=1), total("share", METRO, 1_000, product=1, service=1)) == {
        "cash:agent": 62_000, "deferred:house:month": -61_000, "payable:metro": -1_000,
    }  # fmt: skip


def test_cash_in_the_drivers_box_is_held_and_earned_by_the_same_operator():
    """Three riders pay the driver 4,800: the bus owes nothing, unless its fares go to the pool."""
    taken = total("cash", BUS, 4_800, quantity=3), total("cash_share", BUS, 4_800, quantity=3)
    assert positions(booked(*taken)) == {"(held)": 0, "bus": 0}
    assert booked(*taken, pooled=True) == {"cash:bus": 4_800, "pool": -4_800, "takings": 0}


def test_somebody_else_pays_the_students_ride():
    """The student pays nothing, the city pays the fare, the operator gets it all the same."""
    assert booked(total("quota", BUS, 500, product=0)) == {"receivable:city:concession": 500, "payable:bus": -500}


def test_the_second_of_two_passes_and_of_two_quotas_goes_by_its_own_name():
    """A week's pass beside the month's, and pensioners beside students."""
    chart = CHART._replace(products=("month", "week"), quotas=(*CHART.quotas, ("pension60", "house")))
    week, pension = post([total("sale", AGENT, 900, product=2), total("quota", BUS, 500, product=1)], chart, BASIS)[
        ::-1
    ]
    assert (week.product, balances([week])) == ("week", {"cash:agent": 900, "deferred:house:week": -900})
    assert pension.product == "pension60"
    assert balances([pension]) == {"receivable:house:concession": 500, "payable:bus": -500}


def test_entries_about_an_earlier_date_and_about_the_whole_day():
    """Both dates are told; behind the whole day stand all shards in the order of their numbers."""
    tuesday = date(2026, 3, 3)
    assert (BASIS.about, BASIS._replace(service_date=tuesday).about) == (WEDNESDAY, tuesday)
    basis = BASIS._replace(digests={2: b"two", 1: b"one"})
    assert (basis.digest(2), basis.digest(WHOLE_DAY)) == (b"two", hashlib.sha256(b"onetwo").digest())


def test_in_a_pooled_city_shares_fill_the_pool():
    """Who carried the rider is known and does not decide who is paid."""
    assert booked(total("share", BUS, 700), total("collected", METRO, 300), pooled=True) == {
        "journeys": 1_000,
        "pool": -1_000,
    }


def test_money_of_unknown_owners_waits_in_suspense():
    """A tap from 40 days ago has taken money from a card; a purse holds 30 more than its history says."""
    assert booked(total("late", BUS, 500), total("discrepancy", BUS, 30)) == {
        "float:issuer": 470, "suspense:late": -500, "suspense:purse": 30,
    }  # fmt: skip


def test_cards_that_had_value_when_the_books_began():
    """The issuer holds the money already, so its position is zero."""
    opening = booked(total("opening", ISSUER, 5_000, quantity=3))
    assert opening == {"cash:issuer": 5_000, "float:issuer": -5_000}
    assert positions(opening) == {"issuer": 0}


def test_what_only_counts_moves_no_money():
    """Kilometres and boardings are paid by contracts, if at all."""
    counting = [kind for kind, means in KINDS.items() if means.debit is None]
    assert counting == [
        "free", "boarding", "metres", "trip", "service_s", "vehicle_day", "scheduled_metres", "scheduled_trip", "check",
        "not_boarded", "penalty", "open_journey",
    ]  # fmt: skip
    assert booked(*(total(kind, BUS, 99, quantity=7) for kind in counting)) == {}


def test_entries_come_per_shard_operator_service_and_product():
    """Each can be looked into: cause, rule, how many, and the digest of the file behind it."""
    totals = [total("charge", BUS, 500, category=c, shard=3, service=0, quantity=2) for c in (0, 1)]
    totals += [total("charge", METRO, 700, shard=3, service=1), total("charge", BUS, 500, shard=2, service=0)]
    entries = post(reversed(totals), CHART, BASIS)
    assert [(entry.cause, entry.service, entry.quantity, entry.digest[0]) for entry in entries] == [
        ("0002/bus/city/", "city", 1, 2), ("0003/bus/city/", "city", 4, 3), ("0003/metro/rail/", "rail", 1, 3),
    ]  # fmt: skip
    assert {entry.rule for entry in entries} == {BASIS.rule}


def test_an_entry_out_of_balance_cannot_be_made():
    """Not by us, and not by mistake."""
    with pytest.raises(AssertionError, match="out of balance"):
        Entry(WEDNESDAY, "charge", "x", "", bytes(32), (Posting("journeys", 5),))
    with pytest.raises(AssertionError, match="without postings"):
        Entry(WEDNESDAY, "charge", "x", "", bytes(32), ())


def test_a_reversal_says_what_it_takes_back():
    """The same accounts, the other way round, in the books of an open day, about the day of the ride."""
    (entry,) = post([total("charge", BUS, 1_400, quantity=2)], CHART, BASIS)
    back = reversal(entry, date(2026, 3, 9))
    assert balances([entry, back]) == {"float:issuer": 0, "journeys": 0}
    assert (back.clearing_date, back.about, back.quantity) == (date(2026, 3, 9), WEDNESDAY, -2)
    assert (back.kind, back.rule, back.reverses) == (entry.kind, entry.rule, identity(entry))


def test_a_reversal_takes_the_unit_from_whom_it_went_to():
    """A hundred among three: whoever got 34 gives 34 back, however minus a hundred would be divided."""
    parts = (
        Posting("journeys", 100),
        *(Posting(f"payable:{who}", -minor) for who, minor in zip("abc", (33, 34, 33), strict=True)),
    )
    back = reversal(Entry(WEDNESDAY, "share", "x", "", bytes(32), parts), date(2026, 3, 9))
    assert [posting.minor for posting in back.postings] == [-100, 33, 34, 33]


def test_an_entrys_name_follows_from_its_facts():
    """Two offices that post the same fact give it the same name; any other fact has another."""
    (entry,) = post([total("charge", BUS, 1_400)], CHART, BASIS)
    assert canonical(entry) == (
        b'["2026-03-04","2026-03-04","charge","0000/bus//","tariff 2026-01-01, split 2004-07-01","","",1,"'
        + b"00" * 32
        + b'","",[["float:issuer",1400],["journeys",-1400]]]'
    )
    changed = (replace(entry, **{name: value}) for name, value in (("quantity", 2), ("rule", "r"), ("service", "rail")))
    assert len({identity(entry), *map(identity, changed)}) == 4


def test_a_name_in_another_script_is_written_as_it_is():
    """The bytes of an entry are told to auditors; how they spell a letter may not depend on a library's mood."""
    (entry,) = post([total("charge", BUS, 1_400)], CHART, BASIS)
    assert "Метро".encode() in canonical(replace(entry, service="Метро"))


amounts = st.integers(-(10**12), 10**12)
anything = st.builds(
    Total,
    shard=st.integers(0, 15), kind=st.sampled_from(sorted(KINDS)), operator=st.integers(0, 5), medium=st.integers(0, 1),
    category=st.integers(0, 3), product=st.just(0), quantity=st.integers(0, 10**6), minor=amounts, service=st.integers(-1, 1),
)  # fmt: skip


@given(st.lists(anything, max_size=40), st.booleans(), st.randoms())
def test_any_day_is_in_balance_and_its_order_does_not_matter(totals, pooled, random):
    """Whatever shards report, in whatever order: every entry is in balance and all positions together are zero."""
    chart = CHART._replace(pooled=pooled)
    entries = post(totals, chart, BASIS)
    assert sum(positions(balances(entries)).values()) == 0
    shuffled = random.sample(totals, len(totals))
    assert post(shuffled, chart, BASIS) == entries
    by_kind: defaultdict[str, int] = defaultdict(int)
    for row in totals:
        by_kind[row.kind] += row.minor
    sums = balances(entries)
    assert sums.get("journeys", 0) == by_kind["share"] + by_kind["collected"] - by_kind["charge"]
