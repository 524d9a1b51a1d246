"""The line before the gates: played out rider by rider, and worked out as columns. Both agree to the microsecond."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.gates.columns import worked_out
from sim.world.microscopic import Failure, Line, Passages, played_out

SECOND_US = 1_000_000
SERVICE_US = 1_600_000
GAPS_US = st.sampled_from([0, 1, 400_000, SERVICE_US - 1, SERVICE_US, SERVICE_US + 1, 9_000_000])
TIMES_US = st.sampled_from([1, 400_000, SERVICE_US - 1, SERVICE_US, 2 * SERVICE_US, 12_000_000])
RIDERS = st.lists(st.tuples(GAPS_US, TIMES_US), max_size=50)
FAILING_US = st.sampled_from([None, 0, 1, SERVICE_US, 2 * SERVICE_US, 10_000_000])
LINES = st.sampled_from(["one", "each"])


def riders_of(drawn: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    """When they come, and how long each takes."""
    both = np.array(drawn, np.int64).reshape(-1, 2)
    return np.cumsum(both[:, 0]), both[:, 1]


def failures_of(gates: int, failing_us: int | None) -> list[Failure]:
    """The last gate fails, where there is another."""
    return [Failure(gates - 1, failing_us)] if failing_us is not None and gates > 1 else []


def seconds(arrivals: list[float], services: list[float], gates: int, **how: object) -> Passages:
    """A worked example in seconds."""
    arrival_us, service_us = ((np.array(column) * SECOND_US).astype(np.int64) for column in (arrivals, services))
    return played_out(arrival_us, service_us, gates, **how)  # type: ignore[arg-type]


def waits_s(passed: Passages) -> list[float]:
    return ((passed.start_us - passed.arrival_us) / SECOND_US).tolist()


def test_three_riders_at_one_gate() -> None:
    """They come together and take two seconds each."""
    passed = seconds([0, 0, 0], [2, 2, 2], 1)
    assert waits_s(passed) == [0, 2, 4]
    assert (passed.end_us / SECOND_US).tolist() == [2, 4, 6]


def test_three_riders_at_two_gates() -> None:
    assert waits_s(seconds([0, 0, 0], [2, 2, 2], 2)) == [0, 0, 2]
    assert seconds([0, 0, 0], [2, 2, 2], 2).gate.tolist() == [0, 1, 0]


def test_stuck_in_a_line_of_ones_own() -> None:
    """The first looks for the card for ten seconds. From one line the third takes the other gate; in a line it must wait."""
    arrivals, services = [0, 0, 0.5], [10, 1, 1]
    assert waits_s(seconds(arrivals, services, 2, line="one")) == [0, 0, 0.5]
    assert waits_s(seconds(arrivals, services, 2, line="each")) == [0, 0, 9.5]


def test_the_shorter_line_is_joined() -> None:
    """Two stand at the first gate and one at the second when the fourth comes; who left in that very moment is not counted."""
    assert seconds([0, 0, 1, 2], [9, 9, 9, 9], 2, line="each").gate.tolist() == [0, 1, 0, 1]
    assert seconds([0, 0, 2], [9, 2, 9], 2, line="each").gate.tolist() == [0, 1, 1]


def test_a_gate_that_fails_lets_its_rider_through_and_nobody_else() -> None:
    """The second gate fails after three seconds. The second rider is in it and comes through at 4; then there is one gate."""
    passed = seconds([0, 0, 0, 0], [4, 4, 4, 4], 2, failures=[Failure(1, 3 * SECOND_US)])
    assert (passed.end_us / SECOND_US).tolist() == [4, 4, 8, 12]
    assert passed.gate.tolist() == [0, 1, 0, 0]


def test_who_stands_at_a_gate_that_fails_goes_to_another() -> None:
    """The fourth rider stood behind the second, who takes twenty seconds; at 3 s it is at the end of the other line."""
    passed = seconds([0, 0, 0, 0, 5], [4, 20, 4, 4, 4], 2, line="each", failures=[Failure(1, 3 * SECOND_US)])
    assert passed.gate.tolist() == [0, 1, 0, 0, 0]
    assert (passed.start_us / SECOND_US).tolist() == [0, 0, 4, 8, 12]


def test_a_gate_that_fails_as_it_becomes_free_takes_nobody() -> None:
    """Both modes say so. The fourth would have begun there at 4 s, the very moment of the failure."""
    riders, failures = (np.zeros(4, np.int64), np.full(4, 4 * SECOND_US)), [Failure(1, 4 * SECOND_US)]
    for passed in (played_out(*riders, 2, failures=failures), worked_out(*riders, 2, failures)):
        assert (passed.end_us / SECOND_US).tolist() == [4, 4, 8, 12]


@pytest.mark.parametrize("line", ["one", "each"])
def test_a_gate_that_was_broken_before_anybody_came(line: Line) -> None:
    passed = seconds([5, 5], [2, 2], 2, line=line, failures=[Failure(0, 0)])
    assert passed.gate.tolist() == [1, 1]
    assert waits_s(passed) == [0, 2]


def test_nobody_comes() -> None:
    assert [len(column) for column in played_out(np.zeros(0, np.int64), np.zeros(0, np.int64), 3)] == [0, 0, 0, 0]


@given(RIDERS, st.integers(1, 5), FAILING_US)
def test_both_modes_agree_to_the_microsecond(drawn: list[tuple[int, int]], gates: int, failing_us: int | None) -> None:
    """Whatever each rider takes, and also when a gate fails."""
    riders, failures = riders_of(drawn), failures_of(gates, failing_us)
    played, reckoned = played_out(*riders, gates, failures=failures), worked_out(*riders, gates, failures)
    assert played.start_us.tolist() == reckoned.start_us.tolist()
    assert played.end_us.tolist() == reckoned.end_us.tolist()


@given(RIDERS, st.integers(1, 5), FAILING_US, LINES)
def test_everybody_passes_once(drawn: list[tuple[int, int]], gates: int, failing_us: int | None, line: Line) -> None:
    """Nobody begins before coming, and each takes as long as it takes."""
    arrival_us, service_us = riders_of(drawn)
    passed = played_out(arrival_us, service_us, gates, line=line, failures=failures_of(gates, failing_us))
    assert (passed.start_us >= arrival_us).all()
    assert (passed.end_us - passed.start_us == service_us).all()
    assert len(passed.gate) == len(drawn)
    assert ((passed.gate >= 0) & (passed.gate < gates)).all()


@given(RIDERS, st.integers(1, 5), FAILING_US, LINES)
def test_no_gate_serves_two_at_once(
    drawn: list[tuple[int, int]], gates: int, failing_us: int | None, line: Line
) -> None:
    """In a gate one follows another, and nobody begins in one that has failed."""
    failures = failures_of(gates, failing_us)
    passed = played_out(*riders_of(drawn), gates, line=line, failures=failures)
    for gate in range(gates):
        mine = np.flatnonzero(passed.gate == gate)
        mine = mine[np.argsort(passed.start_us[mine], kind="stable")]
        assert (passed.end_us[mine[:-1]] <= passed.start_us[mine[1:]]).all()
        assert all((passed.start_us[mine] < failure.from_us).all() for failure in failures if failure.gate == gate)


@given(RIDERS, st.integers(1, 5), FAILING_US)
def test_first_come_first_served(drawn: list[tuple[int, int]], gates: int, failing_us: int | None) -> None:
    """From one line everybody begins in the order of coming."""
    passed = played_out(*riders_of(drawn), gates, failures=failures_of(gates, failing_us))
    assert (np.diff(passed.start_us) >= 0).all()


@given(RIDERS, st.integers(1, 5))
def test_first_come_first_served_in_a_line_of_ones_own(drawn: list[tuple[int, int]], gates: int) -> None:
    passed = played_out(*riders_of(drawn), gates, line="each")
    assert all((np.diff(passed.start_us[passed.gate == gate]) > 0).all() for gate in range(gates))


@given(RIDERS, st.integers(1, 5))
def test_one_more_gate_makes_nobody_wait_longer(drawn: list[tuple[int, int]], gates: int) -> None:
    """True of one line, rider for rider."""
    riders = riders_of(drawn)
    assert (played_out(*riders, gates + 1).start_us <= played_out(*riders, gates).start_us).all()


@given(RIDERS, st.integers(1, 5))
def test_nobody_waits_while_a_gate_is_free(drawn: list[tuple[int, int]], gates: int) -> None:
    """Whoever waits comes when every gate has somebody in it."""
    passed = played_out(*riders_of(drawn), gates)
    for rider in np.flatnonzero(passed.start_us > passed.arrival_us):
        now_us = passed.arrival_us[rider]
        inside = (passed.start_us[:rider] <= now_us) & (now_us < passed.end_us[:rider])
        assert inside.sum() == gates
