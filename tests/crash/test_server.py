"""The same crash loop with the books on a server: the house dies, its connections are cut, or the server itself is killed.

`AFC_KILLS` says how many times, `AFC_SEED` from which seed on.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import databases
import pytest
from databases import name_in, server
from lives import HOUSE_POINTS, Fate
from loops import LIFE_S, House

KILLS = int(os.environ.get("AFC_KILLS", "9"))
SEED = int(os.environ.get("AFC_SEED", "1"))
CALLS = 20


@pytest.fixture
def where() -> Iterator[str]:
    with databases.place("postgresql", Path()) as place:
        yield place


def test_no_receipt_is_lost_on_a_server(tmp_path: Path, where: str) -> None:
    """The night shift pulls the plug of the house, of the network, and of the database, in turn."""
    house = House(tmp_path, SEED, where=where)
    for turn in range(KILLS):
        point = ("the house", "its connections", "the server")[turn % 3]
        if point == "the house":
            fate = Fate(HOUSE_POINTS[turn // 3 % len(HOUSE_POINTS)], house.rng.randint(1, 12))
            house.met[f"killed: {point}, {fate.point}"] += house.live(fate)
        else:
            house.may_wait = True
            strike = partial(cut, where) if point == "its connections" else server().crash
            died = house.live(None, house.rng.uniform(0, 3 * LIFE_S), CALLS, strike)
            if point == "the server":
                server().start()
            assert not died, "a house outlives its server"
            house.may_wait = False
            house.met[f"killed: {point}"] += 1
        house.look()
    house.come_to_rest(tmp_path)
    print()
    for what, count in sorted(house.met.items()):
        print(f"  {what:<40}{count:>8,}")
    assert house.met["DUPLICATE"], "readers did send again"


def cut(where: str) -> None:
    """Every connection to these books ends."""
    server().ask(f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{name_in(where)}'")
