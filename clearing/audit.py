"""Audit: do the books and the evidence still say what they said? Checked from what is stored, and from nothing else.

Every check has the number and name of the invariant that it guards, counts what it looked at, and shows the first thing
that breaks it. A check does not trust the database's own laws: it is there for the day on which somebody went around them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from clearing import audit_bank as bank
from clearing import audit_evidence as evidence
from clearing import audit_money as money
from clearing.audit_editions import editions_tried
from clearing.audit_parties import dated, shares_of_who_is_there
from clearing.gaps import Gap, gaps
from clearing.store import Store

__all__ = ["Finding", "Gap", "audit", "find", "gaps"]


class Finding(NamedTuple):
    """What one check found."""

    invariant: str
    name: str
    ok: bool
    checked: int
    first_offender: str = ""


def audit(
    store: Store,
    receipt_public: bytes,
    purses: Mapping[str, int] | None = None,
    folder: Path | None = None,
    thorough: bool = False,
    run: Any = map,
) -> list[Finding]:
    """Every check over one moment of the store.

    `purses` says what the cards of each issuer hold, where that is known. Statements and payment files are looked for
    below `folder`, or where the books lie. A thorough audit checks every reader's signature again, which takes as long as
    intake did. `run` is a map, or a process pool's.
    """
    with store.reading():
        checks = _checks(store, receipt_public, purses, folder or store.folder, thorough, run)
        return [find(invariant, name, checked) for invariant, name, checked in checks]


def _checks(
    store: Store, receipt_public: bytes, purses: Mapping[str, int] | None, folder: Path, thorough: bool, run: Any
) -> Iterator[tuple[str, str, Iterator[str | None]]]:
    """Invariant, name and what is checked, in the order of the invariants."""
    yield "I1", "every entry is in balance", money.entries_balance(store)
    yield "I1", "every entry is what was posted", money.entries_unchanged(store)
    yield "I2", "all accounts sum to zero", money.accounts_sum_to_zero(store)
    yield "I2", "card value is opening plus loads minus charges", money.float_is_explained(store)
    if purses is not None:
        yield "I2", "card value in the books is what the cards hold", money.purses_agree(store, purses)
    yield "I5", "every batch stands once", evidence.batches_once(store)
    yield "I6", "every sequence number was accepted once", evidence.sequences_once(store)
    yield "I7", "every receipt has its batch", evidence.receipts_kept(store, receipt_public, run)
    yield "I8", "no sequence number is missing", evidence.sequences_complete(store)
    yield "I8", "what is lost was declared, and told at each close", evidence.lost_is_known(store)
    yield "I10", "closed days have not changed", money.closed_is_closed(store)
    yield "I10", "statements are the files that were published", money.statements_stand(store, folder)
    yield "I11", "positions net to zero and are what was paid", money.settlements_match(store, folder)
    if dated(store):
        yield "I11", "shares go to parties that were there", shares_of_who_is_there(store)
    yield "I11", "money in suspense is that of open breaks", bank.suspense_is_the_breaks(store)
    yield "I2", "the bank holds what its last statement says", bank.bank_holds_what_it_says(store)
    if store.bank_files():
        yield "I11", "every payment and call is open, confirmed or in a break", bank.payments_accounted_for(store)
        yield "I11", "what is settled is what the bank answered", bank.parties_settled(store)
        yield "I18", "the bank's files are whole", bank.bank_files_whole(store)
    if store.resolutions() or store.defaults():
        yield "I17", "every break was ended by two people", bank.decided_by_two(store)
    yield "I17", "every act was made by two people", evidence.four_eyes(store)
    yield "I18", "the log's chain holds", evidence.chain_holds(store)
    yield "I18", "the bytes of every batch are whole", evidence.bytes_are_whole(store)
    if thorough:
        yield "I18", "every batch is signed by its reader", evidence.signatures_hold(store)
    yield "I19", "nothing that was handed over has vanished", evidence.nothing_vanishes(store)
    if store.last_trusted():
        yield "I23", "nothing of a revoked reader came into the log later", evidence.revoked_are_silent(store)
    yield "I24", "what touches many cards had a second yes and a trial", editions_tried(store)
    yield "I26", "what left quarantine left by an act", evidence.left_by_an_act(store)


def find(invariant: str, name: str, checked: Iterator[str | None]) -> Finding:
    """Count what a check looks at, and keep the first thing that it finds."""
    count, first = 0, ""
    for offence in checked:
        count += 1
        first = first or offence or ""
    return Finding(invariant, name, not first, count, first)
