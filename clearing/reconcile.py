"""Reconcile: files of the bank are taken in, line by line, and posted in the open date; each file once.

After a statement the account `bank` in the books holds what the bank says it holds. What the lines do not explain is a
break with that very amount.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from afc.moment import service_date
from afc.refusal import Refused
from clearing.camt053 import AccountStatement, read_camt053
from clearing.entry import Entry, Posting, identity
from clearing.house import House
from clearing.instruct import bank_account, keeper
from clearing.matching import Meaning, account_of, ledger_of
from clearing.open_date import last_closed, open_date
from clearing.pain002 import Report, read_pain002
from clearing.store import Answer, BankBreak, BankFile

SUSPENSE = "suspense:bank"


class Taken(NamedTuple):
    """What a file of the bank came to; `again` when it was taken before and nothing changed."""

    form: str
    name: str
    answers: list[Answer]
    breaks: list[BankBreak]
    again: bool = False


class Line(NamedTuple):
    """What a line means, with the words of the bank that it rests on."""

    status: str
    minor: int
    on_date: date
    reference: str
    account: str
    meaning: Meaning


def confirm(house: House, content: bytes, where: str, at_us: int) -> Taken:
    """Take in a status report (pain.002)."""
    report = read_pain002(content, where)

    def work() -> Taken:
        if house.store.has_bank_file(hashlib.sha256(content).digest()):
            return Taken(report.form, report.name, [], [], again=True)
        lines = list(_reported(house, report, where, at_us))
        return _keep(house, content, at_us, report.form, report.name, None, "", lines)

    return house.store.write(work)


def reconcile(house: House, content: bytes, where: str, at_us: int) -> Taken:
    """Take in statements of the account (camt.053)."""
    statements = read_camt053(content, where, house.city.currency, house.city.exponent)
    last, name = statements[-1], " ".join(one.name for one in statements)

    def work() -> Taken:
        if house.store.has_bank_file(hashlib.sha256(content).digest()):
            return Taken(last.form, name, [], [], again=True)
        lines = list(_booked(house, statements, where))
        return _keep(house, content, at_us, last.form, name, last.closing, last.closing_date.isoformat(), lines)

    return house.store.write(work)


def _reported(house: House, report: Report, where: str, at_us: int) -> Iterator[Line]:
    """The lines of a status report; one about a message or a payment that is not ours is refused."""
    settlement = next((one for one in house.store.settlements() if one.message == report.message), None)
    if settlement is None:
        what = f'it answers the message "{report.message}", and there is none of that name'
        raise Refused("ANSWER_UNKNOWN", what, where=where, cure="Is it the answer to another house's file?")
    names = {one.end_to_end for one in house.store.payments(settlement.cycle) if one.kind == "pay"}
    ledger, today = ledger_of(house.store), service_date(at_us, house.city.zone, 0)
    named = {line.end_to_end for line in report.lines}
    for line in report.lines:
        if line.end_to_end and line.end_to_end not in names:
            what = f'it speaks of a payment "{line.end_to_end}" that is not in {settlement.file}'
            raise Refused("ANSWER_UNKNOWN", what, where=where, cure="Nothing of the file was taken.")
        for meaning in ledger.reported(line, names - named):
            yield Line(line.code, 0, today, line.reason, "", meaning)


def _booked(house: House, statements: Iterable[AccountStatement], where: str) -> Iterator[Line]:
    """The lines of statements, debits first within each: a payment may come back on the day on which it left."""
    ledger, before = ledger_of(house.store), house.store.last_statement()
    held = before[1] if before else None
    mine = account_of(keeper(house))
    for statement in statements:
        if statement.account != mine:
            what = f'it is of the account "{statement.account}", and the settlement account is "{mine}"'
            raise Refused("ACCOUNT_OTHER", what, where=where, cure="Nothing of the file was taken.")
        if held is None:
            opened = Meaning("", keeper(house).id, statement.opening, -statement.opening)
            yield Line("OPBD", statement.opening, statement.closing_date, statement.name, mine, opened)
        elif held != statement.opening:
            what = f"it opens with {statement.opening} minor units, and the statement before it closed with {held}"
            raise Refused("STATEMENT_OUT_OF_TURN", what, where=where, cure="Hand in the ones between them first.")
        for line in sorted(statement.booked, key=lambda one: one.minor > 0):
            for meaning in ledger.booked(line):
                minor = line.minor if meaning.bank else 0
                yield Line("BOOK", minor, line.on_date, line.reference, line.account, meaning)
        gap = statement.closing - statement.opening - sum(line.minor for line in statement.booked)
        if gap:
            yield Line("CLBD", gap, statement.closing_date, statement.name, mine, Meaning("", "", gap, kind="BALANCE"))
        held = statement.closing


def _keep(
    house: House, content: bytes, at_us: int, form: str, name: str, closing: int | None, on: str, lines: list[Line]
) -> Taken:
    """Post what the lines mean in the open date, and keep the file with all that was made of it."""
    store, digest = house.store, hashlib.sha256(content).digest()
    day = open_date(store)
    turn = store.take_turn("file", digest.hex(), last_closed(store), at_us)
    number, answers, breaks, entries = len(store.breaks()), [], [], []
    for at, line in enumerate(lines, start=1):
        found, entry = line.meaning, None
        if found.bank or found.settled:
            cause = f"{line.reference or '-'}/{digest.hex()[:16]}/{at:06d}"
            entry = bank_entry(house, day, cause, form, digest, found)
            entries.append(entry)
        answers.append(Answer(
            turn, at, found.end_to_end, line.status, line.minor, line.on_date, line.reference, line.account,
            found.kind or found.state, found.state, identity(entry) if entry else None,
        ))  # fmt: skip
        if found.kind:
            number += 1
            breaks.append(
                BankBreak(number, found.kind, turn, at, found.end_to_end, found.party, found.suspense, line.on_date)
            )
    if entries:
        store.open_day(day)
        store.post(entries)
    store.add_bank_file(BankFile(turn, form, name, closing, on, digest, content), answers, breaks)
    return Taken(form, name, answers, breaks)


def bank_entry(house: House, day: date, cause: str, rule: str, digest: bytes, found: Meaning) -> Entry:
    """What a line means, in balance: the bank, the party it settles with, and suspense for what is left over."""
    sums = {bank_account(house.city): found.bank, f"settled:{found.party}": found.settled, SUSPENSE: found.suspense}
    postings = tuple(Posting(account, sums[account]) for account in sorted(sums) if sums[account])
    return Entry(day, "bank", cause, rule, digest, postings)
