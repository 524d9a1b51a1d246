"""Instruct: a cycle's plan becomes a payment file, once.

The name of the message is made from all that it settles, so the same cycle always is the same message, to us and to the
bank. The file is on disk before the books say so: whoever is cut off between the two writes the same bytes again, and a
file that is there with other bytes is left alone and refused, because it may have been sent.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from afc.moment import HOUR_US, day_start_us
from afc.refusal import Refused
from clearing.bank import instructions, pain001, short_id
from clearing.cycles import Cycle
from clearing.default import unwound
from clearing.detail import write_durably
from clearing.house import House
from clearing.open_date import last_closed, open_date
from clearing.plan import Plan, due, keeper_of, plan_of
from clearing.store import Party, Payment, Settlement

RUN_AFTER_CUT_US = 8 * HOUR_US
"""The settlement run is dated so long after the cut; the date of a file must not depend on when a machine was free."""


def instruct_due(house: House) -> list[Plan]:
    """Write the payment file of every complete cycle that has none, and note it; called inside a transaction."""
    plans = []
    for cycle in due(house.store, house.city):
        unwind(house, cycle)
        plan = plan_of(house.store, house.city, cycle)
        at_us = day_start_us(cycle.last + timedelta(days=1), house.city.zone, house.city.day_cut_s) + RUN_AFTER_CUT_US
        order(house, plan.payments, cycle.id, (cycle.first, cycle.last), cycle.execution, at_us)
        plans.append(plan)
    return plans


def unwind(house: House, cycle: Cycle) -> None:
    """Take parties in default out of a cycle, by entries in the open date that are netted with it."""
    if entries := unwound(house.store, cycle, open_date(house.store)):
        house.store.open_day(entries[0].clearing_date)
        house.store.post(entries)


def instruct_by_hand(house: House, at_us: int) -> list[Plan]:
    """The same by command; noted as a turn, so that a replay does it at the same place."""

    def work() -> list[Plan]:
        plans = instruct_due(house)
        for plan in plans:
            house.store.take_turn("instruct", plan.cycle.id, last_closed(house.store), at_us)
        return plans

    return house.store.write(work)


def order(
    house: House, payments: Sequence[Payment], cycle: str, dates: tuple[date, date], execution: date, at_us: int
) -> None:
    """Write one payment file and note it with its lines; nothing to write where nobody is paid."""
    city, settlement = house.city, house.city.contracts.settlement
    message_id = message_of(house, cycle, payments)
    orders, name, message = instructions(payments, house.store.parties()), "", b""
    if orders:
        name = f"bank/{cycle}-pain001.xml"
        message = pain001(
            orders,
            debtor=keeper(house),
            message_id=message_id,
            created_us=at_us,
            execution=execution,
            currency=city.currency,
            decimals=city.exponent,
            version=settlement.pain,
        )
        write_once(house.folder.joinpath(name), message)
    digest = hashlib.sha256(message).digest()
    noted = Settlement(
        cycle, *dates, city.currency, name, digest, message_id, execution, settlement.netting, keeper_of(city)
    )
    house.store.settle(noted, payments)


def message_of(house: House, cycle: str, payments: Sequence[Payment]) -> str:
    """The name of a message: its cycle and a digest of everything that it settles."""
    days = {day.clearing_date.isoformat(): day.digest.hex() for day in house.store.days()}
    facts = [house.store.meta().environment, cycle, days.get(cycle, ""), house.city.currency, *map(list, payments)]
    return short_id(f"{cycle}-{hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]}")


def write_once(path: Path, message: bytes) -> None:
    """A payment file is never replaced by another one."""
    if path.is_file() and path.read_bytes() != message:
        what = "a payment file with other content lies there, which the books do not know"
        cure = "Find out whether it was sent to the bank; if it never was, move it away."
        raise Refused("PAYMENT_FILE_DIFFERS", what, where=str(path), cure=cure)
    write_durably(path, message)


def keeper(house: House) -> Party:
    """The party in whose name the settlement account is."""
    return party(house, keeper_of(house.city))


def party(house: House, party_id: str) -> Party:
    """A party of the register by id."""
    return next(party for party in house.store.parties() if party.id == party_id)


def bank_account(city: Any) -> str:
    """The account in our books that stands for the account at the bank."""
    return f"bank:{city.contracts.settlement.bank}"
