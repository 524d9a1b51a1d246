"""A leg begins, and a journey with it or around it: what the card writes down."""

from __future__ import annotations

from typing import Any

from afc.executor import rule
from afc.fares.calendar import service_day
from afc.fares.codes import JOINED
from afc.fares.fare import count


@rule
def start_leg(card: Any, e: Any, r: Any, in_journey: int, product: int, discount: int) -> None:
    """Remember the boarding. A leg outside the purse's journey is a journey of its own."""
    if in_journey != JOINED:
        card.journeys += 1
    card.leg_number += 1
    card.leg_journey = card.j_number if in_journey == JOINED else card.journeys
    card.leg_open, card.leg_in_journey, card.leg_product = 1, in_journey, product
    card.leg_service, card.leg_group, card.leg_operator = e.service, e.group, e.operator
    card.leg_route, card.leg_pattern, card.leg_seq = e.route, e.pattern, e.seq
    card.leg_stop, card.leg_vehicle, card.leg_in_us = e.stop, e.vehicle, e.t_us
    card.leg_discount = discount if in_journey == JOINED else 0
    if r.to_end[e.service] > 0:
        card.leg_end = count(e.service, 0, e, r)
    if r.counted == 1:
        card.leg_hold, card.leg_alone = 0, 0


@rule
def board_journey(card: Any, e: Any) -> None:
    """The journey's own memory of its latest leg, which rides outside the journey do not touch."""
    card.j_legs += 1
    card.j_after = card.j_service
    card.j_service, card.j_route, card.j_vehicle, card.j_group = e.service, e.route, e.vehicle, e.group
    card.j_in_us, card.j_out_us, card.j_out_stop = e.t_us, 0, -1


@rule
def open_journey(card: Any, e: Any, r: Any, held: int, product: int) -> None:
    """A journey begins; what it comes to is written by the caller."""
    card.journeys += 1
    card.j_number = card.journeys
    card.j_legs, card.j_transfers, card.j_reentries, card.j_dist_m, card.j_sections = 0, 0, 0, 0, 0
    card.j_start_us, card.j_day, card.j_stop = e.t_us, service_day(e.t_us, r), e.stop
    card.j_terms, card.j_zones, card.j_either, card.j_product, card.j_service = held, 0, 0, product, -1
    card.j_high, card.j_alone, card.j_due, card.j_early, card.j_free_m = 0, 0, 0, 0, r.free_m[e.service]
