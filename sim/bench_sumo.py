"""A day of buses in Eclipse SUMO, an independent simulator of traffic: files written for it, and what it says came of them.

Every pattern is a straight street of its own with a stop at the end of each stretch, so no bus meets another line's; riders
begin at their stop and end at it. That is the least that SUMO can be asked for. https://sumo.dlr.de
"""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from afc.moment import SECOND_US
from afc.refusal import Refused
from sim.bench_scene import Scene

HOW = "every vehicle's place, speed and gap once a second (car-following); ours and the riders' model move from stop to stop"
CURE = "not installed; pip install 'afc[bench]' brings it"
APART_M, STRETCH_M, STOP_M = 200, 100, 30
SPEED_SPARE = 1.5
"""Streets allow so much more than the timetable needs, for braking and starting again."""
SLOWEST_M_S = 8.0
TAIL_S = 4 * 3600


class Played(NamedTuple):
    """Rides that SUMO completed, their mean wait, and its processor seconds with reading its files."""

    rides: int
    mean_wait_s: float
    cpu_s: float


def missing() -> str:
    """Why SUMO cannot be run, "" where it can."""
    return "" if program("sumo") else CURE


def program(name: str) -> str | None:
    """A program of SUMO, from its Python package or wherever else it is installed."""
    beside = shutil.which(name, path=str(Path(sys.executable).parent))
    package = find_spec("sumo")
    inside = Path(package.origin).parent / "bin" / name if package and package.origin else None
    if inside and inside.is_file():
        return str(inside)
    return beside or shutil.which(name)


def played(scene: Scene, folder: Path) -> Played:
    """Write the day, run it, read what came of it."""
    folder.mkdir()
    write_network(scene, folder)
    write_text(folder / "stops.add.xml", "additional", stops(scene))
    write_text(folder / "day.rou.xml", "routes", [*kinds(scene), *departures(scene)])
    first, last = begin_s(scene), begin_s(scene) + 86_400 + TAIL_S
    before = children_cpu_s()
    run(
        "sumo", "-n", "net.xml", "-a", "stops.add.xml", "-r", "day.rou.xml", "-b", str(first), "-e", str(last),
        "--statistic-output", "told.xml", "--duration-log.statistics", "--time-to-teleport", "-1", "--no-step-log",
        "--no-warnings", folder=folder,
    )  # fmt: skip
    cpu_s = children_cpu_s() - before
    told = ET.parse(folder / "told.xml").getroot().find("rideStatistics")
    count = {} if told is None else told.attrib
    return Played(int(count.get("number", 0)), float(count.get("waitingTime", 0)), cpu_s)


def children_cpu_s() -> float:
    """Processor seconds of all processes that were begun here and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run(name: str, *options: str, folder: Path) -> None:
    """Run a program of SUMO in a folder; what it says is told only where it fails."""
    found = program(name)
    if found is None:
        raise Refused("PEER_MISSING", f"{name} is not here", cure="pip install 'afc[bench]' brings it.")
    done = subprocess.run([found, *options], cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip())[-400:]
        raise Refused("PEER_FAILED", f"{name} ended with {done.returncode}: {said}", cure="Run the bench without it.")


def write_text(path: Path, root: str, lines: Any) -> None:
    """A file of one element with others inside."""
    path.write_text(f"<{root}>\n" + "\n".join(lines) + f"\n</{root}>\n", "utf-8")


def lengths_m(pattern: Any) -> list[float]:
    """The stretches before each stop: a short one before the first, then as far as the network says."""
    return [STRETCH_M, *(max(float(b - a), STRETCH_M) for a, b in pairwise(pattern.along_m))]


def write_network(scene: Scene, folder: Path) -> None:
    """Streets, put together by SUMO's own netconvert, which no clock watches."""
    nodes, edges = [], []
    for p, pattern in enumerate(scene.city.network.patterns):
        at_m, legs_s = 0.0, [30, *(int(b - a) for a, b in pairwise(pattern.run_s))]
        nodes.append(f'<node id="{p}.0" x="0" y="{p * APART_M}"/>')
        for k, (metres, seconds) in enumerate(zip(lengths_m(pattern), legs_s, strict=True)):
            at_m += metres
            speed = max(SLOWEST_M_S, SPEED_SPARE * metres / max(seconds, 1))
            nodes.append(f'<node id="{p}.{k + 1}" x="{at_m:.1f}" y="{p * APART_M}"/>')
            edges.append(f'<edge id="e{p}.{k}" from="{p}.{k}" to="{p}.{k + 1}" numLanes="1" speed="{speed:.2f}"/>')
    write_text(folder / "n.xml", "nodes", nodes)
    write_text(folder / "e.xml", "edges", edges)
    run("netconvert", "-n", "n.xml", "-e", "e.xml", "-o", "net.xml", "--no-turnarounds", "--no-warnings", folder=folder)


