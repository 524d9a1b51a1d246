"""What a card remembers, what a tap says, and the words for why it cost what it cost.

The fare is a fold over one card's history: `charge(card, event, rates, lines)`. The card's record is exactly what the chip
carries, so the reader (to deduct) and the clearing house (to re-rate) start from the same memory. All integers are
signed; money is minor units, time UTC microseconds, -1 means "none".
"""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

import numpy as np

CARD = np.dtype(
    [
        # who
        ("card", "<u8"), ("category", "<i1"), ("medium", "<i1"), ("attributes", "<i2"),
        # purse
        ("balance", "<i8"), ("counter", "<i4"), ("credit_used", "<i1"),
        # orders of the issuer
        ("control", "<i8"), ("blocked", "<i1"),
        # the leg under way or last ridden
        ("leg_open", "<i1"), ("leg_service", "<i1"), ("leg_in_journey", "<i1"), ("leg_product", "<i1"), ("leg_group", "<i1"),
        ("leg_route", "<i2"), ("leg_pattern", "<i2"), ("leg_seq", "<i2"), ("leg_operator", "<i2"),
        ("leg_stop", "<i4"), ("leg_vehicle", "<i4"), ("leg_number", "<i4"), ("leg_journey", "<i4"),
        ("leg_in_us", "<i8"), ("leg_discount", "<i8"),
        ("leg_terms", "<i4"), ("leg_end", "<i4"), ("leg_hold", "<i8"), ("leg_alone", "<i8"),
        # the journey: what the rider still holds
        ("journeys", "<i4"), ("j_number", "<i4"), ("j_legs", "<i1"), ("j_transfers", "<i1"), ("j_reentries", "<i1"),
        ("j_service", "<i1"), ("j_sections", "<i1"), ("j_group", "<i1"),
        ("j_route", "<i2"), ("j_vehicle", "<i4"), ("j_out_stop", "<i4"), ("j_day", "<i4"),
        ("j_dist_m", "<i4"), ("j_free_m", "<i4"),
        ("j_start_us", "<i8"), ("j_in_us", "<i8"), ("j_out_us", "<i8"),
        ("j_high", "<i8"), ("j_alone", "<i8"), ("j_due", "<i8"), ("j_early", "<i8"), ("transfer_us", "<i8"),
        ("j_terms", "<i4"), ("j_stop", "<i4"), ("j_zones", "<i8"), ("j_either", "<i8"),
        ("j_after", "<i1"), ("j_product", "<i1"),
        # rights by the month and by product
        ("month", "<i4"), ("quota_rides", "<i2"), ("quota_used", "<i2"),
        ("product", "<i1"), ("missing_taps", "<i1"), ("pass_entries", "<i2"), ("pass_day_used", "<i2"), ("pass_day", "<i4"),
        ("pass_from_us", "<i8"), ("pass_until_us", "<i8"), ("next_product", "<i1"), ("next_entries", "<i2"),
        # money counted towards caps and loyalty tiers
        ("cap_spent", "<i8", 4), ("cap_key", "<i8", 4),
    ]
)  # fmt: skip
"""The chip's memory, one row a card. `quota_rides` -1 means "as the tariff says"; a pass rests until `pass_from_us`;
`control` is the number of the last order that was carried out on it, `leg_end` what the ride would count to the end of its
route; `leg_terms` and `j_terms` are the modifiers that hold (bits), `j_after` is the service that the leg before this one
rode, `j_product` the pass that pays for the journey."""

EVENT = np.dtype(
    [
        ("kind", "<i1"), ("service", "<i1"), ("group", "<i1"), ("product", "<i1"), ("sections", "<i1"),
        ("route", "<i2"), ("pattern", "<i2"), ("seq", "<i2"), ("operator", "<i2"),
        ("vehicle", "<i4"), ("stop", "<i4"), ("dist_m", "<i4"), ("t_us", "<i8"), ("amount", "<i8"),
        ("zones", "<i8"), ("either", "<i8"), ("ends", "<i8"), ("whole_m", "<i4"), ("stages", "<i2"), ("hops", "<i2", 8),
    ]
)  # fmt: skip
"""A tap as the fare sees it. `dist_m` is the tariff distance of the leg that an exit ends, `sections` the fare sections on
its path and `zones` its fare zones as bits, `either` the zones of which it takes one more, whichever is cheaper, `ends` the
zones of those of its two ends that lie in one zone alone, `stages` the fare stages, `hops[0]` the stations after the first,
`hops[1 + i]` those in section i, `whole_m` the metres from the journey's first gate. At an entry all of them tell of a ride
to the end of the route. `amount` is what is loaded; a boarding notes there what it collected for the ride before.
`route`, `pattern`, `vehicle` are -1 at gates."""

READER = np.dtype(
    [
        ("device", "<u4"), ("epoch", "<u2"), ("seq", "<u4"), ("tariff", "<u2"), ("clock", "<u1"), ("key_version", "<u1"),
        ("service", "<i1"), ("operator", "<i2"), ("route", "<i2"), ("pattern", "<i2"), ("stop_seq", "<i2"),
        ("stop", "<i4"), ("vehicle", "<i4"), ("trip", "<i4"),
    ]
)  # fmt: skip
"""A reader at one moment: what it is (device, operator, vehicle) and where it is (stop, pattern, trip)."""

