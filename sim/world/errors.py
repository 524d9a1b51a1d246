"""What riders do by mistake, where it meets readers: a card held twice, a wrong gate, a ride on a wrong line.

Each is counted, with what the readers made of the taps from then on until the rider is on the way again: refusals by their
reason, and money by the rule that asked for it. The tap of the mistake itself stands for the one that was meant.
"""

from __future__ import annotations

from typing import Any

from afc.executor import rule
from afc.fares.state import REFUSED
from afc.moment import SECOND_US
from sim.demand.journeys import AS_MEANT, TWICE, WRONG_GATE, WRONG_LINE
from sim.world.crowd import send
from sim.world.stage import ERRED, ERROR_WIDTH, GATE_WALK_US, LEAVING, PLATFORM, REASONS, SERVED
from sim.world.tapping import tap, wide

TURNED, AGAIN = 4, 5
"""Later in the wrong gate: inside, on the way out; outside, about to go in once more."""
TURN_US = 120 * SECOND_US
"""From the gate to where the mistake is seen, and back to the gates."""


@rule
def erred(tally: Any, error: int) -> None:
    """Somebody makes a mistake."""
    tally[ERRED + (error - 1) * ERROR_WIDTH] += 1


@rule
def came_of_it(desk: Any, error: int, answer: int) -> None:
    """What the reader said at a tap that only a mistake made necessary; its reasons are still on the desk."""
    first = ERRED + (error - 1) * ERROR_WIDTH
    if answer < REFUSED:
        desk.tally[first + REFUSED - answer] += 1
        return
    for i in range(len(desk.scratch.lines)):
        if desk.scratch.lines[i, 0] > 0:
            desk.tally[first + REASONS + desk.scratch.lines[i, 0]] += desk.scratch.lines[i, 1]


@rule
def hold_again(crowd: Any, desk: Any, slip: Any, j: int, reader: int, t_us: int) -> None:
    """Whoever is about to holds the card to the same reader once more, before anybody or anything else is written there."""
    rider = crowd.travellers[j]
    if rider.error == TWICE:
        rider.error = AS_MEANT
        erred(desk.tally, TWICE)
        came_of_it(desk, TWICE, tap(desk, slip, wide(rider.row), reader, t_us))


@rule
def beyond_gate(crowd: Any, desk: Any, j: int, t_us: int) -> None:
    """Let in: to the platform, or, at the wrong gate, out again."""
    rider = crowd.travellers[j]
    if rider.error == WRONG_GATE:
        rider.error, rider.phase = TURNED, LEAVING
        erred(desk.tally, WRONG_GATE)
        send(crowd, j, t_us + TURN_US)
        return
    if rider.error == AGAIN:
        rider.error = AS_MEANT
    rider.phase = PLATFORM
    send(crowd, j, t_us + GATE_WALK_US)


@rule
def back_to_gate(crowd: Any, j: int, t_us: int) -> None:
    """Out of the wrong gate, and round to the right one."""
    rider = crowd.travellers[j]
    rider.error, rider.phase = AGAIN, SERVED
    send(crowd, j, t_us + GATE_WALK_US)


@rule
def gets_in_astray(crowd: Any, j: int) -> bool:
    """Does this boarding, of the way back or of the line that was meant, only follow from a ride on a wrong line?"""
    rider = crowd.travellers[j]
    return bool(rider.error == WRONG_LINE and 0 < rider.leg - rider.first <= 2)


@rule
def gets_off_astray(crowd: Any, j: int) -> bool:
    """Does a ride end here that leads away from the way that was meant, or back to it?"""
    rider = crowd.travellers[j]
    return bool(rider.error == WRONG_LINE and rider.leg - rider.first < 2)
