"""Adopt: two people let the books go on under another edition of the city pack, from a clearing date on.

What is closed was closed under the edition before, and what is priced again of it later has to come out the same. So the new
edition may say otherwise only what counts from that date on: `afc.succession` compares the two.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from afc.refusal import Refused
from afc.succession import Difference
from clearing.decision import Decision
from clearing.facts import facts_of
from clearing.house import House
from clearing.registering import Change, carry_out
from clearing.store import Adoption, Store

SHOWN = 5
"""So many differences are told in a refusal."""


def adopt(house: House, new: Any, start: date, change: Change, decision: Decision, at_us: int) -> Adoption:
    """Note that `new` counts from `start` on, and change the registers. Adopting what is adopted changes nothing."""

    def work() -> Adoption:
        store, known = house.store, house.store.adoptions()
        if is_adopted(store, new, start):
            return known[-1]
        by = decision.checked()
        refuse_too_early(store, start)
        refuse_same(house, new)
        turn = (store.last_delivery(), store.high()[0], sum(day.state == "closed" for day in store.days()))
        facts = json.dumps(change.told(), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        made = Adoption(len(known) + 1, new.digest, house.city.digest, start, facts, *by, at_us, *turn)
        carry_out(store, change)
        store.adopt(made)
        return made

    return house.store.write(work)


def is_adopted(store: Store, new: Any, start: date) -> bool:
    """Do the books go by this edition, from this date on?"""
    known = store.adoptions()
    return bool(known) and (known[-1].city, known[-1].from_date) == (new.digest, start)


def refuse_too_early(store: Store, start: date) -> None:
    """A date that has begun to close goes by the edition that it began with; editions follow one another."""
    begun = max((day.clearing_date for day in store.days() if day.state != "open"), default=None)
    if begun is not None and start <= begun:
        what = f"{begun} has begun to close under the pack as it was"
        raise Refused("EDITION_TOO_EARLY", what, where="--from", cure="Give a date after it.")
    last = max((one.from_date for one in store.adoptions()), default=None)
    if last is not None and start < last:
        what = f"the edition before this one counts from {last} on"
        raise Refused("EDITION_TOO_EARLY", what, where="--from", cure="Give that date, or a later one.")


def refuse_same(house: House, new: Any) -> None:
    """There has to be something to adopt."""
    if new.digest == house.city.digest:
        raise Refused("EDITION_SAME", "the books go by this pack already", cure="Nothing has to be done.")


def refuse_against(found: Sequence[Difference]) -> None:
    """What the new edition says otherwise of what was before."""
    against = [one for one in found if one.cure]
    if against:
        told = "; ".join(f"{one.file}: {one.what}" for one in against[:SHOWN])
        more = f"; and {len(against) - SHOWN} more" if len(against) > SHOWN else ""
        raise Refused("EDITION_DIFFERS", f"the pack says otherwise what was before: {told}{more}", cure=against[0].cure)


def put_in_place(house: House, old: Any, new: Any) -> list[Difference]:
    """Versions that two people put in the place of others on some dates: their number has to stay theirs."""
    facts, found = facts_of(house.store.rulings()), []
    for kind, versions in (("tariff", "tariff"), ("split", "split")):
        was, now = (getattr(city, versions).version for city in (old, new))
        for _, fact in facts.of(kind):
            number = fact["version"]
            if number >= len(now) or now[number] != was[number]:
                what = f'a ruling put the version "{was[number].id}" in the place of another'
                found.append(Difference(f"{kind}.toml", what, "Leave that version where it stands, as it is."))
    return found
