"""The process dies in the middle of a close, at each of its steps. Whoever closes the date again ends in the same bytes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from closes import DIED, STEPS, Step, Town, begin, copied, dying, finish, life


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    return begin(tmp_path_factory.mktemp("town"))


@pytest.fixture(scope="module")
def calm(town: Town, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What a close comes to that nobody disturbs."""
    with copied(town, tmp_path_factory.mktemp("calm")) as house:
        return finish(house)


@pytest.mark.parametrize("step", STEPS, ids=[step.what for step in STEPS])
def test_it_goes_on_to_the_same_bytes(town: Town, calm: dict[str, str], tmp_path: Path, step: Step) -> None:
    def doomed() -> None:
        setattr(step.into, step.name, dying(step))
        finish(house)

    with copied(town, tmp_path) as house:
        assert os.waitstatus_to_exitcode(os.waitpid(life(doomed), 0)[1]) == DIED, f"it never came to: {step.what}"
        assert finish(house) == calm
    assert len([name for name in calm if name.startswith("statements/")]) >= 4
    assert any(name.startswith("bank/") for name in calm)
