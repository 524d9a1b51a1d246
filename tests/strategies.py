"""Tariffs and days that love edges.

A tariff is a dict in the form of tariff.toml. A day is one card and its legs: metres stand on both sides of a step, gaps on
both sides of a window, clocks on both sides of a period, of the night and of the day cut.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import strategies as st
from town import CATEGORIES, FREE_DAY, GATED, JOINING, SERVICES, ZONE, Day, Leg, Version

from afc.moment import SECOND_US, local_us

Draw = Any
GAPS_S = st.sampled_from(
    [-30, 0, 29, 30, 599, 600, 601, 899, 900, 901, 1799, 1800, 1801, 3599, 3600, 3601, 14_399, 14_400, 14_401, 70_000]
)
RIDES_S = st.sampled_from([0, 29, 30, 31, 600, 1799, 3600])
METRES = st.sampled_from([0, 1, 5_000, 9_999, 10_000, 10_001, 14_999, 15_000, 15_001, 29_999, 30_000, 30_001, 50_001])
CLOCKS = st.sampled_from(
    ["03:59", "04:00", "06:29", "06:30", "06:59", "07:00", "08:59", "09:00", "20:59", "21:00", "23:59"]
)
DATES = st.sampled_from(["2026-03-01", "2026-03-03", "2026-03-04", "2026-03-06", "2026-03-31"])
PLAIN_DATES = st.sampled_from(["2026-03-10", "2026-03-11"])
PRICES = st.sampled_from([0, 1, 99, 100, 550, 700, 1200, 1550, 3000])
WINDOWS_S = st.sampled_from([600, 1800, 3600])


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Often nothing: most tariffs do without most keys."""
    return st.none() | strategy


def some(names: tuple[str, ...]) -> st.SearchStrategy[list[str]]:
    """One or more of them, in their order."""
    return st.sets(st.sampled_from(names), min_size=1).map(lambda chosen: [n for n in names if n in chosen])


def prices(periods: bool) -> st.SearchStrategy[Any]:
    """One price, or one by period."""
    return PRICES | st.fixed_dictionaries({"off_peak": PRICES, "peak": PRICES}) if periods else PRICES


@st.composite
def bands(draw: Draw, first_m: int | None = None) -> list[Version]:
    """Distance bands, each with its step and its price of a step."""
    starts = sorted(draw(st.sets(st.sampled_from([0, 5_000, 10_000, 20_000, 50_000]), min_size=1, max_size=3)))
    starts = starts if first_m is None else [first_m, *(m for m in starts if m > first_m)]
    step = st.sampled_from([1, 1_000, 5_000, 8_000])
    return [{"from_m": m, "step_m": draw(step), "adult": draw(PRICES), "child": draw(PRICES)} for m in starts]


@st.composite
def journeys(draw: Draw, pricing: str, reentry: bool) -> Version:
    """How legs become journeys: every kind of window, every condition."""
    services = draw(some(JOINING))
    window = draw(st.sampled_from(["tap_out", "first_boarding", "service_day"]))
    row: Version = {"services": services, "pricing": pricing, "window_from": window}
    if window != "service_day":
        row["window_s"] = draw(WINDOWS_S)
    if window == "tap_out" and draw(st.booleans()):
        row |= {"night": "21:00-07:00", "night_window_s": draw(WINDOWS_S)}
    row["transfers_max"] = draw(st.integers(1, 4))
    row["needs_tap_out"] = draw(st.booleans() | st.just(["card"]))
    row |= {"same_route": draw(st.booleans()), "same_vehicle": draw(st.booleans())}
    row |= {"group": draw(st.sampled_from(["same", "owner"]))}
    optional = {
        "min_dwell_s": st.just(30),
        "cooldown_s": st.just(14_400),
        "needs_attribute": st.just("personalised"),
        "no_transfer": st.just([["rail", "rail"]]),
    }
    row |= {key: value for key, strategy in optional.items() if (value := draw(maybe(strategy))) is not None}
    if pricing == "integrated":
        row |= {"free_m": draw(st.sampled_from([0, 10_000])), "bands": draw(bands(first_m=0))}
        if "red" in services and draw(st.booleans()):
            row["free_m_with"] = {"red": 30_000}
    if reentry and "rail" in services and draw(st.booleans()):
        row["reentry"] = {"service": "rail", "within_s": 900, "per_journey": draw(st.integers(1, 2))}
    return row


