"""`afc bench sim`: three models of one day of buses carry the same riders, and one that does not is told from the others."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from commandline import ask

from sim.bench_scene import Scene, set_scene, town
from sim.bench_sim import our_world, rides, same
from sim.bench_sumo import missing, played
from sim.world.by_rider import NEVER, Ridden, ridden

SCALE = 4.0
MINUTE_US = 60_000_000


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The town's folder."""
    return str(town(tmp_path_factory.mktemp("town")))


@pytest.fixture(scope="module")
def scene(place: str) -> Scene:
    """The town's day."""
    return set_scene(place, SCALE)


@pytest.fixture(scope="module")
def ours(scene: Scene) -> Ridden:
    """The same day in our world."""
    return our_world(scene)[0].ridden


def test_riders_as_processes_get_on_and_off_as_rows_do(scene: Scene, ours: Ridden) -> None:
    plain = ridden(scene.street)
    assert rides(ours) == rides(plain) > 1_000
    assert same(ours, plain) == 1


def test_smaller_buses_are_noticed(scene: Scene, ours: Ridden) -> None:
    """With room for three the same riders wait for the next bus, or for the day after."""
    cramped = ridden(scene.street._replace(room=[3] * len(scene.street.room)))
    assert same(ours, cramped) < 0.9


def test_nobody_gets_off_before_getting_on(scene: Scene) -> None:
    plain = ridden(scene.street)
    rode = plain.in_us != NEVER
    assert (plain.in_us[rode] >= scene.street.come_us[rode]).all()
    assert (plain.out_us[rode] > plain.in_us[rode]).all()


def test_half_a_minute_apart_is_the_same_and_a_whole_one_is_not() -> None:
    one = Ridden(np.array([0, 0, NEVER]), np.array([9, NEVER, NEVER]))
    assert same(one, Ridden(np.array([0, 9, NEVER]), np.array([9, 9, NEVER]))) == 1.0
    assert same(one, Ridden(one.in_us + MINUTE_US, one.out_us)) == 0.0


@pytest.mark.skipif(bool(missing()), reason=f"Eclipse SUMO is {missing()}")
def test_sumo_carries_the_same_riders(scene: Scene, ours: Ridden, tmp_path: Path) -> None:
    """Give or take those who come in the very minute of a last bus."""
    told = played(scene, tmp_path / "sumo")
    waits_us = (ours.in_us - scene.street.come_us)[ours.in_us != NEVER]
    assert abs(told.rides - rides(ours)) <= rides(ours) // 200
    assert told.mean_wait_s == pytest.approx(waits_us.mean() / 1e6, rel=0.1)


def test_the_command_says_what_each_model_did(place: str) -> None:
    rows = {row["what"] for row in ask(f"bench sim --city {place} --scale 1")}
    assert {"our world: rides", "our world against riders as SimPy processes"} <= rows
    assert ("Eclipse SUMO" if missing() else "our world against Eclipse SUMO") in rows
