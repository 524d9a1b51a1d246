"""Queues that are solved on paper: the gates must come to the same, within five parts in a hundred.

Erlang's formula for c gates with exponential times; Pollaczek and Khinchine's for one gate. A long stream from one seed is near
enough to one without end. The busier the gates, the longer it takes to know a mean wait so well; the columns, which are the
microscopic mode to the microsecond (test_gates.py), have the time for it.
"""

from __future__ import annotations

from math import exp, factorial, log

import numpy as np
import pytest

from afc.moment import SECOND_US
from sim.demand.chance import child
from sim.gates.arrivals import Window, stream
from sim.gates.columns import worked_out
from sim.gates.figures import waits
from sim.gates.service import service_times
from sim.world.microscopic import played_out

SERVICE_S = 2.4


def wait_s(gates: int, load: float, variation: float, riders: int = 60_000) -> np.ndarray:
    """Waits of a Poisson stream that takes up such a share of the gates' time."""
    length_us = round(riders * SERVICE_S * SECOND_US / (gates * load))
    arrivals = stream(riders, Window(0, length_us), child(11, "theory", "arrivals", gates))
    services = service_times(round(SERVICE_S * SECOND_US), variation, riders, child(11, "theory", "service", gates))
    passed = (played_out if riders <= 60_000 else worked_out)(arrivals.at_us, services, gates)
    return (passed.start_us - passed.arrival_us) / SECOND_US


def erlang_c(gates: int, load: float) -> float:
    """The share of riders who have to wait."""
    offered = gates * load
    all_busy = offered**gates / factorial(gates) / (1 - load)
    return all_busy / (sum(offered**k / factorial(k) for k in range(gates)) + all_busy)


@pytest.mark.parametrize(("gates", "load", "riders"), [(1, 0.6, 60_000), (4, 0.75, 60_000), (8, 0.85, 400_000)])
def test_exponential_times_at_several_gates(gates: int, load: float, riders: int) -> None:
    """M/M/c: who waits at all, how long on average, and how long 19 of 20 do at most."""
    wait = wait_s(gates, load, 1.0, riders)
    share, spare_per_s = erlang_c(gates, load), gates * (1 - load) / SERVICE_S
    assert (wait > 0).mean() == pytest.approx(share, rel=0.05)
    assert wait.mean() == pytest.approx(share / spare_per_s, rel=0.05)
    assert np.quantile(wait, 0.95) == pytest.approx(log(share / 0.05) / spare_per_s, rel=0.05)
    assert (wait > 4).mean() == pytest.approx(share * exp(-4 * spare_per_s), rel=0.05)


@pytest.mark.parametrize(("variation", "load"), [(0.0, 0.8), (0.0, 0.5), (0.5, 0.8), (1.5, 0.6)])
def test_any_times_at_one_gate(variation: float, load: float) -> None:
    """M/G/1; with 0 it is M/D/1, where everybody takes as long: half the wait of exponential times."""
    wait = wait_s(1, load, variation)
    assert wait.mean() == pytest.approx(load * SERVICE_S * (1 + variation**2) / (2 * (1 - load)), rel=0.05)


def test_drawn_times_have_the_mean_and_the_variation_that_were_asked_for() -> None:
    """In whole microseconds, and never none."""
    times = service_times(2_400_000, 0.4, 200_000, child(3, "times"))
    assert times.dtype == np.int64
    assert times.min() > 0
    assert times.mean() == pytest.approx(2_400_000, rel=0.005)
    assert times.std() / times.mean() == pytest.approx(0.4, rel=0.01)
    assert service_times(2_400_000, 0.0, 3, child(3, "times")).tolist() == [2_400_000] * 3
    assert service_times(1, 3.0, 1000, child(3, "times")).min() == 1


@pytest.mark.parametrize(("gates", "gap_us", "variation"), [(4, 700_000, 0.0), (4, 700_000, 0.6), (10, 280_000, 0.6)])
def test_a_line_at_each_gate_serves_as_many_and_longer(gates: int, gap_us: int, variation: float) -> None:
    """The last of a stream is through within a hundredth of the same time; on average one waits longer, and less than twice."""
    arrivals = stream(20_000, Window(0, 20_000 * gap_us), child(5, "each"))
    services = service_times(2_400_000, variation, 20_000, child(5, "each service"))
    one, each = (played_out(arrivals.at_us, services, gates, line=line) for line in ("one", "each"))
    mean_one, mean_each = (waits(passed.start_us - passed.arrival_us)["mean"] for passed in (one, each))
    assert each.end_us.max() == pytest.approx(one.end_us.max(), rel=0.01)
    assert mean_one < mean_each < 2 * mean_one
