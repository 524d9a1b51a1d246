"""The reader: a card is presented, the rule decides, and either a tap is written or the rider is told why not.

`decide` answers for one card as values: card and reader in, tap and the card's new memory out. `decide_many` is the same
decision for everybody who boards at one stop, over columns. A chip is never left half written: the rule works on a second
image of the card, which becomes the card only when the tap is accepted.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from afc.actions import NO_ACTIONS
from afc.executor import compiled, rule
from afc.fares.charge import charge
from afc.fares.codes import BLOCKED, DENYLISTED, ENTRY, EXIT, JOINED, REPEATED
from afc.fares.state import READER, REFUSED, Refusal, new_scratch, refusal_of
from afc.network.distance import measure_leg, measure_nothing, measure_to_end
from afc.tap import TAP
from terminals.orders import ORDERS_MAX, obey
from terminals.written import write_tap

NO_CARDS = np.empty(0, np.uint64)
NO_TAPS = np.empty(0, TAP)


class Accepted(NamedTuple):
    """The reader opened: `tap` is the record (TAP[1], not yet stamped by the SAM), `card` the chip's new memory (CARD[1]).

    `orders` are the records of orders that were carried out before it, which have the numbers before its own.
    """

    tap: np.ndarray
    card: np.ndarray
    orders: np.ndarray = NO_TAPS


class TurnedAway(NamedTuple):
    """The reader stayed shut; the card is as it was, but for orders that were carried out on it."""

    reason: Refusal
    card: np.ndarray | None = None
    orders: np.ndarray = NO_TAPS


def decide(
    card: np.ndarray,
    reader: np.ndarray,
    t_us: int,
    kind: int,
    *,
    rates: np.ndarray,
    tables: Any,
    denylist: np.ndarray = NO_CARDS,
    actions: np.ndarray = NO_ACTIONS,
    group: int = 1,
    amount: int = 0,
    product: int = 0,
) -> Accepted | TurnedAway:
    """One presentation of one card. `reader.seq` is the last number used; the tap takes the next."""
    cards, readers, codes = card.copy(), reader.copy(), np.zeros(1, np.int64)
    taps = np.zeros(1 + min(len(actions), ORDERS_MAX), TAP)
    moments, amounts = np.array([t_us], np.int64), np.array([amount], np.int64)
    rows = np.zeros(1, np.int64)
    n = decide_many(
        cards, rows, moments, amounts, kind, group, product, readers, denylist, rates, tables, taps, 0, codes,
        actions=actions,
    )  # fmt: skip
    reason = refusal_of(int(codes[0]))
    if reason is not None:
        return TurnedAway(reason, cards, taps[:n]) if n else TurnedAway(reason)
    return Accepted(taps[n - 1 : n], cards, taps[: n - 1])


def decide_many(
    cards: np.ndarray,
    rows: np.ndarray,
    times_us: np.ndarray,
    amounts: np.ndarray,
    kind: int,
    group: int,
    product: int,
    reader: np.ndarray,
    denylist: np.ndarray,
    rates: np.ndarray,
    tables: Any,
    taps: np.ndarray,
    n: int,
    codes: np.ndarray,
    actions: np.ndarray = NO_ACTIONS,
) -> int:
    """Present the cards of `rows` (indices into `cards`) one after another; how many taps `taps` holds afterwards.

    `times_us[i]` and `amounts[i]` belong to `rows[i]`; `codes[i]` becomes the amount charged or REFUSED less the `Refusal`.
    Accepted taps are written from `taps[n]` on, numbered on from `reader.seq`; `cards` and `reader` keep what they learn.
    There must be room for one tap a card, and for ORDERS_MAX more where `actions` has orders.
    """
    return int(
        compiled(present)(
            cards,
            rows,
            times_us,
            amounts,
            kind,
            group,
            product,
            reader,
            denylist,
            actions,
            rates,
            tables,
            new_scratch(),
            taps,
            n,
            codes,
        )
    )


@rule
def present(
    cards: Any,
    rows: Any,
    times_us: Any,
    amounts: Any,
    kind: int,
    group: int,
    product: int,
    readers: Any,
    denylist: Any,
    actions: Any,
    rates: Any,
    tables: Any,
    scratch: Any,
    taps: Any,
    n: int,
    codes: Any,
) -> int:
    """The loop over presentations; `readers` and `rates` are record arrays of one."""
    reader, r = readers[0], rates[0]
    image, event, lines = scratch
    for i in range(len(rows)):
        row = rows[i]
        image[0] = cards[row]
        card, e = image[0], event[0]
        if kind in (ENTRY, EXIT) and listed(card.card, denylist):
            codes[i] = DENYLISTED
            continue
        if len(actions) > 0:
            written = obey(card, e, reader, kind, times_us[i], actions, r, taps, n)
            if written > n:
                cards[row] = image[0]
                n = written
        if card.blocked == 1 or is_repeat(card, reader, kind, times_us[i], r):
            codes[i] = BLOCKED if card.blocked == 1 else REPEATED
            continue
        what_happens(e, card, reader, kind, group, product, times_us[i], amounts[i], r, tables)
        lines[:] = 0
        codes[i] = charge(card, e, r, lines)
        if codes[i] < REFUSED:
            continue
        cards[row] = image[0]
        reader.seq += 1
        write_tap(taps[n], card, e, reader, codes[i])
        n += 1
    return n


@rule
def listed(card: int, denylist: Any) -> bool:
    """Is the card on the sorted denylist?"""
    low, high = 0, len(denylist)
    while low < high:
        middle = (low + high) // 2
        if denylist[middle] < card:
            low = middle + 1
        else:
            high = middle
    return low < len(denylist) and denylist[low] == card


@rule
def is_repeat(card: Any, reader: Any, kind: int, t_us: int, r: Any) -> bool:
    """Was the card read for a ride here a moment ago? At gates by a gate of the same direction; on board by either kind,
    because there the reader itself chooses between boarding and alighting."""
    if r.repeat_us == 0 or kind not in (ENTRY, EXIT):
        return False
    if card.leg_service != reader.service or card.leg_vehicle != reader.vehicle:
        return False
    if reader.vehicle < 0 and (kind == ENTRY) != (card.leg_open == 1):
        return False
    if card.leg_open == 1:
        return bool(card.leg_stop == reader.stop and 0 <= t_us - card.leg_in_us < r.repeat_us)
    if card.leg_in_journey != JOINED:
        return False
    return bool(card.j_out_stop == reader.stop and 0 <= t_us - card.j_out_us < r.repeat_us)


@rule
def what_happens(
    e: Any, card: Any, reader: Any, kind: int, group: int, product: int, t_us: int, amount: int, r: Any, tables: Any
) -> None:
    """The tap as the fare sees it: the reader's place, and at an exit the leg that it would end."""
    e.kind, e.service, e.group, e.product = kind, reader.service, group, product
    e.route, e.pattern, e.seq, e.operator = reader.route, reader.pattern, reader.stop_seq, reader.operator
    e.vehicle, e.stop, e.t_us, e.amount = reader.vehicle, reader.stop, t_us, amount
    measure_nothing(e, r)
    if kind == ENTRY:
        measure_to_end(e, r, tables)
    elif kind == EXIT and card.leg_open == 1 and card.leg_pattern == reader.pattern:
        e.group = card.leg_group
        measure_leg(e, card, card.leg_stop, card.leg_seq, r, tables)


def new_reader(device: int, *, epoch: int = 1, service: int = 0, operator: int = -1) -> np.ndarray:
    """A reader fresh from the depot (READER[1]): no place yet, last sequence number 0."""
    reader = np.zeros(1, READER)
    reader["device"], reader["epoch"], reader["service"], reader["operator"] = device, epoch, service, operator
    reader["clock"], reader["key_version"] = 0, 1
    for field in ("route", "pattern", "stop", "vehicle"):
        reader[field] = -1
    return reader
