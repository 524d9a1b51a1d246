"""A vehicle at a stop, and at either end of its trip; one call for each visit."""

from __future__ import annotations

from typing import Any

from afc.executor import rule
from sim.world.alight import alight_bus, alight_train
from sim.world.board import board_bus, board_train
from sim.world.stage import NO_ROOM
from sim.world.tapping import has_room, wide, write_trip


@rule
def visit_bus(crowd: Any, desk: Any, vehicles: Any, vehicle: int, call: int, now_us: int) -> int:
    """How long (microseconds) riders need at the doors of a bus at a stop, or NO_ROOM for their taps."""
    v, c = vehicles.rows[vehicle], crowd.calls[call]
    if not has_room(desk, wide(v.load) + wide(v.capacity) + 1):
        return NO_ROOM
    for reader in range(v.reader, v.reader + v.readers):
        desk.readers[reader].stop, desk.readers[reader].stop_seq = c.stop, c.seq
    off_us = alight_bus(crowd, desk, vehicles, vehicle, call, now_us) * v.alight_us
    start_us = now_us if v.readers > 1 else now_us + off_us
    on_us = board_bus(crowd, desk, vehicles, vehicle, call, start_us) * v.board_us
    return int(off_us + on_us)


@rule
def visit_train(crowd: Any, vehicles: Any, vehicle: int, call: int, now_us: int) -> int:
    """The same for a vehicle behind gates."""
    v = vehicles.rows[vehicle]
    off_us = alight_train(crowd, vehicles, vehicle, call, now_us) * v.alight_us
    on_us = board_train(crowd, vehicles, vehicle, call, now_us) * v.board_us
    return int(off_us + on_us)


@rule
def start_trip(desk: Any, vehicles: Any, vehicle: int, route: int, pattern: int, trip: int) -> None:
    """The driver keys in the trip; every reader on board knows it."""
    v = vehicles.rows[vehicle]
    for reader in range(v.reader, v.reader + v.readers):
        r = desk.readers[reader]
        r.route, r.pattern, r.trip = route, pattern, trip


@rule
def end_trip(desk: Any, vehicles: Any, vehicle: int, stop: int, seq: int, now_us: int, metres: int) -> int:
    """The vehicle is at its last stop, and empty; NO_ROOM when that cannot be written."""
    if not has_room(desk, 1):
        return NO_ROOM
    v = vehicles.rows[vehicle]
    assert v.load == 0
    desk.readers[v.reader].stop, desk.readers[v.reader].stop_seq = stop, seq
    write_trip(desk, wide(v.reader), now_us, metres)
    return 0
