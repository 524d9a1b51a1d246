"""Checks of the money: entries, balances, closed days, and what was paid.

Each yields once for each thing that it looks at: None where it is right, a sentence where it is not.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from afc.money import exponent
from clearing.bank import read_pain001
from clearing.netting import HELD, positions
from clearing.plan import netted
from clearing.store import Payment, Settlement, Store

FLOAT_MOVERS = {"opening", "load", "order", "charge", "late", "discrepancy"}
GRANTS = {"refund", "upheld", "replace", "write_off", "expire"}
"""What two people may move of what cards are worth beyond what their chips say."""


def entries_balance(store: Store) -> Iterator[str | None]:
    """I1: the postings of each entry sum to zero, and no posting stands without its entry."""
    for number, kind, cause, lines, total in store.raw_entries():
        if not kind:
            yield f"{lines} postings name entry {number}, which is not there"
        elif not lines:
            yield f"entry {number} ({kind} {cause}) has no postings"
        else:
            yield f"entry {number} ({kind} {cause}) is out of balance by {total}" if total else None


def entries_unchanged(store: Store) -> Iterator[str | None]:
    """I1: each entry is still what was posted."""
    for number, name, written in store.written():
        yield None if hashlib.sha256(written).digest() == name else f"entry {number} is not what was posted"


def accounts_sum_to_zero(store: Store) -> Iterator[str | None]:
    """I2: all accounts together are zero."""
    total = sum(store.balances().values())
    yield f"all accounts together are {total}" if total else None


def float_is_explained(store: Store) -> Iterator[str | None]:
    """I2: what is on cards is opening plus loads minus charges, so nothing else may touch it, nor what is granted beyond."""
    for account, kind, minor in store.moved("float"):
        right = kind in (GRANTS if account.endswith(":granted") else FLOAT_MOVERS)
        yield None if right else f"{account} was moved by {minor} by entries of kind {kind}"


def purses_agree(store: Store, purses: Mapping[str, int]) -> Iterator[str | None]:
    """I2: the books owe riders exactly what their cards say."""
    books = {
        account.partition(":")[2]: -minor
        for account, minor in store.balances().items()
        if account.startswith("float:") and not account.endswith(":granted")
    }
    for issuer in sorted(books.keys() | purses.keys()):
        in_books, on_cards = books.get(issuer, 0), purses.get(issuer, 0)
        yield None if in_books == on_cards else f"{issuer}: the books say {in_books}, the cards hold {on_cards}"


def closed_is_closed(store: Store) -> Iterator[str | None]:
    """I10: a closed day is what it was when it was closed."""
    for day in store.days():
        if day.state == "closed":
            same = store.day_digest(day.clearing_date) == day.digest
            yield None if same else f"{day.clearing_date} is not what was closed"


def statements_stand(store: Store, folder: Path) -> Iterator[str | None]:
    """I10: what operators were told lies where it was published, unchanged."""
    for day in store.days():
        for told in store.statements(day.clearing_date):
            same = _digest_of(folder / told.file) == told.digest
            yield None if same else f"{told.file} is not the statement that was published"


def settlements_match(store: Store, folder: Path) -> Iterator[str | None]:
    """I11: positions net to zero, and the payment file pays exactly those that are above zero."""
    repeated = {payment.cycle for payment in store.payments() if payment.replaces}
    for settlement in store.settlements():
        payments = store.payments(settlement.cycle)
        path, sums = folder / settlement.file, netted(store, settlement.first_date, settlement.last_date)
        lines = {payment.end_to_end: payment.minor for payment in payments if payment.kind == "pay"}
        if sum(sums.values()):
            yield f"cycle {settlement.cycle}: positions do not net to zero"
        elif settlement.cycle not in repeated and not _are_positions(positions(sums), settlement, payments):
            yield f"cycle {settlement.cycle}: the payments are not the positions"
        elif settlement.file and _digest_of(path) != settlement.digest:
            yield f"cycle {settlement.cycle}: {settlement.file} is not the file that was written"
        elif settlement.file and read_pain001(path.read_bytes(), exponent(settlement.currency)) != lines:
            yield f"cycle {settlement.cycle}: {settlement.file} pays something else"
        else:
            yield None


def _are_positions(net: Mapping[str, int], settlement: Settlement, payments: list[Payment]) -> bool:
    """Payments less calls come to each party's position; with multilateral netting each party has one of them at most.

    Files from before there were calls name no keeper, and pay what is above zero.
    """
    if not settlement.keeper:
        return {one.party: one.minor for one in payments} == {p: n for p, n in net.items() if n > 0 and p != HELD}
    told: defaultdict[str, int] = defaultdict(int)
    for payment in payments:
        told[payment.party] += payment.minor if payment.kind == "pay" else -payment.minor
    once = settlement.netting == "bilateral" or len(told) == len(payments)
    owed = {party: minor for party, minor in net.items() if minor and party not in (HELD, settlement.keeper)}
    return once and {party: minor for party, minor in told.items() if minor} == owed


def _digest_of(path: Path) -> bytes:
    """The digest of a file, or nothing where there is no file."""
    return hashlib.sha256(path.read_bytes()).digest() if path.is_file() else b""
