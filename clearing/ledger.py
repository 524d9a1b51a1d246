"""The ledger as an accountant asks for it: the trial balance, and the journal with each entry's name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from afc.refusal import Refused
from clearing.entry import Entry, identity
from clearing.netting import owner
from clearing.store import Store

_NAME_DIGITS, _PREFIX_MIN = 12, 6


class Balance(NamedTuple):
    """An account, whose it is, and what it holds, debit above zero."""

    account: str
    party: str
    minor: int


class Named(NamedTuple):
    """An entry under the name by which people ask for it."""

    name: str
    entry: Entry


def name_of(entry: Entry) -> str:
    """`E-` and the first digits of the entry's identity."""
    return f"E-{identity(entry).hex()[:_NAME_DIGITS]}"


def trial_balance(store: Store, on: date | None = None) -> list[Balance]:
    """Every account with what all clearing dates up to `on` have left on it; together they are zero."""
    return [Balance(account, owner(account), minor) for account, minor in store.balances(None, on).items()]


def journal(store: Store, on: date | None = None, account: str = "", kind: str = "") -> Iterator[Named]:
    """The entries of one clearing date or of all, in the order of dates and, within a date, of posting.

    `account` may be the beginning of an account's name, up to a colon: `payable` asks for what every party is owed.
    """
    for day in store.days():
        if on in (None, day.clearing_date):
            for entry in store.entries(day.clearing_date):
                if kind in ("", entry.kind) and (not account or touches(entry, account)):
                    yield Named(name_of(entry), entry)


def touches(entry: Entry, account: str) -> bool:
    """Does an entry move this account, or one below it?"""
    return any(posting.account == account or posting.account.startswith(f"{account}:") for posting in entry.postings)


def find_entry(store: Store, name: str) -> Named:
    """The entry of a name, of which the first digits may be enough."""
    digits = name.upper().removeprefix("E-").lower()
    found = [one for one in journal(store) if identity(one.entry).hex().startswith(digits)]
    if len(found) == 1 and len(digits) >= _PREFIX_MIN:
        return found[0]
    what = f'{len(found)} entries are called "{name}"' if digits else "no entry is named"
    raise Refused("ENTRY_UNKNOWN", what, cure="See: afc ledger journal")
