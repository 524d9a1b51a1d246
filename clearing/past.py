"""What the books of earlier dates say to the agreements of this one: passes sold and not yet earned, debts of the pool."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from clearing.remuneration import Past

POOL_OWES = "owed:(pool)"

Moved = tuple[str, str, date, int]
"""Account, kind of entry, clearing date and minor units, as `Journal.moved_by_date` tells them."""


def past_of(deferred: Iterable[Moved], owed: Iterable[Moved]) -> Past:
    """From what moved the accounts of passes and of the pool's debts before a date."""
    passes: defaultdict[str, list[tuple[date, int, int]]] = defaultdict(list)
    for account, kind, moved_on, minor in deferred:
        sold, earned = (-minor, 0) if kind == "sale" else (0, minor)
        passes[account.rpartition(":")[2]].append((moved_on, sold, earned))
    debts: defaultdict[str, int] = defaultdict(int)
    for account, _, _, minor in owed:
        if account != POOL_OWES:
            debts[account.partition(":")[2]] -= minor
    return Past(dict(passes), {party: minor for party, minor in sorted(debts.items()) if minor})
