"""What the books of earlier dates say to the agreements of this one: passes sold and not yet earned, debts of the pool."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from clearing.remuneration import Past
from clearing.store import Store

POOL_OWES = "owed:(pool)"


def past_of(store: Store, day: date) -> Past:
    """Read from the journal alone, so that a repeat of a close finds the same."""
    passes: defaultdict[str, list[tuple[date, int, int]]] = defaultdict(list)
    for account, kind, moved_on, minor in store.moved_by_date("deferred", day):
        sold, earned = (-minor, 0) if kind == "sale" else (0, minor)
        passes[account.rpartition(":")[2]].append((moved_on, sold, earned))
    owed: defaultdict[str, int] = defaultdict(int)
    for account, _, _, minor in store.moved_by_date("owed", day):
        if account != POOL_OWES:
            owed[account.partition(":")[2]] -= minor
    return Past(dict(passes), {party: minor for party, minor in sorted(owed.items()) if minor})
