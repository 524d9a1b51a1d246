"""Turns: everything that was done about the bank, once more, each after the date that had been closed last.

What the bank sent is evidence and is in the books with its bytes; what people decided is, too. What follows from both is not
taken over but made again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from clearing.decision import Decision
from clearing.default import default
from clearing.house import House
from clearing.instruct import instruct_by_hand
from clearing.reconcile import confirm, reconcile
from clearing.resolve import resolve
from clearing.store import Store, Turn

BANK_SIDE: dict[str, Callable[[Store], Iterable[tuple[Any, ...]]]] = {
    "turn": Store.turns,
    "payment": Store.payments,
    "bank file": Store.bank_files,
    "answer": Store.bank_answers,
    "break": Store.breaks,
    "decision": lambda store: sorted(store.resolutions().values()),
    "default": Store.defaults,
}
"""What has to be the same again, by the name of one row."""


def repeat_turns(source: Store, target: House, day: date) -> None:
    """Do again in `target` what was done after `day` had been closed."""
    for turn in source.turns():
        if turn.after_date == day.isoformat():
            _repeat(source, target, turn)


def _repeat(source: Store, target: House, turn: Turn) -> None:
    if turn.kind == "instruct":
        instruct_by_hand(target, turn.at_us)
    elif turn.kind == "file":
        file = next(file for file in source.bank_files() if file.turn == turn.turn)
        take = confirm if file.form.startswith("pain") else reconcile
        take(target, file.content, file.name, turn.at_us)
    elif turn.kind == "resolve":
        end = next(end for end in source.resolutions().values() if end.turn == turn.turn)
        resolve(target, turn.subject, end.way, end.party, Decision(end.first, end.second, end.because), turn.at_us)
    else:
        gone = next(one for one in source.defaults() if one.turn == turn.turn)
        decision = Decision(gone.first, gone.second, gone.because)
        default(target, gone.party, gone.from_date, decision, turn.at_us)
