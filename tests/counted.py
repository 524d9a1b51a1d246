"""Tariffs whose fares are taken at the tap-out: tables of every kind, and all that stands around them.

`tables` draws what one service costs; `counted_tariffs` the whole of a version. Bounds stand where the street's stops are, and
`street_days` rides between them.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import strategies as st
from strategies import CLOCKS, DATES, PRICES, Draw, products, sections, some
from town import ALONG_M, CATEGORIES, FREE_DAY, GATED, JOINING, SERVICES, STOPS, ZONE, Day, Leg, Version

from afc.moment import SECOND_US, local_us

MEDIA, ZONES = ("card", "bankcard"), ("centre", "hills", "shore")
COUNTS = ("metres", "stations", "hops", "zones", "stages")
BOUNDS = {"metres": [0, 900, 901, 4_999, 5_000, 9_000, 15_999, 16_000], "stages": [1, 2, 3], "zones": [1, 2],
          "stations": [1, 2, 4, 6], "hops": [0, 1, 3, 5]}  # fmt: skip
ROUNDING = st.fixed_dictionaries(
    {"to": st.sampled_from([1, 10, 50]), "how": st.sampled_from(["up", "down", "half_up", "half_even"])}
)
BANDS = st.lists(st.sampled_from(["07:00-09:00", "06:59-07:00", "18:00-20:00", "23:00-05:00"]), min_size=1, max_size=2)
WHEN = st.dictionaries(st.sampled_from(["weekday", "sunday"]), BANDS, min_size=1)
INSTEAD = st.sampled_from(["end_of_route", "farthest_terminal", "maximum", 500])
GAPS_S = st.sampled_from([0, 60, 599, 600, 601, 1799, 1800, 1801, 14_400, 70_000, 86_399, 86_400])
RIDES_S = st.sampled_from([0, 60, 600, 1799, 3599, 3600, 3601])


def keys(**rows: st.SearchStrategy[Any]) -> st.SearchStrategy[Version]:
    """Some of these keys."""
    return st.fixed_dictionaries({}, optional=rows)


@st.composite
def steps(draw: Draw, by: str) -> Version:
    """Prices by bounds, open or closed; by metres also with a tail, or in proportion."""
    how = draw(st.sampled_from(["flat", "closed", "open", "tail", "rates"] if by == "metres" else ["closed", "open"]))
    if how == "rates":
        rates = [{"from": 0, "price": draw(PRICES), "per": 10_000}, {"from": 5_000, "price": 264, "per": 10_000}]
        row = {"start": draw(PRICES), "rates": rates[: draw(st.integers(1, 2))], "round": {"to": 50, "how": "half_up"}}
        return row | {"round": draw(ROUNDING)} | {"least": 100, "most": 1_000}
    if how == "flat":
        return {"price": [draw(PRICES)]}
    upto = sorted(draw(st.sets(st.sampled_from(BOUNDS[by]), min_size=1, max_size=3)))
    row = {"upto": upto, "price": [draw(PRICES) for _ in range(len(upto) + (how == "open"))]}
    return row | ({"then": {"every": draw(st.sampled_from([1_999, 5_000])), "price": 150}} if how == "tail" else {})


@st.composite
def tables(draw: Draw, service: str, by: str) -> list[Version]:
    """The fare tables of one service: for some riders and cards first, then for the rest; sections apart, or the dearest."""
    plain = {"services": [service], "by": by}
    rows = [plain | draw(steps(by)) | {"categories": ["child"]}] if draw(st.booleans()) else []
    rows += [plain | draw(steps(by)) | {"media": ["bankcard"]}] if draw(st.booleans()) else []
    if by == "hops" and service == SERVICES[GATED] and draw(st.booleans()):
        return rows + [plain | draw(steps(by)) | {"within": section} for section in ("near", "far")]
    if service == SERVICES[GATED] and draw(st.booleans()):
        rows.append(plain | draw(steps(by)) | {"uses": draw(some(("near", "far")))})
    last = plain | draw(steps(by))
    if by == "zones" and draw(st.booleans()):
        last["via_free"] = draw(some(ZONES))
    return [*rows, last]


def modifiers() -> st.SearchStrategy[list[Version]]:
    """What hour, stop, card and place in the journey take off or add."""
    change = st.one_of(
        st.fixed_dictionaries({"percent": st.sampled_from([-100, -25, -1, 30])}),
        st.fixed_dictionaries({"amount": st.sampled_from([-200, -1, 50])}),
        st.fixed_dictionaries({"percent": st.just(-50), "amount": st.just(30), "least": st.just(200)}),
        st.fixed_dictionaries({"least": st.just(100), "most": st.just(600)}),
    )
    where = keys(services=some(SERVICES), categories=some(CATEGORIES), media=some(MEDIA), when=WHEN, round=ROUNDING,
                 needs_attribute=st.just("personalised"), stops=some(STOPS[:3]), first=st.booleans())  # fmt: skip
    both = st.tuples(change, where).map(lambda pair: pair[0] | pair[1])
    return st.lists(both, max_size=3).map(lambda rows: [{"id": f"m{i}"} | row for i, row in enumerate(rows)])


@st.composite
def caps(draw: Draw) -> list[Version]:
    """Caps and loyalty tiers over every kind of span."""
    rows = []
    for i in range(draw(st.integers(0, 2))):
        row: Version = {"id": f"c{i}", "per": draw(st.sampled_from(["day", "week", "month", "24_hours", "7_days"]))}
        row |= draw(keys(services=some(SERVICES), categories=some(CATEGORIES), media=some(MEDIA)))
        most = draw(st.sampled_from([0, 700, 1_500, 4_000]))
        tiers = [{"spent": 700, "percent": 20}, {"spent": 1_550, "percent": draw(st.sampled_from([50, 100]))}]
        rows.append(row | draw(st.sampled_from([{"max": most}, {"max_by": {"adult": most}}, {"tiers": tiers}])))
    return rows


@st.composite
def changes(draw: Draw, by: dict[str, str]) -> Version:
    """A journey by a matrix of every kind, or through fares where tables of zones or metres allow them."""
    through = [s for s in JOINING if by.get(s) in ("zones", "metres")]
    pricing = draw(st.sampled_from(["matrix", "through"])) if through else "matrix"
    services = draw(some(tuple(through) if pricing == "through" else JOINING))
    window = draw(st.sampled_from(["tap_out", "tap_in", "first_boarding", "service_day"]))
    journey: Version = {"services": services, "pricing": pricing, "window_from": window}
    journey["transfers_max"] = draw(st.integers(1, 4))
    if window != "service_day":
        journey["window_s"] = draw(st.sampled_from([600, 1_800]))
    journey |= draw(keys(total_s=st.just(3_600), window_ends=st.sampled_from(["inclusive", "exclusive"]), media=some(MEDIA),
                         needs_tap_out=st.booleans(), same_route=st.booleans(), same_vehicle=st.booleans()))  # fmt: skip
    if pricing == "through":
        return {"journey": journey}
    pairs = draw(st.sets(st.tuples(st.sampled_from(services), st.sampled_from(services)), min_size=1, max_size=4))
    cost = st.one_of(
        st.fixed_dictionaries({"price": PRICES}),
        st.fixed_dictionaries({"less": PRICES}),
        st.just({"difference": True}),
    )
    some_more = keys(max=PRICES, media=some(MEDIA), between=st.just([["hill", "hill"], ["market", "bridge"]]))
    rows = [{"from": [a], "to": [b]} | draw(cost) | draw(some_more) for a, b in sorted(pairs)]
    return {"journey": journey, "transfer": rows}


@st.composite
def passes(draw: Draw) -> Version:
    """A pass as `strategies` draws them, good for hours, places and lengths, paying more or less of the ride."""
    row = {key: value for key, value in draw(products()).items() if value != 0}
    if draw(st.booleans()):
        row = {key: value for key, value in row.items() if key != "days"} | {"hours": draw(st.sampled_from([1, 24]))}
    reach = keys(zones=some(ZONES), stations_max=st.sampled_from([2, 4]), outside=st.just(50), when=WHEN)
    pays = keys(pays_sections=st.booleans(), pays_missing=st.booleans(), pays_within=some(("near", "far")))
    terms = keys(transfers=st.booleans(), queue=st.booleans(), needs_attribute=st.just("personalised"),
                 ends=st.sampled_from(["rolling", "service_day"]))  # fmt: skip
    return row | draw(reach) | draw(pays) | draw(terms)


@st.composite
def beside_tables(draw: Draw, services: tuple[str, ...]) -> Version:
    """What only services with a table may have: pairs, ceilings, holds, long stays, and tap-outs that are missing."""
    on, one = some(services), st.sampled_from(services)
    pair = st.fixed_dictionaries(
        {"services": on, "from": st.just("harbour"), "to": st.sampled_from(["hill", "cape"]), "price": PRICES},
        optional={"both": st.booleans(), "categories": some(CATEGORIES), "media": some(MEDIA)},
    )
    ceiling = st.fixed_dictionaries({"services": on, "price": PRICES})
    stay = st.sampled_from([{"after_s": 3_600}, {"after_s": 600, "add": 70}])
    held = INSTEAD | st.dictionaries(st.sampled_from(MEDIA), INSTEAD, min_size=1)
    missing = keys(
        fare=st.dictionaries(one, INSTEAD, min_size=1),
        medium=st.sampled_from(["bankcard", {"card": "bankcard"}]),
        repair_s=st.dictionaries(one, st.just(3_600)),
    )
    rows = {"pair": st.lists(pair, min_size=1, max_size=2), "ceiling": st.lists(ceiling, min_size=1, max_size=2)}
    money = {"hold": st.dictionaries(one, held), "overstay": st.dictionaries(one, stay)}
    return draw(keys(**rows, **money, missing_tap_out=missing))  # type: ignore[no-any-return]


@st.composite
def counted_tariffs(draw: Draw, rights: bool = True) -> Version:
    """A tariff with fare tables; without `rights` no pass and no free day stands between a ride and its price."""
    by = {s: draw(st.sampled_from(COUNTS)) for s in SERVICES if draw(st.integers(0, 3))}
    version: Version = {"id": "drawn", "from": date(2026, 1, 1), "source": "drawn"}
    version["fare"] = [row for s, how in by.items() for row in draw(tables(s, how))]
    # Where there is no table the tap-in takes all; beside one it may take a first part.
    at_tap_in = [s for s in SERVICES if s not in by or not draw(st.integers(0, 4))]
    version["base"] = {s: {c: draw(PRICES) for c in CATEGORIES} for s in at_tap_in}
    if by:
        version |= draw(beside_tables(tuple(by)))
    whom = {"accepts": st.just({"bus": ["card"]}), "group": st.just({"categories": ["adult"]})}
    version |= draw(keys(sections=sections(), **whom)) | {"modifier": draw(modifiers()), "cap": draw(caps())}
    if draw(st.booleans()):
        version |= draw(changes(by))
    without_contradictions(version)
    purse = keys(min_to_enter=st.just({"rail": 300, "bus": 0}), overdraft=st.sampled_from([500, 5_000]),
                 overdraft_needs_attribute=st.just("personalised"), credit_rides=st.just(1))  # fmt: skip
    version["purse"] = {"max": 20_000, "top_up_min": 0, "top_up_max": 20_000} | draw(purse)
    return version | draw(held_rights()) if rights else version


def without_contradictions(version: Version) -> None:
    """Take back what a pack would be refused for: two prices of a changing service, and a way to the end of many tables."""
    counted = {s for row in (*version["fare"], *version.get("pair", [])) for s in row["services"]}
    for service in counted & set(version.get("journey", {}).get("services", [])):
        version["base"].pop(service, None)
    several = {s for row in version["fare"] if {"within", "uses"} & set(row) for s in row["services"]}
    for table in (version.get("hold", {}), version.get("missing_tap_out", {}).get("fare", {})):
        for service in several & set(table):
            table[service] = "maximum" if table[service] in ("end_of_route", "farthest_terminal") else table[service]


def held_rights() -> st.SearchStrategy[Version]:
    """A free day, and one pass or two."""
    free = some(SERVICES).map(lambda on: [{"date": FREE_DAY, "services": on, "source": "drawn"}])
    two = st.lists(passes(), min_size=1, max_size=2)
    return keys(free_day=free, product=two.map(lambda rows: [row | {"id": f"p{i}"} for i, row in enumerate(rows)]))


@st.composite
def street_days(draw: Draw, dates: st.SearchStrategy[str] = DATES, purse: bool = True, group: bool = True) -> Day:
    """A card's days up and down the street; some tap-outs are forgotten, and some are in another bus of the route."""
    t_us, legs = local_us(f"{draw(dates)} {draw(CLOCKS)}", ZONE), []
    for _ in range(draw(st.integers(1, 6))):
        service, stop = draw(st.integers(0, len(SERVICES) - 1)), st.integers(0, len(STOPS) - 1)
        out_us = t_us + draw(RIDES_S) * SECOND_US
        leg = street_leg(service, draw(st.tuples(stop, stop)), t_us, out_us if draw(st.integers(0, 4)) else None)
        swapped = leg.vehicle + 100 if service != GATED and not draw(st.integers(0, 5)) else None
        legs.append(leg._replace(
            group=draw(st.sampled_from([1, 1, 1, 1, 3])) if group else 1,
            load=draw(st.sampled_from([0, 0, 0, 1_000, 20_000])) if purse else 0,
            sale=purse and draw(st.integers(0, 4)) == 4,
            out_vehicle=swapped,
        ))  # fmt: skip
        t_us = out_us + draw(GAPS_S) * SECOND_US
    balance = draw(st.sampled_from([0, 299, 300, 1_550, 10_000])) if purse else 10**9
    who = {"category": draw(st.integers(0, 1)), "medium": draw(st.integers(0, 1)), "personalised": draw(st.booleans())}
    return Day(**who, balance=balance, holds_pass=purse and draw(st.booleans()), quota_rides=-1, legs=tuple(legs))


def street_leg(service: int, stops: tuple[int, int], in_us: int, out_us: int | None, route: int = 0) -> Leg:
    """One ride along the street, as long as the street is between its stops."""
    low, high = min(stops), max(stops)
    metres, gated = int(ALONG_M[high] - ALONG_M[low]), service == GATED
    near, far = low < min(high, 3), max(low, 3) < high
    way = -1 if gated else route + 2 * service
    bits = near + 2 * far if gated else 0
    return Leg(service, in_us, out_us, stops, metres, bits, way, way, 1, 0, False)
