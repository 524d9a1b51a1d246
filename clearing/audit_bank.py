"""Checks of the bank's side: what was ordered, what the bank said of it, and what the books hold because of that.

Each yields once for each thing that it looks at: None where it is right, a sentence where it is not.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator

from clearing.matching import CONFIRMED, orders_of
from clearing.store import Store


def payments_accounted_for(store: Store) -> Iterator[str | None]:
    """I11: every payment and call is open, confirmed, or stands in a break that people can see."""
    broken, known = {(one.turn, one.line) for one in store.breaks()}, orders_of(store)
    for answer in store.bank_answers():
        if answer.state:
            has_break = (answer.turn, answer.line) in broken
            fine = answer.end_to_end in known and has_break == (answer.state != CONFIRMED)
            yield None if fine else f"{answer.end_to_end} is {answer.state.lower()}, and its break says otherwise"


def parties_settled(store: Store) -> Iterator[str | None]:
    """I11: what stands as settled with each party is what the answers say of its payments and calls, and nothing else."""
    expected: defaultdict[str, int] = defaultdict(int)
    orders, states, ended = orders_of(store), store.states(), store.resolutions()
    for name, state in states.items():
        if state != "UNKNOWN_ACCOUNT":
            expected[orders[name].payment.party] += orders[name].settles
    for found in store.breaks():
        end = ended.get(found.number)
        if end and end.way == "retry":
            expected[found.party] += found.minor
        if end and found.kind == "LATE":
            expected[found.party] += orders[found.end_to_end].settles
    for answer in store.bank_answers():
        if answer.status == "OPBD":
            expected[store.settlements()[0].keeper] -= answer.minor
    books = {
        account.partition(":")[2]: minor
        for account, minor in store.balances().items()
        if account.startswith("settled:")
    }
    for party in sorted(expected.keys() | books.keys()):
        same = expected[party] == books.get(party, 0)
        yield None if same else f"{party}: the books say {books.get(party, 0)}, the bank's answers {expected[party]}"


def suspense_is_the_breaks(store: Store) -> Iterator[str | None]:
    """I11: the money in suspense is that of the breaks which nobody has ended."""
    ended = store.resolutions()
    due = sum(found.minor for found in store.breaks() if found.number not in ended)
    held = store.balances().get("suspense:bank", 0)
    yield None if due == held else f"suspense holds {held}, the open breaks come to {due}"


def bank_holds_what_it_says(store: Store) -> Iterator[str | None]:
    """I2: the books say of the account at the bank what its newest statement says."""
    last = store.last_statement()
    books = sum(minor for account, minor in store.balances().items() if account.startswith("bank:"))
    said = last[1] if last else 0
    yield (
        None
        if books == said
        else f"the books say {books}, the statement {last[0] if last else 'that never came'} {said}"
    )


def bank_files_whole(store: Store) -> Iterator[str | None]:
    """I18: the bytes of every file of the bank are what was taken in."""
    for file in store.bank_files():
        same = hashlib.sha256(file.content).digest() == file.digest
        yield None if same else f"the bytes of {file.name} ({file.form}) were changed"


def decided_by_two(store: Store) -> Iterator[str | None]:
    """I17: whoever ended a break or took a party out of settlement did not do it alone, and said why."""
    rows = [(f"B{one.number}", one.first, one.second, one.because) for one in store.resolutions().values()]
    rows += [(one.party, one.first, one.second, one.because) for one in store.defaults()]
    for name, first, second, because in rows:
        fine = first and second and first != second and because
        yield None if fine else f"{name} was not decided by two people with a reason"
