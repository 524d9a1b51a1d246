"""The numbers of taps, reasons, refusals and states as plain integers, which is what compiled rules can hold."""

from __future__ import annotations

from afc.fares.state import REFUSED, Refusal, Rule

ENTRY, EXIT, LOAD, SALE, ACTION = 1, 2, 3, 4, 9
"""Kinds of tap, as `afc.tap.TapKind` names them."""

BASE, TRANSFER, DISTANCE, CEILING, SECTION, EARLY = range(Rule.BASE, Rule.QUOTA)
QUOTA, PASS, FREE_DAY, COLLECTED, SURCHARGE = range(Rule.QUOTA, Rule.FARE)
FARE, MODIFIER, THROUGH, CAP, LOYALTY = range(Rule.FARE, Rule.HOLD)
HOLD, RELEASE, OVERSTAY, PENALTY, OUTSIDE = range(Rule.HOLD, Rule.OUTSIDE + 1)

NO_ENTRY, SUSPENDED = REFUSED - int(Refusal.NO_ENTRY), REFUSED - int(Refusal.SUSPENDED)
PASS_DAY_LIMIT, PASS_NOT_VALID = REFUSED - int(Refusal.PASS_DAY_LIMIT), REFUSED - int(Refusal.PASS_NOT_VALID)
INSUFFICIENT_BALANCE, PURSE_FULL = REFUSED - int(Refusal.INSUFFICIENT_BALANCE), REFUSED - int(Refusal.PURSE_FULL)
NO_FARE, NO_ROOM_FOR_PASS = REFUSED - int(Refusal.NO_FARE), REFUSED - int(Refusal.NO_ROOM_FOR_PASS)
GROUP_NOT_ALLOWED, DENYLISTED = REFUSED - int(Refusal.GROUP_NOT_ALLOWED), REFUSED - int(Refusal.DENYLISTED)
REPEATED, BLOCKED = REFUSED - int(Refusal.REPEATED), REFUSED - int(Refusal.BLOCKED)

ORDER_LOAD, ORDER_BLOCK, ORDER_UNBLOCK, ORDER_CATEGORY = 1, 2, 3, 4
"""What an order asks for, as `afc.actions.Action` names it."""

ALONE, JOINED, FREE = 0, 1, 2
"""How a leg belongs to a journey: a journey of its own; the journey that later legs may continue; on a free day."""
