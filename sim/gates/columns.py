"""The same riders as columns: the very rule by which a city's day passes its gates, rider after rider in the order of coming.

It knows one line and no failures. A failed gate is therefore told to it as one that is never free again; the moment for that is
when it would begin with somebody at or after its failure.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from afc.executor import compiled
from sim.world.gates import free_lane, through_gate
from sim.world.microscopic import Failure, Passages

NEVER_US = 1 << 62
"""When a gate that failed is free again."""


def worked_out(
    arrival_us: NDArray[np.int64], service_us: NDArray[np.int64], gates: int, failures: Sequence[Failure] = ()
) -> Passages:
    """Work every rider out, from one line. `arrival_us` (n, sorted, from 0) and `service_us` (n) are microseconds."""
    free_us, ends, at = np.zeros(gates, np.int64), [], []
    first, through = compiled(free_lane), compiled(through_gate)
    for come_us, takes_us in zip(arrival_us.tolist(), service_us.tolist(), strict=True):
        for failure in failures:
            if max(int(free_us[failure.gate]), come_us) >= failure.from_us:
                free_us[failure.gate] = NEVER_US
        at.append(first(free_us))
        ends.append(through(free_us, takes_us, come_us))
    end_us = np.array(ends, np.int64)
    return Passages(arrival_us, end_us - service_us, end_us, np.array(at, np.int64))
