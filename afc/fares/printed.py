"""Fares as people print them: a table for each service, bounds down, rider categories across."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

import numpy as np

from afc.fares.compile import compile_rates
from afc.fares.compile_tables import COUNTS
from afc.fares.names import period_names
from afc.fares.rates import METRES
from afc.fares.state import Plain
from afc.fares.terms import modified_quietly

Version = Mapping[str, Any]
UNITS = {number: word for word, number in COUNTS.items()}


class Row(NamedTuple):
    """One line of a table: what it is for, up to how much, and a price for each category; `upto` -1 is without end."""

    what: str
    upto: int
    prices: tuple[int, ...]


class Printed(NamedTuple):
    """The fares of services that cost alike on one medium: `counts` says what bounds count ("" where the tap-in takes the
    fare)."""

    services: tuple[str, ...]
    counts: str
    categories: tuple[str, ...]
    rows: tuple[Row, ...]


def printed(city: Any, version: Version, ordinal: int, medium: str, services: Sequence[str] = ()) -> list[Printed]:
    """Every priced service of a tariff version; modifiers that always hold for a category and medium are in the prices."""
    rates: Any = Plain(compile_rates(city, version, ordinal))
    m = [one.id for one in city.media].index(medium)
    alike: dict[tuple[str, tuple[Row, ...]], list[str]] = {}
    categories = tuple(category.id for category in city.categories)
    for s, service in enumerate(city.services):
        if any(row[m][s] for row in rates.priced) and (not services or service.id in services):
            rows = (*boarding_rows(version, service.id, categories), *table_rows(city, rates, s, m))
            alike.setdefault((UNITS.get(rates.counts[s], ""), rows), []).append(service.id)
    return [Printed(tuple(names), counts, categories, rows) for (counts, rows), names in alike.items()]


def boarding_rows(version: Version, service: str, categories: Sequence[str]) -> Iterable[Row]:
    """What the tap-in takes, by period, and what started steps of distance add."""
    base = version.get("base", {}).get(service)
    if base is None:
        return
    for period in period_names(version):
        prices = [base[c] if isinstance(base[c], int) else base[c][period] for c in categories]
        if period == "off_peak" or any(not isinstance(base[c], int) for c in categories):
            yield Row("boarding" if period == "off_peak" else f"boarding, {period}", -1, tuple(prices))
    for band in version.get("distance", {}).get(service, {}).get("bands", []):
        what = f"each {band['step_m']} m begun past {band['from_m']} m"
        yield Row(what, -1, tuple(band.get(c, 0) for c in categories))


def table_rows(city: Any, rates: Any, s: int, m: int) -> Iterable[Row]:
    """The steps of the service's fare tables, equal ones together, as far as the network goes."""
    for p in range(rates.parts[s]):
        columns = [rates.table_of[p][c][m][s] for c in range(len(city.categories))]
        within, uses = rates.part_within[p][s], rates.part_uses[p][s]
        names = city.network.section_ids
        what = f"within {names[within - 1]}" if within else ""
        what = what or ", ".join(name for i, name in enumerate(names) if uses >> i & 1)
        bounds = sorted({bound for table in columns if table >= 0 for bound in bounds_of(table, rates)})
        last: tuple[int, ...] | None = None
        held: list[Row] = []
        for bound in shown(bounds, city, rates, s):
            prices = tuple(price_at(table, bound, c, m, s, rates) for c, table in enumerate(columns))
            if prices == last:
                held[-1] = held[-1]._replace(upto=bound)
            else:
                held.append(Row(what, bound, prices))
            last = prices
        if held:
            held[-1] = held[-1]._replace(upto=-1)
        yield from held


def bounds_of(table: int, rates: Any) -> list[int]:
    """The bounds of a table."""
    first = rates.table_first[table]
    return list(rates.step_upto[first : first + rates.table_size[table]])


def shown(bounds: Sequence[int], city: Any, rates: Any, s: int) -> list[int]:
    """The bounds that a ride of the network can reach, and one more for everything beyond."""
    if rates.counts[s] != METRES:
        return list(bounds)
    tables = city.network.tables
    mine = tables.pattern_service == s
    station = city.services[s].access == "station"
    longest = int(tables.path["metres"].max()) if station else int(tables.along_m[mine].max(initial=0))
    reached = [bound for bound in bounds if bound < longest]
    return [*reached, *bounds[len(reached) : len(reached) + 1]]


def price_at(table: int, count: int, c: int, m: int, s: int, rates: Any) -> int:
    """A price after the modifiers that always hold for this category, medium and service; 0 where nobody speaks."""
    if table < 0:
        return 0
    bounds = bounds_of(table, rates)
    step = min(int(np.searchsorted(bounds, count)), len(bounds) - 1)
    return int(modified_quietly(rates.step_minor[rates.table_first[table] + step], always(c, m, s, rates), rates))


def always(c: int, m: int, s: int, rates: Any) -> int:
    """The modifiers that hold for a category on a medium and service at any hour and stop, as bits."""
    held = 0
    for i in range(rates.terms):
        conditions = rates.term_days[i] or rates.term_at[i] or rates.term_first[i] or rates.term_attribute[i]
        if (
            not conditions
            and rates.term_categories[i] >> c & rates.term_media[i] >> m & rates.term_services[i] >> s & 1
        ):
            held |= 1 << i
    return held


def first_monday(day: date) -> date:
    """The Monday on or after a day, for prices as commuters pay them."""
    return day + timedelta(days=-day.weekday() % 7)


def matrix(
    city: Any, version: Version, ordinal: int, service: str, rider: str, medium: str
) -> tuple[list[str], list[list[int]]]:
    """Stations of a gated service and the fare of every pair, by the rules themselves, on the first Monday at 08:00."""
    from afc.fares.history import Compiled, issue_card
    from afc.fares.rides import Rides

    rates = compile_rates(city, version, ordinal)
    s = [one.id for one in city.services].index(service)
    stops = [city.network.stop_ids[i] for i in np.flatnonzero(city.network.gates == s)]
    fresh, day = issue_card(city, version, rider, medium, {}), first_monday(version["from"]).isoformat()
    prices = []
    for a in stops:
        row = []
        for b in stops:
            card, rides = Compiled(fresh, rates), Rides(city)
            ride = rides.ride({"service": service, "from": a, "to": b, "in": f"{day} 08:00:00", "out": "08:00:00"})
            assert ride.tap_out is not None
            row.append(sum(card.tap(event).minor for event in (ride.tap_in, ride.tap_out)))
        prices.append(row)
    return stops, prices
