"""The action list: orders for cards, as the scheme last signed them.

Sorted by card and control number; each control number of a card stands once. A list that cannot be believed is not opened.
"""

from __future__ import annotations

from collections.abc import Iterator
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
TWICE: Final = "card {card} has control number {control} twice"
CURE: Final = (
    "Each order has a card, a control number of its own, and one of the four actions; only loads have an amount."
)
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
    """The rows of a list of these orders, put in order. Refused with the first order that no list may have."""
    assert orders.dtype == ACTION, "orders are ACTION records"
    if len(orders) > action_list_orders_max:
        raise Refused("ACTION_LIST_TOO_LONG", f"{len(orders)} orders; a list has at most {action_list_orders_max}.")
    if wrong := find_wrong(orders):
        at, what = wrong
        raise Refused("ACTION_LIST_WRONG", what, where=f"order {at + 1}", cure=CURE)
    return orders[np.lexsort((orders["control"], orders["card"]))].tobytes()


def rows_hold(orders: NDArray[np.void]) -> bool:
    """Are these orders sorted, each once, and each of them possible?"""
    card, control = orders["card"], orders["control"]
    after = (card[1:] > card[:-1]) | ((card[1:] == card[:-1]) & (control[1:] > control[:-1]))
    return bool(after.all()) and not any(wrong.any() for _, wrong in wrongs(orders))


def find_wrong(orders: NDArray[np.void]) -> tuple[int, str] | None:
    """The first of these orders, in whatever order they stand, that no list may have: its place from 0, and why; or None."""
    by_number = np.lexsort((orders["control"], orders["card"]))  # stable: of equals the first one stands first
    same = orders[["card", "control"]][by_number]
    again = np.zeros(len(orders), np.bool_)
    again[by_number[1:]] = same[1:] == same[:-1]
    found = [(int(wrong.argmax()), what) for what, wrong in (*wrongs(orders), (TWICE, again)) if wrong.any()]
    if not found:
        return None
    at, what = min(found, key=lambda one: one[0])
    return at, what.format(**{name: orders[name][at] for name in ACTION.names or ()})


def wrongs(orders: NDArray[np.void]) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """Everything that one order can have wrong, and which of these have it."""
    action, amount = orders["action"], orders["amount"]
    loads = action == Action.LOAD
    yield "no card has number 0", orders["card"] == 0
    yield "the order for card {card} has control number 0; they begin with 1", orders["control"] == 0
    yield (
        "the order for card {card} has action {action}, which is none",
        (action < Action.LOAD) | (action > Action.CATEGORY),
    )
    bad_load = loads & ((amount <= 0) | (amount > tap_amount_max))
    yield f"card {{card}} is to be loaded with {{amount}}; a load is from 1 to {tap_amount_max}", bad_load
    yield "the order for card {card} has amount {amount} and is no load", ~loads & (amount != 0)
    other = (orders["category"] != 0) & (action != Action.CATEGORY)
    yield "the order for card {card} has category {category} and changes none", other


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
