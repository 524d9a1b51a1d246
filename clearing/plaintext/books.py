"""What every form of export is made from, and the forms that there are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import NamedTuple

from clearing.ledger import Named, journal, trial_balance
from clearing.plaintext import beancount, hledger, sheet
from clearing.store import Store


class Books(NamedTuple):
    """The journal of one currency; `balances` are what our own books say that it adds up to by the end of `last`."""

    title: str
    currency: str
    decimals: int
    first: date
    last: date
    balances: Mapping[str, int]
    journal: Iterator[Named]


FORMS: Mapping[str, Callable[[Books], Iterator[str]]] = {
    "hledger": hledger.lines,
    "beancount": beancount.lines,
    "csv": sheet.lines,
}
"""Each makes the lines of a file, one after another, so that no journal has to stand in memory."""


def export(store: Store, title: str, currency: str, decimals: int, form: str) -> Iterator[str]:
    """The whole journal of a store in one form, line by line."""
    dates = [day.clearing_date for day in store.days()]
    balances = {row.account: row.minor for row in trial_balance(store)}
    first, last = min(dates, default=date.min), max(dates, default=date.min)
    return FORMS[form](Books(title, currency, decimals, first, last, balances, journal(store)))
