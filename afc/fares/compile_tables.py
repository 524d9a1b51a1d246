"""Fare tables in a reader's memory: whatever a table counts, and however it is written, it becomes steps with a price each."""

from __future__ import annotations

from math import lcm
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from afc.fares import rates as places
from afc.fares.compile_prices import section_index
from afc.fares.names import ROUNDING, Names, Version, bits_of
from afc.limits import fare_metres_max
from afc.refusal import Refused

COUNTS = {
    "metres": places.METRES,
    "stations": places.STATIONS,
    "hops": places.HOPS,
    "zones": places.ZONES,
    "stages": places.STAGES,
}

UNBOUNDED = 2**31 - 1
I8 = NDArray[np.int64]


class Steps(NamedTuple):
    """A fare as steps: up to each bound, both ends included, the price beside it; the last price holds beyond."""

    upto: I8
    minor: I8


def write_tables(r: Any, version: Version, names: Names) -> None:
    """All tables, whom and what they are for, ceilings of a ride and prices named for two stops."""
    r["table_of"], r["ride_max"] = -1, -1
    used = 0
    for t, row in enumerate(version.get("fare", [])):
        steps = steps_of(row)
        if t >= places.TABLES_MAX or used + len(steps.upto) > places.STEPS_MAX:
            what = f"more fare tables in tariff {version['id']} than fit a reader"
            cure = f"At most {places.TABLES_MAX} tables with {places.STEPS_MAX} steps together."
            raise Refused("TARIFF_TOO_LARGE", what, cure=cure)
        r["table_first"][t], r["table_size"][t] = used, len(steps.upto)
        r["step_upto"][used : used + len(steps.upto)], r["step_minor"][used : used + len(steps.upto)] = steps
        used += len(steps.upto)
        for service in row["services"]:
            place_table(r, t, row, names.services.index(service), version, names)
    r["counted"] = bool((r["counts"] > 0).any())
    for row in version.get("ceiling", []):
        for service in row["services"]:
            for c, category in enumerate(names.categories):
                if category in row.get("categories", names.categories):
                    r["ride_max"][names.services.index(service)][c] = row["price"]
    write_named_pairs(r, version, names)
    for service, media in version.get("accepts", {}).items():
        for m, medium in enumerate(names.media):
            r["priced"][:, m, names.services.index(service)] &= medium in media
    write_dearest(r)


def speaking_for(row: Version, names: Names) -> list[tuple[int, int]]:
    """The categories and media that a row is for, by their places."""
    categories = [names.categories.index(name) for name in row.get("categories", names.categories)]
    media = [names.media.index(name) for name in row.get("media", names.media)]
    return [(c, m) for c in categories for m in media]


def write_dearest(r: Any) -> None:
    """The dearest ride of each category and medium on each service: all tables, pairs and sections together."""
    for s in np.flatnonzero(r["counts"]):
        for c in range(places.CATEGORIES_MAX):
            reached = [i for i in range(int(r["section_sets"])) if r["section_services"][i] >> s & 1]
            section = max([0, *(int(r["section_minor"][i][c]) for i in reached)])
            for m in range(places.MEDIA_MAX):
                most = max(dearest_of_tables(r, c, m, int(s)) + section, int(r["dearest"][c][m][s]))
                ceiling = int(r["ride_max"][s][c])
                r["dearest"][c][m][s] = min(most, ceiling) if ceiling >= 0 else most


def dearest_of_tables(r: Any, c: int, m: int, s: int) -> int:
    """The last steps of all tables that add up, or of the dearest where a section is touched."""
    total, dearest = 0, 0
    for p in range(int(r["parts"][s])):
        table = r["table_of"][p][c][m][s]
        if table >= 0:
            price = int(r["step_minor"][r["table_first"][table] + r["table_size"][table] - 1])
            total, dearest = (total + price, dearest) if r["part_uses"][p][s] == 0 else (total, max(dearest, price))
    return max(total, dearest)


def place_table(r: Any, t: int, row: Version, s: int, version: Version, names: Names) -> None:
    """Where a table speaks: its part of the service, for its categories and media, unless an earlier one speaks there."""
    within = section_index(row["within"], names) + 1 if "within" in row else 0
    uses = sum(1 << section_index(section, names) for section in row.get("uses", []))
    p = 0
    while p < r["parts"][s] and (r["part_within"][p][s], r["part_uses"][p][s]) != (within, uses):
        p += 1
    if p >= places.PARTS_MAX:
        what = f"more than {places.PARTS_MAX} kinds of fare table for one service in tariff {version['id']}"
        raise Refused("TARIFF_TOO_LARGE", what)
    r["counts"][s], r["parts"][s] = COUNTS[row["by"]], max(r["parts"][s], p + 1)
    r["part_within"][p][s], r["part_uses"][p][s] = within, uses
    r["via_free"][s] |= bits_of(row.get("via_free", []), names.zones)
    for c, category in enumerate(names.categories):
        for m, medium in enumerate(names.media):
            spoken = category in row.get("categories", names.categories) and medium in row.get("media", names.media)
            if spoken and r["table_of"][p][c][m][s] < 0:
                r["table_of"][p][c][m][s], r["priced"][c][m][s] = t, 1


