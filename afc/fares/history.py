"""One rider's card, tap by tap: the small door to the fare, for worked examples, a quote, a question at the command line.

It runs the rules interpreted, or compiled over records of one, and both must say the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from afc.executor import compiled
from afc.fares.charge import charge
from afc.fares.state import LINES_MAX, REFUSED, Plain, Refusal, Rule, new_cards, refusal_of
from afc.refusal import Refused, nearest


class Line(NamedTuple):
    """One reason of a charge: the rule, its minor units, and how many of what (steps, riders, metres) it counted."""

    rule: Rule
    minor: int
    quantity: int


class Answer(NamedTuple):
    """What one tap came to: the charge or a refusal, its reasons, and the purse afterwards."""

    minor: int
    refusal: Refusal | None
    lines: tuple[Line, ...]
    balance: int


class Interpreted:
    """A card whose taps are priced by the rules as they stand."""

    def __init__(self, card: np.ndarray, rates: np.ndarray) -> None:
        self.card = Plain(card)
        self.carry(rates)

    def carry(self, rates: np.ndarray) -> None:
        """From now on readers carry these rates."""
        self.rates = Plain(rates)

    def tap(self, event: np.ndarray) -> Answer:
        """Apply one event; a refusal leaves the card as it was."""
        image, lines = self.card.copy(), [[0, 0, 0] for _ in range(LINES_MAX)]
        minor = charge(image, Plain(event), self.rates, lines)
        if minor >= REFUSED:
            self.card = image
        return answer(minor, lines, self.card.balance)  # type: ignore[attr-defined]

    def memory(self) -> Plain:
        """What the card holds now."""
        return self.card


class Compiled:
    """A card whose taps are priced by the same rules in machine code."""

    def __init__(self, card: np.ndarray, rates: np.ndarray) -> None:
        self.card = card.copy()
        self.carry(rates)

    def carry(self, rates: np.ndarray) -> None:
        """From now on readers carry these rates."""
        self.rates = rates

    def tap(self, event: np.ndarray) -> Answer:
        """Apply one event; a refusal leaves the card as it was."""
        image, lines = self.card.copy(), np.zeros((LINES_MAX, 3), np.int64)
        minor = int(compiled(charge)(image[0], event[0], self.rates[0], lines))
        if minor >= REFUSED:
            self.card = image
        return answer(minor, lines.tolist(), int(self.card["balance"][0]))

    def memory(self) -> Plain:
        """What the card holds now."""
        return Plain(self.card)


def answer(minor: int, lines: Sequence[Sequence[int]], balance: int) -> Answer:
    """Name what the rule returned."""
    if refusal := refusal_of(minor):
        return Answer(0, refusal, (), balance)
    return Answer(minor, None, tuple(Line(Rule(a), b, c) for a, b, c in lines if a), balance)


def issue_card(city: Any, version: Mapping[str, Any], rider: str, medium: str, before: Mapping[str, Any]) -> np.ndarray:
    """CARD[1] of a rider category on a medium, with the state that a worked example begins from."""
    card = new_cards(1)
    card["category"] = position(city.categories, rider, "rider category")
    card["medium"] = position(city.media, medium, "fare medium")
    card["balance"] = before.get("balance", 10**9)
    for attribute in before.get("attributes", []):
        card["attributes"] |= 1 << place(city.attributes, attribute, "card attribute")
    if criteria := before.get("criteria"):
        card["quota_rides"] = quota_rides(version, criteria)
    if product := before.get("product"):
        ids = [row["id"] for row in version.get("product", [])]
        card["product"] = ids.index(product) + 1
        card["pass_entries"] = before.get("pass_entries", version["product"][ids.index(product)].get("entries", 0))
    if later := before.get("next_product"):
        ids = [row["id"] for row in version.get("product", [])]
        card["next_product"] = ids.index(later) + 1
        card["next_entries"] = version["product"][ids.index(later)].get("entries", 0)
    return card


def quota_rides(version: Mapping[str, Any], criteria: Sequence[str]) -> int:
    """Rides a month that a holder's criteria earn: the largest of them, -1 where the tariff has no such list."""
    tables = [row["rides_by"] for row in version.get("quota", []) if "rides_by" in row]
    return max((table.get(c, 0) for table in tables for c in criteria), default=-1)


def position(rows: Sequence[Any], wanted: str, what: str) -> int:
    """Where an id stands in the city's list, or a refusal that names the near ones."""
    return place([row.id for row in rows], wanted, what)


def place(ids: Sequence[str], wanted: str, what: str) -> int:
    """Where a word stands in a list of words, or a refusal that names the near ones."""
    if wanted not in ids:
        known = f"Known: {', '.join(ids)}."
        raise Refused("ID_UNKNOWN", f'"{wanted}" is no {what} of this city', cure=nearest(wanted, ids) or known)
    return list(ids).index(wanted)
