"""Fares as people print them: a table for each service, bounds down, rider categories across."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from afc.fares.compile import compile_rates, working_day
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


class Called(NamedTuple):
    """What riders call the fare table behind the rows that are for `what`, and for which categories it speaks."""

    name: str
    what: str
    categories: tuple[str, ...]


class Printed(NamedTuple):
    """The fares of services that cost alike on one medium: `counts` says what bounds count ("" where the tap-in takes the
    fare)."""

    services: tuple[str, ...]
    counts: str
    categories: tuple[str, ...]
    rows: tuple[Row, ...]
    names: tuple[Called, ...] = ()


def printed(city: Any, version: Version, ordinal: int, medium: str, services: Sequence[str] = ()) -> list[Printed]:
    """Every priced service of a tariff version; modifiers that always hold for a category and medium are in the prices."""
    rates: Any = Plain(compile_rates(city, version, ordinal))
    m = [one.id for one in city.media].index(medium)
    alike: dict[tuple[str, tuple[Row, ...], tuple[Called, ...]], list[str]] = {}
    categories = tuple(category.id for category in city.categories)
    for s, service in enumerate(city.services):
        if any(row[m][s] for row in rates.priced) and (not services or service.id in services):
            rows = (*boarding_rows(version, service.id, categories), *table_rows(city, rates, s, m))
            names = tuple(names_of(city, version, rates, s, m))
            alike.setdefault((UNITS.get(rates.counts[s], ""), rows, names), []).append(service.id)
    return [Printed(tuple(ids), counts, categories, rows, names) for (counts, rows, names), ids in alike.items()]


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
        columns, what = tables_of(city, rates, p, s, m), stretch_of(city, rates, p, s)
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


def names_of(city: Any, version: Version, rates: Any, s: int, m: int) -> Iterable[Called]:
    """The names of the service's fare tables, where they have one."""
    for p in range(rates.parts[s]):
        speaking: dict[str, list[str]] = {}
        for category, table in zip(city.categories, tables_of(city, rates, p, s, m), strict=True):
            if table >= 0 and "name" in version["fare"][table]:
                speaking.setdefault(version["fare"][table]["name"], []).append(category.id)
        for name, categories in speaking.items():
            yield Called(name, stretch_of(city, rates, p, s), tuple(categories))


def tables_of(city: Any, rates: Any, p: int, s: int, m: int) -> list[int]:
    """The fare table of each category, by its place in the file; -1 where none speaks."""
    return [rates.table_of[p][c][m][s] for c in range(len(city.categories))]


def stretch_of(city: Any, rates: Any, p: int, s: int) -> str:
    """The stretch of the network that a fare table is for; "" for all of it."""
    within, uses, names = rates.part_within[p][s], rates.part_uses[p][s], city.network.section_ids
    if within:
        return f"within {names[within - 1]}"
    return ", ".join(name for i, name in enumerate(names) if uses >> i & 1)


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


def matrix(
    city: Any, version: Version, ordinal: int, service: str, rider: str, medium: str
) -> tuple[list[str], list[list[int]]]:
    """Stations of a gated service and the fare of every pair, by the rules themselves, on an ordinary day at 08:00."""
    from afc.fares.cases import versions_of
    from afc.fares.history import Compiled, issue_card
    from afc.fares.rides import Rides

    rates = compile_rates(city, version, ordinal)
    s = [one.id for one in city.services].index(service)
    stops = [city.network.stop_ids[i] for i in np.flatnonzero(city.network.gates == s)]
    fresh, day = issue_card(city, version, rider, medium, {}), working_day(city, versions_of(city), ordinal).isoformat()
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