def sections() -> st.SearchStrategy[Version]:
    """Two sections and a price for both together, between the dearer one and their sum."""

    def priced(drawn: tuple[int, int, int]) -> Version:
        near, far, less = drawn
        both = max(near, far, near + far - less)
        amounts = [(["near"], near), (["far"], far), (["near", "far"], both)]
        return {"amounts": [{"uses": uses, "adult": minor, "child": minor // 2} for uses, minor in amounts]}

    return st.tuples(PRICES, PRICES, PRICES).map(priced)


@st.composite
def quotas(draw: Draw) -> Version:
    """Rides a month that another party pays for."""
    row: Version = {
        "id": "quota",
        "categories": draw(some(CATEGORIES)),
        "rides": draw(st.integers(1, 3)),
        "payer": "town",
    }
    if days := draw(maybe(st.sampled_from([["weekday"], ["school_day"], ["school_day", "sunday"]]))):
        row["day_types"] = days
    return row | {"price": {service: draw(PRICES) for service in draw(some(SERVICES))}}


@st.composite
def products(draw: Draw) -> Version:
    """A pass, perhaps with entries to burn, a daily limit, a suspension."""
    row: Version = {"id": "pass", "price": 5_000, "days": draw(st.sampled_from([1, 30])), "start": "first_use"}
    row |= {"services": draw(some(SERVICES)), "fallback": draw(st.sampled_from(["purse", "refuse"]))}
    row["entries"] = draw(st.integers(0, 3))
    if limit := draw(maybe(st.integers(1, 2))):
        row["per_day_max"] = limit
    if missing := draw(maybe(st.integers(1, 2))):
        row |= {"suspend_after_missing": missing, "suspend_s": 86_400}
    return row


@st.composite
def tariffs(draw: Draw, pricing: str | None = None, modifiers: bool = True, reentry: bool = True) -> Version:
    """A tariff version; without `modifiers` nothing but bases, distances, sections and transfers."""
    periods = draw(st.booleans())
    version: Version = {"id": "drawn", "from": date(2026, 1, 1), "source": "drawn"}
    if periods:
        version["periods"] = {
            "peak": {"weekday": ["07:00-09:00", draw(st.sampled_from(["18:00-20:00", "23:00-05:00"]))]}
        }
    version["base"] = {s: {c: draw(prices(periods)) for c in CATEGORIES} for s in SERVICES}
    version["distance"] = {s: {"bands": draw(bands())} for s in draw(st.sets(st.sampled_from(SERVICES)))}
    for row in version["distance"].values():
        if most := draw(maybe(PRICES)):
            row["max"] = most
    if surcharge := draw(maybe(sections())):
        version["sections"] = surcharge
    if modifiers:
        version |= draw(modified())
    if (how := pricing or draw(st.sampled_from(["alone", "integrated", "matrix"]))) != "alone":
        version["journey"] = draw(journeys(how, reentry))
    if how == "matrix":
        pair = st.tuples(st.sampled_from(JOINING), st.sampled_from(JOINING))
        pairs = draw(st.sets(pair, min_size=1))
        version["transfer"] = [{"from": [a], "to": [b], "price": draw(prices(periods))} for a, b in sorted(pairs)]
    return version


@st.composite
def modified(draw: Draw) -> Version:
    """Whatever else a tariff may say."""
    optional: dict[str, st.SearchStrategy[Any]] = {
        "early": st.just({"between": "04:00-06:30", "percent": 20, "services": ["rail", "bus"]}),
        "group": st.just({"categories": ["adult"]}),
        "missing_tap_out": st.fixed_dictionaries(
            {"collect": st.sampled_from(["discount", "none"]), "surcharge": st.just({"red": 700})}
        ),
        "quota": st.lists(quotas(), min_size=1, max_size=2),
        "product": st.lists(products(), min_size=1, max_size=2),
        "free_day": some(SERVICES).map(lambda services: [{"date": FREE_DAY, "services": services, "source": "drawn"}]),
        "purse": st.sampled_from(
            [{"max": 20_000}, {"max": 20_000, "credit_rides": 2, "credit_needs_attribute": "personalised"}]
        ),
    }
    return {key: value for key, strategy in optional.items() if (value := draw(maybe(strategy))) is not None}


@st.composite
def days(
    draw: Draw, dates: st.SearchStrategy[str] = DATES, taps_out: bool = False, purse: bool = True, group: bool = True
) -> Day:
    """A card's day; with `taps_out` nobody forgets, without `purse` money never runs out, without `group` all ride alone."""
    t_us, legs = local_us(f"{draw(dates)} {draw(CLOCKS)}", ZONE) + draw(st.sampled_from([0, 1, 59])) * SECOND_US, []
    for _ in range(draw(st.integers(1, 6))):
        service = draw(st.integers(0, len(SERVICES) - 1))
        gated = service == GATED
        stops = draw(st.tuples(st.integers(0, 2), st.integers(0, 2)))
        out_us = t_us + draw(RIDES_S) * SECOND_US
        legs.append(
            Leg(
                service=service,
                in_us=t_us,
                out_us=out_us if taps_out or draw(st.integers(0, 4)) else None,
                stops=stops,
                metres=draw(METRES),
                sections=draw(st.integers(0, 3)) if gated else 0,
                route=-1 if gated else draw(st.integers(0, 1)) + 2 * service,
                vehicle=-1 if gated else draw(st.integers(0, 1)) + 2 * service,
                group=draw(st.sampled_from([1, 1, 1, 1, 3])) if group else 1,
                load=draw(st.sampled_from([0, 0, 0, 1_000, 20_000])) if purse else 0,
                sale=purse and draw(st.integers(0, 9)) == 9,
            )
        )
        t_us = out_us + draw(GAPS_S) * SECOND_US
    balance = draw(st.sampled_from([0, 1_000, 1_550, 10_000, 10**9])) if purse else 10**9
    who = {"category": draw(st.integers(0, 1)), "medium": draw(st.integers(0, 1)), "personalised": draw(st.booleans())}
    holds_pass, rides = purse and draw(st.booleans()), draw(st.sampled_from([-1, 0, 2]))
    return Day(**who, balance=balance, holds_pass=holds_pass, quota_rides=rides, legs=tuple(legs))
