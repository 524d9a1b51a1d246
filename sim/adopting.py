"""Going on under another edition of a pack: what it changes, which readers come and go, and two people who say so."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from afc.city import City
from afc.refusal import Refused
from afc.succession import Difference, differences
from clearing.adopt import adopt, is_adopted, put_in_place, refuse_against, refuse_same, refuse_too_early
from clearing.decision import Decision
from clearing.house import House
from clearing.registering import Change
from clearing.store import FOREVER_US, Adoption, Device
from sim import packs
from sim.run import cut_before, device_rows, party_row
from sim.world.numbered import Readers, as_before, numbered, readers_by_place


class Plan(NamedTuple):
    """What another edition would change: all differences, and what becomes of the registers (nothing where it is refused)."""

    new: City
    start: date
    differences: list[Difference]
    change: Change

    @property
    def against(self) -> list[Difference]:
        """What books could not go on with."""
        return [one for one in self.differences if one.cure]


def plan(house: House, new: City, start: date) -> Plan:
    """Compare the edition that the books go by with another one."""
    found = differences(house.city, new, start)
    found += put_in_place(house, house.city, new)
    if any(one.cure for one in found):
        return Plan(new, start, found, Change())
    change = change_to(house, new, start)
    return Plan(new, start, found + told(change), change)


def go_on(house: House, made: Plan, decision: Decision, at_us: int) -> Adoption:
    """Adopt the edition. Both it and the one before are kept in the house's folder first."""
    refuse_against(made.differences)
    if not is_adopted(house.store, made.new, made.start):  # or a copy would be kept of what is refused
        decision.checked()
        refuse_too_early(house.store, made.start)
        refuse_same(house, made.new)
    packs.keep(house.folder, house.city)
    packs.keep(house.folder, made.new)
    return adopt(house, made.new, made.start, made.change, decision, at_us)


def too_early(house: House, made: Plan) -> list[Difference]:
    """What stands against the date itself, before anything is adopted."""
    if is_adopted(house.store, made.new, made.start):
        return []
    try:
        refuse_too_early(house.store, made.start)
    except Refused as refused:
        return [Difference("--from", f"{refused.code}: {refused.what}", refused.cure)]
    return []


def change_to(house: House, new: City, start: date) -> Change:
    """What becomes of the registers."""
    known = {party.number: party for party in house.store.parties()}
    rows = [party_row(number, party) for number, party in enumerate(new.parties)]
    parties = [row for row in rows if known.get(row.number) != row]
    was = [known[row.number] for row in parties if row.number in known]
    devices, ended = reader_changes(house, new, start)
    return Change(tuple(parties), tuple(was), tuple(devices), tuple(ended))


def reader_changes(house: House, new: City, start: date) -> tuple[list[Device], list[tuple[int, int]]]:
    """Rows of readers that come, and (reader, moment) of those that end."""
    editions = [*(one.read() for one in house.earlier), house.city]
    ever: Readers = {}
    for city in editions:
        ever |= as_before(ever, readers_by_place(city))
    before, after = numbered(editions), as_before(ever, readers_by_place(new))
    from_us, begin, end = cut_before(new, start), list[Device](), list[tuple[int, int]]()
    for place in sorted(before.keys() | after.keys()):
        was = device_rows(house.city, before[place], from_us, house.ring) if place in before else []
        now = device_rows(new, after[place], from_us, house.ring) if place in after else []
        came, left = turn(was, now)
        begin += came
        end += left
    return sorted(begin), sorted(end)


def turn(was: Sequence[Device], now: Sequence[Device]) -> tuple[list[Device], list[tuple[int, int]]]:
    """From the rows that a reader would have had to those that it will have: new rows, and the end of the open one."""
    same = next(
        (i for i, both in enumerate(zip(was, now, strict=False)) if both[0] != both[1]), min(len(was), len(now))
    )
    was, now = was[same:], now[same:]
    if not was:
        return list(now), []
    if len(was) > 1 or was[0].to_us != FOREVER_US:
        what = f"reader {was[0].device} goes to another party later, and that is noted already"
        raise Refused("DEVICE_PROMISED", what, where="--from", cure="Let the edition count from the day after that.")
    if now and was[0]._replace(to_us=now[0].to_us) == now[0]:
        return list(now[1:]), [(was[0].device, now[0].to_us)]
    return list(now), [(was[0].device, was[0].from_us)]


def told(change: Change) -> list[Difference]:
    """How many readers come and go, in words."""
    came, left = {row.device for row in change.devices}, {device for device, _ in change.ended}
    counts = (
        (len(came - left), "come into service"),
        (len(came & left), "change hands"),
        (len(left - came), "are withdrawn"),
    )
    return [Difference("registers", f"readers that {what}: {count}") for count, what in counts if count]


def row_of(one: Difference) -> dict[str, Any]:
    """A difference for --json."""
    return {"file": one.file, "what": one.what, "refused": bool(one.cure), "cure": one.cure}
