"""Laws of settlement: pair by pair or all at once comes to the same, and nothing is made or lost when parties drop out."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from clearing.default import given_up, unwinding
from clearing.entry import Entry, Posting
from clearing.netting import HELD, balances, positions
from clearing.obligations import nets, obligations, without
from clearing.plan import bilateral, multilateral

WEDNESDAY, THURSDAY = date(2026, 3, 4), date(2026, 3, 5)
PARTIES = ("a", "b", "c", "i")
ACCOUNTS = (
    "cash:a",
    "float:i",
    "payable:a",
    "payable:b",
    "receivable:c:gap",
    "fees:i",
    "journeys",
    "pool",
    "suspense:late",
)
moves = st.dictionaries(st.sampled_from(ACCOUNTS), st.integers(-(10**9), 10**9), min_size=1, max_size=6)


@st.composite
def days(draw) -> list[Entry]:
    """Some entries of a date, each over several accounts and in balance."""
    entries = []
    for number, sums in enumerate(draw(st.lists(moves, min_size=1, max_size=8))):
        sums = {account: minor for account, minor in sums.items() if minor}
        sums["deferred:c:pass"] = -sum(sums.values())
        postings = tuple(Posting(account, minor) for account, minor in sorted(sums.items()) if minor)
        if postings:
            entries.append(Entry(WEDNESDAY, "share", str(number), "rule", bytes(32), postings))
    return entries


@given(days())
def test_both_nettings_come_to_the_same(entries):
    """Of each pair one owes the other or neither does, nobody owes himself, and a party's pairs sum to its position."""
    matrix = obligations(entries)
    assert all(minor > 0 and (creditor, debtor) not in matrix for (debtor, creditor), minor in matrix.items())
    net = {party: minor for party, minor in positions(balances(entries)).items() if minor}
    assert {party: minor for party, minor in nets(matrix).items() if minor} == net


@given(days(), st.sampled_from(["", "a", "i"]))
def test_payments_and_calls_of_both_plans_leave_the_same_with_each_party(entries, keeper):
    """What is paid less what is called for is the position, but for the keeper, whose account it is."""
    net = positions(balances(entries))
    for payments in (multilateral(net, "c", keeper), bilateral(obligations(entries), "c", keeper)):
        told = dict.fromkeys(PARTIES, 0)
        for one in payments:
            told[one.party] += one.minor if one.kind == "pay" else -one.minor
        assert told == {party: 0 if party == keeper else net.get(party, 0) for party in PARTIES}
        assert len({one.end_to_end for one in payments}) == len(payments)


@given(days(), st.sets(st.sampled_from(PARTIES)))
def test_whoever_defaults_the_others_keep_what_they_have_among_themselves(entries, gone):
    """T51: the positions still sum to zero, those who are gone come to nothing, and nobody else's pair has moved."""
    more = unwinding(entries, gone, THURSDAY, WEDNESDAY, bytes(32))
    assert all(entry.about == WEDNESDAY and entry.clearing_date == THURSDAY for entry in more)
    net = positions(balances([*entries, *more]))
    left = nets(without(obligations(entries), gone))
    assert sum(net.values()) == 0
    assert {party: net.get(party, 0) for party in (*PARTIES, HELD)} == {
        party: left.get(party, 0) for party in (*PARTIES, HELD)
    }
    assert unwinding([*entries, *more], gone, THURSDAY, WEDNESDAY, bytes(32)) == [], "once is enough"


@given(days(), st.sampled_from(PARTIES))
def test_a_call_that_is_given_up_is_borne_by_creditors_to_the_unit(entries, party):
    """Nobody bears more than it was owed, and together they bear the call."""
    matrix = obligations(entries)
    minor = -nets(matrix).get(party, 0)
    if minor <= 0:
        return
    borne = given_up(matrix, party, minor)
    assert sum(borne.values()) == minor
    for account, part in borne.items():
        creditor = HELD if account == "suspense:default" else account.partition(":")[2]
        assert 0 <= part <= matrix[party, creditor]
