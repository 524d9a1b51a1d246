"""At a stop: riders get off, riders get on, and the doors close.

One call for each visit of a vehicle to a stop. In a bus the reader decides at the door, and whoever is refused does not
ride; behind gates nobody taps on board.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from afc.executor import rule
from afc.fares.charge import ENTRY, EXIT
from sim.world.crowd import go_on, send, turn_away
from sim.world.stage import (
    BOARDED,
    FORGOTTEN,
    FULLEST,
    GATE_WALK_US,
    LEAVING,
    LEFT_BEHIND,
    NO_ROOM,
    PLATFORM,
    SECOND_US,
    TAPS,
    WAIT_BIN_US,
    WAIT_BINS,
    WAITED,
)
from sim.world.tapping import ANSWERS, ROWS, TIMES, present_all, tap, write_trip


@rule
def visit_bus(crowd: Any, desk: Any, vehicles: Any, vehicle: int, call: int, now_us: int) -> int:
    """How long (microseconds) riders need at the doors of a bus at a stop, or NO_ROOM for their taps."""
    v, c = vehicles.rows[vehicle], crowd.calls[call]
    if desk.tally[TAPS] + v.load + v.capacity + 1 > len(desk.taps):
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
def alight_bus(crowd: Any, desk: Any, vehicles: Any, vehicle: int, call: int, now_us: int) -> int:
    """Everybody bound for this stop gets off, tapping out or not; how many."""
    v, c = vehicles.rows[vehicle], crowd.calls[call]
    j, n = np.int64(vehicles.aboard[vehicle, c.seq]), 0
    vehicles.aboard[vehicle, c.seq] = -1
    slip = np.zeros((4, 1), np.int64)
    while j >= 0:
        rider = crowd.travellers[j]
        following = np.int64(rider.next)
        n += 1
        if v.taps_out == 1 and crowd.legs[rider.leg].taps_out == 1:
            reader = v.reader + 1 + n % (v.readers - 1) if v.readers > 1 else v.reader
            tap(desk, slip, np.int64(rider.row), np.int64(reader), EXIT, now_us + n * v.alight_us, 0, 0)
        elif v.taps_out == 1:
            crowd.tally[FORGOTTEN] += 1
        rider.leg += 1
        go_on(crowd, j, now_us + n * v.alight_us)
        j = following
    v.load -= n
    return n


@rule
def alight_train(crowd: Any, vehicles: Any, vehicle: int, call: int, now_us: int) -> int:
    """Everybody bound for this station gets off: to the next platform of the same paid area, or to the gates."""
    v, c = vehicles.rows[vehicle], crowd.calls[call]
    j, n = np.int64(vehicles.aboard[vehicle, c.seq]), 0
    vehicles.aboard[vehicle, c.seq] = -1
    while j >= 0:
        rider = crowd.travellers[j]
        following = np.int64(rider.next)
        n += 1
        t_us, on = now_us + n * v.alight_us, rider.leg + 1
        rider.stop = c.stop
        if on < rider.end and crowd.legs[on].inside == 1:
            rider.phase, rider.leg = PLATFORM, on
            send(crowd, j, t_us + crowd.legs[on].walk_s * SECOND_US)
        elif v.taps_out == 0:
            rider.leg = on
            go_on(crowd, j, t_us + GATE_WALK_US)
        else:
            rider.phase = LEAVING
            send(crowd, j, t_us + GATE_WALK_US)
        j = following
    v.load -= n
    return n


@rule
def board_bus(crowd: Any, desk: Any, vehicles: Any, vehicle: int, call: int, start_us: int) -> int:
    """Let in who has come to the stop, first come first in, while there is room and the reader accepts; how many."""
    v, c = vehicles.rows[vehicle], crowd.calls[call]
    n = 0
    while True:
        ready = count_ready(crowd, np.int64(c.head), v.capacity - v.load, start_us + n * v.board_us, v.board_us)
        if ready == 0:
            break
        slip = np.zeros((4, ready), np.int64)
        j = np.int64(c.head)
        for i in range(ready):
            slip[ROWS, i], slip[TIMES, i] = crowd.travellers[j].row, start_us + (n + i + 1) * v.board_us
            j = np.int64(crowd.travellers[j].next)
        present_all(desk, slip, np.int64(v.reader), ENTRY, 0)
        for i in range(ready):
            j = np.int64(c.head)
            c.head = crowd.travellers[j].next
            if slip[ANSWERS, i] < 0:
                turn_away(crowd, j, slip[ANSWERS, i], slip[TIMES, i])
            else:
                take_place(crowd, vehicles.aboard, vehicle, call, j, slip[TIMES, i])
                v.load += 1
        n += ready
    close_doors(crowd, v, call, n, start_us)
    return n


@rule
def board_train(crowd: Any, vehicles: Any, vehicle: int, call: int, now_us: int) -> int:
    """Let in who has come to the platform, first come first in, while there is room; how many."""
    v, c = vehicles.rows[vehicle], crowd.calls[call]
    ready = count_ready(crowd, np.int64(c.head), v.capacity - v.load, now_us, v.board_us)
    for i in range(ready):
        j = np.int64(c.head)
        c.head = crowd.travellers[j].next
        take_place(crowd, vehicles.aboard, vehicle, call, j, now_us + (i + 1) * v.board_us)
    v.load += ready
    close_doors(crowd, v, call, ready, now_us)
    return int(ready)


@rule
def count_ready(crowd: Any, head: int, room: int, now_us: int, each_us: int) -> int:
    """How many from the head of a queue get in, each being there when it is their turn."""
    n = 0
    while head >= 0 and n < room and crowd.travellers[head].at_us <= now_us + (n + 1) * each_us:
        head = np.int64(crowd.travellers[head].next)
        n += 1
    return n


@rule
def take_place(crowd: Any, aboard: Any, vehicle: int, call: int, j: int, t_us: int) -> None:
    """Aboard, among those who get off at the same stop; the wait is over."""
    rider, c = crowd.travellers[j], crowd.calls[call]
    waited = min((t_us - rider.at_us) // WAIT_BIN_US, WAIT_BINS - 1)
    crowd.tally[WAITED + c.service * WAIT_BINS + waited] += 1
    crowd.tally[BOARDED] += 1
    seat = crowd.legs[rider.leg].off - call + c.seq
    rider.next = aboard[vehicle, seat]
    aboard[vehicle, seat] = j


@rule
def close_doors(crowd: Any, v: Any, call: int, n: int, start_us: int) -> None:
    """Note how full it is, and whoever is left behind for want of room."""
    crowd.tally[FULLEST] = max(crowd.tally[FULLEST], v.load)
    if v.load < v.capacity:
        return
    j = np.int64(crowd.calls[call].head)
    while j >= 0 and crowd.travellers[j].at_us <= start_us + n * v.board_us:
        crowd.tally[LEFT_BEHIND] += 1
        j = np.int64(crowd.travellers[j].next)


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
    if desk.tally[TAPS] + 1 > len(desk.taps):
        return NO_ROOM
    v = vehicles.rows[vehicle]
    assert v.load == 0
    desk.readers[v.reader].stop, desk.readers[v.reader].stop_seq = stop, seq
    write_trip(desk, np.int64(v.reader), now_us, metres)
    return 0
