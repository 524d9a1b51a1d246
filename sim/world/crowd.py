"""The crowd: how a rider passes from one list to the next."""

from __future__ import annotations

from typing import Any

from afc.executor import rule
from afc.fares.codes import INSUFFICIENT_BALANCE, PASS_DAY_LIMIT
from afc.moment import SECOND_US
from sim.world.stage import ARRIVED, GAVE_UP, KIOSK_US, OUTSIDE, REFUSALS_MAX, TICK_US, TO_KIOSK


@rule
def send(crowd: Any, j: int, at_us: int) -> None:
    """Note when a rider on foot arrives next; after the day's last half-minute nobody looks any more."""
    rider = crowd.travellers[j]
    tick = min((at_us - crowd.day_us) // TICK_US, len(crowd.moving) - 1)
    rider.at_us, rider.next = at_us, crowd.moving[tick]
    crowd.moving[tick] = j


@rule
def go_on(crowd: Any, j: int, t_us: int) -> None:
    """Out in the street: walk to the next leg, or be there."""
    rider = crowd.travellers[j]
    if rider.leg < rider.end:
        rider.phase = OUTSIDE
        send(crowd, j, t_us + crowd.legs[rider.leg].walk_s * SECOND_US)
    else:
        crowd.riding[rider.row] = 0
        crowd.tally[ARRIVED] += 1


@rule
def turn_away(crowd: Any, j: int, answer: int, t_us: int) -> None:
    """Refused: with too little money, off to the kiosk and back in the queue; a second time, or for any other reason, home."""
    rider = crowd.travellers[j]
    rider.refusals += 1
    if answer in (INSUFFICIENT_BALANCE, PASS_DAY_LIMIT) and rider.refusals < REFUSALS_MAX:
        rider.phase = TO_KIOSK
        send(crowd, j, t_us + KIOSK_US)
    else:
        crowd.riding[rider.row] = 0
        crowd.tally[GAVE_UP] += 1


@rule
def join_queue(crowd: Any, j: int) -> None:
    """Stand at the end of the queue for the line of the leg."""
    rider = crowd.travellers[j]
    c = crowd.calls[crowd.legs[rider.leg].on]
    rider.next = -1
    if c.head < 0:
        c.head = j
    else:
        crowd.travellers[c.tail].next = j
    c.tail = j
