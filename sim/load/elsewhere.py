"""A house at an address: the pool of its readers, from the first service date of its books until yesterday."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any

from afc.keys import KeyRing, sim_environment
from afc.limits import late_days_max
from afc.moment import service_date
from afc.refusal import Refused
from sim.load.door import Door
from sim.load.mqtt import mqtt_links
from sim.load.pool import Pool
from sim.load.running import (
    Readers,
    first_day,
    readers_in,
    readers_of,
    refuse_others,
    running_door,
    wanted_by,
    wanted_in,
)  # fmt: skip
from sim.load.way import Way
from sim.moments import now_us
from sim.progress import showing
from sim.run import set_up
from sim.scenario import Scenario


def elsewhere(scenario: Scenario, way: Way, quiet: bool) -> tuple[Pool, Door]:
    """The pool that this house may be sent, and the door to it."""
    city = scenario.load()
    ring = KeyRing.from_seed(scenario.seed, sim_environment(city.id))
    if way.over_mqtt:
        readers = readers_in(way.books)
        door = Door(way.to, partial(mqtt_links, way.to, ring.environment), way.books)
    else:
        readers = readers_of(way.to, way.keys)
        door = running_door(way.to, readers, way.books)
    wanted = wanted_in(way.books, readers) if way.over_mqtt else wanted_by(way.to, readers)
    return pool_of(scenario, city, ring, readers, wanted, quiet), door


def pool_of(
    scenario: Scenario, city: Any, ring: KeyRing, readers: Readers, wanted: Callable[[Sequence[bytes]], list[bool]],
    quiet: bool,
) -> Pool:  # fmt: skip
    """What the scenario's readers have made since the books began, without what the house has."""
    start, end = span(first_day(readers, city), service_date(now_us(), city.zone, city.day_cut_s))
    scenario = scenario.changed(start=start)
    with showing(quiet) as progress:
        progress("learn the network", 0.0)
        riders, stage = set_up(scenario, city, ring)
    refuse_others(readers, ring, stage.devices)
    pool = Pool(scenario, ring, riders, stage, start, end)
    pool.only(wanted)
    return pool


def span(first: date, today: date) -> tuple[date, date]:
    """The service dates of a pool: from the first of the books, which keeps readers' numbers the same for every load of this
    house, to the day before today."""
    if first >= today:
        cure = "Taps of a day that is not over would be of tomorrow. Begin the books with --start of an earlier day."
        raise Refused("BOOKS_TOO_YOUNG", f"the books begin with {first}", where="--to", cure=cure)
    if first < today - timedelta(days=late_days_max - 1):
        cure = f"Begin new books, with a --start at most {late_days_max - 1} days ago."
        raise Refused("BOOKS_TOO_OLD", f"the books begin with {first}, and older taps are set aside", cure=cure)
    return first, today
