"""Entries: one fact each in the books, in balance from the moment it is made, and never changed.

Debit is above zero, credit below. Which accounts there are is told in `postings`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple


class Posting(NamedTuple):
    """An account and what happens to it: debit above zero, credit below."""

    account: str
    minor: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One fact in the books. `clearing_date` is the day that carries it, `service_date` the day that it is about."""

    clearing_date: date
    kind: str
    cause: str  # names it among the entries of its kind and dates
    rule: str  # the version of the tariff, split or contract that decided
    digest: bytes  # of what stands behind it
    postings: tuple[Posting, ...]
    quantity: int = 0
    service: str = ""
    product: str = ""
    service_date: date | None = None
    reverses: bytes = b""  # identity of the entry that this one takes back

    def __post_init__(self) -> None:
        assert self.postings, "an entry without postings says nothing"
        assert all(posting.minor for posting in self.postings), "a posting of nothing says nothing"
        assert sum(posting.minor for posting in self.postings) == 0, f"{self.kind} {self.cause} is out of balance"

    @property
    def about(self) -> date:
        """The service date, or the clearing date where both are one."""
        return self.service_date or self.clearing_date


def reversal(entry: Entry, clearing_date: date) -> Entry:
    """The same postings the other way round, in the books of an open day; the first entry stays as it is.

    What was posted is negated, never computed again: dividing -100 among three rounds otherwise than dividing 100 did.
    """
    return Entry(
        clearing_date,
        entry.kind,
        f"{entry.cause}/reversed",
        entry.rule,
        entry.digest,
        tuple(Posting(posting.account, -posting.minor) for posting in entry.postings),
        -entry.quantity,
        entry.service,
        entry.product,
        entry.about,
        identity(entry),
    )


def canonical(entry: Entry) -> bytes:
    """The one way in which an entry is written down where its bytes count: JSON without spaces, digests in hex."""
    dates = entry.clearing_date.isoformat(), entry.about.isoformat()
    names = entry.kind, entry.cause, entry.rule, entry.service, entry.product
    return written(dates, names, entry.quantity, entry.digest, entry.reverses, entry.postings)


def written(
    dates: Sequence[str],
    names: Sequence[str],
    quantity: int,
    digest: bytes,
    reverses: bytes,
    postings: Sequence[tuple[str, int]],
) -> bytes:
    """The facts of an entry as bytes, whether or not they are an entry that could have been made."""
    facts = [*dates, *names, quantity, digest.hex(), reverses.hex(), postings]
    return json.dumps(facts, ensure_ascii=False, separators=(",", ":")).encode()


def identity(entry: Entry) -> bytes:
    """An entry's name for ever: the SHA-256 of its facts."""
    return hashlib.sha256(canonical(entry)).digest()
