"""On foot: everybody who arrives somewhere, half a minute at a time for the whole city.

Riders are taken in the order of arrival, so kiosks and gates number their taps in the order of time, and queues are in the
order of coming.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from afc.executor import rule
from sim.world.crowd import join_queue, send
from sim.world.gates import at_gates_in, at_gates_out
from sim.world.kiosks import at_kiosks, pass_is_due
from sim.world.stage import (
    ABANDONED,
    BUSY,
    BUSY_US,
    MISSED_TOP_UPS,
    NO_ROOM,
    OUTSIDE,
    PLATFORM,
    SERVED,
    TO_KIOSK,
    TRIES_MAX,
)
from sim.world.tapping import has_room, wide

NOTHING = -1
"""Instead of a phase: this rider has been dealt with in this half-minute."""


@rule
def walk(crowd: Any, desk: Any, ground: Any, tick: int) -> int:
    """Everybody who arrives somewhere in this half-minute; how many, or NO_ROOM for their taps."""
    order = who_arrives(crowd, tick)
    if not has_room(desk, 2 * len(order)):
        return NO_ROOM
    crowd.moving[tick] = -1
    phase = np.empty(len(order), np.int64)
    for i in range(len(order)):
        phase[i] = crowd.travellers[order[i]].phase
    look_around(crowd, desk.cards, desk.rates, ground, order, phase)
    at_kiosks(crowd, desk, ground, order, phase)
    at_gates_out(crowd, desk, ground, order, phase)
    at_gates_in(crowd, desk, ground, order, phase)
    for i in range(len(order)):
        if phase[i] == PLATFORM:
            join_queue(crowd, order[i])
    return len(order)


@rule
def who_arrives(crowd: Any, tick: int) -> Any:
    """The riders of a half-minute in the order of arrival; at the same moment, in the order of their numbers."""
    n, j = 0, wide(crowd.moving[tick])
    while j >= 0:
        n, j = n + 1, wide(crowd.travellers[j].next)
    order = np.empty(n, np.int64)
    j = wide(crowd.moving[tick])
    for i in range(n):
        order[i] = (crowd.travellers[j].at_us - crowd.day_us) * len(crowd.travellers) + j
        j = wide(crowd.travellers[j].next)
    order.sort()
    for i in range(n):
        order[i] %= len(crowd.travellers)
    return order


@rule
def look_around(crowd: Any, cards: Any, rates: Any, ground: Any, order: Any, phase: Any) -> None:
    """Riders come to a stop: to the kiosk first, if a pass is due or the purse is seen to be low; otherwise straight in."""
    for i in range(len(order)):
        if phase[i] != OUTSIDE:
            continue
        j = order[i]
        rider = crowd.travellers[j]
        if rider.leg == rider.first and crowd.riding[rider.row] == 1:
            wait_for_oneself(crowd, j)
            phase[i] = NOTHING
            continue
        crowd.riding[rider.row] = 1
        rider.stop = crowd.calls[crowd.legs[rider.leg].on].stop
        person, card = ground.people[rider.row], cards[rider.row]
        low = rates[0].postpaid[card.medium] == 0 and card.balance < person.below
        if low and rider.forgets == 1:
            crowd.tally[MISSED_TOP_UPS] += 1
        to_kiosk = (low and rider.forgets == 0) or pass_is_due(ground, card, person, rider.at_us)
        phase[i] = TO_KIOSK if to_kiosk else SERVED


@rule
def wait_for_oneself(crowd: Any, j: int) -> None:
    """The same rider is still out on the journey before: set out later, or, in the end, not at all."""
    rider = crowd.travellers[j]
    rider.tries += 1
    crowd.tally[BUSY] += 1
    if rider.tries < TRIES_MAX:
        send(crowd, j, rider.at_us + BUSY_US)
    else:
        crowd.tally[ABANDONED] += 1
