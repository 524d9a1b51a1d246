"""Afterwards: what a change of an earlier date means in the books of the date that closes now, as differences alone.

Fares and shares are posted as they differ, tap by tap and leg by leg. Contracts, concessions, fees and the levelling of a
pool are worked out again over all that is known of the date now, and compared with what stands about it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from clearing.chart import chart_of
from clearing.entry import Entry
from clearing.facts import Facts
from clearing.postings import Basis, Chart, Total, build, post
from clearing.remuneration import Names, agreements, level_pool
from clearing.summed import Sums

WORKED_OUT = ("concession", "contract", "performance", "fine", "fee")
LEVELS = ("shortfall", "surplus")


def names_of(city: Any) -> Names:
    """The words behind the numbers of totals."""
    return Names([category.id for category in city.categories], [medium.id for medium in city.media])


def rides_of(again: Iterable[Sums], city: Any, today: Chart, facts: Facts) -> list[Total]:
    """Passes ridden and sold on earlier dates that became known today, numbered as products are today."""
    found = []
    for sums in again:
        products = chart_of(city, sums.service_date, facts).products
        for total in sums.totals:
            name = products[total.product - 1] if total.product and total.kind in ("boarding", "sale") else ""
            if name in today.products:
                found.append(total._replace(product=today.products.index(name) + 1))
    return found


def entries_after(
    changed: Sequence[Total], known: Sequence[Total], stands: Sequence[Entry], city: Any, chart: Chart, basis: Basis
) -> list[Entry]:
    """The entries about one earlier date: `changed` are the differences of its totals, `known` all its totals before them,
    `stands` every entry about it so far."""
    entries = post(changed, chart, basis)
    now = agreements([*known, *changed], city.contracts, names_of(city), chart, basis)
    entries += apart(now, [entry for entry in stands if entry.kind in WORKED_OUT], basis)
    if pool := city.contracts.pool:
        level = level_pool([*(entry for entry in stands if entry.kind not in LEVELS), *entries], pool, basis)
        entries += apart(level, [entry for entry in stands if entry.kind in LEVELS], basis)
    return entries


def apart(now: Iterable[Entry], stands: Iterable[Entry], basis: Basis) -> list[Entry]:
    """By how much entries differ from those that stand under the same names; nothing where they agree."""
    sums: defaultdict[tuple[str, str, str], defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    quantity: defaultdict[tuple[str, str, str], int] = defaultdict(int)
    for sign, entries in ((1, now), (-1, stands)):
        for entry in entries:
            name = entry.kind, entry.cause, entry.rule
            quantity[name] += sign * entry.quantity
            for account, minor in entry.postings:
                sums[name][account] += sign * minor
    made = (
        build(basis, kind, cause, sums[kind, cause, rule], rule=rule, quantity=quantity[kind, cause, rule])
        for kind, cause, rule in sorted(sums)
    )
    return [entry for entry in made if entry is not None]
