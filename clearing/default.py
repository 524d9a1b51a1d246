"""Default: a party can no longer pay, and the others are settled without it, by new entries alone.

Every cycle that ends on or after the given date and has no payment file yet is unwound: each obligation between the party and
another is taken back by an entry of its own, so that the party comes to nothing and every other to what it has among those
who are left. In cycles that were ordered already its open calls are given up; those to whom it owed the money get so much
less with their next cycle, by largest remainder. What it owes them from then on is between them and outside these books.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date

from afc.money import allocate
from afc.refusal import Refused
from clearing.by_hand import BY_HAND
from clearing.cycles import Cycle
from clearing.decision import Decision
from clearing.entry import Entry, Posting, identity
from clearing.house import House
from clearing.matching import orders_of, states_of
from clearing.netting import HELD, owner
from clearing.obligations import UNWIND, Matrix, obligations
from clearing.open_date import last_closed, open_date
from clearing.plan import entries_netted, keeper_of
from clearing.store import BankBreak, Default, Payment, Resolution, Settlement, Store


def default(house: House, party: str, start: date, decision: Decision, at_us: int) -> Default:
    """Note that a party is in default from a date, and give up what it was called for and has not paid."""
    return house.store.write(lambda: _default(house, party, start, decision, at_us))


def _default(house: House, party: str, start: date, decision: Decision, at_us: int) -> Default:
    store = house.store
    before = next((one for one in store.defaults() if one.party == party), None)
    if before is not None:
        return same(before, start)
    decision = decision.checked()
    if party not in {one.id for one in store.parties()} or party == keeper_of(house.city):
        raise outsider(party)
    turn = store.take_turn("default", party, last_closed(store), at_us)
    gone = Default(party, turn, start, *decision)
    store.add_default(gone)
    for settlement, call in _open_calls(house, gone):
        _give_up(house, gone, settlement, call)
    return gone


def same(before: Default, start: date) -> Default:
    """A default is noted once; another date for it is another wish, and not the same again."""
    if before.from_date != start:
        what = f"{before.party} is in default from {before.from_date} already, by {before.first} and {before.second}"
        raise Refused(
            "DEFAULT_DIFFERS", what, where="--from", cure="What is noted stays; ask those two about the date."
        )
    return before


def refuse_unsettled(store: Store, party: str) -> None:
    """A bank that only keeps the account is neither paid nor called here, so there is nothing to take it out of."""
    banks = {one.id for one in store.parties() if set(one.roles) == {"settlement_bank"}}
    if party in banks and party not in map(owner, store.balances()):
        raise outsider(party)


def outsider(party: str) -> Refused:
    """Who is not settled here, or keeps the account for all."""
    what = f'"{party}" is no party that can be taken out of settlement'
    return Refused("UNKNOWN_PARTY", what, cure="See: afc party list")


def unwinding(entries: Iterable[Entry], gone: Collection[str], day: date, about: date, digest: bytes) -> list[Entry]:
    """The entries, posted on `day`, that take every obligation of those who are gone out of the cycle that ends on `about`."""
    return [
        Entry(
            day, UNWIND, f"{about}/{debtor}/{creditor}", f"{BY_HAND}default: {', '.join(sorted(gone))}", digest,
            _postings({_account(creditor): minor, _account(debtor): -minor}), service_date=about,
        )
        for (debtor, creditor), minor in sorted(obligations(entries).items())
        if debtor in gone or creditor in gone
    ]  # fmt: skip


def unwound(store: Store, cycle: Cycle, day: date) -> list[Entry]:
    """What takes those who are in default by the end of a cycle out of it; nothing where that is done."""
    gone = {one.party: one for one in store.defaults() if one.from_date <= cycle.last}
    digest = hashlib.sha256(b"".join(digest_of(one) for one in gone.values())).digest()
    return unwinding(entries_netted(store, cycle.first, cycle.last), gone, day, cycle.last, digest) if gone else []


def given_up(matrix: Matrix, party: str, minor: int) -> dict[str, int]:
    """Who bears a call that is not paid: those whom the party owed, by how much; amounts by account, debit above zero."""
    owed = {creditor: amount for (debtor, creditor), amount in sorted(matrix.items()) if debtor == party}
    sums: defaultdict[str, int] = defaultdict(int)
    for creditor, part in zip(owed, allocate(minor, list(owed.values())), strict=True):
        sums[_account(creditor)] += part
    return dict(sums)


def _open_calls(house: House, gone: Default) -> Sequence[tuple[Settlement, Payment]]:
    store, states = house.store, states_of(house.store)
    return [
        (settlement, payment)
        for settlement in store.settlements()
        for payment in store.payments(settlement.cycle)
        if settlement.last_date >= gone.from_date
        and (payment.party, payment.kind) == (gone.party, "call")
        and payment.end_to_end not in states
    ]


def _give_up(house: House, gone: Default, settlement: Settlement, call: Payment) -> None:
    """A call that will not be paid is settled at the cost of its creditors, and noted as a late one that two people ended."""
    store, day = house.store, open_date(house.store)
    matrix = obligations(entries_netted(store, settlement.first_date, settlement.last_date))
    if call.counterparty:
        matrix = {(call.party, call.counterparty): call.minor}
    sums = given_up(matrix, call.party, call.minor) | {f"settled:{call.party}": -call.minor}
    rule = f"{BY_HAND}default: {gone.first} and {gone.second}: {gone.because}"
    entry = Entry(day, "given-up", call.end_to_end, rule, digest_of(gone), _postings(sums))
    number, due = len(store.breaks()) + 1, orders_of(store)[call.end_to_end].execution
    store.open_day(day)
    store.post([entry])
    store.add_breaks([BankBreak(number, "LATE", gone.turn, 0, call.end_to_end, call.party, 0, due)])
    words = gone.first, gone.second, gone.because
    store.resolve(Resolution(number, gone.turn, "write-off", "", *words, identity(entry)))


def digest_of(gone: Default) -> bytes:
    """What stands behind the entries of a default: who is gone, from when, and who said so."""
    return hashlib.sha256(repr(tuple(map(str, gone))).encode()).digest()


def _account(party: str) -> str:
    return "suspense:default" if party == HELD else f"payable:{party}"


def _postings(sums: dict[str, int]) -> tuple[Posting, ...]:
    return tuple(Posting(account, sums[account]) for account in sorted(sums) if sums[account])
