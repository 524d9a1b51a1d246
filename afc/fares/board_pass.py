"""Boarding on a pass: the first leg that it pays for, and later ones of the same journey."""

from __future__ import annotations

from typing import Any

from afc.executor import rule
from afc.fares.codes import ALONE, JOINED, PASS
from afc.fares.leg import board_journey, open_journey, start_leg
from afc.fares.lines import put
from afc.fares.rights import use_pass
from afc.fares.terms import terms_at


@rule
def board_with_pass(card: Any, e: Any, r: Any, lines: Any, one: int) -> None:
    """The pass pays; one whose entries are journeys opens a journey that later legs continue."""
    use_pass(card, e, r)
    card.leg_terms = terms_at(card, e, True, r)
    if one > 0 or r.counts[e.service] == 0:
        put(lines, PASS, -one * e.group, card.product)
    if r.product_transfers[card.product - 1] == 1 and r.joins[e.service] == 1:
        open_journey(card, e, r, card.leg_terms, card.product)
        start_leg(card, e, r, JOINED, card.product, 0)
        board_journey(card, e)
        return
    start_leg(card, e, r, ALONE, card.product, one * e.group)


@rule
def is_on_pass(card: Any, e: Any, r: Any) -> bool:
    """Does the pass that opened the journey go on paying for this service?"""
    return card.j_product > 0 and r.product_services[card.j_product - 1] >> e.service & 1 == 1


@rule
def ride_on_with_pass(card: Any, e: Any, r: Any, lines: Any, one: int) -> None:
    """A later leg of a journey that an entry of a pass has opened costs nothing more, and burns no entry."""
    if one > 0 or r.counts[e.service] == 0:
        put(lines, PASS, -one * e.group, card.j_product)
    card.j_transfers += 1
    card.leg_terms = terms_at(card, e, False, r)
    start_leg(card, e, r, JOINED, card.j_product, 0)
    board_journey(card, e)
