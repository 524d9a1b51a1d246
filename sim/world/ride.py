"""A vehicle at a stop, and at either end of its trip; one call for each visit."""

from __future__ import annotations

from typing import Any

from afc.executor import rule
from afc.limits import tap_group_max
from sim.world.alight import alight_bus, alight_train
from sim.world.board import board_bus, board_train
from sim.world.stage import NO_ROOM, TAPS
from sim.world.tapping import CASH, LOG_ON, TRIP, has_room, wide, write_alone

MILLION = 1_000_000


@rule
def visit_bus(crowd: Any, desk: Any, vehicles: Any, vehicle: int, call: int, now_us: int) -> int:
    """How long (microseconds) riders need at the doors of a bus at a stop, or NO_ROOM for their taps."""
    v, c = vehicles.rows[vehicle], crowd.calls[call]
    if not has_room(desk, wide(v.load) + (2 + crowd.errs) * wide(v.capacity) + 3):
        return NO_ROOM
    for reader in range(v.reader, v.reader + v.readers):
        desk.readers[reader].stop, desk.readers[reader].stop_seq = c.stop, c.seq
    off_us = alight_bus(crowd, desk, vehicles, vehicle, call, now_us) * v.alight_us
    start_us = now_us if v.apart == 1 else now_us + off_us
    n = board_bus(crowd, desk, vehicles, vehicle, call, start_us)
    if v.cash > 0:
        take_cash(desk, v, n, start_us + n * v.board_us)
    return int(off_us + n * v.board_us)


@rule
def take_cash(desk: Any, v: Any, n: int, now_us: int) -> None:
    """Beside `n` riders with cards others paid the driver, who keys in how many; they are counted and take no place."""
    paid = 0
    for _ in range(n):
        v.chance = v.chance * 48_271 % 2_147_483_647  # MINSTD, whose products fit into 64 bits
        paid += (v.cash + v.chance % MILLION) // MILLION
    while paid > 0:
        party = min(paid, tap_group_max)
        write_alone(desk, wide(v.reader), CASH, now_us, party, party * wide(v.cash_fare), 0)
        paid -= party


@rule
def visit_train(crowd: Any, vehicles: Any, vehicle: int, call: int, now_us: int) -> int:
    """The same for a vehicle behind gates."""
    v = vehicles.rows[vehicle]
    off_us = alight_train(crowd, vehicles, vehicle, call, now_us) * v.alight_us
    on_us = board_train(crowd, vehicles, vehicle, call, now_us) * v.board_us
    return int(off_us + on_us)


@rule
def start_trip(
    desk: Any, vehicles: Any, vehicle: int, route: int, pattern: int, trip: int, stop: int, driver: int, now_us: int
) -> int:
    """The driver keys in number and trip, every reader on board knows it; NO_ROOM when that cannot be written."""
    if desk.tally[TAPS] + 1 > len(desk.taps):
        return NO_ROOM
    v = vehicles.rows[vehicle]
    for reader in range(v.reader, v.reader + v.readers):
        r = desk.readers[reader]
        r.route, r.pattern, r.trip, r.stop, r.stop_seq = route, pattern, trip, stop, 0
    write_alone(desk, wide(v.reader), LOG_ON, now_us, 0, 0, driver)
    return 0


@rule
def end_trip(desk: Any, vehicles: Any, vehicle: int, stop: int, seq: int, now_us: int, metres: int) -> int:
    """The vehicle is at its last stop, and empty; NO_ROOM when that cannot be written."""
    if not has_room(desk, 1):
        return NO_ROOM
    v = vehicles.rows[vehicle]
    assert v.load == 0
    desk.readers[v.reader].stop, desk.readers[v.reader].stop_seq = stop, seq
    write_alone(desk, wide(v.reader), TRIP, now_us, 0, metres, 0)
    return 0
