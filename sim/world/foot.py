"""On foot: kiosks, gates and the way into the queues, half a minute at a time for the whole city.

Everybody who arrives somewhere within a tick is taken in the order of arrival, so kiosks and gates number their taps in the
order of time, and queues are in the order of coming. A gate array is one line before several lanes; a rider goes through
the lane that is free first, which is the max-plus rule worked out rider by rider.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from afc.executor import rule
from afc.fares.charge import ENTRY, EXIT, LOAD, SALE
from sim.world.crowd import INSUFFICIENT, go_on, join_queue, send, turn_away
from sim.world.stage import (
    ABANDONED,
    BUSY,
    BUSY_US,
    FORGOTTEN,
    GATE_WALK_US,
    KIOSK_US,
    LEAVING,
    LOADS,
    MISSED_TOP_UPS,
    NO_ROOM,
    OUTSIDE,
    PLATFORM,
    REFUSALS_MAX,
    SALES,
    SERVED,
    STUCK,
    TAPS,
    TO_KIOSK,
    TRIES_MAX,
)
from sim.world.tapping import tap


NOTHING = -1
"""Instead of a phase: this rider has been dealt with in this half-minute."""


@rule
def walk(crowd: Any, desk: Any, ground: Any, tick: int) -> int:
    """Everybody who arrives somewhere in this half-minute; how many, or NO_ROOM for their taps."""
    order = who_arrives(crowd, tick)
    if desk.tally[TAPS] + 2 * len(order) > len(desk.taps):
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
    n, j = 0, np.int64(crowd.moving[tick])
    while j >= 0:
        n, j = n + 1, np.int64(crowd.travellers[j].next)
    order = np.empty(n, np.int64)
    j = np.int64(crowd.moving[tick])
    for i in range(n):
        order[i] = (crowd.travellers[j].at_us - crowd.day_us) * len(crowd.travellers) + j
        j = np.int64(crowd.travellers[j].next)
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


@rule
def pass_is_due(ground: Any, card: Any, person: Any, now_us: int) -> bool:
    """Does a pass holder stand without a valid pass?"""
    if person.wants == 0:
        return False
    if card.product != person.wants:
        return True
    spent = ground.pass_entries[person.wants] > 0 and card.pass_entries <= 0
    return bool(spent or 0 < card.pass_until_us <= now_us)


@rule
def at_kiosks(crowd: Any, desk: Any, ground: Any, order: Any, phase: Any) -> None:
    """Passes bought and purses loaded, in the order of coming."""
    slip = np.zeros((4, 1), np.int64)
    for i in range(len(order)):
        if phase[i] not in (TO_KIOSK, STUCK):
            continue
        rider = crowd.travellers[order[i]]
        row, kiosk = np.int64(rider.row), np.int64(ground.stations[rider.stop].kiosk)
        person, card = ground.people[row], desk.cards[row]
        if pass_is_due(ground, card, person, rider.at_us):
            crowd.tally[SALES] += 1
            wants = np.int64(person.wants)
            tap(desk, slip, row, kiosk, SALE, rider.at_us, ground.prices[wants], wants)
        if person.top_up > 0 and (card.balance < person.below or rider.refusals > 0):
            loaded = tap(desk, slip, row, kiosk, LOAD, rider.at_us, person.top_up, 0) >= 0
            crowd.tally[LOADS] += 1 if loaded else 0
        rider.phase = SERVED if phase[i] == TO_KIOSK else LEAVING
        send(crowd, order[i], rider.at_us + KIOSK_US)


@rule
def at_gates_in(crowd: Any, desk: Any, ground: Any, order: Any, phase: Any) -> None:
    """Through the gates to the platforms; at a stop in the street, straight into the queue."""
    slip = np.zeros((4, 1), np.int64)
    for i in range(len(order)):
        if phase[i] != SERVED:
            continue
        rider = crowd.travellers[order[i]]
        if crowd.calls[crowd.legs[rider.leg].on].gated == 0:
            phase[i] = PLATFORM
            continue
        t_us = through_gate(ground.lanes[2 * rider.stop], ground.lane_us, rider.at_us)
        gate = np.int64(ground.stations[rider.stop].gate_in)
        answer = tap(desk, slip, np.int64(rider.row), gate, ENTRY, t_us, 0, 0)
        if answer < 0:
            turn_away(crowd, order[i], answer, t_us)
        else:
            rider.phase = PLATFORM
            send(crowd, order[i], t_us + GATE_WALK_US)


@rule
def through_gate(lanes: Any, lane_us: int, at_us: int) -> Any:
    """When a rider who joins the line now has passed: the first free lane, and the time that passing takes."""
    best = 0
    for lane in range(1, len(lanes)):
        if lanes[lane] < lanes[best]:
            best = lane
    lanes[best] = max(lanes[best], at_us) + lane_us
    return lanes[best]


@rule
def at_gates_out(crowd: Any, desk: Any, ground: Any, order: Any, phase: Any) -> None:
    """Out of a station; where gates ask for it, by tapping out, and by way of the kiosk if the purse is short."""
    slip = np.zeros((4, 1), np.int64)
    for i in range(len(order)):
        if phase[i] != LEAVING:
            continue
        rider = crowd.travellers[order[i]]
        station, t_us = ground.stations[rider.stop], rider.at_us
        if station.gate_out >= 0 and (station.must_tap_out == 1 or crowd.legs[rider.leg].taps_out == 1):
            t_us = through_gate(ground.lanes[2 * rider.stop + 1], ground.lane_us, t_us)
            answer = tap(desk, slip, np.int64(rider.row), np.int64(station.gate_out), EXIT, t_us, 0, 0)
            if answer == INSUFFICIENT and rider.refusals < REFUSALS_MAX:
                rider.refusals, rider.phase = rider.refusals + 1, STUCK
                send(crowd, order[i], t_us + KIOSK_US)
                continue
        elif station.gate_out >= 0:
            crowd.tally[FORGOTTEN] += 1
        rider.leg += 1
        go_on(crowd, order[i], t_us)
