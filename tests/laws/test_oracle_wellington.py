"""Wellington against fares worked out a second time, on days that love the edges of windows, peaks and zones."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from oracle_rides import Holder, text
from oracles import wellington as rules

CITY = "wellington"
TARIFF = "2018-07-15"

# A Thursday before a weekend, and the Sunday before Labour Day; beside each the days after it that are free of peaks.
THURSDAY, LABOUR_EVE = datetime(2018, 11, 15), datetime(2018, 10, 21)  # noqa: DTZ001
DAYS = [(THURSDAY, (2, 3)), (LABOUR_EVE, (-1, 0, 1))]
STARTS_S = [14_399, 14_400, 27_000, 32_399, 32_400, 53_999, 54_000, 66_599, 66_600, 85_800]
GAPS_S = [60, 600, 1_799, 1_800, 1_800, 1_801, 5_400, 40_000]
WHO = [*[("adult", "snapper")] * 3, ("adult", "cash"), ("child", "snapper"), ("child", "cash"), ("tertiary", "snapper"),
       ("tertiary", "cash"), ("accessible", "snapper"), ("supergold", "snapper"), ("supergold", "cash"),
       ("infant", "cash")]  # fmt: skip


@st.composite
def days(draw: Any) -> list[rules.Ride]:
    """Rides up and down a few lines, one in six without tap-out."""
    at_s, rides = draw(st.sampled_from(STARTS_S)), list[rules.Ride]()
    lines = draw(st.lists(st.sampled_from(sorted(rules.LINES)), min_size=1, max_size=4))
    for _ in range(draw(st.sampled_from([1, 2, 3, 4, 6, 7]))):
        line = draw(st.sampled_from(lines))
        ends = st.integers(0, len(rules.stops(line)) - 1)
        a, b = draw(st.tuples(ends, ends).filter(lambda pair: pair[0] != pair[1]))
        out_s = at_s + draw(st.sampled_from([60, 600, 3_000]))
        rides.append(rules.Ride(line, a, b, at_s, out_s if draw(st.integers(0, 5)) else None))
        at_s = out_s + draw(st.sampled_from(GAPS_S))
    return rides


@settings(max_examples=150, deadline=None)
@given(
    day=st.sampled_from(DAYS),
    who=st.sampled_from(WHO),
    balance=st.sampled_from([0, 499, 500, 1_000, 300_00]),
    rides=days(),
)
def test_wellington(
    day: tuple[datetime, tuple[int, ...]], who: tuple[str, str], balance: int, rides: list[rules.Ride]
) -> None:
    midnight, free_days = day
    assert told(midnight, who, balance, rides) == rules.charges(*who, balance, free_days, rides)


def test_a_boundary_counts_as_the_zone_that_is_ridden_anyway() -> None:
    """The second working-out knows it without the pack."""
    assert [rules.fewest(rules.touched("2", 0, b)) for b in (1, 2, 6)] == [1, 2, 3]


def told(
    midnight: datetime, who: tuple[str, str], balance: int, rides: list[rules.Ride]
) -> list[tuple[int | None, int]]:
    """What the pack charges for each ride, and the purse after it."""
    holder = Holder(CITY, TARIFF, *who, {"balance": balance})
    return [holder.ride(leg_of(midnight, ride)) for ride in rides]


def leg_of(midnight: datetime, ride: rules.Ride) -> Mapping[str, Any]:
    """The ride as a case writes it."""
    names = rules.stops(ride.line)
    leg = {
        "service": rules.LINES[ride.line][0],
        "route": ride.line,
        "in": text(midnight, ride.in_s),
        "from": names[ride.a],
    }
    if ride.out_s is None:
        return leg | {"towards": names[ride.b]}
    return leg | {"to": names[ride.b], "out": text(midnight, ride.out_s)}
