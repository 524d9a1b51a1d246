"""Whether a boarding continues the journey: what the rider still holds from the legs before.

Each question below can end the journey; the boarding then pays as a first one. The order does not matter to the answer.
"""

from __future__ import annotations

from typing import Any

from afc.executor import rule
from afc.fares.calendar import between, minute_of, service_day
from afc.fares.fare import at_least
from afc.fares.rates import FIRST_BOARDING, SERVICE_DAY, TAP_IN


@rule
def continues(card: Any, e: Any, r: Any, period: int) -> bool:
    """Does this boarding belong to the journey that the card remembers?"""
    if card.j_legs == 0 or r.joins[e.service] == 0 or card.j_transfers >= r.transfers_max:
        return False
    if r.needs_attribute != 0 and card.attributes & r.needs_attribute == 0:
        return False
    if not right_was_earned(card, e, r) or not in_window(card, e, r):
        return False
    if e.group != card.j_group and not (r.group_owner == 1 and e.group == 1):
        return False
    if is_reentry_service(card, e, r):
        return may_reenter(card, e, r)
    if r.pair_price[card.j_service][e.service][period] < 0 or not may_change_here(card, e, r):
        return False
    if r.change_media[card.j_service][e.service] >> card.medium & 1 == 0:
        return False
    if r.same_route == 0 and e.route >= 0 and e.route == card.j_route:
        return False
    return r.same_vehicle == 1 or e.vehicle < 0 or e.vehicle != card.j_vehicle


@rule
def right_was_earned(card: Any, e: Any, r: Any) -> bool:
    """A right may have to be earned by tapping out, by riding a minimum time, and by not having been used just before."""
    if r.needs_tap_out[card.medium] == 1 and card.j_out_us == 0:
        return False
    if r.min_dwell_us > 0 and card.j_out_us > 0 and card.j_out_us - card.j_in_us < r.min_dwell_us:
        return False
    return not (r.cooldown_us > 0 and card.transfer_us > 0 and e.t_us - card.transfer_us < r.cooldown_us)


@rule
def in_window(card: Any, e: Any, r: Any) -> bool:
    """Is the boarding within the time that the tariff allows? The last moment counts unless the tariff says otherwise."""
    if r.window_from == SERVICE_DAY:
        return service_day(e.t_us, r) == card.j_day
    if r.total_us > 0 and e.t_us - card.j_start_us > r.total_us:
        return False
    since_us = card.j_out_us if card.j_out_us > 0 and r.window_from != TAP_IN else card.j_in_us
    if r.window_from == FIRST_BOARDING:
        since_us = card.j_start_us
    night = between(minute_of(since_us, r), r.night_from, r.night_to)
    return e.t_us - since_us <= (r.night_window_us if night else r.window_us) - r.window_open


@rule
def may_change_here(card: Any, e: Any, r: Any) -> bool:
    """Some changes are allowed between named stops only: the one tapped out at, the one boarded at."""
    if r.pair_spots[card.j_service][e.service] == 0:
        return True
    key = (card.j_out_stop << 32) | e.stop
    i = at_least(r.spot_key, r.spots, key)
    return i < r.spots and r.spot_key[i] == key


@rule
def is_reentry_service(card: Any, e: Any, r: Any) -> bool:
    """Leaving the gates and coming back to the same service is judged by its own rule."""
    return r.reentry_service >= 0 and e.service == r.reentry_service and card.j_service == r.reentry_service


@rule
def may_reenter(card: Any, e: Any, r: Any) -> bool:
    """Back through the gates of the same station, soon enough and not too often."""
    if e.stop != card.j_out_stop or card.j_reentries >= r.reentry_max:
        return False
    return e.t_us - card.j_out_us <= r.reentry_us
