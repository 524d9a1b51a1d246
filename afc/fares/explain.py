"""From lines to sentences: the reasons of a charge in a rider's words; the amounts are the lines' own."""

from __future__ import annotations

from afc.fares.state import Rule

_WORDS = {
    Rule.BASE: "base fare",
    Rule.TRANSFER: "transfer {quantity}: same journey",
    Rule.DISTANCE: "distance, {metres} so far",
    Rule.CEILING: "never more than the legs alone",
    Rule.SECTION: "section surcharge",
    Rule.EARLY: "early boarding, {quantity} % off the base",
    Rule.QUOTA: "ride of the month's quota, paid by another payer",
    Rule.PASS: "paid by the pass",
    Rule.FREE_DAY: "free day",
    Rule.COLLECTED: "transfer discount taken back: leg {quantity} had no tap-out",
    Rule.SURCHARGE: "surcharge: leg {quantity} had no tap-out",
}


def sentence(rule: Rule, quantity: int) -> str:
    """One line's reason.

    >>> sentence(Rule.DISTANCE, 10500)
    'distance, 10.5 km so far'
    >>> sentence(Rule.EARLY, 20)
    'early boarding, 20 % off the base'
    """
    return _WORDS[rule].format(quantity=quantity, metres=f"{quantity // 1000}.{quantity % 1000 // 100} km")
