"""Orders of the issuer, carried out on a card: by the reader that meets it, and again by the clearing house."""

from __future__ import annotations

from typing import Any

from afc.executor import rule
from afc.fares.codes import ORDER_BLOCK, ORDER_CATEGORY, ORDER_LOAD, ORDER_UNBLOCK, PURSE_FULL


@rule
def carry_out(card: Any, action: int, amount: int, category: int, control: int, r: Any) -> int:
    """Change the card as ordered, and let it remember the order's number: what was loaded, or why it cannot be."""
    loaded = amount if action == ORDER_LOAD else 0
    if loaded > 0 and r.purse_max > 0 and card.balance + loaded > r.purse_max:
        return PURSE_FULL
    card.balance += loaded
    if loaded > 0 and card.balance >= 0:
        card.credit_used = 0
    if action == ORDER_BLOCK:
        card.blocked = 1
    if action == ORDER_UNBLOCK:
        card.blocked = 0
    if action == ORDER_CATEGORY:
        card.category = category
    card.control = control
    card.counter += 1
    return loaded
