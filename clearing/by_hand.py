"""By hand: the entries that rulings make in the date that closes next. Each names both people and their reason."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta

from clearing.entry import Entry, Posting, reversal
from clearing.house import House
from clearing.store import Ruling, Store

BY_HAND = "by hand "
"""What the rule of such an entry begins with."""


def turn_of(store: Store, day: date) -> list[Ruling]:
    """The rulings on which the close of a date acts: those made since the date before it began to close."""
    before = store.last_begun(before=day)
    return [ruling for ruling in store.rulings() if ruling.after_date == before]


def until(store: Store, day: date) -> list[Ruling]:
    """Every ruling that the close of a date knows."""
    return [ruling for ruling in store.rulings() if ruling.after_date < day.isoformat()]


def entries_by_hand(house: House, day: date) -> list[Entry]:
    """What a date's close posts for rulings."""
    entries = []
    for ruling in turn_of(house.store, day):
        if ruling.kind == "take_back":
            entries += [taken_back(house, ruling, day)]
        elif ruling.decided.get("postings"):
            entries.append(entry_of(ruling, day))
    return entries


def entry_of(ruling: Ruling, day: date) -> Entry:
    """The entry of a ruling that moves money."""
    facts = ruling.decided
    about = date.fromisoformat(facts["about"]) if facts.get("about") else day
    postings = tuple(Posting(account, minor) for account, minor in facts["postings"])
    return Entry(day, ruling.kind, ruling.name, rule_of(ruling), digest_of(ruling), postings, 1, service_date=about)


def taken_back(house: House, ruling: Ruling, day: date) -> Entry:
    """The reversal of what another ruling had posted."""
    posted = posted_for(house.store, ruling.subject, day - timedelta(days=1))
    assert posted is not None, "a ruling that is taken back was posted"
    return reversal(posted, day)


def posted_for(store: Store, name: str, last: date | None = None) -> Entry | None:
    """The entry that was posted for a ruling."""
    mine = (entry for entry in store.entries(None, last) if entry.cause == name and entry.rule.startswith(BY_HAND))
    return next(mine, None)


def rule_of(ruling: Ruling) -> str:
    """Who decided, and why, as a statement tells it."""
    return f"{BY_HAND}{ruling.name}: {ruling.first} and {ruling.second}: {ruling.because}"


def digest_of(ruling: Ruling) -> bytes:
    """What stands behind an entry made by hand: the ruling, word for word."""
    return hashlib.sha256("\0".join(map(str, ruling)).encode()).digest()


def settled_singly(store: Store) -> set[bytes]:
    """The single taps that were settled, by digest."""
    return {bytes.fromhex(one.decided["digest"]) for one in store.rulings() if one.kind == "settle"}
