"""Events of a scenario: a concert, a closure, snow and a free day, as a planner writes them down."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from street import WEDNESDAY

from afc.city import City
from afc.keys import KeyRing
from afc.pack.schema_events import Answers
from afc.refusal import Refused
from sim import demand
from sim.demand.otherwise import Closed, running
from sim.demand.service import AS_USUAL
from sim.scenario import Scenario, read_scenario
from sim.world import World
from sim.world.fleet import Trip
from sim.world.fleet import running as still
from sim.world.setting import calls_of

CITY = str(Path(__file__).resolve().parents[1] / "data" / "hanbit")
THURSDAY = WEDNESDAY.replace(day=5)
HOUR_S = 3600


def written(tmp_path: Path, text: str) -> Scenario:
    """A scenario file with some tables."""
    path = tmp_path / "day.toml"
    path.write_text(f'name = "day"\ncity = "{CITY}"\nstart = 2026-03-04\nscale = 0.5\n{text}', "utf-8")
    return read_scenario(path)


def riders_of(city: City, scenario: Any) -> demand.Demand:
    return demand.build(city, city.network, scenario)


def services_of(riders: demand.Demand, planned: demand.Journeys) -> np.ndarray:
    lines = riders.lines
    found: np.ndarray = lines.pattern_service[lines.call_pattern[planned.legs["on"]]]
    return found


@pytest.fixture(scope="module")
def usual(hanbit: City) -> demand.Journeys:
    return riders_of(hanbit, Scenario("day", CITY, WEDNESDAY, scale=0.5)).journeys(WEDNESDAY)


def test_a_closed_metro_sends_its_riders_to_the_bus(hanbit: City, tmp_path: Path, usual: demand.Journeys) -> None:
    """Nobody sets out for a train while there is none, and none of the others does anything else than on a usual day."""
    text = '[[event]]\nkind = "closure"\nservices = ["metro"]\nfrom = "07:00"\nto = "10:00"\n'
    riders = riders_of(hanbit, written(tmp_path, text))
    planned = riders.journeys(WEDNESDAY)
    metro = [service.id for service in hanbit.services].index("metro")
    by_metro = services_of(riders, planned) == metro
    start_s = np.repeat(planned.journeys["start_s"], planned.journeys["legs"])
    shut = (start_s >= 7 * HOUR_S) & (start_s < 10 * HOUR_S)
    assert not by_metro[shut].any()
    assert (~by_metro[shut]).any()
    assert by_metro[~shut].any()
    evening = planned.journeys["start_s"] >= 11 * HOUR_S
    same = planned.journeys[evening][["row", "start_s", "legs"]]
    assert (same == usual.journeys[usual.journeys["start_s"] >= 11 * HOUR_S][["row", "start_s", "legs"]]).all()
    assert planned.unserved > usual.unserved


def test_departures_that_are_closed_do_not_leave() -> None:
    """At 6:50, 7:00, 9:50 and 10:00; closed from 7 to 10."""
    at_s = np.array([6 * 3600 + 3000, 7 * 3600, 9 * 3600 + 3000, 10 * 3600], np.int32)
    shut = Closed(np.array([True, False]), 7 * 3600, 10 * 3600)
    assert running(at_s, 0, [shut], 1.0, 14_400).tolist() == [True, False, False, True]
    assert running(at_s, 1, [shut], 1.0, 14_400).all()


def test_a_closure_after_midnight_is_of_the_night_after() -> None:
    """A departure at 0:30 is the timetable's 24:30."""
    shut = Closed(np.array([True]), 24 * 3600, 26 * 3600)
    assert running(np.array([1_800, 36_000], np.int32), 0, [shut], 1.0, 14_400).tolist() == [False, True]


def test_at_twice_the_headway_every_second_departure_runs() -> None:
    at_s = np.arange(0, 6_000, 600, dtype=np.int32) + 8 * 3600
    assert running(at_s, 0, [], 2.0, 14_400).sum() == 5
    assert np.diff(at_s[running(at_s, 0, [], 2.0, 14_400)]).tolist() == [1_200] * 4
    assert running(at_s, 0, [], 1.5, 14_400).sum() == 6
    assert running(at_s, 0, [], 1.0, 14_400).all()


