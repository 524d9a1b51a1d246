"""The journal for beancount: every account is opened under its type, every entry is a transaction with its facts as metadata.

Names of accounts have to begin with large letters there. The account as we call it stands beside the one that opens it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from clearing.ledger import Named
from clearing.plaintext.facts import facts, type_of
from clearing.statement import amount_text

if TYPE_CHECKING:
    from clearing.plaintext.books import Books

_PLAIN, _PLAIN_FIRST = re.compile(r"[a-z0-9-]"), re.compile(r"[a-wyz0-9]")


def lines(books: Books) -> Iterator[str]:
    """The file, line by line; the balances at its end are what our own books say."""
    first, after = books.first.isoformat(), (books.last + timedelta(days=1)).isoformat()
    yield f'option "title" {text(books.title)}'
    yield f'option "operating_currency" "{books.currency}"'
    yield f"{first} commodity {books.currency}"
    for account in books.balances:
        yield f"{first} open {named(account)} {books.currency}"
        yield f"  account: {text(account)}"
    for one in books.journal:
        yield from entry_lines(one, books)
    if books.balances:
        yield ""
    for account in books.balances:
        minor = with_those_below(account, books)
        yield f"{after} balance {named(account)} {amount_text(minor, books.decimals)} ~ 0 {books.currency}"


def with_those_below(account: str, books: Books) -> int:
    """What beancount calls the balance of an account: its own, and that of every account below it."""
    return sum(minor for other, minor in books.balances.items() if other == account or other.startswith(f"{account}:"))


def entry_lines(one: Named, books: Books) -> Iterator[str]:
    """An entry, its facts below it."""
    entry = one.entry
    yield ""
    yield f"{entry.clearing_date.isoformat()} * {text(entry.kind)} {text(entry.cause)} ^{one.name}"
    yield from (f"  {name}: {text(value)}" for name, value in facts(entry).items())
    for posting in entry.postings:
        yield f"  {named(posting.account)} {amount_text(posting.minor, books.decimals)} {books.currency}"


def named(account: str) -> str:
    """An account as beancount reads it: no two of ours have one name there.

    >>> named("payable:bus-co"), named("float:Xy")
    ('Liabilities:Payable:Bus-co', 'Liabilities:Float:X58Xy')
    """
    return ":".join([type_of(account), *map(_component, account.split(":"))])


def _component(part: str) -> str:
    """The first letter large; whatever else is not a small letter, digit or hyphen by its number between two X."""
    first = part[:1].upper() if _PLAIN_FIRST.fullmatch(part[:1]) else _escaped(part[:1])
    return first + "".join(letter if _PLAIN.fullmatch(letter) else _escaped(letter) for letter in part[1:])


def _escaped(letter: str) -> str:
    return f"X{ord(letter):x}X" if letter else "XX"


def text(value: str) -> str:
    """A text between quotes, on one line."""
    return json.dumps(value, ensure_ascii=False)
