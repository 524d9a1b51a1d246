"""The town's weekend, settled, and what each party is handed of it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from commandline import ask
from published import FRIDAY, HANBIT


@pytest.fixture(scope="session")
def weekend(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run of two days."""
    out = tmp_path_factory.mktemp("weekend")
    told = ask(f"scenario run hanbit-weekend --city {HANBIT} --scale 0.05 --days 2 --workers 1 -q --out {out}")
    return Path(told["folder"])


@pytest.fixture(scope="session")
def handed(weekend: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], Path]:
    """What a party has of a date: what the house handed over, and its own batches with receipts."""
    made: dict[tuple[str, str], Path] = {}

    def hand(party: str, day: str = FRIDAY) -> Path:
        if (party, day) not in made:
            made[party, day] = tmp_path_factory.mktemp(f"{party}-{day}") / "evidence"
            ask(f"statement evidence {party} {day} --own --out {made[party, day]} --run {weekend}")
        return made[party, day]

    return hand


@pytest.fixture
def house(weekend: Path, tmp_path: Path) -> Path:
    """A copy of the whole house, for somebody to lay hands on."""
    return Path(shutil.copytree(weekend, tmp_path / "house"))
