"""A load, from the pool to the verdicts."""

from __future__ import annotations

import asyncio
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from clearing.house import BOOKS
from sim.demand.chance import child
from sim.load.checks import custody, log_end, unexplained_minor
from sim.load.door import Door, null_door, reception_door
from sim.load.elsewhere import elsewhere
from sim.load.faults import NONE, Faults
from sim.load.live import watched
from sim.load.offer import Offer
from sim.load.own import begun, clock_of, own_door, shifted
from sim.load.pace import Pace
from sim.load.plan import plan_of
from sim.load.pool import Pool, devices_in
from sim.load.result import facts_of
from sim.load.way import HERE, MONEY, NULL, Way
from sim.progress import showing
from sim.scenario import Scenario


class Ready(NamedTuple):
    """A pool, the door, where the house is our own its folder and a copy of it as it was before, and what it receipted."""

    pool: Pool
    door: Door
    receipted: list[bytes]
    home: Path | None = None
    before: Path | None = None


@contextmanager
def prepared(scenario: Scenario, way: Way, quiet: bool) -> Iterator[Ready]:
    """Open the door; a house of our own goes away again with its folder."""
    with tempfile.TemporaryDirectory(prefix="afc-load-") as folder, ExitStack() as stack:
        home = Path(folder) / "house"
        home.mkdir()
        if "://" in way.to:
            yield Ready(*elsewhere(scenario, way, quiet), [])
            return
        with showing(quiet) as progress:
            progress("learn the network", 0.0)
            pool = begun(scenario, home)
        if way.to == NULL:
            yield Ready(pool, stack.enter_context(null_door()), [])
            return
        before = Path(shutil.copytree(home, Path(folder) / "before"))
        if way.to == HERE:
            clock = shifted(clock_of(scenario, scenario.load()))
            yield Ready(pool, reception_door(home / BOOKS, pool.ring, clock), [], home, before)
            return
        yield Ready(pool, stack.enter_context(own_door(pool, home / BOOKS)), [], home, before)


def load(
    ready: Ready, offer: Offer, way: Way, faults: Faults = NONE, *, money: bool = False, quiet: bool = True
) -> dict[str, Any]:  # fmt: skip
    """Offer the next batches of the pool, and tell what became of them."""
    pool, door = ready.pool, ready.door
    with showing(quiet) as progress:
        batches = pool.take(offer.taps, faults.outage, progress)
    plan = plan_of(offer, faults, batches, child(pool.scenario.seed, "load", str(pool.taken)))
    pace = Pace(plan, batches, devices_in(batches).tolist())
    after = log_end(door.books) if door.books and money else 0
    asyncio.run(play(pace, door, way, quiet))
    with showing(quiet) as progress:
        progress("look at what the house has", 0.0)
        found = custody(pace, pool.ring, door)
        facts = facts_of(pace, found)
        ready.receipted.extend(batches[batch] for batch in found.receipted)
        if money:
            progress("close, and close again at leisure", 0.0)
            facts["metrics"][MONEY] = unexplained_minor(pace, found, door.books, after) + closed_minor(ready)
    return facts


def closed_minor(ready: Ready) -> int:
    """Minor units that a house of our own posts otherwise than it would at leisure."""
    from sim.load.closing import closed_otherwise_minor

    if not ready.home or not ready.before:
        return 0
    return closed_otherwise_minor(ready.pool, ready.before, ready.home, ready.receipted)


async def play(pace: Pace, door: Door, way: Way, quiet: bool) -> None:
    """Run the pace; Ctrl-C stops what is offered, and what is on its way is waited for."""
    async with door.links() as open_link, watched(pace, quiet):
        with interruptible(pace.stop):
            await pace.run(open_link, way.connections, way.drain_s)


@contextmanager
def interruptible(stop: Callable[[], None]) -> Iterator[None]:
    """The first Ctrl-C stops; the second interrupts, as always. Nothing changes outside the main thread."""
    loop = asyncio.get_running_loop()

    def once() -> None:
        loop.remove_signal_handler(signal.SIGINT)
        stop()

    try:
        loop.add_signal_handler(signal.SIGINT, once)
    except (ValueError, RuntimeError, NotImplementedError):
        yield
        return
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGINT)
