"""A day of buses the plain way: every rider is a process, who comes, waits, rides and gets off.

A city's day moves riders as columns. This model says the same in as few words as SimPy has for it, with the same timetable,
doors and room, so that either can be held against the other: what they cost, and when each rider tapped. Nobody has a card
here, no reader decides, no tap is written, sealed or sent.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Sequence
from typing import NamedTuple

import numpy as np
import simpy
from numpy.typing import NDArray

from afc.moment import SECOND_US
from sim.world.fleet import LAYOVER_S, Trip
from sim.world.stage import DWELL_FREE_US

Process = Generator[simpy.Event, object, None]
NEVER = -1


class Street(NamedTuple):
    """What is played. Vehicles by number: their trips, room, microseconds a rider needs at the doors, and whether people get on
    while others get off. `calls` are those of each pattern with the time to the next. Riders in the order of coming: when
    (UTC microseconds), and the calls where they get on and off. `zero_us` is when the timetable's clock begins."""

    blocks: Sequence[Sequence[Trip]]
    room: Sequence[int]
    board_us: Sequence[int]
    alight_us: Sequence[int]
    apart: Sequence[bool]
    calls: Sequence[Sequence[tuple[int, int]]]
    zero_us: int
    come_us: NDArray[np.int64]
    on: NDArray[np.int64]
    off: NDArray[np.int64]


class Ridden(NamedTuple):
    """When each rider was in and out again, UTC microseconds; NEVER who found no room and no vehicle."""

    in_us: NDArray[np.int64]
    out_us: NDArray[np.int64]


def ridden(street: Street) -> Ridden:
    """Play every rider and vehicle of a day."""
    day = ByRider(street)
    for rider in range(len(street.come_us)):
        day.env.process(day.rider(rider))
    for vehicle, trips in enumerate(street.blocks):
        if trips:
            day.env.process(day.vehicle(vehicle, trips))
    day.env.run()
    return Ridden(np.array(day.in_us, np.int64), np.array(day.out_us, np.int64))


class ByRider:
    """The queues at stops, those aboard, and what happened to whom."""

    def __init__(self, street: Street) -> None:
        self.street = street
        first = min((trip.departure_s for trips in street.blocks for trip in trips), default=0)
        begins = [street.zero_us + first * SECOND_US, *street.come_us[:1].tolist()]
        self.env = simpy.Environment(initial_time=min(begins))
        self.come_us, self.on, self.off = (column.tolist() for column in (street.come_us, street.on, street.off))
        self.queues: dict[int, deque[simpy.Event]] = {}
        self.aboard: dict[tuple[int, int], list[simpy.Event]] = {}
        self.load = [0] * len(street.blocks)
        self.in_us, self.out_us = [NEVER] * len(self.come_us), [NEVER] * len(self.come_us)

    def rider(self, rider: int) -> Process:
        """Come to the stop, wait to be let in, ride, wait to be let out."""
        env = self.env
        yield env.timeout(self.come_us[rider] - env.now)
        turn = env.event()
        self.queues.setdefault(self.on[rider], deque()).append(turn)
        vehicle = yield turn
        assert isinstance(vehicle, int)
        self.in_us[rider] = int(env.now)
        out = env.event()
        self.aboard.setdefault((vehicle, self.off[rider]), []).append(out)
        yield out
        self.out_us[rider] = int(env.now)

    def vehicle(self, vehicle: int, trips: Sequence[Trip]) -> Process:
        """One vehicle's day: trip after trip, call after call, no longer at a stop than doors and timetable want."""
        env, street = self.env, self.street
        for trip in trips:
            early_us = street.zero_us + trip.departure_s * SECOND_US - env.now
            if early_us > 0:
                yield env.timeout(early_us)
            calls = street.calls[trip.pattern]
            for call, run_us in calls:
                came_us = env.now
                doors_us = yield from self.stop(vehicle, call, last=call == calls[-1][0])
                stay_us = max(run_us, doors_us, run_us + doors_us - DWELL_FREE_US)
                yield env.timeout(max(0, stay_us - (env.now - came_us)))
            yield env.timeout(LAYOVER_S * SECOND_US)

    def stop(self, vehicle: int, call: int, *, last: bool) -> Generator[simpy.Event, object, int]:
        """Let riders out and in; how long the doors were busy."""
        getting_off = self.aboard.pop((vehicle, call), [])
        self.load[vehicle] -= len(getting_off)
        letting_off = self.let_off(vehicle, getting_off)
        if self.street.apart[vehicle]:
            self.env.process(letting_off)
        else:
            yield from letting_off
        n = 0 if last else (yield from self.let_in(vehicle, call))
        return len(getting_off) * self.street.alight_us[vehicle] + n * self.street.board_us[vehicle]

    def let_off(self, vehicle: int, getting_off: list[simpy.Event]) -> Process:
        """Whoever got on last stands nearest to the door."""
        for out in reversed(getting_off):
            yield self.env.timeout(self.street.alight_us[vehicle])
            out.succeed()

    def let_in(self, vehicle: int, call: int) -> Generator[simpy.Event, object, int]:
        """First come first in, one after another, while there is room and somebody is there in time; how many."""
        queue, n = self.queues.setdefault(call, deque()), 0
        while self.load[vehicle] < self.street.room[vehicle]:
            yield self.env.timeout(self.street.board_us[vehicle])
            if not queue:
                break
            queue.popleft().succeed(vehicle)
            self.load[vehicle] += 1
            n += 1
        return n
