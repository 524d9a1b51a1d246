"""Where readers report to: next door, or over two more processes, of which one has the readers' memory and the other the books.

A line leads from the street to the collector's office and another from there to the clearing house, as in a city. What is
signed on one side and verified on the other is worked on at the same time, and every byte is the same as next door.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from multiprocessing.connection import Connection
from typing import Any

from afc.city import City, load_city
from afc.keys import KeyRing, sim_environment
from afc.limits import intake_batches_max
from clearing.intake import Intake
from clearing.store import Store
from sim import world
from sim.children import Children, end_with_parent
from sim.faults import Gateway, Plan
from sim.moments import BUSY_S, patience
from sim.remembered import Remembered
from sim.scenario import Scenario
from sim.world.line import Line, listening

Send = Callable[[Sequence[bytes], int], Iterable[bytes | None]]


@contextmanager
def collector(
    scenario: Scenario, city: City, where: str, store: Store, workers: int, plan: Plan | None
) -> Iterator[Any]:
    """Next door for one worker, in processes of their own for more; or a gateway that cheats."""
    ring = KeyRing.from_seed(scenario.seed, sim_environment(city.id))
    intake = Intake(store, ring, ring.environment)
    if plan:
        yield Gateway(plan, city, ring, sender(intake))
        return
    if workers <= 1:
        yield Remembered(store, sender(intake))
        return
    with house_elsewhere(where, city, scenario.seed) as house:
        office = world.OfficeElsewhere(partial(open_office, scenario.city, scenario.seed, scenario.scale, house))
        house.close()
        try:
            yield office
        finally:
            office.close()


def sender(intake: Intake) -> Callable[[Sequence[bytes], int], list[bytes | None]]:
    """What collectors call: sealed batches in, receipts out; a batch without one is sent again later."""

    def send(batches: Sequence[bytes], now_us: int) -> list[bytes | None]:
        calls = [batches[at : at + intake_batches_max] for at in range(0, len(batches), intake_batches_max)]
        return [answer.receipt for call in calls for answer in intake.take(call, now_us)]

    return send


@contextmanager
def open_office(city_name: str, seed: int, scale: float, house: Connection) -> Iterator[world.Stamping]:
    """The collector's office at the end of a line to the house."""
    city = load_city(city_name)
    ring = KeyRing.from_seed(seed, sim_environment(city.id))
    line = Line(house, "the clearing house")
    try:
        estate = world.Estate(city, city.network, ring, seed, scale)
        yield world.Stamping(ring, world.Office(estate, sender_over(line)))
    finally:
        line.close()


def sender_over(line: Line) -> Send:
    """What collectors call when the house is elsewhere: receipts are waited for only when they are looked at, call by call."""

    def receipts() -> Iterator[bytes | None]:
        yield from line.answer()

    def send(batches: Sequence[bytes], now_us: int) -> Iterator[bytes | None]:
        line.tell(batches, now_us)
        return receipts()

    return send


@contextmanager
def house_elsewhere(where: str, city: City, seed: int) -> Iterator[Connection]:
    """The house's intake in a process of its own with its own connection to the books; the end of the line to it."""
    fresh = Children()
    here, there = fresh.Pipe()
    process = fresh.Process(target=take_in, args=(there, where, city.id, city.digest, seed), daemon=True)
    process.start()
    there.close()
    try:
        yield here
    finally:
        here.close()
        process.join()


def take_in(there: Connection, where: str, city_id: str, digest: str, seed: int) -> None:
    """The house's process: what comes over the line is taken in, and answered with its receipts."""
    end_with_parent()
    ring = KeyRing.from_seed(seed, sim_environment(city_id))
    with (
        listening(there) as told,
        Store.open(where, environment=ring.environment, city=digest, busy_s=BUSY_S, patience=patience) as store,
    ):
        send = Remembered(store, sender(Intake(store, ring, ring.environment)))
        for batches, now_us in told:
            there.send(list(send(batches, now_us)))
