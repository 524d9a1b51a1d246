"""What simulating a day of buses costs, beside a rider-process SimPy model and Eclipse SUMO, in rides a processor second.

All three play the same vehicles to the same timetable and the same riders from the same stops to the same stops. They do
not do the same work, and the rows say so: ours decides every tap by the fare rules on the rider's card, and seals and signs
what readers wrote; the model of riders as processes has neither cards nor readers; SUMO has neither either, and moves
every vehicle along its lane once a second.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from afc.batch import HEADER
from afc.fares.codes import ENTRY, EXIT
from afc.keys import SIGNATURE_BYTES
from afc.tap import TAP
from sim.bench import row
from sim.bench_scene import Scene, set_scene, town
from sim.bench_sumo import HOW, missing, played
from sim.world.by_rider import NEVER, Ridden, ridden
from sim.world.stage import TICK_US

WARM = 0.1
"""A smaller day comes first, so that no rule is loaded while the clock runs."""


class Cost(NamedTuple):
    """What a model made of the day, and its processor seconds."""

    ridden: Ridden
    cpu_s: float


def measure(city: str | None, scale: float) -> list[dict[str, str]]:
    """Rows of what, figure, unit. Without a city the small town plays that every pack begins with."""
    with tempfile.TemporaryDirectory() as folder:
        name = city or str(town(Path(folder)))
        our_world(set_scene(name, scale * WARM))
        scene = set_scene(name, scale)
        plain = spent(lambda: ridden(scene.street))
        ours, taps = our_world(scene)
        return [*told(scene, ours, taps, plain), *beside_sumo(scene, ours, Path(folder))]


def told(scene: Scene, ours: Cost, taps: int, plain: Cost) -> list[dict[str, str]]:
    """Our world and the model of riders as processes."""
    vehicles = sum(map(len, scene.street.blocks))
    return [
        row("vehicle trips", f"{vehicles:,}", "trips"),
        row("riders", f"{len(scene.street.come_us):,}", "riders"),
        row("our world: rides", f"{rides(ours.ridden):,}", "rides"),
        row("riders as SimPy processes: rides", f"{rides(plain.ridden):,}", "rides"),
        row(
            "riders who got on and off within the same 30 s in both", f"{same(ours.ridden, plain.ridden):.4f}", "share"
        ),
        row("our world, fares, cards, sealed batches; processor", f"{ours.cpu_s:.2f}", "s"),
        row("our world, with what drivers write", f"{taps / ours.cpu_s:,.0f}", "taps/CPU s"),
        row("our world", f"{rides(ours.ridden) / ours.cpu_s:,.0f}", "rides/CPU s"),
        row("riders as SimPy processes, no fares, cards, batches; processor", f"{plain.cpu_s:.2f}", "s"),
        row("riders as SimPy processes", f"{rides(plain.ridden) / plain.cpu_s:,.0f}", "rides/CPU s"),
        row("our world against riders as SimPy processes", ratio(ours, rides(plain.ridden), plain.cpu_s), "times"),
    ]


def beside_sumo(scene: Scene, ours: Cost, folder: Path) -> list[dict[str, str]]:
    """The same day in SUMO, with its riders and without; or why not."""
    why = missing()
    if why:
        return [row("Eclipse SUMO", why, "")]
    full, empty = played(scene, folder / "full"), played(scene._replace(street=nobody(scene)), folder / "empty")
    return [
        row("Eclipse SUMO: rides", f"{full.rides:,}", "rides"),
        row("Eclipse SUMO, no fares, cards, batches; processor", f"{full.cpu_s:.2f}", "s"),
        row("of which the same vehicles without riders", f"{empty.cpu_s:.2f}", "s"),
        row("Eclipse SUMO", f"{full.rides / full.cpu_s:,.0f}", "rides/CPU s"),
        row("our world against Eclipse SUMO", ratio(ours, full.rides, full.cpu_s), "times"),
        row("mean wait, our world", f"{mean_wait_s(scene, ours.ridden):.0f}", "s"),
        row("mean wait, Eclipse SUMO", f"{full.mean_wait_s:.0f}", "s"),
        row("what SUMO does besides", HOW, ""),
    ]


def nobody(scene: Scene) -> Any:
    """The street without riders."""
    street = scene.street
    return street._replace(come_us=street.come_us[:0], on=street.on[:0], off=street.off[:0])


def our_world(scene: Scene) -> tuple[Cost, int]:
    """The day as a run has it, up to the sealed batches; and how many taps they hold."""
    sealed: dict[bytes, None] = {}

    def keep(batches: Sequence[bytes], _now_us: int) -> list[bytes | None]:
        sealed.update(dict.fromkeys(batches))
        return [None] * len(batches)  # a receipt would be the clearing house's work

    def day() -> None:
        scene.stage.run_day(scene.day, scene.journeys, scene.rates, keep)
        scene.stage.report_late(scene.day, keep)

    began = time.process_time()
    day()
    cpu_s = time.process_time() - began
    taps = np.frombuffer(b"".join(one[HEADER.size : -SIGNATURE_BYTES] for one in sealed), TAP)
    return Cost(read_back(scene, taps), cpu_s), len(taps)


def read_back(scene: Scene, taps: np.ndarray) -> Ridden:
    """When each rider tapped in and out, from the taps of all readers."""
    cards = scene.stage.population.cards["card"][scene.journeys.journeys["row"]]
    order = np.argsort(cards)
    columns = []
    for kind in (ENTRY, EXIT):
        mine = taps[taps["kind"] == kind]
        at = np.full(len(cards), NEVER, np.int64)
        at[order[np.searchsorted(cards[order], mine["card"])]] = mine["time_us"]
        columns.append(at)
    return Ridden(*columns)


def spent(model: Callable[[], Ridden]) -> Cost:
    """A model's day and its processor seconds in this process."""
    began = time.process_time()
    made = model()
    return Cost(made, time.process_time() - began)


def rides(made: Ridden) -> int:
    """How many rode."""
    return int((made.in_us != NEVER).sum())


def same(one: Ridden, other: Ridden) -> float:
    """The share of riders whose taps lie within a half-minute of each other, in which our world looks at riders on foot, or who
    stay behind in both; `one` has no tap of those who get off where nobody taps out."""
    near_in = np.abs(one.in_us - other.in_us) <= TICK_US
    near_out = (np.abs(one.out_us - other.out_us) <= TICK_US) | (one.out_us == NEVER)
    return float((near_in & near_out).mean()) if len(near_in) else 1.0


def mean_wait_s(scene: Scene, made: Ridden) -> float:
    """From coming to the stop to tapping in, of those who rode."""
    rode = made.in_us != NEVER
    return float((made.in_us[rode] - scene.street.come_us[rode]).mean() / 1e6) if rode.any() else 0.0


def ratio(ours: Cost, their_rides: int, their_cpu_s: float) -> str:
    """How many times as many rides a processor second."""
    return f"{rides(ours.ridden) / ours.cpu_s / (their_rides / their_cpu_s):.1f}" if their_rides else "none"
