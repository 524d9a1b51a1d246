"""Orders for cards: what a reader does to a card that it meets, because the card's issuer asked for it.

An order has a control number that rises from one order of a card to the next. The card keeps the number of the last one that
was carried out on it, so that no order is carried out twice, however many readers have it on their lists.

>>> ACTION.itemsize, Action.UNBLOCK.name
(26, 'UNBLOCK')
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final

import numpy as np

ACTION: Final = np.dtype(
    [
        ("card", "<u8"),
        ("control", "<u4"),
        ("until_us", "<i8"),
        ("amount", "<i4"),
        ("action", "<u1"),
        ("category", "<u1"),
    ]
)
"""One order. Lists are sorted by card and control number; an order is carried out before `until_us` or never. `amount` is
what is loaded, in minor units; `category` is the rider category that the card gets."""


class Action(IntEnum):
    """What an order asks a reader to do; a tap of kind ACTION has it in its `product`."""

    LOAD = 1
    BLOCK = 2
    UNBLOCK = 3
    CATEGORY = 4


NO_ACTIONS: Final = np.empty(0, ACTION)
"""What a reader knows that never got a list."""
