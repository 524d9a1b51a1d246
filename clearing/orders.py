"""Orders that readers carried out: each that the issuer gave counts once, and one that nobody gave does not count."""

from __future__ import annotations

import numpy as np

from afc.actions import ACTION, NO_ACTIONS, Action
from afc.tap import TapKind
from clearing.store import Store

GOOD, UNKNOWN, AGAIN = range(3)


def orders_given(store: Store, before_us: int) -> np.ndarray:
    """Every order that an action list gave to any reader before that moment (ACTION, sorted by card and control number).

    A list that was withdrawn gave its orders all the same. Where two lists say different things under one number, what
    went out first is the order.
    """
    told = [act for act in store.edition_acts() if act.kind == "actions" and act.step in ("canary", "all")]
    versions = dict.fromkeys(act.version for act in told if act.at_us < before_us)
    if not versions:
        return NO_ACTIONS
    lists = {one.version: one.content for one in store.editions("actions")}
    every = np.concatenate([np.frombuffer(lists[version], ACTION) for version in versions])
    order = np.lexsort(
        (every["control"], every["card"])
    )  # stable: of equal numbers the list that went out first is first
    every = every[order]
    fresh = np.ones(len(every), bool)
    fresh[1:] = (every["card"][1:] != every["card"][:-1]) | (every["control"][1:] != every["control"][:-1])
    return every[fresh]


def judge(taps: np.ndarray, rows: np.ndarray, cards: np.ndarray, given: np.ndarray) -> np.ndarray:
    """For each tap GOOD, or what is wrong with the order that it carried out (int8); taps in the order of cards and counters.

    A card's orders have rising numbers, so one that is not above the card's last was carried out before. Of a tap whose
    counter the card has passed that cannot be said.
    """
    found = np.full(len(taps), GOOD, np.int8)
    obeyed = np.flatnonzero(taps["kind"] == TapKind.ACTION)
    if not len(obeyed):
        return found
    last: dict[int, int] = {}
    given = given[np.isin(given["card"], taps["card"][obeyed])]
    known = {(int(one["card"]), int(one["control"])): one for one in given}
    for i in obeyed.tolist():
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
