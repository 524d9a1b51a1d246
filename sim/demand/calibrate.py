"""The split of boardings among services, brought to what was counted by the two things that may give.

First the ways: a service that too many ride is felt to be slower, up to a limit, and riders with a choice leave it. Then the
riders: where the network leaves no choice, more of them travel between stops that the service joins.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.demand.choice import LEGS_MAX, Sample
from sim.demand.knowledge import Knowledge, ask, learn, tap_ins
from sim.demand.lines import Lines
from sim.demand.routes import Walks

_ROUNDS = 12
_NEAR = 0.01
_STEP_S = 300.0
_BIAS_MAX_S = 1200.0
_LEAN_ROUNDS = 60
_LEAN_MAX = 1.5
_LOOKS = 3
_LOOK_S = 8 * 3600


def find_bias(
    city: Any, network: Any, lines: Lines, walks: Walks, table: NDArray[np.float64], sample: Sample
) -> NDArray[np.float64]:
    """Seconds by service that make the split of boardings come out as demand.toml says, as far as the network lets it."""
    wanted = wanted_split(city)
    gates = np.asarray(network.gates, np.int32)
    bias_s = np.zeros(len(city.services))
    for _ in range(_ROUNDS if (wanted > 0).sum() > 1 else 0):
        known = learn(lines, walks, table, bias_s)
        found = np.bincount(tap_ins(lines, gates, *ask(lines, walks, known, sample)).service, minlength=len(wanted))
        share = found / found.sum()
        both = (wanted > 0) & (share > 0)
        if np.abs(share - wanted)[both].max() < _NEAR:
            break
        bias_s[both] += _STEP_S * np.log(share[both] / wanted[both])
        bias_s = np.clip(bias_s - bias_s[both].min(), 0, _BIAS_MAX_S)
    return bias_s


def wanted_split(city: Any) -> NDArray[np.float64]:
    """Shares of boardings by service, on the kind of day with most of them."""
    day = max(city.demand.day.values(), key=lambda d: d.boardings)
    wanted = np.zeros(len(city.services))
    for s, service in enumerate(city.services):
        wanted[s] = (day.services or {}).get(service.id, 0.0)
    return wanted / wanted.sum() if wanted.sum() > 0 else wanted


def lean(
    city: Any, network: Any, lines: Lines, walks: Walks, known: Knowledge, trips: NDArray[np.float64],
    rng: np.random.Generator,
) -> NDArray[np.float64]:  # fmt: skip
    """The trip matrix with more weight on pairs whose ways use services that too few ride, and less on the others.

    Each service has one factor, raised to the tap-ins that a journey between the pair makes on it; so within a service the
    stops keep their order of size.
    """
    wanted, share = wanted_split(city), trips.ravel().copy()
    cells = np.flatnonzero(share)
    used = taps_between(network, lines, walks, known, cells, len(wanted), rng)
    factor = np.zeros(len(wanted))
    weight = share[cells]
    for _ in range(_LEAN_ROUNDS if (wanted > 0).sum() > 1 else 0):
        weight = share[cells] * np.exp(used @ factor)
        found = weight @ used / (weight @ used).sum()
        both = (wanted > 0) & (found > 0)
        if np.abs(found - wanted)[both].max() < _NEAR:
            break
        factor[both] += 0.5 * np.log(wanted[both] / found[both])
        factor = np.clip(factor, -_LEAN_MAX, _LEAN_MAX)
    share[cells] = weight / weight.sum()
    return share.reshape(trips.shape)


def taps_between(
    network: Any, lines: Lines, walks: Walks, known: Knowledge, cells: NDArray[np.int64], services: int,
    rng: np.random.Generator,
) -> NDArray[np.float64]:  # fmt: skip
    """Mean tap-ins by service of a morning journey between the stops of each cell of the trip matrix."""
    ends = np.divmod(np.repeat(cells, _LOOKS), lines.stops)
    origin, destination = (end.astype(np.int32) for end in ends)
    start_s = np.full(len(origin), _LOOK_S, np.int64)
    legs, counts = ask(
        lines, walks, known, Sample(origin, destination, start_s, rng.random((len(origin), 1 + LEGS_MAX)))
    )
    taps = tap_ins(lines, np.asarray(network.gates, np.int32), legs, counts)
    used = np.zeros((len(cells), services))
    np.add.at(used, (taps.journey // _LOOKS, taps.service), 1.0 / _LOOKS)
    return used
