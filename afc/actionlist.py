"""The action list: orders for cards, as the scheme last signed them.

Sorted by card and control number; each control number of a card stands once. A list that cannot be believed is not opened.
"""

from __future__ import annotations

from struct import Struct
from typing import Final, NamedTuple

import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from numpy.typing import NDArray

from afc.actions import ACTION, NO_ACTIONS, Action
from afc.keys import sha256
from afc.limits import action_list_orders_max, tap_amount_max
from afc.message import ENVELOPE, Form, content_wrong, open_message, sign_message
from afc.refusal import Refused

MAGIC: Final = b"AFCA"
HEADER: Final = Struct(ENVELOPE + "IIq")
ACTIONS: Final = Form(MAGIC, HEADER, ACTION.itemsize, action_list_orders_max)


class ActionList(NamedTuple):
    """One version of the list; `orders` are ACTION rows, sorted and read-only, `digest` the SHA-256 of them."""

    version: int
    issued_us: int
    orders: NDArray[np.void]
    digest: bytes


NO_ACTION_LIST: Final = ActionList(0, 0, NO_ACTIONS, sha256(b""))
"""What a reader knows that never got a list."""


def rows_of_orders(orders: NDArray[np.void]) -> bytes:
    """The rows of a list of these orders, put in order. Refused with the first thing that no list may say."""
    assert orders.dtype == ACTION, "orders are ACTION records"
    if len(orders) > action_list_orders_max:
        raise Refused("ACTION_LIST_TOO_LONG", f"{len(orders)} orders; a list has at most {action_list_orders_max}.")
    listed = orders[np.lexsort((orders["control"], orders["card"]))]
    if not rows_hold(listed):
        cure = "Each order has a card, a control number of its own, and one of the four actions; only loads have an amount."
        raise Refused("ACTION_LIST_WRONG", "an order stands twice, or says something that none can say", cure=cure)
    return listed.tobytes()


def rows_hold(orders: NDArray[np.void]) -> bool:
    """Are these orders sorted, each once, and each of them possible?"""
    card, control = orders["card"], orders["control"]
    after = (card[1:] > card[:-1]) | ((card[1:] == card[:-1]) & (control[1:] > control[:-1]))
    loads = orders["action"] == Action.LOAD
    possible = (card > 0) & (control > 0) & (orders["action"] >= Action.LOAD) & (orders["action"] <= Action.CATEGORY)
    possible &= np.where(loads, (orders["amount"] > 0) & (orders["amount"] <= tap_amount_max), orders["amount"] == 0)
    possible &= (orders["category"] == 0) | (orders["action"] == Action.CATEGORY)
    return bool(after.all() and possible.all())


def sign_actions(
    private: Ed25519PrivateKey, *, version: int, issued_us: int, orders: NDArray[np.void], environment: str
) -> bytes:
    """The bytes of a new list, as the scheme sends it to all readers."""
    assert version >= 1, "version 0 is the list that nobody has sent yet"
    rows = rows_of_orders(orders)
    return sign_message(ACTIONS, private, environment, (version, len(orders), issued_us), rows)


def open_actions(data: bytes, public: bytes, environment: str) -> ActionList:
    """The list inside, or `MessageRefused` with the first reason that fits."""
    (version, _, issued_us), rows = open_message(ACTIONS, data, public, environment)
    orders: NDArray[np.void] = np.frombuffer(rows, ACTION)
    if version < 1 or not rows_hold(orders):
        raise content_wrong()
    return ActionList(version, issued_us, orders, sha256(rows))
