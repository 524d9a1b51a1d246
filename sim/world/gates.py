"""The gates of a station.

A gate array is one line before several lanes; a rider goes through the lane that is free first, which is the max-plus rule
worked out rider by rider.
"""

from __future__ import annotations

from typing import Any

from afc.executor import rule
from afc.fares.codes import ENTRY, EXIT, INSUFFICIENT_BALANCE
from afc.fares.state import REFUSED
from sim.demand.journeys import WRONG_GATE
from sim.world.crowd import go_on, send, turn_away
from sim.world.errors import AGAIN, TURNED, back_to_gate, beyond_gate, came_of_it, hold_again
from sim.world.stage import FORGOTTEN, KIOSK_US, LEAVING, PLATFORM, REFUSALS_MAX, SERVED, STUCK
from sim.world.tapping import new_slip, tap, wide


@rule
def at_gates_in(crowd: Any, desk: Any, ground: Any, order: Any, phase: Any) -> None:
    """Through the gates to the platforms; at a stop in the street, straight into the queue."""
    slip = new_slip(ENTRY, 1)
    for i in range(len(order)):
        if phase[i] != SERVED:
            continue
        rider = crowd.travellers[order[i]]
        if crowd.calls[crowd.legs[rider.leg].on].gated == 0:
            phase[i] = PLATFORM
            continue
        lanes = ground.lanes[2 * rider.stop]
        gate = wide(ground.stations[rider.stop].gate_in) + free_lane(lanes) * ground.per_lane
        t_us = through_gate(lanes, ground.lane_us, rider.at_us)
        answer = tap(desk, slip, wide(rider.row), gate, t_us)
        if rider.error == AGAIN:
            came_of_it(desk, WRONG_GATE, answer)
        if answer < REFUSED:
            turn_away(crowd, order[i], answer, t_us)
        else:
            hold_again(crowd, desk, slip, order[i], gate, t_us)
            beyond_gate(crowd, desk, order[i], t_us)


@rule
def at_gates_out(crowd: Any, desk: Any, ground: Any, order: Any, phase: Any) -> None:
    """Out of a station; where gates ask for it, by tapping out, and by way of the kiosk if the purse is short."""
    slip = new_slip(EXIT, 1)
    for i in range(len(order)):
        if phase[i] != LEAVING:
            continue
        rider = crowd.travellers[order[i]]
        station, t_us = ground.stations[rider.stop], rider.at_us
        if station.gate_out >= 0 and (station.must_tap_out == 1 or crowd.legs[rider.leg].taps_out == 1):
            lanes = ground.lanes[2 * rider.stop + 1]
            gate = wide(station.gate_out) + free_lane(lanes) * ground.per_lane
            t_us = through_gate(lanes, ground.lane_us, t_us)
            answer = tap(desk, slip, wide(rider.row), gate, t_us)
            if rider.error == TURNED:
                came_of_it(desk, WRONG_GATE, answer)
            if answer == INSUFFICIENT_BALANCE and rider.refusals < REFUSALS_MAX:
                rider.refusals, rider.phase = rider.refusals + 1, STUCK
                send(crowd, order[i], t_us + KIOSK_US)
                continue
        elif station.gate_out >= 0:
            crowd.tally[FORGOTTEN] += 1
        if rider.error == TURNED:
            back_to_gate(crowd, order[i], t_us)
            continue
        rider.leg += 1
        go_on(crowd, order[i], t_us)


@rule
def through_gate(lanes: Any, lane_us: int, at_us: int) -> int:
    """When a rider who joins the line now has passed: the first free lane, and the time that passing takes."""
    best = free_lane(lanes)
    lanes[best] = max(lanes[best], at_us) + lane_us
    return int(lanes[best])


@rule
def free_lane(lanes: Any) -> int:
    """The lane that is free first."""
    best = 0
    for lane in range(1, len(lanes)):
        if lanes[lane] < lanes[best]:
            best = lane
    return best
