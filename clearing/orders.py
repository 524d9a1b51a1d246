"""Orders that readers carried out: each that the issuer gave counts once, and one that nobody gave does not count."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np

from afc.actions import ACTION, NO_ACTIONS, Action
from afc.tap import TapKind
from clearing import detail

ORDERS: Final = "orders.npy"
"""The file of all orders that issuers have given (ACTION, sorted by card and control number), beside the cards as issued."""
GOOD, UNKNOWN, AGAIN = range(3)


def read_orders(folder: Path) -> np.ndarray:
    """The orders that have been given, in the folder of the cards as issued."""
    return detail.read_array(folder / ORDERS) if (folder / ORDERS).exists() else NO_ACTIONS


def add_orders(folder: Path, orders: np.ndarray) -> np.ndarray:
    """Note orders (ACTION) beside those that were given before; all of them, sorted."""
    every = np.concatenate([read_orders(folder), orders.astype(ACTION)])
    _, once = np.unique(every[["card", "control"]], return_index=True)
    every = every[np.sort(once)]
    every = every[np.lexsort((every["control"], every["card"]))]
    detail.carry_array(folder / ORDERS, every)
    return every


def judge(taps: np.ndarray, rows: np.ndarray, cards: np.ndarray, given: np.ndarray) -> np.ndarray:
    """For each tap GOOD, or what is wrong with the order that it carried out (int8); taps in the order of cards and counters.

    A card's orders have rising numbers, so one that is not above the card's last was carried out before. Of a tap whose
    counter the card has passed that cannot be said.
    """
    found = np.full(len(taps), GOOD, np.int8)
    last: dict[int, int] = {}
    known = {(int(one["card"]), int(one["control"])): one for one in given} if len(given) else {}
    for i in np.flatnonzero(taps["kind"] == TapKind.ACTION).tolist():
        tap, row = taps[i], int(rows[i])
        control, order = int(tap["trip"]), known.get((int(tap["card"]), int(tap["trip"])))
        if order is None or not is_as_ordered(tap, order):
            found[i] = UNKNOWN
        elif tap["counter"] > cards["counter"][row]:
            if control <= last.get(row, int(cards["control"][row])):
                found[i] = AGAIN
            last[row] = max(control, last.get(row, 0))
    return found


def is_as_ordered(tap: np.void, order: np.void) -> bool:
    """Did the reader do what the order says?"""
    loads = int(order["action"]) == Action.LOAD
    same = int(tap["product"]) == int(order["action"]) and int(tap["amount"]) == (int(order["amount"]) if loads else 0)
    return same and (int(order["action"]) != Action.CATEGORY or int(tap["category"]) == int(order["category"]))
