"""A close that is killed over and over, at any moment, at a named step, at any statement: it ends in the bytes of a calm one.

The calm one is done in a file, so books on a server also end in what books in a file end in. `AFC_KILLS` says how many deaths
on each database, `AFC_SEED` from which seed on.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import databases
import pytest
from closes import STEPS, Step, Town, begin, copied, dying, finish, life, look
from sqlalchemy import Engine, event

KILLS = int(os.environ.get("AFC_KILLS", "9"))
SEED = int(os.environ.get("AFC_SEED", "1"))
KILLS_A_BOOK = 9
STATEMENTS = 140
"""A close asks about as many; a number beyond the last one kills nobody."""


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What a close in a file comes to that nobody disturbs."""
    return finish(begin(tmp_path_factory.mktemp("calm")))


@pytest.fixture(params=databases.KINDS)
def town(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Town]:
    (tmp_path / "town").mkdir()
    with databases.place(request.param, tmp_path) as db:
        yield begin(tmp_path / "town", "" if request.param == "sqlite" else db)


def at_a_step(town: Town, step: Step) -> Callable[[], None]:
    """A close over which the process dies at a named step, unless that lies behind it."""

    def work() -> None:
        setattr(step.into, step.name, dying(step))
        finish(town)

    return work


def at_a_statement(town: Town, number: int) -> Callable[[], None]:
    """A close that ends right before its so-manieth statement; BEGIN and COMMIT of a file are statements, too."""
    asked = [0]

    def count(*_: Any) -> None:
        asked[0] += 1
        if asked[0] == number:
            os.kill(os.getpid(), signal.SIGKILL)

    def work() -> None:
        for name in ("before_cursor_execute", "commit"):
            event.listen(Engine, name, count)
        finish(town)

    return work


def die_once(town: Town, how: str, rng: random.Random, lasts_s: float) -> bool:
    """One life of the house; did it die before the date was closed?"""
    if how == "any moment":
        child = life(lambda: finish(town))
        time.sleep(rng.uniform(0, lasts_s))
        os.kill(child, signal.SIGKILL)
    elif how == "a step":
        child = life(at_a_step(town, rng.choice(STEPS)))
    else:
        child = life(at_a_statement(town, rng.randint(1, STATEMENTS)))
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0


def test_a_killed_close_ends_where_a_calm_one_does(town: Town, calm: dict[str, str], tmp_path: Path) -> None:
    """Somebody stumbles over the cable, night after night."""
    met: Counter[str] = Counter()
    lasts_s = 1.5  # about; later as long as the last one took
    for number in range(-(-KILLS // KILLS_A_BOOK)):
        rng, inside = random.Random(SEED + number), tmp_path / str(number)
        inside.mkdir()
        with copied(town, inside) as house:
            for turn in range(KILLS_A_BOOK):
                how = ("any moment", "a step", "a statement")[turn % 3]
                met[f"killed at {how}"] += die_once(house, how, rng, lasts_s)
                look(house)
            begun = time.monotonic()
            assert finish(house) == calm, f"again with: AFC_SEED={SEED + number} AFC_KILLS={KILLS_A_BOOK}"
            lasts_s = time.monotonic() - begun
            look(house)
    print("\n  " + "  ".join(f"{what} {count:,}" for what, count in sorted(met.items())))
    assert met["killed at a step"]
    assert met["killed at a statement"]
