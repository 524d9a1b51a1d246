"""Matching: one line of the bank against what was ordered and called for, and what it means in the books.

A line is found by its end-to-end id, then by an id in what the payer wrote, then by amount, day and account, where just one
fits. What fits in every way moves `settled:<party>` against the bank. What does not fit is a break: the order counts as
done, and the difference stands in suspense until people have decided about it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from clearing.camt053 import Booked
from clearing.pain002 import REJECTED, Status
from clearing.store import Party, Payment, Store

CONFIRMED, DEAD = "CONFIRMED", ("REJECTED", "RETURNED")
"""States of a payment beside OPEN (""), the names of breaks, and WRITTEN_OFF. Of the dead ones no money can move any more."""

_MOVED = (CONFIRMED, "PARTIAL", "WRONG_AMOUNT")


class Order(NamedTuple):
    """A payment or a call, on which day it is due, and the account of its party."""

    payment: Payment
    execution: date
    account: str

    @property
    def settles(self) -> int:
        """What it does to `settled:<party>`: debit above zero."""
        return self.payment.minor if self.payment.kind == "pay" else -self.payment.minor


class Meaning(NamedTuple):
    """What a line means: what it moves, the order's state from here on, and the break that it opens, if any."""

    end_to_end: str
    party: str
    bank: int = 0
    settled: int = 0
    state: str = ""
    kind: str = ""

    @property
    def suspense(self) -> int:
        """What is left over: debit above zero."""
        return -self.bank - self.settled


class Ledger:
    """Everything that was ordered and what became of it, while the lines of a file are gone through."""

    def __init__(self, orders: Mapping[str, Order], states: Mapping[str, str], accounts: Mapping[str, str]) -> None:
        self.orders, self.states, self._accounts = orders, dict(states), accounts

    def booked(self, line: Booked) -> list[Meaning]:
        """A movement on the statement."""
        found = self._find(line)
        meanings = [self._unmatched(line)] if found is None else self._matched(line, self.orders[found])
        for meaning in meanings:
            if meaning.state:
                self.states[meaning.end_to_end] = meaning.state
        return meanings

    def _matched(self, line: Booked, order: Order) -> list[Meaning]:
        name, party, state = (
            order.payment.end_to_end,
            order.payment.party,
            self.states.get(order.payment.end_to_end, ""),
        )
        if (line.minor > 0) == (order.settles > 0):  # back to where it came from
            if state not in _MOVED:
                return [Meaning(name, party, line.minor, kind="CONTRADICTED" if state else "UNMATCHED_CREDIT")]
            whole = abs(line.minor) == order.payment.minor and state == CONFIRMED
            return [Meaning(name, party, line.minor, state="RETURNED" if whole else "PARTIAL", kind="RETURNED")]
        if state:
            again = "DUPLICATE" if state in _MOVED or state == "RETURNED" else "CONTRADICTED"
            return [Meaning(name, party, line.minor, kind=again)]
        if order.settles > 0 and line.account and order.account and line.account != order.account:
            return [Meaning(name, party, line.minor, state="UNKNOWN_ACCOUNT", kind="UNKNOWN_ACCOUNT")]
        if abs(line.minor) != order.payment.minor:
            kind = "PARTIAL" if abs(line.minor) < order.payment.minor else "WRONG_AMOUNT"
            return [Meaning(name, party, line.minor, order.settles, kind, kind)]
        done = Meaning(name, party, line.minor, order.settles, CONFIRMED)
        wrong_day = order.payment.kind == "pay" and line.on_date != order.execution
        return [done, Meaning(name, party, kind="WRONG_DATE")] if wrong_day else [done]

    def _unmatched(self, line: Booked) -> Meaning:
        party = self._accounts.get(line.account, "")
        if line.minor < 0:
            return Meaning(line.end_to_end, party, line.minor, kind="UNMATCHED_DEBIT")
        strange = line.account and not party
        return Meaning(line.end_to_end, party, line.minor, kind="UNKNOWN_ACCOUNT" if strange else "UNMATCHED_CREDIT")

    def _find(self, line: Booked) -> str | None:
        """The id of the order that a line is about."""
        for word in (line.end_to_end, *re.split(r"[\s;,]+", line.text)):
            if word in self.orders:
                return word
        if line.end_to_end and line.minor < 0:
            return None  # an order of somebody else's
        fitting = [
            name
            for name, order in self.orders.items()
            if not self.states.get(name)
            and order.settles == -line.minor
            and order.account == line.account != ""
            and (order.payment.kind == "call" or order.execution <= line.on_date)
        ]
        return fitting[0] if len(fitting) == 1 else None

    def reported(self, line: Status, message: Iterable[str]) -> list[Meaning]:
        """A status: of one payment, or of all those of a message that were not spoken of yet."""
        names = [line.end_to_end] if line.end_to_end else sorted(message)
        return [meaning for name in names for meaning in self._status(name, line)]

    def _status(self, name: str, line: Status) -> Iterable[Meaning]:
        order, state = self.orders[name], self.states.get(name, "")
        party, rejected = order.payment.party, line.code in REJECTED
        if rejected and not state:
            self.states[name] = "REJECTED"
            return [Meaning(name, party, 0, order.settles, "REJECTED", "REJECTED")]
        if (rejected and state != "REJECTED") or (state == "REJECTED" and not rejected):
            return [Meaning(name, party, kind="CONTRADICTED")]
        return [Meaning(name, party)]


def orders_of(store: Store) -> dict[str, Order]:
    """Every payment and call by its id."""
    execution = {settlement.cycle: settlement.execution for settlement in store.settlements()}
    accounts = {party.id: account_of(party) for party in store.parties()}
    return {
        payment.end_to_end: Order(payment, execution[payment.cycle], accounts.get(payment.party, ""))
        for payment in store.payments()
    }


def states_of(store: Store) -> dict[str, str]:
    """What became of each payment and call, by the bank's word or because people gave a late one up."""
    ended = store.resolutions()
    late = (one.end_to_end for one in store.breaks() if one.kind == "LATE" and one.number in ended)
    return dict.fromkeys(late, "WRITTEN_OFF") | store.states()


def account_of(party: Party) -> str:
    """A party's account as bank files are compared: without blanks, in capitals."""
    return "".join((party.iban or party.other).split()).upper()


def ledger_of(store: Store) -> Ledger:
    """The ledger as the books have it now."""
    accounts = {account_of(party): party.id for party in store.parties() if account_of(party)}
    return Ledger(orders_of(store), states_of(store), accounts)
