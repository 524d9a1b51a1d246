"""The plan of a new pack: what of a feed is taken, as which services and operators, over which dates."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from afc.gtfs import borrow
from afc.gtfs.days import Calendar, Week, ordinary_week
from afc.gtfs.network_files import Adopted
from afc.gtfs.rows import Feed
from afc.gtfs.stations import places_of, walks_between
from afc.gtfs.ways import ways_of
from afc.refusal import Refused

if TYPE_CHECKING:
    from afc.city import City


class Plan(NamedTuple):
    """Everything that the files of a new pack are written from."""

    id: str
    name: str
    like: City
    adopted: Adopted
    week: Week
    first: date  # first date of tariff and split
    last: date  # the calendar's horizon
    publisher: str

    @property
    def services(self) -> tuple[str, ...]:
        """The services in use, in the order of the city whose rules are borrowed."""
        used = set(self.adopted.services.values())
        return tuple(service.id for service in self.like.services if service.id in used)

    @property
    def borrowed(self) -> str:
        """What every borrowed figure says of itself."""
        return f"Borrowed from the pack {self.like.id}; no fact about {self.name}."


def plan_of(feed: Feed, like: City, city_id: str, name: str, day: date | None) -> tuple[Plan, Calendar]:
    calendar = Calendar(feed)
    week = ordinary_week(calendar, day, _vehicles(feed))
    vehicle, station = borrow.services_like(like)
    gated = next(service for service in like.services if service.id == station).access == "station"
    rail = [borrow.is_rail(route.type) for route in feed.routes]
    stations = [gated and is_rail for is_rail in rail]
    called = [set[int](), set[int]()]
    running = frozenset().union(*week.running.values())
    for t, trip in enumerate(feed.trips):
        if trip.service_id in running:
            rows = slice(int(feed.times.first[t]), int(feed.times.first[t + 1]))
            called[stations[trip.route]].update(int(stop) for stop in feed.times.stop[rows])
    places = places_of(feed, *called)
    ways = ways_of(feed, week, places, stations, like.day_cut_s)
    given = {
        (where[walk.origin], where[walk.destination]): walk.seconds
        for walk in feed.walks
        for where in ({**places.as_platform, **places.as_stop},)
        if walk.origin in where and walk.destination in where and where[walk.origin] != where[walk.destination]
    }
    routes = {way.route for way in ways}
    adopted = Adopted(
        feed,
        places.rows,
        ways,
        walks_between(places.rows, given),
        _parties(feed, (borrow.ISSUER, borrow.RETAILER, borrow.AUTHORITY, borrow.BANK, borrow.TRUST)),
        {route: station if rail[route] else vehicle for route in routes},
        _zone(feed),
    )
    start = week.dates["weekday"]
    first = date(start.year, 1, 1)
    publisher = feed.publisher or ", ".join(dict.fromkeys(agency.name for agency in feed.agencies))
    plan = Plan(city_id, name, like, adopted, week, first, _horizon(calendar.span()[1], start), publisher)
    return plan, calendar


def _vehicles(feed: Feed) -> dict[str, int]:
    """Departures by service id."""
    count: dict[str, int] = {}
    headways: dict[int, int] = {}
    for row in feed.frequencies:
        headways[row.trip] = headways.get(row.trip, 0) + len(range(row.start_s, row.end_s, row.headway_s))
    for t, trip in enumerate(feed.trips):
        count[trip.service_id] = count.get(trip.service_id, 0) + headways.get(t, 1)
    return count


def _parties(feed: Feed, taken: Iterable[str]) -> dict[str, str]:
    """An id for each agency in the form that packs use."""
    parties: dict[str, str] = {}
    used = set(taken)
    for agency in feed.agencies:
        plain = unicodedata.normalize("NFKD", agency.id if re.search("[a-zA-Z]", agency.id) else agency.name)
        slug = (
            re.sub(r"[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode().lower()).strip("-")[:32] or "operator"
        )
        party = slug
        for i in range(2, len(feed.agencies) + 10):
            if party not in used:
                break
            party = f"{slug}-{i}"
        used.add(party)
        parties[agency.id] = party
    return parties


def _zone(feed: Feed) -> str:
    """The feed's time zone; GTFS gives the same to all agencies."""
    zone = feed.agencies[0].zone
    try:
        return ZoneInfo(zone).key
    except (KeyError, ValueError, OSError):
        cure = "Write it as Area/Place, as the time zone database does."
        raise Refused(
            "UNKNOWN_ZONE", f'"{zone}" is not a time zone', where=f"{feed.label}/agency.txt", cure=cure
        ) from None


def _horizon(last: date, start: date) -> date:
    """How far the calendar is known: to the feed's end, but no further than the end of the year after the scenario."""
    return max(min(last, date(start.year + 1, 12, 31)), start + timedelta(days=7))


def day_type_there(plan: Plan, day: str) -> str:
    """The other city's day type for one of ours: by its own week."""
    weekday = {"weekday": 2, "saturday": 5, "sunday": 6}[day]
    return plan.like.calendar.day_types[plan.like.calendar.week[weekday]]
