"""What must hold of everybody's fares together: names, neighbours and changes of vehicle have no price of their own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from types import SimpleNamespace as Of
from typing import Any

import numpy as np
from counted import counted_tariffs, street_days, street_leg
from hypothesis import given
from hypothesis import strategies as st
from strategies import PRICES
from town import SERVICES, STOPS, TOWN, ZONE, Day, Version, rates_of, street, tell

from afc.fares.codes import EXIT
from afc.fares.compile import compile_rates
from afc.fares.history import Interpreted
from afc.fares.state import REFUSED
from afc.moment import SECOND_US, local_us
from afc.network.distance import leg_distance_m
from afc.tap import TAP
from terminals.reader import decide_many, new_reader

PLACES = ("route", "pattern", "vehicle", "stop", "operator")


@given(counted_tariffs(), street_days(), st.permutations(STOPS), st.permutations(SERVICES))
def test_stops_and_services_by_another_number_cost_the_same(
    version: Version, day: Day, stops: list[str], services: list[str]
) -> None:
    """Their order in a pack's files is nobody's business."""
    told = [one.answer for one in tell(version, day)[0]]
    town = Of(**vars(TOWN) | {
        "services": tuple(next(row for row in TOWN.services if row.id == name) for name in services),
        "network": street(tuple(stops), tuple(services)),
    })  # fmt: skip
    rates = compile_rates(town, version, 0)
    card = Interpreted(day.card(rates), rates)
    answers = [card.tap(renumbered(one, card, stops, services, town)) for one in day.events(rates)]
    assert answers == told


def renumbered(e: np.ndarray, card: Interpreted, stops: list[str], services: list[str], town: Any) -> np.ndarray:
    """The same event where stops and services stand in another order."""
    service = services.index(SERVICES[int(e["service"][0])])
    e["stop"], e["service"] = stops.index(STOPS[int(e["stop"][0])]), service
    if e["kind"] == EXIT and card.card.j_legs > 1 and e["vehicle"] < 0:  # type: ignore[attr-defined]
        first, here = card.card.j_stop, int(e["stop"][0])  # type: ignore[attr-defined]
        e["whole_m"] = leg_distance_m(first, 0, here, 0, -1, town.network.tables)
    return e


@given(counted_tariffs(), street_days(), street_days())
def test_a_strangers_rides_change_nothing(version: Version, day: Day, stranger: Day) -> None:
    """Two cards held to the same readers in turn: neither costs more for the other, to the byte."""
    alone, together = Crowd(version, [day]), Crowd(version, [day, stranger])
    assert together.codes[0] == alone.codes[0]
    assert together.cards[0].tobytes() == alone.cards[0].tobytes()


@given(counted_tariffs(), street_days(), street_days())
def test_riders_who_are_alike_may_change_places(version: Version, one: Day, other: Day) -> None:
    """Where a card stands in a table says nothing about its holder."""
    here, there = Crowd(version, [one, other]), Crowd(version, [other, one])
    assert here.codes == there.codes[::-1]


@given(counted_tariffs(), street_days(), st.booleans())
def test_a_refused_tap_leaves_the_card_as_it_was(version: Version, day: Day, listed: bool) -> None:
    """To the byte, whatever was collected, held or given back before the purse said no."""
    crowd = Crowd(version, [day], denylist=[1] if listed else [])
    for code, before, after in crowd.images:
        assert (before == after) == (code < REFUSED)


class Crowd:
    """Cards held to readers of the street in order of time; `codes` are the answers to each card, as readers give them."""

    def __init__(self, version: Version, days: Sequence[Day], denylist: Sequence[int] = ()) -> None:
        rates = rates_of(version)
        self.cards = np.concatenate([day.card(rates) for day in days])
        self.cards["card"] = np.arange(len(days)) + 1
        self.codes: list[list[int]] = [[] for _ in days]
        self.images: list[tuple[int, bytes, bytes]] = []
        listed = np.array(denylist, np.uint64)
        taps = [(int(e["t_us"][0]), k, row, e) for row, day in enumerate(days) for k, e in enumerate(day.events(rates))]
        for _, _, row, e in sorted(taps, key=lambda tap: tap[:1]):
            before = self.cards.tobytes()
            self.codes[row].append(present(self.cards, row, e, listed, rates))
            self.images.append((self.codes[row][-1], before, self.cards.tobytes()))


def present(cards: np.ndarray, row: int, e: np.ndarray, denylist: np.ndarray, rates: np.ndarray) -> int:
    """One card at a reader that stands where the event happened."""
    reader = new_reader(9, service=int(e["service"][0]), operator=int(e["operator"][0]))
    for field in PLACES:
        reader[field] = e[field]
    reader["stop_seq"] = e["stop"]
    codes = np.zeros(1, np.int64)
    decide_many(
        cards, np.array([row]), e["t_us"], e["amount"], int(e["kind"][0]), int(e["group"][0]), int(e["product"][0]), reader,
        denylist, rates, TOWN.network.tables, np.zeros(1, TAP), 0, codes,
    )  # fmt: skip
    return int(codes[0])


@st.composite
def through_tariffs(draw: Any, by: str) -> Version:
    """Through fares on one service that grow, and by less and less, so that two rides never cost less than the whole."""
    rises = sorted(draw(st.lists(PRICES, min_size=4, max_size=4)), reverse=True)
    upto = [1, 2, 3] if by == "zones" else [3_000, 6_000, 9_000]
    row = {"services": ["rail", "bus"], "by": by, "upto": upto, "price": np.cumsum(rises).tolist()}
    journey = {"services": ["rail", "bus"], "pricing": "through", "window_from": "tap_out", "window_s": 1_800}
    version = {"id": "drawn", "from": date(2026, 1, 1), "source": "drawn", "fare": [row]}
    terms = [{"id": "less", "percent": draw(st.sampled_from([-50, -1])), "first": draw(st.booleans())}]
    return version | {"journey": journey | {"transfers_max": 4}, "modifier": terms if draw(st.booleans()) else []}


@st.composite
def cut_rides(draw: Any) -> tuple[Day, Day]:
    """A ride along the street, and the same with a step down and up again on the way, at a stop between its ends."""
    a, b, c = sorted(draw(st.sets(st.integers(0, len(STOPS) - 1), min_size=3, max_size=3)), reverse=draw(st.booleans()))
    at_us, service = local_us("2026-03-03 08:00", ZONE), draw(st.sampled_from([0, 1]))
    changed_us = at_us + 600 * SECOND_US
    again_us = changed_us + draw(st.sampled_from([0, 60, 1_799, 1_800])) * SECOND_US
    end_us = again_us + 600 * SECOND_US
    whole = street_leg(service, (a, c), at_us, end_us)
    halves = (street_leg(service, (a, b), at_us, changed_us), street_leg(service, (b, c), again_us, end_us, route=1))
    day = Day(draw(st.integers(0, 1)), 0, False, 10**9, False, -1, (whole,))
    return day, day._replace(legs=halves)


@given(through_tariffs("zones"), cut_rides())
def test_a_through_fare_by_zones_costs_the_same_cut_in_two(version: Version, rides: tuple[Day, Day]) -> None:
    """Changing buses is no reason to pay more, nor to pay less."""
    whole, halves = (charges(version, day) for day in rides)
    assert sum(halves) == sum(whole)


@given(through_tariffs("metres"), cut_rides())
def test_nor_by_metres_along_one_street(version: Version, rides: tuple[Day, Day]) -> None:
    whole, halves = (charges(version, day) for day in rides)
    assert sum(halves) == sum(whole)


@given(counted_tariffs(rights=False), cut_rides())
def test_no_part_of_a_ride_costs_less_than_nothing(version: Version, rides: tuple[Day, Day]) -> None:
    """Whatever the tables say, the tap that ends a part gives back no more than the one that began it held."""
    paid = charges(version, rides[1])
    assert all(sum(paid[: 2 * k]) >= 0 and paid[2 * k] + paid[2 * k + 1] >= 0 for k in range(len(paid) // 2))


def charges(version: Version, day: Day) -> list[int]:
    """What each tap of a day came to; refused taps are not ridden."""
    return [told.answer.minor for told in tell(version, day)[0]]
