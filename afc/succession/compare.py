"""Comparing two editions of a pack, file by file: what changes from a date on, and what may not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from afc.city import City
from afc.succession.difference import Difference, shown
from afc.succession.network import network_differences

_FIXED = ("id", "country", "currency", "zone", "day_cut_s", "custody")
"""What a city is: other values are another city."""

_NUMBERED = {
    "party": "parties", "service": "services", "category": "categories", "medium": "media", "brand": "brands",
    "attribute": "attributes", "criterion": "criteria",
}  # fmt: skip
_OF_SERVICE, _OF_MEDIUM = ("mode", "access", "tap_out", "distance"), ("funding",)
_SETTLEMENT = ("cycle", "bank", "netting")
_DAY = timedelta(days=1)


def differences(old: City, new: City, start: date) -> list[Difference]:
    """Everything that the new edition says otherwise, where it counts from a date on; those with a cure stand against it."""
    found = [*_city(old, new), *_calendar(old, new, start), *_parties(old, new, start)]
    found += _versions("tariff.toml", old.tariff.version, new.tariff.version, start)
    found += _versions("split.toml", old.split.version, new.split.version, start)
    found += [*_products(old, new, start), *_contracts(old, new, start)]
    if old.demand != new.demand:
        found.append(Difference("demand.toml", "demand or fleets are others"))
    if not any(one.cure for one in found):  # the numbers below mean something only where those above are the same
        found += network_differences(old.network, new.network, tuple(one.access == "station" for one in old.services))
    return found


def _city(old: City, new: City) -> Iterator[Difference]:
    """Whose numbers devices and cards carry: nothing goes, nothing moves, new ones come at the end."""
    for name in _FIXED:
        was, now = getattr(old, name), getattr(new, name)
        if was != now:
            yield Difference("city.toml", f"`{name}` is {now} and was {was}", "Another city has books of its own.")
    for kind, table in _NUMBERED.items():
        ids = [[getattr(row, "id", row) for row in getattr(city, table)] for city in (old, new)]
        yield from numbered("city.toml", kind, *ids)
    for table, fields in (("services", _OF_SERVICE), ("media", _OF_MEDIUM)):
        for was, now in zip(getattr(old, table), getattr(new, table), strict=False):
            for field in fields:
                if getattr(was, field) != getattr(now, field):
                    cure = f"Keep {was.id} as it is, and add another with a name of its own."
                    yield Difference("city.toml", f"`{field}` of {was.id} is another", cure)


def numbered(file: str, kind: str, old: Sequence[str], new: Sequence[str]) -> Iterator[Difference]:
    """Things that are known by their place in a list."""
    if list(new[: len(old)]) != list(old):
        first = next(i for i, name in enumerate(old) if i >= len(new) or new[i] != name)
        what = f'{kind} "{old[first]}" is no longer the {first + 1}. of its list'
        yield Difference(file, what, "Keep what there was in its order, and add at the end.")
    elif len(new) > len(old):
        yield Difference(file, f"new {kind}: {shown(list(new[len(old) :]))}")


def _calendar(old: City, new: City, start: date) -> Iterator[Difference]:
    """Every date before `start` is the kind of day that it was."""
    yield from numbered("city.toml", "day type", old.calendar.day_types, new.calendar.day_types)
    known = min(old.calendar.horizon, start - _DAY)
    if new.calendar.horizon < known:
        cure = f"Holidays are known until {known}: leave `horizon` there, or later."
        yield Difference("city.toml", f"the calendar ends on {new.calendar.horizon}", cure)
        return
    first = min(old.tariff.version[0].from_, old.split.version[0].from_)
    dates = [first + _DAY * n for n in range((known - first).days + 1)]
    apart = [day.isoformat() for day in dates if _kind(old, day) != _kind(new, day)]
    if apart:
        cure = f"Before {start} the calendar stays what it was."
        yield Difference("city.toml", f"another kind of day: {shown(apart)}", cure)
    if new.calendar.horizon != old.calendar.horizon:
        yield Difference("city.toml", f"holidays are known until {new.calendar.horizon}, not {old.calendar.horizon}")
    later = [f"{day} ({new.calendar.day_types[kind]})" for day, kind in sorted(new.calendar.holidays.items())
             if day >= start and old.calendar.holidays.get(day) != kind]  # fmt: skip
    if later:
        yield Difference("city.toml", f"new holidays: {shown(later)}")


def _kind(city: City, day: date) -> tuple[int, bool]:
    return city.day_type(day), city.is_school_day(day)


def _parties(old: City, new: City, start: date) -> Iterator[Difference]:
    """Names and accounts may change; what a party is may not."""
    for was, now in zip(old.parties, new.parties, strict=False):
        if was.roles != now.roles:
            cure = "Its earlier statements were drawn up for what it was: keep its roles, or add another party."
            yield Difference("city.toml", f"{was.id} has other roles", cure)
        if was.name != now.name or was.account != now.account:
            yield Difference("city.toml", f"{was.id} has another {'name' if was.name != now.name else 'account'}")


def _versions(file: str, old: Sequence[Any], new: Sequence[Any], start: date) -> Iterator[Difference]:
    """Versions that begin before `start` are what they were, and are all there."""
    was, now = ([one for one in versions if one.from_ < start] for versions in (old, new))
    ids = {one.id: one for one in was}
    cure = f"What begins before {start} stays as it is; write the change as a version from then on."
    for one in now:
        if one.id not in ids:
            yield Difference(file, f'the new version "{one.id}" begins on {one.from_}', cure)
        elif one != ids[one.id]:
            yield Difference(file, f'the version "{one.id}" says something else', cure)
    for name in ids.keys() - {one.id for one in now}:
        yield Difference(file, f'the version "{name}" is gone', cure)
    coming = [[one for one in versions if one.from_ >= start] for versions in (old, new)]
    for one in coming[1]:
        if one not in coming[0]:
            yield Difference(file, f'new version "{one.id}" from {one.from_}')
    for one in coming[0]:
        if one not in coming[1]:
            yield Difference(file, f'the version "{one.id}" from {one.from_} does not come')


def _products(old: City, new: City, start: date) -> Iterator[Difference]:
    """Chips name passes by their number, so a pass is never taken out of the list."""
    last = [one for one in old.tariff.version if one.from_ < start][-1:]
    kept = [product.id for one in last for product in one.product]
    for one in new.tariff.version:
        if one.from_ >= start and one not in old.tariff.version:
            found = numbered("tariff.toml", f'pass of "{one.id}"', kept, [product.id for product in one.product])
            yield from (difference for difference in found if difference.cure)


def _contracts(old: City, new: City, start: date) -> Iterator[Difference]:
    """Agreements count from `start` as they stand; dates are paid together as before, through the same account."""
    for key in _SETTLEMENT:
        was, now = getattr(old.contracts.settlement, key), getattr(new.contracts.settlement, key)
        if was != now:
            cure = f'Write settlement.{key} = "{was}" again: cycles that are under way go by it.'
            yield Difference("contracts.toml", f'settlement.{key} is "{now}" and was "{was}"', cure)
    if old.contracts != new.contracts:
        yield Difference("contracts.toml", f"agreements are others, and count as they stand from {start} on")
