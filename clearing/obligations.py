"""Obligations: who owes whom, pair by pair, read from the entries.

In an entry the debited owe the credited. Where several stand on both sides, each debtor's part is divided among the
creditors by what they have coming, by largest remainder, so that the parts sum to both margins. What went through the
settlement account (`HELD`) is passed on: who owes it owes those whom it owes, as far as it goes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from afc.money import allocate
from clearing.entry import Entry
from clearing.netting import HELD, owner

Matrix = dict[tuple[str, str], int]
"""By (debtor, creditor) what the first owes the second, net of what it is owed: only amounts above zero, so of each pair
of parties at most one order is there."""


UNWIND = "unwind"
"""The kind of entry that takes one obligation back, between just the two whose it was."""


def obligations(entries: Iterable[Entry]) -> Matrix:
    """The net obligations of every pair of parties.

    Their sums by party are the positions of multilateral netting. What is unwound is taken out at the end, pair by pair, so
    that it does not change what goes through the settlement account.
    """
    owed: defaultdict[tuple[str, str], int] = defaultdict(int)
    back: defaultdict[tuple[str, str], int] = defaultdict(int)
    for entry in entries:
        sums: defaultdict[str, int] = defaultdict(int)
        for posting in entry.postings:
            sums[owner(posting.account)] += posting.minor
        for pair, minor in _divide(sums).items():
            (back if entry.kind == UNWIND else owed)[pair] += minor
    for pair, minor in _passed_on(_net(owed)).items():
        back[pair] += minor
    return _net(back)


def nets(matrix: Mapping[tuple[str, str], int]) -> dict[str, int]:
    """Each party's position: what it has coming less what it owes; in the order of ids.

    >>> nets({("a", "b"): 10, ("b", "c"): 7})
    {'a': -10, 'b': 3, 'c': 7}
    """
    sums: defaultdict[str, int] = defaultdict(int)
    for (debtor, creditor), minor in matrix.items():
        sums[debtor] -= minor
        sums[creditor] += minor
    return {party: sums[party] for party in sorted(sums)}


def without(matrix: Mapping[tuple[str, str], int], gone: Collection[str]) -> Matrix:
    """The obligations among those who are left."""
    return {pair: minor for pair, minor in matrix.items() if not set(pair) & set(gone)}


def _divide(sums: Mapping[str, int]) -> Matrix:
    """Debits (above zero) shared among credits, both summing to the same."""
    left = {party: -sums[party] for party in sorted(sums) if sums[party] < 0}
    parts: Matrix = {}
    for debtor in sorted(party for party in sums if sums[party] > 0):
        for creditor, minor in zip(left, allocate(sums[debtor], list(left.values())), strict=True):
            if minor:
                parts[debtor, creditor] = minor
            left[creditor] -= minor
    return parts


def _net(owed: Mapping[tuple[str, str], int]) -> Matrix:
    """Of each pair, the difference, in the order in which it is owed."""
    net: Matrix = {}
    for debtor, creditor in sorted(owed):
        minor = owed[debtor, creditor] - owed.get((creditor, debtor), 0)
        if minor > 0:
            net[debtor, creditor] = minor
    return net


def _passed_on(net: Matrix) -> Matrix:
    """The same positions without the settlement account in the middle; it keeps what is nobody's yet."""
    through = {debtor: minor for (debtor, creditor), minor in net.items() if creditor == HELD}
    through |= {creditor: -minor for (debtor, creditor), minor in net.items() if debtor == HELD}
    kept = sum(through.values())
    if kept:
        through[HELD] = -kept
    owed: defaultdict[tuple[str, str], int] = defaultdict(int, without(net, {HELD}))
    for pair, minor in _divide(through).items():
        owed[pair] += minor
    return _net(owed)
