"""The machines at every stop: passes bought and purses loaded, at a kiosk for both or at one machine for each."""

from __future__ import annotations

from typing import Any

from afc.executor import rule
from afc.fares.codes import LOAD, SALE
from afc.fares.state import REFUSED
from sim.world.crowd import send
from sim.world.stage import KIOSK_US, LEAVING, LOADS, SALES, SERVED, STUCK, TO_KIOSK
from sim.world.tapping import AMOUNTS, PRODUCT, new_slip, tap, wide


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
    sale, load = new_slip(SALE, 1), new_slip(LOAD, 1)
    for i in range(len(order)):
        if phase[i] not in (TO_KIOSK, STUCK):
            continue
        rider = crowd.travellers[order[i]]
        row, station = wide(rider.row), ground.stations[rider.stop]
        person, card = ground.people[row], desk.cards[row]
        if pass_is_due(ground, card, person, rider.at_us):
            crowd.tally[SALES] += 1
            sale[AMOUNTS, 0], sale[PRODUCT, 0] = ground.prices[person.wants], person.wants
            tap(desk, sale, row, wide(station.sells), rider.at_us)
        short = card.balance < person.below or rider.refusals > 0
        if short and person.top_up > 0 and desk.rates[0].postpaid[card.medium] == 0:
            load[AMOUNTS, 0] = person.top_up
            crowd.tally[LOADS] += 1 if tap(desk, load, row, wide(station.loads), rider.at_us) >= REFUSED else 0
        rider.phase = SERVED if phase[i] == TO_KIOSK else LEAVING
        send(crowd, order[i], rider.at_us + KIOSK_US)