def steps_of(row: Version) -> Steps:
    """A table of tariff.toml as steps.

    >>> steps_of({"upto": [6099, 12099], "price": [300, 400], "then": {"every": 20_000, "price": 100}}).minor[:4].tolist()
    [300, 400, 500, 600]
    >>> by_metre = [{"from": 0, "price": 300, "per": 10_000}]
    >>> steps_of({"start": 70, "rates": by_metre, "round": {"to": 10, "how": "up"}}).upto[:3].tolist()
    [0, 333, 666]
    """
    if "rates" in row:
        return pro_rata(row)
    upto, minor = list(row.get("upto", [])), list(row["price"])
    if len(minor) > len(upto):
        upto.append(UNBOUNDED)
    elif then := row.get("then"):
        while upto[-1] < fare_metres_max:
            upto.append(upto[-1] + then["every"])
            minor.append(minor[-1] + then["price"])
    return Steps(np.array(upto, np.int64), np.array(minor, np.int64))


def pro_rata(row: Version) -> Steps:
    """A price that grows with every metre and is then rounded: exact fractions first, one rounding last."""
    rates = row["rates"]
    parts = lcm(*(rate["per"] for rate in rates))
    steepest = max(rate["price"] * (parts // rate["per"]) for rate in rates)
    if parts * row.get("start", 0) + steepest * fare_metres_max * len(rates) >= 2**62:
        cure = "Write `per` as powers of ten."
        raise Refused("TARIFF_TOO_LARGE", f"rates over {parts} metres give sums that no reader can hold", cure=cure)
    x = np.arange(fare_metres_max + 1, dtype=np.int64)
    exact = np.full(len(x), row.get("start", 0) * parts, np.int64)
    for i, rate in enumerate(rates):
        end = rates[i + 1]["from"] if i + 1 < len(rates) else fare_metres_max
        exact += np.clip(x - rate["from"], 0, end - rate["from"]) * (rate["price"] * (parts // rate["per"]))
    rounding = row.get("round", {})
    minor = rounded_all(exact, parts, rounding.get("to", 1), ROUNDING[rounding.get("how", "half_up")])
    minor = np.clip(minor, row.get("least", 0), row.get("most"))
    last = np.flatnonzero(np.diff(minor, append=minor[-1] + 1))
    return Steps(x[last], minor[last])


def rounded_all(exact: I8, parts: int, step: int, how: int) -> I8:
    """The rounding of `afc.fares.terms.rounded`, for a column."""
    whole = parts * step
    low, rest = np.divmod(exact, whole)
    more = {
        places.UP: rest > 0,
        places.DOWN: rest < 0,
        places.HALF_UP: 2 * rest >= whole,
        places.HALF_EVEN: (2 * rest > whole) | ((2 * rest == whole) & (low % 2 == 1)),
    }[how]
    return np.asarray((low + more) * step, np.int64)


def write_named_pairs(r: Any, version: Version, names: Names) -> None:
    """Prices that the tariff names for two stops, sorted so that a reader finds them."""
    found: list[tuple[int, int, int, int]] = []
    for row in version.get("pair", []):
        categories, media = bits_of(row.get("categories"), names.categories), bits_of(row.get("media"), names.media)
        a, b = names.stop(row["from"]), names.stop(row["to"])
        for service in row["services"]:
            s = names.services.index(service)
            r["counts"][s] = r["counts"][s] or places.HOPS
            for c, m in speaking_for(row, names):
                r["priced"][c][m][s] = 1
                r["dearest"][c][m][s] = max(r["dearest"][c][m][s], row["price"])
            for one, other in {(a, b), (b, a) if row.get("both", True) else (a, b)}:
                found.append((s << 48 | one << 24 | other, categories, media, row["price"]))
    if len(found) > places.PAIRS_MAX:
        raise Refused("TARIFF_TOO_LARGE", f"{len(found)} prices for two stops, at most {places.PAIRS_MAX} fit a reader")
    found.sort(key=lambda row: row[0])
    r["pairs"] = len(found)
    r["counted"] = bool(r["counted"]) or bool(found)
    for i, row in enumerate(found):
        r["pair_key"][i], r["pair_categories"][i], r["pair_media"][i], r["pair_minor"][i] = row
