"""A dozen mutants of the code that decides over money, always the same ones: each is killed. `make mutants` tries them all."""

from __future__ import annotations

import random
import tomllib
from pathlib import Path

import pytest
from hunt import TARGETS, all_of, hunt

REASONS = tomllib.loads((Path(__file__).parent / "reasons.toml").read_text())["lives"]
A_FEW, SEED = 3, 2


@pytest.mark.parametrize("name", ["split", "postings", "de-duplication", "codec"])
def test_a_mutant_does_not_live(name: str) -> None:
    target = TARGETS[name]
    prey = [mutant for mutant in all_of(target) if mutant.name not in REASONS]
    fates = hunt(target, random.Random(SEED).sample(prey, A_FEW), sound=True)
    assert [fate.mutant.name for fate in fates if not fate.by] == []


def test_every_reason_is_about_a_mutant() -> None:
    """A reason outlives the code that it is about only until here."""
    known = {mutant.name for target in TARGETS.values() for mutant in all_of(target)}
    assert [name for name in REASONS if name not in known] == []


def test_a_mutant_that_changes_nothing_is_told_as_living() -> None:
    """The control: if everything were killed, nothing would be proved."""
    target = TARGETS["money"]
    [mutant] = [one for one in all_of(target) if one.name == "afc/money.py allocate: 0 -> 1 #5"]
    assert [fate.by for fate in hunt(target, [mutant], sound=True)] == [""]
