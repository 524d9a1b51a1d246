"""Does the demand come out as demand.toml counted it, and is it made of people who could exist?"""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import numpy as np
import pytest
from street import WEDNESDAY, Played, wednesday

from afc.city import City
from afc.tap import TapKind
from sim import demand
from sim.demand.calibrate import wanted_split
from sim.demand.chance import child
from sim.demand.gravity import trip_matrix
from sim.demand.journeys import APART_S, counts_per_rider
from sim.demand.knowledge import ask, tap_ins
from sim.demand.population import card_ids
from sim.demand.profile import start_shares


@pytest.fixture(scope="module")
def riders(hanbit: City) -> demand.Demand:
    return demand.build(hanbit, hanbit.network, SimpleNamespace(scale=1.0, seed=7, start=WEDNESDAY))


def entries(played: Played) -> np.ndarray:
    ins: np.ndarray = played.taps[played.taps["kind"] == TapKind.ENTRY]
    return ins


def test_as_many_tap_in_as_were_counted(hanbit: City) -> None:
    assert len(entries(wednesday(hanbit))) == pytest.approx(hanbit.demand.day["weekday"].boardings, rel=0.03)


def test_they_tap_in_at_the_hours_that_were_counted(hanbit: City) -> None:
    """Riders set out before they tap, and tap again later for a second leg; the profile speaks of taps."""
    seoul_hour = (entries(wednesday(hanbit))["time_us"] // 3_600_000_000 + 9) % 24
    found = np.bincount(seoul_hour, minlength=24) / len(seoul_hour)
    wanted = np.array(hanbit.demand.day["weekday"].profile) / sum(hanbit.demand.day["weekday"].profile)
    assert np.abs(found - wanted).max() < 0.015


def test_services_share_the_boardings_as_counted(ulaanbaatar: City) -> None:
    """Where several services run along one street, riders are divided among them as they were counted."""
    riders = demand.build(
        ulaanbaatar, ulaanbaatar.network, SimpleNamespace(scale=0.01, seed=7, start=date(2025, 11, 5))
    )
    legs, counts = ask(riders.lines, riders.walks, riders.known("weekday"), riders.sample("weekday"))
    seen = tap_ins(riders.lines, ulaanbaatar.network.gates, legs, counts).service
    share = np.bincount(seen, minlength=len(ulaanbaatar.services)) / len(seen)
    assert share == pytest.approx(wanted_split(ulaanbaatar), abs=0.01)


def test_riders_tap_out_of_buses_as_often_as_their_group_does(hanbit: City) -> None:
    """Metro gates make everybody tap out; on the bus it is a habit, 9 in 10 among adults here."""
    kinds = wednesday(hanbit).taps[wednesday(hanbit).taps["stop"] >= 7]["kind"]
    habit = sum(group.share * group.tap_out for group in hanbit.demand.riders.group)
    exits, ins = (kinds == TapKind.EXIT).sum(), (kinds == TapKind.ENTRY).sum()
    assert exits / ins == pytest.approx(habit, abs=0.05)


def test_homes_and_cards_stay_from_day_to_day(riders: demand.Demand) -> None:
    before = riders.population.people.copy()
    first, second = riders.journeys(WEDNESDAY), riders.journeys(WEDNESDAY.replace(day=5))
    assert (riders.population.people == before).all()
    assert len(first.journeys) != len(second.journeys) or (first.journeys != second.journeys).any()


def test_nobody_sets_out_twice_at_once(riders: demand.Demand) -> None:
    journeys = riders.journeys(WEDNESDAY).journeys
    journeys = journeys[np.lexsort((journeys["start_s"], journeys["row"]))]
    again = np.diff(journeys["row"]) == 0
    near = np.diff(journeys["start_s"])[again] < APART_S
    assert near.mean() < 0.02


def test_legs_join_up(hanbit: City, riders: demand.Demand) -> None:
    """Each leg runs forward on one pattern; the next begins where the last ended, or at the end of a walk."""
    planned, lines = riders.journeys(WEDNESDAY), riders.lines
    legs = planned.legs
    assert (lines.call_pattern[legs["on"]] == lines.call_pattern[legs["off"]]).all()
    assert (legs["off"] > legs["on"]).all()
    follows = np.ones(len(legs), bool)
    follows[planned.journeys["first_leg"]] = False
    joints = np.flatnonzero(follows)
    here, there = lines.call_stop[legs["off"][joints - 1]], lines.call_stop[legs["on"][joints]]
    walks = {(a, b) for a, b, *_ in hanbit.network.walks}
    assert all(a == b or (a, b) in walks for a, b in zip(here.tolist(), there.tolist(), strict=True))
    assert legs["inside"][planned.journeys["first_leg"]].sum() == 0


def test_card_numbers_never_repeat_and_fit_a_signed_column() -> None:
    ids = card_ids(200_000, seed=7)
    assert len(np.unique(ids)) == len(ids)
    assert ids.max() < 2**62
    assert ids.min() > 0


def test_everybody_who_goes_out_makes_the_journeys_asked_for() -> None:
    counts = counts_per_rider(19_000, 10_000, 1.9, child(7, "counts"))
    assert counts.sum() == 19_000
    assert counts.min() >= 0
    assert counts.max() <= 4


def test_a_rare_rider_still_makes_a_whole_journey() -> None:
    """A mean below one journey a card and day means that some stay at home, not that journeys shrink."""
    assert counts_per_rider(500, 1_000, 0.5, child(7, "counts")).sum() == 500


def test_stops_send_and_receive_their_share() -> None:
    cost = np.full((4, 4), 600, np.float32)
    away_m = np.where(np.eye(4) == 1, 0.0, 5_000.0)
    out, into = np.array([1.0, 2, 3, 4]), np.array([4.0, 3, 2, 1])
    trips = trip_matrix(cost, away_m, out, into)
    assert trips.sum() == pytest.approx(1)
    assert trips.sum(axis=1) == pytest.approx(out / 10, abs=0.01)
    assert trips.sum(axis=0) == pytest.approx(into / 10, abs=0.01)
    assert trips.diagonal().sum() == 0


def test_a_stop_that_nothing_reaches_is_nobodys_destination() -> None:
    cost = np.full((3, 3), 600, np.float32)
    cost[:, 2] = np.inf
    trips = trip_matrix(cost, np.where(np.eye(3) == 1, 0.0, 5_000.0), np.ones(3), np.ones(3))
    assert trips[:, 2].sum() == 0


def test_people_set_out_before_they_tap() -> None:
    """If every tap comes an hour after setting out, the seven o'clock taps set out at six."""
    profile = np.zeros(24)
    profile[7] = 1
    shares, start_s = start_shares(profile, np.array([3600.0]), 4 * 3600)
    assert shares[start_s // 3600 == 6].sum() == pytest.approx(1)


def test_a_network_without_choice_gets_other_riders(seoul: City) -> None:
    """This pack has most railway stations and few bus routes: with the stations' own weights alone nearly four in five
    boardings would be by rail. The split is brought near what was counted, as far as it stays plausible."""
    riders = demand.build(seoul, seoul.network, SimpleNamespace(scale=0.01, seed=7, start=WEDNESDAY))
    legs, counts = ask(riders.lines, riders.walks, riders.known("weekday"), riders.sample("weekday"))
    seen = tap_ins(riders.lines, seoul.network.gates, legs, counts).service
    share = np.bincount(seen, minlength=len(seoul.services)) / len(seen)
    assert share == pytest.approx(wanted_split(seoul), abs=0.08)
