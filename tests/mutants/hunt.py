"""Each mutant of the code that decides over money, and whether any of its tests objects.

A mutant takes the place of a function's body in a process of its own. Rules are interpreted there: compiling each mutant of a
rule would take minutes, and machine code of the true rule would not have the mistake.
"""

from __future__ import annotations

import hashlib
import importlib
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from alone import ROOT, Trial, Verdict, everywhere, warm
from mutations import Mutant, mutants

from afc import executor

PARALLEL, LONG_S = 2, 20


class Target(NamedTuple):
    """Files that are made worse, and the tests that have to object."""

    files: tuple[str, ...]
    tests: tuple[str, ...]
    has_rules: bool = False


TARGETS = {
    "split": Target(
        ("clearing/split.py",), ("tests/clearing/test_split.py", "tests/laws/test_split_laws.py"), has_rules=True
    ),
    "postings": Target(
        ("clearing/postings.py", "clearing/entry.py"),
        ("tests/clearing/test_postings.py", "tests/clearing/test_books.py"),
    ),
    "de-duplication": Target(
        ("clearing/custody.py", "clearing/intake.py"),
        (
            "tests/clearing/test_custody.py",
            "tests/clearing/test_intake_calls.py",
            "tests/clearing/test_intake.py",
            "tests/clearing/test_key_rollover.py",
        ),
    ),
    "codec": Target(
        ("afc/tap.py", "afc/flaws.py", "afc/batch.py", "afc/receipt.py"),
        (
            "tests/afc/test_tap.py",
            "tests/afc/test_flaws.py",
            "tests/afc/test_batch.py",
            "tests/afc/test_receipt.py",
            "tests/vectors/test_vectors.py",
        ),
    ),
    "netting": Target(
        ("clearing/netting.py",), ("tests/clearing/test_netting.py", "tests/clearing/test_obligations.py")
    ),
    "money": Target(("afc/money.py",), ("tests/laws/test_money.py",), has_rules=True),
    "remuneration": Target(
        (
            "clearing/remuneration/counts.py",
            "clearing/remuneration/fees.py",
            "clearing/remuneration/fines.py",
            "clearing/remuneration/passes.py",
            "clearing/remuneration/riders.py",
            "clearing/remuneration/scales.py",
            "clearing/remuneration/work.py",
        ),
        (
            "tests/clearing/test_agreements_to_the_unit.py",
            "tests/clearing/test_agreements.py",
            "tests/clearing/test_fees.py",
            "tests/clearing/test_contract_recipes.py",
        ),
    ),
    "pool": Target(("clearing/remuneration/pool.py",), ("tests/clearing/test_pool.py",)),
}
FILES_ALONE = "not postgresql and not several_processes"
"""No server is started for each mutant, nor other processes, which would not know of it."""


class Fate(NamedTuple):
    """A mutant and what became of it: `by` is the test that objected, or how the process ended; empty if it lives."""

    mutant: Mutant
    by: str


def all_of(target: Target) -> list[Mutant]:
    """Every mutant of a target's files."""
    return [mutant for file in target.files for mutant in mutants(ROOT, file)]


def digest_of(target: Target) -> str:
    """What a verdict depends on: the files and the tests."""
    whole = b"".join((ROOT / file).read_bytes() for file in (*target.files, *target.tests))
    return hashlib.sha256(whole).hexdigest()[:16]


def hunt(
    target: Target, prey: Sequence[Mutant], told: Callable[[Fate], None] = lambda _: None, sound: bool = False
) -> list[Fate]:
    """What becomes of some mutants, two at a time. First the tests have to pass without any, unless they are known to be
    sound."""
    warm(target.tests, FILES_ALONE)
    cpu_s = LONG_S if sound else 3 + int(3 * calm(target).cpu_s)
    fates, running, waiting = [], list[tuple[Mutant, Trial]](), list(reversed(prey))
    while running or waiting:
        while waiting and len(running) < PARALLEL:
            mutant = waiting.pop()
            running.append((mutant, Trial(target.tests, partial(make_worse, target, mutant), cpu_s, FILES_ALONE)))
        mutant, trial = running.pop(0)
        verdict = trial.verdict()
        fates.append(Fate(mutant, verdict.by if verdict.caught else ""))
        told(fates[-1])
    return fates


def calm(target: Target) -> Verdict:
    """The tests without any mutant."""
    verdict = Trial(target.tests, partial(prepare, target), cpu_s=300, only=FILES_ALONE).verdict()
    assert not verdict.caught, f"without any mutant: {verdict.by}"
    return verdict


def prepare(target: Target) -> None:
    """Rules are interpreted from here on, where the target has any."""
    if target.has_rules:
        mine, compiled = {module_of(file) for file in target.files}, executor.compiled
        everywhere(compiled, lambda rule: interpreted(rule) if rule.__module__ in mine else compiled(rule))


def make_worse(target: Target, mutant: Mutant) -> None:
    """Put a mutant's body in the place of the true one."""
    prepare(target)
    found: Any = importlib.import_module(module_of(mutant.file))
    for name in mutant.function.split("."):
        found = vars(found)[name]
    plain(found).__code__ = mutant.code


def module_of(file: str) -> str:
    """The module that a file is."""
    return file.removesuffix(".py").replace("/", ".")


def plain(found: Any) -> Any:
    """The function under properties, class methods and decorators."""
    found = getattr(found, "fget", None) or getattr(found, "__func__", found)
    while hasattr(found, "__wrapped__"):
        found = found.__wrapped__
    return found


def interpreted(rule: Callable[..., Any]) -> Callable[..., Any]:
    """The rule as it stands, over records that have their fields as attributes."""
    return lambda *given: rule(
        *(Rows(one) if getattr(getattr(one, "dtype", None), "names", None) else one for one in given)
    )


class Rows:
    """Records as rules see them. NumPy's own records will not do: there a field called `base` is something else."""

    def __init__(self, records: np.ndarray) -> None:
        self._records = records

    def __len__(self) -> int:
        return len(self._records)

    def __getitem__(self, row: int) -> Row:
        return Row(self._records, row)


class Row:
    """One of them; what is set in it is set in the array."""

    def __init__(self, records: np.ndarray, row: int) -> None:
        vars(self).update(records=records, row=row)

    def __getattr__(self, field: str) -> int:
        return int(self.records[field][self.row])

    def __setattr__(self, field: str, value: int) -> None:
        self.records[field][self.row] = value
