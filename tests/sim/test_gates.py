"""The line before the gates: worked out rider by rider, and played out lane by lane. Both must agree to the microsecond."""

from __future__ import annotations

from collections.abc import Generator

import numpy as np
import simpy
from hypothesis import given
from hypothesis import strategies as st

from afc.executor import compiled
from sim.world.gates import through_gate

LANE_US = 1_600_000


def played_out(arrivals: list[int], lanes: int) -> list[int]:
    """When each rider has passed, with every rider a process and the lanes a resource."""
    env = simpy.Environment()
    gates, passed = simpy.Resource(env, lanes), [0] * len(arrivals)

    def rider(number: int, at_us: int) -> Generator[simpy.Event, None, None]:
        yield env.timeout(at_us)
        with gates.request() as turn:
            yield turn
            yield env.timeout(LANE_US)
        passed[number] = int(env.now)

    for number, at_us in enumerate(arrivals):
        env.process(rider(number, at_us))
    env.run()
    return passed


@given(
    gaps_us=st.lists(st.sampled_from([0, 1, 400_000, LANE_US - 1, LANE_US, LANE_US + 1, 9_000_000]), max_size=60),
    lanes=st.integers(1, 5),
)
def test_the_first_free_lane_is_taken_in_the_order_of_coming(gaps_us: list[int], lanes: int) -> None:
    arrivals = np.cumsum(gaps_us, dtype=np.int64).tolist()
    free = np.zeros(lanes, np.int64)
    assert [compiled(through_gate)(free, LANE_US, at_us) for at_us in arrivals] == played_out(arrivals, lanes)
