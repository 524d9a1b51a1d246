"""From the command line to a study: the station, its riders, and the question."""

from __future__ import annotations

from typing import NamedTuple

from afc.city import load_city
from afc.limits import gate_study_riders_max
from afc.moment import SECOND_US, clock_s
from afc.refusal import Refused
from sim.demand.chance import child
from sim.gates.arrivals import Arrivals, Window, stream, trains
from sim.gates.asked import duration_us, gates_of, limit_of, variation_of
from sim.gates.day import arrivals_of, check, see
from sim.gates.found import Found, Riders
from sim.gates.place import Place, find_place, way_of
from sim.gates.study import Question, study
from sim.progress import Progress
from sim.scenario import Scenario, find_scenario
from sim.world.microscopic import Line

SEED = 7


class Asked(NamedTuple):
    """The options as they were typed, None where they were not."""

    city: str
    station: str | None
    gates: str | None
    scenario: str | None
    scale: float | None
    way: str | None
    riders: int | None
    every: str | None
    spread: str | None
    from_: str
    to: str
    service: str | None
    variation: float
    line: Line
    failing: str | None
    wait: str | None
    seed: int | None


def answer(asked: Asked, progress: Progress) -> Found:
    """Everything that is typed wrong is refused before anything is simulated."""
    whose_riders(asked)
    scenario = None
    if asked.riders is None:
        scenario = find_scenario(asked.scenario, asked.city).changed(scale=asked.scale, seed=asked.seed)
    city = scenario.load() if scenario else load_city(asked.city)
    place, limit = find_place(city, asked.station), limit_of(asked.wait) if asked.wait else None
    window = window_of(asked)
    gates = gates_of(asked.gates or f"{max(1, place.lanes // 2)}-{place.lanes}")
    service_us = duration_us(asked.service, "--service") if asked.service else place.lane_us
    variation = variation_of(asked.variation)
    failing_us = clock_s(asked.failing) * SECOND_US if asked.failing else None
    if failing_us is not None and gates[0] == 1:
        what = "the only gate fails, and nobody gets through"
        raise Refused("NO_GATE_LEFT", what, where="--gates", cure="Begin with 2 gates, or leave --failing out.")
    riders = of_a_day(asked, scenario, place, window, progress) if scenario else counted(asked, place, window)
    question = Question(gates, asked.line, service_us, variation, failing_us, window, riders.seed)
    rows = study(some(riders.arrivals), question, progress)
    return Found(city, place, riders, question, rows, limit, asked.service is None)


def whose_riders(asked: Asked) -> None:
    """Riders are a day's, or counted; trains are of counted ones, and only their riders spread."""
    if asked.riders is not None and (asked.scenario or asked.scale or asked.way):
        what = "riders are counted (--riders), or those of a day (--scenario, --scale, --way)"
        raise Refused("RIDERS_TWICE", what, where="--riders", cure="Leave one of them out.")
    if asked.riders is None and (asked.every or asked.spread):
        raise Refused("RIDERS_MISSING", "a train needs riders", where="--every", cure="Add --riders 400.")
    if asked.spread and not asked.every:
        raise Refused("TRAINS_MISSING", "only riders of a train spread", where="--spread", cure="Add --every 3m.")


def window_of(asked: Asked) -> Window:
    """From when until when."""
    window = Window(clock_s(asked.from_) * SECOND_US, clock_s(asked.to) * SECOND_US)
    if window.from_us >= window.to_us:
        what = f"{asked.from_} is not before {asked.to}"
        raise Refused("WINDOW_EMPTY", what, where="--from", cure="After midnight hours go on: 25:30.")
    return window


def counted(asked: Asked, place: Place, window: Window) -> Riders:
    """A steady stream, or trains."""
    assert asked.riders is not None
    seed = SEED if asked.seed is None else asked.seed
    rng = child(seed, "gates", "arrivals")
    if not asked.every:
        enough(asked.riders)
        return Riders("in a steady stream", stream(asked.riders, window, rng), None, seed)
    headway_us = duration_us(asked.every, "--every")
    spread_us = duration_us(asked.spread, "--spread") if asked.spread else 0
    enough(asked.riders * -(-(window.to_us - window.from_us) // headway_us))
    arrivals = trains(asked.riders, headway_us, window, place.alight_us, spread_us, rng)
    walk = f", who walk up to {asked.spread} longer" if asked.spread else ""
    return Riders(f"{len(arrivals.doors_us)} trains of {asked.riders}{walk}", arrivals, None, seed)


def of_a_day(asked: Asked, scenario: Scenario, place: Place, window: Window, progress: Progress) -> Riders:
    """Riders of a simulated day, from its beginning, so that the queue is there when the window begins."""
    way = way_of(place, asked.way)
    seen = see(scenario, place, window.to_us, progress)
    arrivals = arrivals_of(seen, way, window.to_us)
    enough(len(arrivals.at_us))
    ways = {"in": "going in", "out": "going out", "both": "both ways through two-way gates"}
    told_of = f"{ways[way]}, of {scenario.name} ({scenario.start}, scale {scenario.scale:g})"
    return Riders(told_of, arrivals, check(seen, place), scenario.seed, scenario.scale)


def enough(riders: int) -> None:
    """Each rider is a process."""
    if riders > gate_study_riders_max:
        what = f"{riders} riders are more than gate_study_riders_max = {gate_study_riders_max}"
        raise Refused("RIDERS_TOO_MANY", what, cure="Choose a shorter time, fewer riders or a smaller --scale.")


def some(arrivals: Arrivals) -> Arrivals:
    """The riders, if there are any."""
    if len(arrivals.at_us) == 0:
        cure = "Choose another time, way or station, or a larger --scale."
        raise Refused("NO_RIDERS", "nobody comes to these gates", cure=cure)
    return arrivals