LINES_MAX = 16
"""A charge has at most this many reasons."""


class Rule(IntEnum):
    """Why an amount is part of a charge; the amounts of a charge's lines sum to the charge."""

    BASE = 1
    TRANSFER = 2
    DISTANCE = 3
    CEILING = 4
    SECTION = 5
    EARLY = 6
    QUOTA = 7
    PASS = 8
    FREE_DAY = 9
    COLLECTED = 10
    SURCHARGE = 11
    FARE = 12
    MODIFIER = 13
    THROUGH = 14
    CAP = 15
    LOYALTY = 16
    HOLD = 17
    RELEASE = 18
    OVERSTAY = 19
    PENALTY = 20
    OUTSIDE = 21


class Refusal(IntEnum):
    """Why a reader did not open; the first that fits, in this order, is the answer."""

    DENYLISTED = 1
    NO_ENTRY = 2
    SUSPENDED = 3
    PASS_DAY_LIMIT = 4
    INSUFFICIENT_BALANCE = 5
    PURSE_FULL = 6
    GROUP_NOT_ALLOWED = 7
    PASS_NOT_VALID = 8
    NO_FARE = 9
    NO_ROOM_FOR_PASS = 10
    REPEATED = 11
    BLOCKED = 12

    @property
    def sentence(self) -> str:
        """What the rider is told."""
        return _SENTENCES[self]


_SENTENCES = {
    Refusal.DENYLISTED: "The card is on the denylist that this reader carries.",
    Refusal.NO_ENTRY: "There is no open boarding on the card that this tap could end.",
    Refusal.SUSPENDED: "The pass is suspended because boardings were left without a tap-out.",
    Refusal.PASS_DAY_LIMIT: "The pass has used up its entries for today, and the purse cannot pay.",
    Refusal.INSUFFICIENT_BALANCE: "The purse holds too little for this ride.",
    Refusal.PURSE_FULL: "The load would lift the purse over its maximum.",
    Refusal.GROUP_NOT_ALLOWED: "This card pays for its holder alone.",
    Refusal.PASS_NOT_VALID: "The pass is not valid now, and this card may not pay from the purse instead.",
    Refusal.NO_FARE: "The tariff in force has no fare for this service and this kind of card.",
    Refusal.NO_ROOM_FOR_PASS: "A pass already waits on the card for the one in use to end.",
    Refusal.REPEATED: "The card was read here a moment ago; nothing more is charged, and nobody else is let in.",
    Refusal.BLOCKED: "The card's issuer has blocked it.",
}

REFUSED = -(1 << 40)
"""`charge` answers with an amount, which may be below zero where a hold is given back, or with this less the `Refusal`."""


def refusal_of(answer: int) -> Refusal | None:
    """The refusal in an answer of `charge`, or None where the reader opened.

    >>> refusal_of(REFUSED - 5), refusal_of(-220)
    (<Refusal.INSUFFICIENT_BALANCE: 5>, None)
    """
    return Refusal(REFUSED - answer) if answer < REFUSED else None


class Scratch(NamedTuple):
    """Where one charge is worked out: the card's second image, CARD[1]; the tap, EVENT[1]; the reasons, [LINES_MAX, 3]."""

    image: np.ndarray
    event: np.ndarray
    lines: np.ndarray


def new_scratch() -> Scratch:
    """Room for one charge, which a loop over many uses again and again."""
    return Scratch(np.zeros(1, CARD), np.zeros(1, EVENT), np.zeros((LINES_MAX, 3), np.int64))


def new_cards(n: int) -> np.ndarray:
    """Cards fresh from the issuer: empty purse, no ride, no pass."""
    fresh = np.zeros(1, CARD)
    for field in ("leg_stop", "leg_route", "leg_pattern", "leg_vehicle", "leg_operator", "j_vehicle", "j_route", "j_out_stop",
                  "quota_rides", "j_service", "leg_service", "j_stop", "j_after"):  # fmt: skip
        fresh[field] = -1
    whole = np.dtype((np.void, CARD.itemsize))  # a card's bytes are laid down in one go, not field by field
    return np.full(n, fresh.view(whole)[0], whole).view(CARD)


class Plain:
    """A record as an object of plain Python values, for the interpreted rules: the same attribute names, nested lists."""

    def __init__(self, record: np.void | np.ndarray) -> None:
        record = record[0] if isinstance(record, np.ndarray) else record
        names = record.dtype.names
        assert names is not None
        for name in names:
            self.__dict__[name] = record[name].tolist()

    def into(self, record: np.ndarray) -> None:
        """Write the values back into a record array of one."""
        for name, value in self.__dict__.items():
            record[name] = value

    def copy(self) -> Plain:
        """A second image of the same values."""
        twin = object.__new__(Plain)
        twin.__dict__.update(
            (name, value[:] if isinstance(value, list) else value) for name, value in self.__dict__.items()
        )
        return twin
