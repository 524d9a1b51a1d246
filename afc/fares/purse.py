"""The purse: paying from it, how far it may owe, and filling it."""

from __future__ import annotations

from typing import Any

from afc.executor import rule
from afc.fares.codes import ENTRY, FREE, INSUFFICIENT_BALANCE, LOAD, NO_ROOM_FOR_PASS, PASS_DAY_LIMIT, PURSE_FULL
from afc.fares.rights import PASS_SPENT, may_pay, pass_answer, put_pass_on, until_day_cut


@rule
def take_from_purse(card: Any, e: Any, r: Any, due: int) -> int:
    """Pay from the purse; a ride on credit where the tariff gives one, otherwise a refusal."""
    if r.postpaid[card.medium] == 0 and not holds_enough(card, e, r, due):
        may_owe = r.credit_attribute == 0 or card.attributes & r.credit_attribute != 0
        if e.kind != ENTRY or not may_owe or card.credit_used >= r.credit_rides:
            return PASS_DAY_LIMIT if pass_answer_spent(card, e, r) else INSUFFICIENT_BALANCE
        card.credit_used += 1
    card.balance -= due
    return due


@rule
def holds_enough(card: Any, e: Any, r: Any, due: int) -> bool:
    """Can the purse pay? Where fares are taken at the exit a boarding needs a least balance, once `e.amount` has been
    collected for the ride before, and an exit may overdraw."""
    if e.kind != ENTRY:
        may_overdraw = r.overdraft_attribute == 0 or card.attributes & r.overdraft_attribute != 0
        return due <= 0 or card.balance - due >= (-r.overdraft if may_overdraw else 0)
    pays = card.leg_product == 0 and card.leg_in_journey != FREE
    if pays and card.balance - e.amount < r.entry_least[card.medium][e.service][card.category]:
        return False
    return due <= 0 or card.balance >= due


@rule
def pass_answer_spent(card: Any, e: Any, r: Any) -> bool:
    """Was the purse asked only because the pass has used up its day? Then that is what the rider is told."""
    return e.kind == ENTRY and pass_answer(card, e, r) == PASS_SPENT


@rule
def top_up(card: Any, e: Any, r: Any) -> int:
    """Value loaded, which pays back credit rides first; or a pass put on the card."""
    if e.kind == LOAD:
        if r.purse_max > 0 and card.balance + e.amount > r.purse_max:
            return PURSE_FULL
        card.balance += e.amount
        if card.balance >= 0:
            card.credit_used = 0
    elif r.product_queues[e.product - 1] == 1 and may_pay(card, e.t_us, r):
        if card.next_product > 0:
            return NO_ROOM_FOR_PASS
        card.next_product, card.next_entries = e.product, r.product_entries[e.product - 1]
    else:
        put_pass_on(card, e.product, r.product_entries[e.product - 1])
        if r.product_from_sale[e.product - 1] == 1:
            card.pass_until_us = until_day_cut(e.t_us, r.product_span_us[e.product - 1], r)
    card.counter += 1
    return e.amount
