"""Whatever fails while batches are taken: no receipt without bytes, nothing half done, and the day ends as if nothing had.

`make crash` tries every point, every statement and every pair of statements; here a part. `AFC_KILLS` above 100 means all.
"""

from __future__ import annotations

import os
from collections import Counter
from itertools import product
from pathlib import Path

import pytest
from faults import KINDS, OURS, POINTS, Fault, named, nth

from clearing.intake import Intake

WHOLE = int(os.environ.get("AFC_KILLS", "14")) > 100
TURNS = (1, 2, 3) if WHOLE else (1,)


@pytest.mark.parametrize("point", POINTS)
def test_a_fault_at_a_named_point_costs_nobody_a_tap(tmp_path: Path, point: str) -> None:
    """The disk of the office is full, or broken, or we made a mistake; for a moment, or until somebody comes."""
    met: Counter[str] = Counter()
    for kind, sticky, turn in product(KINDS, (False, True), TURNS):
        where = tmp_path / f"{kind}-{sticky}-{turn}.db"
        met += named(where, Fault(point, kind, turn, sticky))
    print(f"\n  {point:<16}" + "  ".join(f"{what} {count:,}" for what, count in sorted(met.items())))
    assert met["FAULT_OF_OURS"]
    assert (met["STORE_FULL"] and met["STORE_SILENT"]) or point in OURS
    if point == "after commit":
        assert met["DUPLICATE"], "what was kept and not told is told when it comes again"


def test_every_statement_may_fail(tmp_path: Path) -> None:
    """The first, the second, ... until a day's batches come through without any."""
    tried = 0
    for kind, sticky in product(("silent", "full", "exception") if WHOLE else ("silent",), (False, True)):
        number = 1
        while True:
            statements, _ = nth(tmp_path / f"{kind}-{sticky}-{number}.db", frozenset([number]), kind, sticky)
            if statements.done < number:
                break
            number, tried = number + (1 if WHOLE or not sticky else 3), tried + 1
    print(f"\n  {tried} statements failed, one at a time")
    assert tried > 15


def test_a_second_fault_while_the_first_is_dealt_with(tmp_path: Path) -> None:
    """The statement that takes back what was begun, or the first of the next try, fails as well."""
    clean, _ = nth(tmp_path / "clean.db", frozenset([10_000]), "silent")
    last = clean.words.index("COMMIT", clean.words.index("BEGIN IMMEDIATE")) + 1
    step, reach = (1, 12) if WHOLE else (3, 2)
    met: Counter[str] = Counter()
    for first in sorted({*range(1, last + 1, step), last}):  # the commit always among them
        for second in range(first + 1, first + 1 + reach):
            where = tmp_path / f"{first}-{second}.db"
            statements, found = nth(where, frozenset([first, second]), "silent")
            met += found + Counter(words for at, words in enumerate(statements.words, 1) if at in statements.fails)
            where.unlink()
    print("\n  " + "  ".join(f"{what} {count:,}" for what, count in sorted(met.items())))
    assert met["ROLLBACK"], "taking back failed too"
    assert met["COMMIT"]


def test_a_house_that_answers_before_it_keeps_is_found_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: with receipts that are given although the commit failed, the same looking has to fail."""
    decide, finish, remembered = Intake._decide, Intake._finish, []

    def remembering(self: Intake, *args: object) -> object:
        remembered.append(decide(self, *args))  # type: ignore[arg-type]
        return remembered[-1]

    def careless(self: Intake, call: object) -> object:
        answers = finish(self, call)  # type: ignore[arg-type]
        return remembered[-1] if remembered and not answers[0].receipt else answers

    monkeypatch.setattr(Intake, "_decide", remembering)
    monkeypatch.setattr(Intake, "_finish", careless)
    with pytest.raises(AssertionError):
        named(tmp_path / "hasty.db", Fault("before commit", "silent"))
