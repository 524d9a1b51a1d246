"""The generator's own ceiling: how many batches a second it sends to a server that answers at once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import numpy as np

from sim.load.door import null_door
from sim.load.pace import Pace
from sim.load.plan import Plan
from sim.load.pool import devices_in

MEASURE_S, SENDINGS = 2.0, 50_000


def ceiling(batches: Sequence[bytes], connections: int) -> float:
    """Batches a second, measured with these batches over so many connections for some seconds; all are due at once."""
    n = np.zeros(SENDINGS, np.int64)
    plan = Plan(n.astype(float), np.arange(SENDINGS) % len(batches), n, n.astype(bool), {})
    pace = Pace(plan, batches, devices_in(batches).tolist())

    async def run() -> None:
        async with door.links() as open_link:
            await pace.run(open_link, connections, MEASURE_S)

    with null_door() as door:
        asyncio.run(run())
    return pace.answered / pace.ended_s
