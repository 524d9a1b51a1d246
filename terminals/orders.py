"""Orders at a reader: looked up by the card, and carried out before it is charged.

An order that would change the ride under way, a block or another rider category at the way out, waits with all that
come after it until the ride is over.
"""

from __future__ import annotations

from typing import Any

from afc.executor import rule
from afc.fares.codes import ACTION, EXIT, ORDER_LOAD, ORDER_UNBLOCK
from afc.fares.orders import carry_out
from afc.fares.state import REFUSED
from terminals.written import write_tap

ORDERS_MAX = 3
"""Orders carried out at one presentation: more would keep the rider waiting, and come next time."""


@rule
def obey(card: Any, e: Any, reader: Any, kind: int, t_us: int, actions: Any, r: Any, taps: Any, n: int) -> int:
    """Carry out the card's orders in their turn and write each down at `taps[n]` on; how many taps there are then."""
    at, last = first_order(card.card, card.control, actions), n + ORDERS_MAX
    while n < last and at < len(actions) and actions[at].card == card.card:
        order = actions[at]
        at += 1
        if order.until_us <= t_us:
            continue
        if kind == EXIT and order.action != ORDER_LOAD and order.action != ORDER_UNBLOCK:
            break
        loaded = carry_out(card, order.action, order.amount, order.category, order.control, r)
        if loaded < REFUSED:
            break
        e.kind, e.group, e.product, e.t_us = ACTION, 0, order.action, t_us
        reader.seq += 1
        write_tap(taps[n], card, e, reader, loaded)
        taps[n].trip = order.control
        n += 1
    return n


@rule
def first_order(card: int, control: int, actions: Any) -> int:
    """The first order of a card after its last one, in the list sorted by card and control number."""
    low, high = 0, len(actions)
    while low < high:
        middle = (low + high) // 2
        order = actions[middle]
        if order.card < card or (order.card == card and order.control <= control):
            low = middle + 1
        else:
            high = middle
    return low
