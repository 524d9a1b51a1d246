"""Merged: what a party still gets or owes after its last date goes to the one that it was merged into, in one entry a date.

Up to its last date everything is its own, also what comes late of it, and is told on its statements. From then on each close
carries over what it has in the cycle that is under way; cycles before that are paid to its own account.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date, timedelta

from clearing.cycles import dates_of
from clearing.entry import Entry, Posting
from clearing.house import House
from clearing.netting import balances, positions

CARRY_OVER = "carry-over"


def carry_overs(house: House, day: date, entries: Iterable[Entry]) -> list[Entry]:
    """The entries that carry balances over, after all others that a date's close posts."""
    city = house.on(day)
    holders = city.holders(day)
    gone = [number for number, holder in enumerate(holders) if holder != number]
    if not gone:
        return []
    first, _ = dates_of(city.contracts.settlement.cycle, day)
    earlier = house.store.entries(first, day - timedelta(days=1))
    posted = house.store.entries(day, day)  # what was posted into the open date before its close
    has = positions(balances([*earlier, *posted, *entries]))
    made = []
    for number in gone:
        party, after = city.parties[number], city.parties[holders[number]]
        if minor := has.get(party.id, 0):
            rule = f"merged {party.id} into {after.id} after {party.until}"
            postings = sorted([Posting(f"payable:{party.id}", minor), Posting(f"payable:{after.id}", -minor)])
            digest = hashlib.sha256(f"{rule}, {minor} by {day}".encode()).digest()
            made.append(Entry(day, CARRY_OVER, party.id, rule, digest, tuple(postings)))
    return made
