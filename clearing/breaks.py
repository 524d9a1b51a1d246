"""Breaks: where books and bank part, by name. Each has an age, and its money stands in suspense until two people end it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import Enum
from typing import Any, NamedTuple

from clearing.cycles import banking_days
from clearing.matching import Order, orders_of, states_of
from clearing.store import BankBreak, Store


class BreakKind(Enum):
    """The closed list; the value is what a person reads."""

    UNMATCHED_CREDIT = "money came in that nobody was called for"
    UNMATCHED_DEBIT = "money went out that nobody ordered"
    UNKNOWN_ACCOUNT = "money came from, or went to, an account that is not that of the party"
    WRONG_AMOUNT = "more moved than was ordered or called for"
    PARTIAL = "less moved than was ordered or called for"
    RETURNED = "money moved and came back"
    REJECTED = "the bank refused the payment"
    DUPLICATE = "the same payment moved once more"
    WRONG_DATE = "money moved on another day than was ordered"
    CONTRADICTED = "the bank says two things about one payment"
    BALANCE = "the lines of a statement do not lead from its opening to its closing balance"
    LATE = "no answer came in time; it may still come, so nothing is paid again"


class OpenBreak(NamedTuple):
    """A break with its age in banking days; number 0 is one that passes by itself when the answer comes."""

    name: str
    kind: BreakKind
    end_to_end: str
    party: str
    cycle: str
    minor: int
    since: date
    age: int
    evidence: str


def name_of(found: BankBreak) -> str:
    """What a person types.

    >>> name_of(BankBreak(7, "PARTIAL", 1, 1, "", "", 0, date(2026, 3, 4)))
    'B7'
    """
    return f"B{found.number}"


def open_breaks(store: Store, city: Any, on: date) -> list[OpenBreak]:
    """Every break that nobody has ended, oldest first, and what is late."""
    ended, orders = store.resolutions(), orders_of(store)
    files = {file.turn: file.digest.hex() for file in store.bank_files()}
    told = [
        OpenBreak(
            name_of(one), BreakKind[one.kind], one.end_to_end, one.party, _cycle(orders, one.end_to_end), one.minor,
            one.since, banking_days(one.since, on, city.calendar), f"{files[one.turn][:16]} line {one.line}",
        )
        for one in store.breaks() if one.number not in ended
    ]  # fmt: skip
    return sorted([*told, *late(store, city, on)], key=lambda one: (one.since, one.name))


def late(store: Store, city: Any, on: date) -> Iterator[OpenBreak]:
    """Payments and calls that the bank said nothing final about for longer than the contracts allow."""
    states, limit = states_of(store), city.contracts.settlement.late_after
    for name, order in orders_of(store).items():
        if name in states:
            continue
        age = banking_days(order.execution, on, city.calendar)
        if age > limit:
            payment = order.payment
            yield OpenBreak(
                name, BreakKind.LATE, name, payment.party, payment.cycle, 0, order.execution, age, payment.kind
            )


def _cycle(orders: dict[str, Order], end_to_end: str) -> str:
    return orders[end_to_end].payment.cycle if end_to_end in orders else ""
