"""Athens' fares of January 2025, worked out from the published rules and from nothing of this product.

A ticket of 1.20 opens every urban vehicle for 90 minutes from its first validation, the last second included. The
express bus to the Airport costs 5.50 and stands alone; the airport railway costs 9.00, and its ticket goes on into town
for the rest of 90 minutes. Pupils, the old and large families pay 0.50, 2.70 and 4.50 with a personal card whose
profile is valid, or with a ticket from an office. With that card the unemployed ride free in town, the disabled also on
the express bus (on the railway they pay the reduced fare), police and army everywhere; small children need no card.
Cards and bank cards pay at most 4.10 in town within 24 hours, which begin with the first boarding after the last 24 are
over. A pass of hours or days runs from its first use; each entry of a bundle is a ticket; of two products the second
begins when the first is over. Neither opens the way to the Airport.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

FULL = {"urban": 120, "airport_bus": 550, "airport_rail": 900}
REDUCED = {"urban": 50, "airport_bus": 270, "airport_rail": 450}
REDUCED_CLASSES = ("student", "senior", "large_family")
FREE_ON = {"unemployed": ("urban",), "disabled": ("urban", "airport_bus"), "forces": tuple(FULL)}
CAPPED_MEDIA = ("card_anonymous", "card_personal", "bank_card")
CAP, DAY_S, WINDOW_S = 410, 86_400, 90 * 60
SPAN_S = {"day": DAY_S, "five_days": 5 * DAY_S}
TICKETS = {"bundle_2": 2, "bundle_5": 5}


class Ride(NamedTuple):
    """One boarding, in seconds after a midnight; `zone` is urban, airport_bus or airport_rail."""

    zone: str
    at_s: int


class Card(NamedTuple):
    """A card in the morning, with the products loaded on it in the order of their loading."""

    category: str
    medium: str
    profile_valid: bool
    balance: int
    products: tuple[str, ...] = ()


def price(card: Card, zone: str) -> int:
    """A single ticket for this holder."""
    proved = card.medium == "card_personal" and card.profile_valid
    if card.category == "child" or (proved and zone in FREE_ON.get(card.category, ())):
        return 0
    halved = card.category in REDUCED_CLASSES or (card.category == "disabled" and zone == "airport_rail")
    return REDUCED[zone] if halved and (proved or card.medium == "ticket") else FULL[zone]


def charges(card: Card, rides: Sequence[Ride]) -> list[tuple[int | None, int]]:
    """For each boarding the charge, or None where the reader stays shut, and the purse afterwards."""
    balance, told = card.balance, list[tuple[int | None, int]]()
    opened_s, by_bundle = None, False  # the ticket under way
    counted_s, spent = None, 0  # the 24 hours of the ceiling
    waiting = list(card.products)
    began_s, tickets = None, TICKETS.get(waiting[0], 0) if waiting else 0
    for zone, at_s in rides:
        if waiting and (tickets == 0 if waiting[0] in TICKETS else is_over(waiting[0], began_s, at_s)):
            waiting.pop(0)
            began_s, tickets = None, TICKETS.get(waiting[0], 0) if waiting else 0
        goes_on = zone == "urban" and opened_s is not None and at_s - opened_s <= WINDOW_S
        if waiting and zone == "urban" and not (goes_on and by_bundle):
            if waiting[0] in TICKETS:
                tickets, opened_s, by_bundle = tickets - 1, at_s, True
            else:
                began_s = at_s if began_s is None else began_s
            told.append((0, balance))
            continue
        due = 0 if goes_on else price(card, zone)
        counts = zone == "urban" and card.medium in CAPPED_MEDIA
        anew = counted_s is None or at_s - counted_s >= DAY_S
        if counts:
            due = min(due, CAP - (0 if anew else spent))
        if due > balance and card.medium != "bank_card":
            told.append((None, balance))
            continue
        balance -= due
        if counts:
            counted_s, spent = (at_s, due) if anew else (counted_s, spent + due)
        if zone != "airport_bus" and not goes_on:
            opened_s, by_bundle = at_s, False
        told.append((due, balance))
    return told


def is_over(product: str, began_s: int | None, at_s: int) -> bool:
    """Has a pass run its time? The end itself is no longer inside."""
    return began_s is not None and at_s - began_s >= SPAN_S[product]
