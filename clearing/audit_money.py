"""Checks of the money: entries, balances, closed days, and what was paid.

Each yields once for each thing that it looks at: None where it is right, a sentence where it is not.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from afc.money import exponent
from clearing.bank import read_pain001
from clearing.netting import positions, receivers
from clearing.store import Store

FLOAT_MOVERS = {"opening", "load", "order", "charge", "late", "discrepancy"}


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
    """I2: what is on cards is opening plus loads minus charges, so nothing else may touch it."""
    for account, kind, minor in store.moved("float"):
        yield None if kind in FLOAT_MOVERS else f"{account} was moved by {minor} by entries of kind {kind}"


def purses_agree(store: Store, purses: Mapping[str, int]) -> Iterator[str | None]:
    """I2: the books owe riders exactly what their cards say."""
    books = {
        account.partition(":")[2]: -minor for account, minor in store.balances().items() if account.startswith("float:")
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
    for settlement in store.settlements():
        sums = store.balances(settlement.first_date, settlement.last_date)
        if sum(sums.values()):
            yield f"cycle {settlement.cycle}: positions do not net to zero"
            continue
        payments = store.payments(settlement.cycle)
        if {payment.party: payment.minor for payment in payments} != receivers(positions(sums)):
            yield f"cycle {settlement.cycle}: the payments are not the positions"
            continue
        path = folder / settlement.file
        lines = {payment.end_to_end: payment.minor for payment in payments}
        if _digest_of(path) != settlement.digest:
            yield f"cycle {settlement.cycle}: {settlement.file} is not the file that was written"
        elif read_pain001(path.read_bytes(), exponent(settlement.currency)) != lines:
            yield f"cycle {settlement.cycle}: {settlement.file} pays something else"
        else:
            yield None


def _digest_of(path: Path) -> bytes:
    """The digest of a file, or nothing where there is no file."""
    return hashlib.sha256(path.read_bytes()).digest() if path.is_file() else b""
