"""Settle: a clearing date's entries become one position and one statement a party, then it is closed; a cycle is instructed.

After this nothing about the date changes any more. What is learnt later is posted in the open day.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from clearing.close import Closed, House, chart_of
from clearing.house import DETAIL, REPRICED
from clearing.instruct import instruct_due
from clearing.netting import HELD, positions
from clearing.plan import netted
from clearing.postings import KINDS
from clearing.statement import Statement, draw_up, publish
from clearing.store import Payment


class Settled(NamedTuple):
    """What a date came to for its parties."""

    clearing_date: date
    positions: dict[str, int]
    statements: tuple[Statement, ...]
    payments: tuple[Payment, ...]  # of all cycles that ended with it


def settle_day(house: House, closed: Closed) -> Settled:
    """Statements, the seal on the clearing date, and the payment file of a cycle that ends with it."""
    net = positions(netted(house.store, closed.clearing_date, closed.clearing_date))
    statements = statements_of(house, closed, net)
    plans = []
    with house.store.begin():
        house.store.add_statements([publish(statement, house.folder) for statement in statements])
        house.store.close_day(closed.clearing_date)
        if house.city.contracts.settlement.instruct == "close":
            plans = instruct_due(house)
    payments = tuple(payment for plan in plans for payment in plan.payments if payment.kind == "pay")
    return Settled(closed.clearing_date, net, tuple(statements), payments)


def statements_of(house: House, closed: Closed, net: Mapping[str, int]) -> list[Statement]:
    """One for every operator, and for every other party that has a position or of whose work something was counted."""
    store, city, day = house.store, house.city, closed.clearing_date
    frozen = store.day(day)
    digests = store.digests(frozen.from_position, frozen.through_position)
    operator_of = {device.device: device.operator for device in store.devices()}
    entries = list(store.entries(day))
    chart, shards = chart_of(city, day), [row for row in store.shards(day) if row.kind in (DETAIL, REPRICED)]
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
            batches=[d for device, mine in digests.items() if operator_of[device] == party.number for d in mine],
            shards=shards,
            earlier=[(one.service_date, chart_of(city, one.service_date), one.totals) for one in closed.again],
        )
        for party in store.parties()
        if "service_operator" in party.roles or party.id in counted or (net.get(party.id) and party.id != HELD)
    ]
