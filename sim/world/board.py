"""Getting on: first come, first in, while there is room.

In a bus the reader decides at the door, and whoever is refused does not ride; behind gates nobody taps on board.
"""

from __future__ import annotations

from typing import Any

from afc.executor import rule
from afc.fares.codes import ENTRY
from afc.fares.state import REFUSED
from sim.demand.journeys import AS_MEANT, WRONG_LINE
from sim.world.crowd import turn_away
from sim.world.errors import came_of_it, erred, gets_in_astray, hold_again
from sim.world.stage import BOARDED, FULLEST, LEFT_BEHIND, WAIT_BIN_US, WAIT_BINS, WAITED
from sim.world.tapping import ANSWERS, PARTY, ROWS, TIMES, new_slip, present_slip, wide


@rule
def board_bus(crowd: Any, desk: Any, vehicles: Any, vehicle: int, call: int, start_us: int) -> int:
    """Let in who has come to the stop, first come first in, while there is room and the reader accepts; how many."""
    v, c = vehicles.rows[vehicle], crowd.calls[call]
    n = 0
    while True:
        ready = count_ready(crowd, wide(c.head), v.capacity - v.load, start_us + n * v.board_us, v.board_us)
        if ready == 0:
            break
        j = wide(c.head)
        reader, party = door_in(vehicles.ins, v, desk.cards, wide(crowd.travellers[j].row)), crowd.travellers[j].party
        ready = count_alike(crowd, desk.cards, vehicles.ins, v, j, ready, reader, wide(party))
        slip = new_slip(ENTRY, ready)
        slip[PARTY, 0] = party
        for i in range(ready):
            slip[ROWS, i], slip[TIMES, i] = crowd.travellers[j].row, start_us + (n + i + 1) * v.board_us
            j = wide(crowd.travellers[j].next)
        present_slip(desk, slip, reader)
        for i in range(ready):
            j, answer, t_us = wide(c.head), slip[ANSWERS, i], slip[TIMES, i]
            c.head = crowd.travellers[j].next
            if gets_in_astray(crowd, j):
                came_of_it(desk, WRONG_LINE, answer)
            if answer < REFUSED:
                turn_away(crowd, j, answer, t_us)
            else:
                take_place(crowd, vehicles.aboard, vehicle, call, j, t_us)
                v.load += party
                hold_again(crowd, desk, slip, j, reader, t_us)
        n += ready
    close_doors(crowd, v, call, n, start_us)
    return n


@rule
def board_train(crowd: Any, vehicles: Any, vehicle: int, call: int, now_us: int) -> int:
    """Let in who has come to the platform, first come first in, while there is room; how many."""
    v, c = vehicles.rows[vehicle], crowd.calls[call]
    ready = count_ready(crowd, wide(c.head), v.capacity - v.load, now_us, v.board_us)
    for i in range(ready):
        j = wide(c.head)
        c.head = crowd.travellers[j].next
        take_place(crowd, vehicles.aboard, vehicle, call, j, now_us + (i + 1) * v.board_us)
    v.load += ready
    close_doors(crowd, v, call, ready, now_us)
    return int(ready)


@rule
def count_ready(crowd: Any, head: int, room: int, now_us: int, each_us: int) -> int:
    """How many from the head of a queue get in, each being there when it is their turn."""
    n = 0
    while head >= 0 and crowd.travellers[head].at_us <= now_us + (n + 1) * each_us:
        room -= crowd.travellers[head].party
        if room < 0:
            break
        head = wide(crowd.travellers[head].next)
        n += 1
    return n


@rule
def door_in(ins: Any, v: Any, cards: Any, row: int) -> int:
    """The reader at which a card is tapped in: where several take it, its holder has a habit."""
    doors = ins[v.service, cards[row].medium]
    return wide(v.reader) + wide(doors[1 + row % doors[0]])


@rule
def count_alike(crowd: Any, cards: Any, ins: Any, v: Any, j: int, most: int, reader: int, party: int) -> int:
    """How many from the head of a queue, at most `most`, go to the same reader with as many companions; whoever makes a mistake
    goes alone, for what the reader says of it stays on the desk until the next."""
    if crowd.travellers[j].error != AS_MEANT:
        return 1
    for n in range(most):
        rider = crowd.travellers[j]
        if rider.error != AS_MEANT:
            return n
        if rider.party != party or door_in(ins, v, cards, wide(rider.row)) != reader:
            return n
        j = wide(rider.next)
    return most


@rule
def take_place(crowd: Any, aboard: Any, vehicle: int, call: int, j: int, t_us: int) -> None:
    """Aboard, among those who get off at the same stop; the wait is over."""
    rider, c = crowd.travellers[j], crowd.calls[call]
    waited = min((t_us - rider.at_us) // WAIT_BIN_US, WAIT_BINS - 1)
    crowd.tally[WAITED + c.service * WAIT_BINS + waited] += 1
    crowd.tally[BOARDED] += 1
    if rider.error == WRONG_LINE and rider.leg == rider.first:
        erred(crowd.tally, WRONG_LINE)
    seat = crowd.legs[rider.leg].off - call + c.seq
    rider.next = aboard[vehicle, seat]
    aboard[vehicle, seat] = j


@rule
def close_doors(crowd: Any, v: Any, call: int, n: int, start_us: int) -> None:
    """Note how full it is, and whoever is left behind for want of room."""
    crowd.tally[FULLEST] = max(crowd.tally[FULLEST], v.load)
    if v.load < v.capacity:
        return
    j = wide(crowd.calls[call].head)
    while j >= 0 and crowd.travellers[j].at_us <= start_us + n * v.board_us:
        crowd.tally[LEFT_BEHIND] += 1
        j = wide(crowd.travellers[j].next)
