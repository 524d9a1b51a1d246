"""Settle: a clearing date's entries become one position a party, a statement each, and a payment file; then it is closed.

After this nothing about the date changes any more. What is learnt later is posted in the open day.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from afc.moment import HOUR_US, day_start_us
from clearing import manifest
from clearing.bank import Instruction, instructions, pain001
from clearing.close import Closed, House, chart_of, party_with
from clearing.complete import AS_IT_IS, Order, reached
from clearing.custody_told import Told
from clearing.detail import write_durably
from clearing.extract import extract_digests
from clearing.house import DETAIL, REPRICED
from clearing.netting import HELD, balances, positions
from clearing.postings import KINDS
from clearing.statement import Statement, draw_up, publish
from clearing.store import Day, Party, Payment, Settlement

RUN_AFTER_CUT_US = 8 * HOUR_US
"""The settlement run is dated so long after the cut; the date of a file must not depend on when a machine was free."""


class Settled(NamedTuple):
    """What a date came to for its parties."""

    clearing_date: date
    positions: dict[str, int]
    statements: tuple[Statement, ...]
    payments: tuple[Instruction, ...]


def settle_day(house: House, closed: Closed, run: Any = map, order: Order = AS_IT_IS) -> Settled:
    """Statements, payments, the manifest, and the seal on the clearing date; `run` and `order` are as for closing it."""
    with house.store.closing():
        return _settle(house, closed, run, order)


def _settle(house: House, closed: Closed, run: Any, order: Order) -> Settled:
    net = positions(balances(closed.entries))
    carriers = [party.number for party in house.store.parties() if "service_operator" in party.roles]
    extracts = extract_digests(house, closed.clearing_date, carriers, run)
    statements = statements_of(house, closed, net, extracts)
    payments = instructions(net, house.store.parties(), closed.clearing_date.isoformat())

    def seal() -> Day:
        house.store.add_statements([publish(statement, house.folder) for statement in statements])
        if payments:
            pay(house, closed.clearing_date, payments)
        reached(house, closed.clearing_date, "closed", order)
        day = house.store.close_day(closed.clearing_date)
        told = manifest.draw_up(house, closed, extracts)
        write_durably(house.folder / manifest.file_of(closed.clearing_date), manifest.sign(house.ring, told))
        return day

    def sealed() -> Day | None:
        day = house.store.day(closed.clearing_date)
        return day if day.state == "closed" else None

    house.store.write(seal, sealed)
    return Settled(closed.clearing_date, net, tuple(statements), tuple(payments))


def statements_of(
    house: House, closed: Closed, net: Mapping[str, int], extracts: Mapping[int, bytes]
) -> list[Statement]:
    """One for every operator, and for every other party that has a position or of whose work something was counted."""
    store, city, day = house.store, house.city, closed.clearing_date
    frozen = store.day(day)
    digests = store.digests(frozen.from_position, frozen.through_position)
    told = Told(house, frozen)
    chart, shards = chart_of(city, day), [row for row in store.shards(day) if row.kind in (DETAIL, REPRICED)]
    counted = {chart.operator(total) for total in closed.totals if KINDS[total.kind].debit is None}
    return [
        draw_up(
            party,
            closed.entries,
            closed.totals,
            chart,
            clearing_date=day,
            currency=city.currency,
            decimals=city.exponent,
            batches=[d for device, mine in digests.items() if told.holder[device] == party.number for d in mine],
            shards=shards,
            custody=told.to(party.number, extracts.get(party.number, b"")),
            earlier=[(one.service_date, chart_of(city, one.service_date), one.totals) for one in closed.again],
        )
        for party in store.parties()
        if "service_operator" in party.roles or party.id in counted or (net.get(party.id) and party.id != HELD)
    ]


def pay(house: House, day: date, payments: list[Instruction]) -> None:
    """Write the payment file and note it in the books."""
    city, cycle = house.city, day.isoformat()
    debtor = party(house, party_with(city, "trust", "clearing_house"))
    at_us = day_start_us(day + timedelta(days=1), city.zone, city.day_cut_s) + RUN_AFTER_CUT_US
    wait = int(city.contracts.settlement.cycle.removeprefix("T+"))
    message = pain001(
        payments,
        debtor=debtor,
        message_id=f"{city.id}-{cycle}",
        created_us=at_us,
        execution=day + timedelta(days=wait),
        currency=city.currency,
        decimals=city.exponent,
    )
    name = Path("bank") / f"{cycle}-pain001.xml"
    write_durably(house.folder / name, message)
    digest = hashlib.sha256(message).digest()
    house.store.settle(
        Settlement(cycle, day, day, city.currency, str(name), digest),
        [Payment(p.end_to_end, cycle, p.party.id, p.minor) for p in payments],
    )


def party(house: House, party_id: str) -> Party:
    """A party of the register by id."""
    return next(party for party in house.store.parties() if party.id == party_id)
