"""Settle: a clearing date's entries become one position and one statement a party, then it is closed; a cycle is instructed.

After this nothing about the date changes any more. What is learnt later is posted in the open day.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache, partial
from typing import Any, NamedTuple

from clearing import manifest
from clearing.chart import chart_of
from clearing.close import Closed
from clearing.complete import AS_IT_IS, Order, reached
from clearing.custody_told import Told, facts_on
from clearing.detail import write_durably
from clearing.extract import extract_digests
from clearing.house import DETAIL, REPRICED, House
from clearing.instruct import instruct_due
from clearing.netting import HELD, positions
from clearing.per_journey import chart_about, differences_of
from clearing.plan import netted
from clearing.postings import KINDS
from clearing.repriced_told import told_to
from clearing.statement import Statement, draw_up, publish
from clearing.store import Day, Payment


class Settled(NamedTuple):
    """What a date came to for its parties."""

    clearing_date: date
    positions: dict[str, int]
    statements: tuple[Statement, ...]
    payments: tuple[Payment, ...]  # of all cycles that ended with it


def settle_day(house: House, closed: Closed, run: Any = map, order: Order = AS_IT_IS) -> Settled:
    """Statements, the seal on the date, the payment file of a cycle that ends with it, the manifest; `run` and `order` are
    as for closing it."""
    with house.store.closing():
        return _settle(house, closed, run, order)


def _settle(house: House, closed: Closed, run: Any, order: Order) -> Settled:
    store, day = house.store, closed.clearing_date
    net = positions(netted(store, day, day))
    carriers = [party.number for party in store.parties() if "service_operator" in party.roles]
    extracts = extract_digests(house, day, carriers, run)
    statements = statements_of(house, closed, net, extracts, run)
    ordered = {settlement.cycle for settlement in store.settlements()}

    def seal() -> Day:
        store.add_statements([publish(statement, house.folder) for statement in statements])
        reached(house, day, "closed", order)
        sealed = store.close_day(day)
        if house.city.contracts.settlement.instruct == "close":
            instruct_due(house)
        told = manifest.draw_up(house, closed, extracts)
        write_durably(house.folder / manifest.file_of(day), manifest.sign(house.ring, told))
        return sealed

    def sealed() -> Day | None:
        found = store.day(day)
        return found if found.state == "closed" else None

    store.write(seal, sealed)
    payments = (one for one in store.payments() if one.kind == "pay" and one.cycle not in ordered)
    return Settled(day, net, tuple(statements), tuple(payments))


def statements_of(
    house: House, closed: Closed, net: Mapping[str, int], extracts: Mapping[int, bytes], run: Any = map
) -> list[Statement]:
    """One for every operator, and for every other party that has a position or of whose work something was counted."""
    store, day = house.store, closed.clearing_date
    city = house.on(day)
    frozen = store.day(day)
    digests = store.digests(frozen.from_position, frozen.through_position)
    told, entries = Told(house, frozen), list(store.entries(day))
    facts, shards = facts_on(store, day), [row for row in store.shards(day) if row.kind in (DETAIL, REPRICED)]
    chart = chart_of(city, day, facts)
    again, chart_on = differences_of(house, day, run), cache(partial(chart_about, house, day))
    counted = {chart.operator(total) for total in closed.totals if KINDS[total.kind].debit is None}
    return [
        draw_up(
            party,
            entries,
            closed.totals,
            chart,
            clearing_date=day,
            currency=city.currency,
            decimals=city.exponent,
            batches=[d for device, mine in digests.items() if told.holder[device] == party.number for d in mine],
            shards=shards,
            custody=told.to(party.number, extracts.get(party.number, b"")),
            earlier=[(one.service_date, chart_of(city, one.service_date, facts), one.totals) for one in closed.again],
            repriced=told_to(party.id, party.number, again, chart_on, house.ring, day),
        )
        for party in store.parties()
        if "service_operator" in party.roles or party.id in counted or (net.get(party.id) and party.id != HELD)
    ]