def stops(scene: Scene) -> Iterator[str]:
    """A stop at the end of every stretch."""
    for p, pattern in enumerate(scene.city.network.patterns):
        for k in range(len(pattern.stops)):
            yield f'<busStop id="s{p}.{k}" lane="e{p}.{k}_0" startPos="-{STOP_M + 1}" endPos="-1"/>'


def kinds(scene: Scene) -> Iterator[str]:
    """A kind of vehicle for each that drives: its room, and how long a rider needs at its doors."""
    street = scene.street
    for v, trips in enumerate(street.blocks):
        if trips:
            board = street.board_us[v] / SECOND_US
            yield (
                f'<vType id="v{v}" vClass="bus" length="12" personCapacity="{street.room[v]}" '
                f'boardingDuration="{board}" maxSpeed="60" sigma="0"/>'
            )
    for p, pattern in enumerate(scene.city.network.patterns):
        yield f'<route id="r{p}" edges="{" ".join(f"e{p}.{k}" for k in range(len(pattern.stops)))}"/>'


def departures(scene: Scene) -> list[str]:
    """Vehicle trips and riders, in the order of time, as SUMO wants them."""
    moving = [*vehicle_trips(scene), *riders(scene)]
    return [text for _, text in sorted(moving, key=lambda one: one[0])]


def vehicle_trips(scene: Scene) -> Iterator[tuple[int, str]]:
    """Every trip of the timetable: a vehicle that leaves each stop when the timetable says, or later."""
    for v, trips in enumerate(scene.street.blocks):
        for trip in trips:
            pattern, early_s = scene.city.network.patterns[trip.pattern], trip.departure_s - 60
            calls = "".join(
                f'<stop busStop="s{trip.pattern}.{k}" duration="1" until="{trip.departure_s + int(run_s)}"/>'
                for k, run_s in enumerate(pattern.run_s)
            )
            kind = f'type="v{v}" route="r{trip.pattern}" line="l{trip.pattern}"'
            name = f"t{v}.{trip.departure_s}"
            yield early_s, f'<vehicle id="{name}" {kind} depart="{early_s}" departPos="0">{calls}</vehicle>'


def riders(scene: Scene) -> Iterator[tuple[int, str]]:
    """Every rider, from the stop where they come to the one where they get off."""
    street = scene.street
    place = {call: (p, k) for p, calls in enumerate(street.calls) for k, (call, _) in enumerate(calls)}
    for i, (come_us, on, off) in enumerate(
        zip(street.come_us.tolist(), street.on.tolist(), street.off.tolist(), strict=True)
    ):
        at_s = (come_us - street.zero_us) // SECOND_US
        (p, k), (_, last) = place[on], place[off]
        ride = f'<ride from="e{p}.{k}" busStop="s{p}.{last}" lines="l{p}"/>'
        yield at_s, f'<person id="p{i}" depart="{at_s}" departPos="-15">{ride}</person>'


def begin_s(scene: Scene) -> int:
    """A little before the first trip and the first rider, in clock seconds."""
    street = scene.street
    first = [trip.departure_s for trips in street.blocks for trip in trips]
    come = [(int(one) - street.zero_us) // SECOND_US for one in street.come_us[:1]]
    return max(0, min([*first, *come]) - 120)