def test_vehicles_leave_out_what_does_not_run() -> None:
    trips = (Trip(1, 0, 100), Trip(2, 0, 200)), (Trip(3, 1, 150),)
    assert still(trips, np.array([True, False, False])) == ((Trip(1, 0, 100),), ())
    assert still(trips, None) is trips


def test_snow_keeps_three_in_ten_at_home_and_slows_the_rest(
    hanbit: City, tmp_path: Path, usual: demand.Journeys
) -> None:
    text = '[[event]]\nkind = "snow"\njourneys = 0.7\nslower = 1.5\nheadways = 2.0\n'
    riders = riders_of(hanbit, written(tmp_path, text))
    planned = riders.journeys(WEDNESDAY)
    went = len(planned.journeys) + planned.unserved
    assert went / (len(usual.journeys) + usual.unserved) == pytest.approx(0.7, abs=0.03)
    service = riders.service(WEDNESDAY)
    assert service.slower == 1.5
    assert service.runs is not None
    assert service.runs.mean() == pytest.approx(0.5, abs=0.01)
    usual_us, slow_us = (sum(us for _, us in calls_of(hanbit.network, by)[0][:-1]) for by in (1.0, 1.5))
    assert slow_us == pytest.approx(1.5 * usual_us)


def test_a_concert_fills_the_way_there_and_the_way_home(hanbit: City, tmp_path: Path, usual: demand.Journeys) -> None:
    """800 at full scale are 400 at half: as many more journeys to the stop before, and from it after."""
    text = '[[event]]\nkind = "concert"\nstop = "IS"\nriders = 800\nbegins = "20:00"\nends = "22:30"\n'
    riders = riders_of(hanbit, written(tmp_path, text))
    venue, lines = hanbit.network.stop("IS"), riders.lines

    def ends(planned: demand.Journeys) -> tuple[int, int]:
        first, last = planned.journeys["first_leg"], planned.journeys["first_leg"] + planned.journeys["legs"] - 1
        start_s = planned.journeys["start_s"]
        there = (
            (lines.call_stop[planned.legs["off"][last]] == venue)
            & (start_s >= 18 * HOUR_S + 1_800)
            & (start_s < 20 * HOUR_S)
        )
        home = (
            (lines.call_stop[planned.legs["on"][first]] == venue)
            & (start_s >= 22 * HOUR_S + 1_800)
            & (start_s < 23 * HOUR_S)
        )
        return int(there.sum()), int(home.sum())

    planned = riders.journeys(WEDNESDAY)
    there, home = np.subtract(ends(planned), ends(usual))
    assert there == pytest.approx(400, rel=0.15)
    assert home == pytest.approx(400, rel=0.15)
    order = np.lexsort((planned.journeys["start_s"], planned.journeys["row"]))
    assert len(np.unique(planned.journeys["row"])) <= len(riders.population.people)
    assert (np.diff(planned.journeys["start_s"][order])[np.diff(planned.journeys["row"][order]) == 0] >= 0).all()


def test_a_free_day_moves_more_people(hanbit: City, tmp_path: Path, usual: demand.Journeys) -> None:
    text = '[[event]]\nkind = "free_day"\njourneys = 1.25\n'
    planned = riders_of(hanbit, written(tmp_path, text)).journeys(WEDNESDAY)
    wanted = 1.25 * (len(usual.journeys) + usual.unserved)
    assert len(planned.journeys) + planned.unserved == pytest.approx(wanted, rel=0.02)


def test_an_event_is_on_its_date_alone(hanbit: City, tmp_path: Path, usual: demand.Journeys) -> None:
    text = 'days = 2\n[[event]]\nkind = "snow"\non = 2026-03-05\njourneys = 0.5\n'
    riders = riders_of(hanbit, written(tmp_path, text))
    wednesday = riders.journeys(WEDNESDAY)
    assert wednesday.journeys.tobytes() == usual.journeys.tobytes()
    assert wednesday.legs.tobytes() == usual.legs.tobytes()
    assert riders.service(WEDNESDAY) is AS_USUAL
    assert len(riders.journeys(THURSDAY).journeys) < 0.6 * len(wednesday.journeys)


