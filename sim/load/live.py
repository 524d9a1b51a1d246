"""What a load is doing now, on stderr, four times a second, where somebody watches."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import numpy as np
from rich.console import Console
from rich.live import Live
from rich.table import Table

from sim.load.latency import spread
from sim.load.pace import Pace

EVERY_S = 0.25


@asynccontextmanager
async def watched(pace: Pace, quiet: bool) -> AsyncIterator[None]:
    """A table that goes when the load is over."""
    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield
        return
    with Live(console=console, transient=True, auto_refresh=False) as live:

        async def show() -> None:
            while True:
                await asyncio.sleep(EVERY_S)
                live.update(frame(pace), refresh=True)

        showing = asyncio.create_task(show())
        try:
            yield
        finally:
            showing.cancel()


def frame(pace: Pace) -> Table:
    """The table as it is now."""
    last, counts = spread(np.array(pace.recent)), (len(pace.plan.due_s), pace.offered, pace.answered)
    table = Table("time", "due", "sent", "answered", "on the way", "again", "p50", "p99")
    cells = [f"{count:,}" for count in (*counts, pace.offered - pace.answered, pace.retried)]
    table.add_row(f"{pace.now_s:,.0f} s", *cells, f"{last.p50:,.1f} ms", f"{last.p99:,.1f} ms")
    return table
