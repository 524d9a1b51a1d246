"""Netting: all that one party is owed and owes, in one number.

What a party's accounts hold is the party's: above zero it is paid, below zero it pays. What nobody owns yet (journeys
under way, a pool that is not level, what a pool owes, suspense) stays in the settlement account, under the name `HELD`.
So does what the bank moved (`bank`, `settled`): it carries out positions of cycles that are over and is nobody's position
again. All positions together are zero, because every entry is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from clearing.entry import Entry

HELD = "(held)"
_OWNED = ("cash", "float", "receivable", "deferred", "payable", "fees", "debt", "loss", "breakage")
_UNOWNED = ("journeys", "takings", "pool", "suspense", "owed", "bank", "settled")


def balances(entries: Iterable[Entry]) -> dict[str, int]:
    """Each account's sum, debit above zero."""
    sums: defaultdict[str, int] = defaultdict(int)
    for entry in entries:
        for posting in entry.postings:
            sums[posting.account] += posting.minor
    return dict(sorted(sums.items()))


def owner(account: str) -> str:
    """Whose account this is.

    >>> owner("payable:bus-co"), owner("receivable:city:gap"), owner("journeys")
    ('bus-co', 'city', '(held)')
    """
    kind, _, rest = account.partition(":")
    if kind in _UNOWNED:
        return HELD
    assert kind in _OWNED, f"there is no kind of account called {kind}"
    assert rest, f"no party owns an account called {account}"
    return rest.partition(":")[0]


def positions(sums: Mapping[str, int]) -> dict[str, int]:
    """From balances to positions: above zero a party is paid, below zero it pays; in the order of ids.

    >>> positions({"cash:shop": 1000, "float:issuer": -400, "payable:bus": -570, "fees:house": -30})
    {'bus': 570, 'house': 30, 'issuer': 400, 'shop': -1000}
    """
    net: defaultdict[str, int] = defaultdict(int)
    for account, minor in sums.items():
        net[owner(account)] -= minor
    assert sum(net.values()) == 0, "every entry is in balance, so all positions together are zero"
    return {party: net[party] for party in sorted(net)}