def test_trains_that_do_not_run_meet_nobody(hanbit: City, tmp_path: Path) -> None:
    """A whole day in the street: no vehicle of the closed route has made a trip, and nobody has boarded one."""
    from street import Clerk

    from afc.fares.cases import versions_of
    from afc.fares.compile import compile_rates, in_force
    from afc.tap import TapKind

    scenario = written(tmp_path, '[[event]]\nkind = "closure"\nroutes = ["571"]\n').changed(scale=0.05)
    riders = riders_of(hanbit, scenario)
    ring = KeyRing.from_seed(7, "sim-street")
    clerk, stage = Clerk(ring), World(hanbit, hanbit.network, riders.population, ring)
    versions = versions_of(hanbit)
    ordinal = in_force(versions, WEDNESDAY)
    rates, planned = compile_rates(hanbit, versions[ordinal], ordinal), riders.journeys(WEDNESDAY)
    stage.run_day(WEDNESDAY, planned, rates, clerk.take, service=riders.service(WEDNESDAY))
    stage.report_late(WEDNESDAY, clerk.take)
    taps, closed = clerk.taps(), hanbit.network.route("571")
    aboard = taps[taps["pattern"] < len(hanbit.network.patterns)]
    route = np.array([pattern.route for pattern in hanbit.network.patterns])[aboard["pattern"]]
    assert not (route == closed).any()
    assert (aboard["kind"] == TapKind.TRIP).any()
    assert (aboard["kind"] == TapKind.ENTRY).any()


EVERYTHING = """
[[event]]
kind = "concert"
on = 2026-03-04
stop = "IS"
riders = 800
begins = "20:00"
ends = "24:30"

[[event]]
kind = "closure"
routes = ["M1", "571"]
from = "07:00"

[[event]]
kind = "snow"
journeys = 0.7
slower = 1.4

[elasticity]
value = -0.3
counted_under = "2024"
source = "synthetic"
"""


def test_a_resolved_scenario_says_all_of_it_again(tmp_path: Path) -> None:
    """`afc run verify` reads the text that stands in the run folder."""
    scenario = written(tmp_path, EVERYTHING)
    path = tmp_path / "again.toml"
    path.write_text(scenario.text(), "utf-8")
    assert read_scenario(path) == scenario
    assert scenario.text().endswith(EVERYTHING[1:])


@pytest.mark.parametrize(
    ("text", "code", "cure"),
    [
        ('kind = "closed"\nservices = ["metro"]', "EVENT_UNKNOWN", "closure"),
        ('kind = "closure"\nservice = ["metro"]', "UNKNOWN_KEY", "services"),
        ('kind = "closure"', "EVENT_UNCLEAR", "Name `services` or `routes`."),
        ('kind = "closure"\nroutes = ["571"]\nfrom = "10:00"\nto = "07:00"', "EVENT_UNCLEAR", "24:30"),
        ('kind = "snow"\njourneys = 0.7\nsloer = 1.2', "UNKNOWN_KEY", "slower"),
        ('kind = "concert"\nstop = "IS"\nriders = 10\nbegins = "22:00"\nends = "21:00"', "EVENT_UNCLEAR", "24:30"),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path: Path, text: str, code: str, cure: str) -> None:
    with pytest.raises(Refused) as refused:
        written(tmp_path, f"[[event]]\n{text}\n")
    assert refused.value.code == code
    assert cure in refused.value.cure
    assert "day.toml: event" in refused.value.where


@pytest.mark.parametrize(
    ("text", "near"),
    [('kind = "closure"\nservices = ["metr"]', "metro"), ('kind = "closure"\nroutes = ["57"]', "571"),
     ('kind = "concert"\nstop = "IX"\nriders = 9\nbegins = "20:00"\nends = "21:00"', "")],
)  # fmt: skip
def test_a_place_that_the_city_does_not_have_is_refused(hanbit: City, tmp_path: Path, text: str, near: str) -> None:
    scenario = written(tmp_path, f"[[event]]\n{text}\n")
    with pytest.raises(Refused) as refused:
        riders_of(hanbit, scenario).journeys(WEDNESDAY)
    assert near in refused.value.cure


def test_a_pack_may_offer_them_too() -> None:
    """The same forms stand behind the pack's own scenarios."""
    read = Answers.model_validate({"event": ({"kind": "snow", "on": date(2026, 1, 20), "journeys": 0.8},)})
    assert read.event[0].journeys == 0.8
