"""The audit of parties that come and go: nobody has a share of a date on which it was not there."""

from __future__ import annotations

from collections.abc import Iterator

from clearing.store import Party, Store

SHARES = ("share", "collected", "quota", "cash_share")


def dated(store: Store) -> dict[str, Party]:
    """The parties that are not there on every date."""
    return {party.id: party for party in store.parties() if party.from_date or party.until_date}


def shares_of_who_is_there(store: Store) -> Iterator[str | None]:
    """I11: a share belongs to a party that is there on the date that it is about.

    A journey that was under way at the cut of its last date is shared with the next date that is closed, and still its own.
    """
    parties = dated(store)
    closed = sorted(day.clearing_date.isoformat() for day in store.days() if day.state == "closed")
    after = {
        party.id: next((day for day in closed if party.until_date and day > party.until_date), "9999-12-31")
        for party in parties.values()
    }
    for entry in store.entries():
        if entry.kind not in SHARES:
            continue
        for posting in entry.postings:
            kind, _, party_id = posting.account.partition(":")
            if kind != "payable" or party_id not in parties:
                continue
            about = entry.about.isoformat()
            there = parties[party_id].from_date <= about <= after[party_id]
            yield None if there else f"{party_id} has {-posting.minor} of {about}, on which it was not there"
