"""Getting off: to the street, to another platform, or to the gates."""

from __future__ import annotations

from typing import Any

from afc.executor import rule
from afc.fares.codes import EXIT
from afc.moment import SECOND_US
from sim.demand.journeys import WRONG_LINE
from sim.world.crowd import go_on, send
from sim.world.errors import came_of_it, gets_off_astray
from sim.world.stage import FORGOTTEN, GATE_WALK_US, LEAVING, PLATFORM
from sim.world.tapping import new_slip, tap, wide


@rule
def alight_bus(crowd: Any, desk: Any, vehicles: Any, vehicle: int, call: int, now_us: int) -> int:
    """Everybody bound for this stop gets off, tapping out or not; how many."""
    v, c = vehicles.rows[vehicle], crowd.calls[call]
    j, n, people = wide(vehicles.aboard[vehicle, c.seq]), 0, 0
    vehicles.aboard[vehicle, c.seq] = -1
    slip = new_slip(EXIT, 1)
    while j >= 0:
        rider = crowd.travellers[j]
        following = wide(rider.next)
        n, people = n + 1, people + rider.party
        if v.taps_out == 1 and crowd.legs[rider.leg].taps_out == 1:
            doors = vehicles.outs[v.service, desk.cards[rider.row].medium]
            reader = wide(v.reader) + wide(doors[1 + n % doors[0]])
            answer = tap(desk, slip, wide(rider.row), reader, now_us + n * v.alight_us)
            if gets_off_astray(crowd, j):
                came_of_it(desk, WRONG_LINE, answer)
        elif v.taps_out == 1:
            crowd.tally[FORGOTTEN] += 1
        rider.leg += 1
        go_on(crowd, j, now_us + n * v.alight_us)
        j = following
    v.load -= people
    return n


@rule
def alight_train(crowd: Any, vehicles: Any, vehicle: int, call: int, now_us: int) -> int:
    """Everybody bound for this station gets off: to the next platform of the same paid area, or to the gates."""
    v, c = vehicles.rows[vehicle], crowd.calls[call]
    j, n = wide(vehicles.aboard[vehicle, c.seq]), 0
    vehicles.aboard[vehicle, c.seq] = -1
    while j >= 0:
        rider = crowd.travellers[j]
        following = wide(rider.next)
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
