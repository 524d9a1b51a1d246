"""The plan of a cycle: who is paid, who is called to pay in, how much, when, and what it is made of.

A plan is read from entries of closed dates, so the same cycle always has the same plan.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from clearing.bank import short_id
from clearing.chart import party_with
from clearing.cycles import Cycle, cycle_of
from clearing.entry import Entry
from clearing.netting import HELD, balances, owner, positions
from clearing.obligations import UNWIND, Matrix, obligations
from clearing.store import Payment, Store


class Plan(NamedTuple):
    """A cycle's positions and what has to move; `sums` are balances of accounts, which say why."""

    cycle: Cycle
    netting: str
    sums: Mapping[str, int]
    net: dict[str, int]
    payments: list[Payment]

    def why(self, party: str) -> dict[str, int]:
        """What a party's position is made of, by account: above zero it is owed."""
        return {account: -minor for account, minor in self.sums.items() if minor and owner(account) == party}


def plan_of(store: Store, city: Any, cycle: Cycle) -> Plan:
    """The plan of a cycle as its closed dates have it."""
    netting, sums = city.contracts.settlement.netting, netted(store, cycle.first, cycle.last)
    net, keeper = positions(sums), keeper_of(city)
    if netting == "multilateral":
        payments = multilateral(net, cycle.id, keeper)
    else:
        payments = bilateral(obligations(entries_netted(store, cycle.first, cycle.last)), cycle.id, keeper)
    return Plan(cycle, netting, sums, net, payments)


def keeper_of(city: Any) -> str:
    """The party in whose name the settlement account is: an account neither pays itself nor is paid by itself."""
    return party_with(city, "trust", "clearing_house")


def multilateral(net: Mapping[str, int], cycle: str, keeper: str) -> list[Payment]:
    """One amount for each party: it is paid what it is owed, or called to pay what it owes."""
    return [
        Payment(short_id(f"{cycle}-{party}"), cycle, party, abs(minor), "pay" if minor > 0 else "call")
        for party, minor in sorted(net.items())
        if minor and party not in (HELD, keeper)
    ]


def bilateral(matrix: Matrix, cycle: str, keeper: str) -> list[Payment]:
    """Two for each pair: the debtor is called, the creditor is paid; the account and its keeper do neither."""
    made = []
    for (debtor, creditor), minor in sorted(matrix.items()):
        ends = (("call", debtor, creditor), ("pay", creditor, debtor))
        made += [
            Payment(short_id(f"{cycle}-{party}-{other}"), cycle, party, minor, kind, other)
            for kind, party, other in ends
            if party not in (HELD, keeper)
        ]
    return made


def netted(store: Store, first: date, last: date) -> dict[str, int]:
    """Balances of the accounts from what a cycle nets."""
    return balances(entries_netted(store, first, last)) if store.defaults() else store.balances(first, last)


def entries_netted(store: Store, first: date, last: date) -> Iterator[Entry]:
    """The entries of a cycle's dates; those that unwind a default belong to the cycle that they are about."""
    for entry in store.entries(first, last if not store.defaults() else date.max):
        in_cycle = entry.clearing_date <= last
        if (first <= entry.about <= last) if entry.kind == UNWIND else in_cycle:
            yield entry


def cycles(store: Store, city: Any) -> list[Cycle]:
    """Every cycle to which a closed date belongs, oldest first."""
    rule = city.contracts.settlement.cycle
    closed = (day.clearing_date for day in store.days() if day.state == "closed")
    return sorted({cycle_of(rule, day, city.calendar) for day in closed})


def over(store: Store, cycle: Cycle) -> bool:
    """Is the cycle complete: its last date, or a later one, is closed?"""
    return any(day.state == "closed" and day.clearing_date >= cycle.last for day in store.days())


def due(store: Store, city: Any) -> list[Cycle]:
    """Complete cycles without a payment file."""
    return [cycle for cycle in cycles(store, city) if over(store, cycle) and store.settlement(cycle.id) is None]
