"""Resolve: two people end a break, and say how its money leaves suspense.

`retry` orders a dead payment once more, under a new id and in a file of its own; `write-off` makes it a loss of whoever keeps
the settlement account; `credit` gives it to a party (or takes it from one), to be netted with its next cycle. A payment that
the bank has only said nothing about is not dead, and is never ordered again.
"""

from __future__ import annotations

import hashlib
from datetime import date
from typing import NamedTuple

from afc.moment import service_date
from afc.refusal import Refused, nearest
from clearing.bank import short_id
from clearing.breaks import open_breaks
from clearing.by_hand import BY_HAND
from clearing.cycles import banking_day
from clearing.decision import Decision
from clearing.entry import Entry, Posting, identity
from clearing.house import House
from clearing.instruct import keeper, order
from clearing.matching import DEAD, orders_of
from clearing.open_date import last_closed, open_date
from clearing.reconcile import SUSPENSE
from clearing.store import BankBreak, Payment, Resolution, Store


class Resolved(NamedTuple):
    """How a break ended, and the payment that was ordered instead, if one was."""

    resolution: Resolution
    payment: Payment | None
    again: bool


def resolve(house: House, name: str, way: str, party: str, decision: Decision, at_us: int) -> Resolved:
    """End a break in the open date, in one commit with whatever it needs; doing it twice changes nothing."""
    return house.store.write(lambda: _resolve(house, name, way, party, decision, at_us))


def _resolve(house: House, name: str, way: str, party: str, decision: Decision, at_us: int) -> Resolved:
    store, ended = house.store, house.store.resolutions()
    done = next((r for n, r in ended.items() if name in (f"B{n}", _late_id(store.breaks(), n))), None)
    if done is not None:
        return Resolved(same(name, done, way, party), None, True)
    decision, today = decision.checked(), service_date(at_us, house.city.zone, 0)
    turn = store.take_turn("resolve", name, last_closed(store), at_us)
    found = _found(house, name, turn, today)
    postings, payment = _means(house, found, way, party, at_us, today)
    entry = _entry(house, found, way, decision, postings) if postings else None
    if entry:
        store.open_day(entry.clearing_date)
        store.post([entry])
    made = Resolution(found.number, turn, way, party, *decision, identity(entry) if entry else None)
    store.resolve(made)
    return Resolved(made, payment, False)


def same(name: str, done: Resolution, way: str, party: str) -> Resolution:
    """A break ends once; another way to end it is another wish, and not the same again."""
    if (done.way, done.party) != (way, party):
        ended = f"{done.way} {done.party}".rstrip()
        what = f"{name} was ended as {ended} before, by {done.first} and {done.second}"
        raise Refused(
            "RESOLVED_OTHERWISE", what, where="--as", cure="What is posted stays; another ruling can move the money."
        )
    return done


def _late_id(breaks: list[BankBreak], number: int) -> str:
    return next((one.end_to_end for one in breaks if one.number == number and one.kind == "LATE"), "")


def _found(house: House, name: str, turn: int, today: date) -> BankBreak:
    """The break that is meant; one that is late gets its number now."""
    store, known = house.store, open_breaks(house.store, house.city, today)
    found = next((one for one in known if one.name == name), None)
    if found is None:
        cure = nearest(name, [one.name for one in known]) or "See: afc settlement breaks"
        raise Refused("BREAK_UNKNOWN", f"no break is open under the name {name}", cure=cure)
    numbered = next((one for one in store.breaks() if name == f"B{one.number}"), None)
    if numbered is None:
        number = len(store.breaks()) + 1
        numbered = BankBreak(number, "LATE", turn, 0, found.end_to_end, found.party, 0, found.since)
        store.add_breaks([numbered])
    return numbered


def _means(
    house: House, found: BankBreak, way: str, party: str, at_us: int, today: date
) -> tuple[dict[str, int], Payment | None]:
    """What a decision does to accounts, and the payment that it orders."""
    if way == "retry":
        return {SUSPENSE: -found.minor, f"settled:{found.party}": found.minor}, _again(house, found, at_us, today)
    if found.kind == "LATE":
        return _given_up(house, found, way), None
    if way == "credit":
        if party not in {one.id for one in house.store.parties()}:
            raise Refused("UNKNOWN_PARTY", f'there is no party "{party}"', where="--as", cure="See city.toml.")
        return {SUSPENSE: -found.minor, f"payable:{party}": found.minor}, None
    return {SUSPENSE: -found.minor, f"loss:{keeper(house).id}": found.minor}, None


def _given_up(house: House, found: BankBreak, way: str) -> dict[str, int]:
    """A call that nobody will pay: it counts as settled, and the keeper of the account bears it."""
    payment = orders_of(house.store)[found.end_to_end].payment
    if way != "write-off" or payment.kind != "call":
        what = f"{found.end_to_end} is only late: the bank may still carry it out"
        cure = "Ask the bank for its answer and take that in; only a call can be written off."
        raise Refused("PAYMENT_NOT_DEAD", what, cure=cure)
    return {f"settled:{payment.party}": -payment.minor, f"loss:{keeper(house).id}": payment.minor}


def _again(house: House, found: BankBreak, at_us: int, today: date) -> Payment:
    """The same payment under a new id, in a file of its own; the old one must be known to be dead."""
    store = house.store
    old = orders_of(store).get(found.end_to_end)
    if old is None or not is_dead(store, found) or old.payment.kind != "pay" or found.minor != -old.payment.minor:
        what = f"{found.end_to_end or 'it'} is not known to be refused or sent back as a whole"
        raise Refused("PAYMENT_NOT_DEAD", what, cure="Credit the party with what it lacks, or wait for the bank.")
    first = next(one for one in store.settlements() if one.cycle == old.payment.cycle)
    base = first.last_date.isoformat()
    cycle = f"{base}-r{sum(one.cycle.startswith(f'{base}-r') for one in store.settlements()) + 1}"
    again = old.payment._replace(
        end_to_end=short_id(f"{cycle}-{old.payment.party}"), cycle=cycle, replaces=found.end_to_end
    )
    execution = banking_day(today, house.city.calendar)
    order(house, [again], cycle, (first.first_date, first.last_date), execution, at_us)
    return again


def is_dead(store: Store, found: BankBreak) -> bool:
    """Refused, or sent back as a whole: no money is out under its id, and the bank has not said otherwise since."""
    name = found.end_to_end
    out = sum(answer.minor for answer in store.bank_answers() if answer.end_to_end == name)
    contradicted = any(one.kind == "CONTRADICTED" and one.end_to_end == name for one in store.breaks())
    return found.kind in DEAD and store.states().get(name) in DEAD and out == 0 and not contradicted


def _entry(house: House, found: BankBreak, way: str, decision: Decision, sums: dict[str, int]) -> Entry | None:
    postings = tuple(Posting(account, sums[account]) for account in sorted(sums) if sums[account])
    if not postings:
        return None
    rule = f"{BY_HAND}B{found.number} {way}: {decision.first} and {decision.second}: {decision.because}"
    said = hashlib.sha256("\n".join(decision).encode()).digest()
    return Entry(open_date(house.store), "resolve", f"B{found.number}", rule, said, postings)
