"""Two days of few riders, and what one process makes of them."""

from __future__ import annotations

import pytest
from digested import Made, made

from sim.run import execute
from sim.scenario import Scenario, find_scenario


@pytest.fixture(scope="session")
def two_days() -> Scenario:
    """Over in a moment; the second day begins with what the first left."""
    return find_scenario("ulaanbaatar-weekday", None).changed(scale=0.001, days=2)


@pytest.fixture(scope="session")
def in_process(two_days: Scenario, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """What every engine has to come to."""
    alone = made(execute(two_days, tmp_path_factory.mktemp("alone"), workers=1))
    assert len(alone.digests) > 20
    assert len(alone.detail) > 100
    return alone
