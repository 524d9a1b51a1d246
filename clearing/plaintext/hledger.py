"""The journal for hledger: accounts, commodity and tags are declared, dates are in order, and the end asserts every balance.

An account keeps its name; a letter that the format gives a meaning to is written as in a web address, and so is one in a
tag's value, so that nothing is lost on the way.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import quote

from clearing.ledger import Named
from clearing.plaintext.facts import facts, type_of
from clearing.statement import amount_text

if TYPE_CHECKING:
    from clearing.plaintext.books import Books

_LETTERS = {"Assets": "A", "Liabilities": "L", "Equity": "E", "Expenses": "X"}
_SPOKEN = " /:()+"  # besides letters, digits and _.-~, what a value may hold and still be read as it stands


def lines(books: Books) -> Iterator[str]:
    """The file, line by line."""
    yield f"; {quoted(books.title)}: the journal of its clearing house, debit above zero"
    yield "decimal-mark ."
    point = "" if books.decimals else "."  # the format wants to see the mark even where no digit follows
    yield f"commodity {amount_text(1000 * 10**books.decimals, books.decimals)}{point} {books.currency}"
    for account in books.balances:
        yield f"account {named(account)}  ; type: {_LETTERS[type_of(account)]}"
    for one in books.journal:
        yield from entry_lines(one, books)
    if books.balances:
        yield ""
        yield f"{books.last.isoformat()} * what our own books add up to"
        for account, minor in books.balances.items():
            yield f"    {named(account)}  0 {books.currency} = {money(minor, books)}"


def entry_lines(one: Named, books: Books) -> Iterator[str]:
    """An entry: the second date is the day that it is about."""
    entry = one.entry
    about = "" if entry.about == entry.clearing_date else f"={entry.about.isoformat()}"
    yield ""
    yield f"{entry.clearing_date.isoformat()}{about} * ({one.name}) {quoted(f'{entry.kind} {entry.cause}')}"
    yield from (f"    ; {name}: {quoted(value)}" for name, value in facts(entry).items())
    yield from (f"    {named(posting.account)}  {money(posting.minor, books)}" for posting in entry.postings)


def money(minor: int, books: Books) -> str:
    """An amount with exactly the currency's digits."""
    return f"{amount_text(minor, books.decimals)} {books.currency}"


def named(account: str) -> str:
    """An account as hledger reads it.

    >>> named("payable:bus-co"), named("deferred:house:day pass;1")
    ('payable:bus-co', 'deferred:house:day%20pass%3B1')
    """
    return quote(account, safe=":")


def quoted(text: str) -> str:
    """A text on one line, in which nothing begins a tag, a date or a comment."""
    return quote(text, safe=_SPOKEN)
