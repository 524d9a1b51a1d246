"""`afc gate study`: what an engineer asks about a station's gates, and what is answered."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from commandline import ask, say

from afc.limits import gate_study_riders_max
from sim.gates.arrivals import NO_TRAIN, Arrivals, Window, trains
from sim.gates.asked import ROWS_MAX
from sim.gates.columns import worked_out
from sim.gates.figures import figures, queue_lengths, waits
from sim.world.microscopic import Failure, Passages

HANBIT = Path(__file__).resolve().parents[1] / "data" / "hanbit"

TRAINS = f"gate study --city {HANBIT} --station MK --riders 60 --every 3m --service 2s --gates 1-4"
SECOND_US = 1_000_000


def at(gates: int, command: str = TRAINS) -> dict[str, Any]:
    """The answer's row for a number of gates."""
    return next(row for row in ask(command)["gates"] if row["gates"] == gates)


def test_a_train_at_two_gates() -> None:
    """Sixty riders get off within three seconds and walk thirty; thirty through each gate is a minute.

    They get off 50 ms apart, so the second gate begins at 30.10 s and is done with its thirtieth rider, the last of all, at
    90.10 s; that one came at 33.00 s and began at 88.10 s. In the second minute 16 leave each gate.
    """
    row = at(2)
    assert row["riders"] == 30 * 60
    assert row["cleared_us"] == 90_100_000
    assert row["wait_us"]["max"] == 55_100_000
    assert row["per_minute"] == 20.0
    assert row["busiest_minute"] == 32
    assert row["busy"] == round(60 * 2 / (2 * 180), 4)
    assert row["column_mode"]["same_microsecond"]


def test_the_fewest_gates_that_hold_a_limit() -> None:
    """The 57th of sixty is the one whom 19 of 20 wait no longer than: at four gates 25.2 s."""
    told = say(f"{TRAINS} --wait p95<30s")
    assert "✓ p95<30s: 4 gates are enough" in told
    assert at(4)["wait_us"]["p95"] == 25_200_000
    assert at(3)["wait_us"]["p95"] > 30 * SECOND_US


def test_a_limit_that_no_number_holds_is_a_broken_threshold() -> None:
    told = say(f"{TRAINS} --wait p95<20s", 99)
    assert "✗ p95<20s: not even 4 gates are enough" in told


def test_below_is_below() -> None:
    """With `<` the limit itself is too much."""
    assert "4 gates are enough" in say(f"{TRAINS} --wait p95<=25.2s")
    say(f"{TRAINS} --wait p95<25.2s", 99)


def test_a_steady_stream() -> None:
    """As many as 25 a minute, whom one gate of two seconds serves."""
    row = at(1, f"gate study --city {HANBIT} --riders 2250 --service 2s --gates 1")
    assert row["riders"] == 2250
    assert row["busy"] == pytest.approx(25 * 2 / 60, rel=0.01)
    assert row["cleared_us"] is None


def test_a_day_with_a_share_of_the_riders_says_so() -> None:
    """Ten gates that are enough for one rider in ten are not ten gates."""
    study = f"gate study --city {HANBIT} --station HB --from 07:00 --to 08:00 --gates 1 --wait max<1h --scale"
    told = say(f"{study} 0.5")
    assert "note: the day was run with 0.5 of the published riders; --scale asks for another share" in told
    assert "✓ max<1h: 1 gate is enough" in told
    assert "of the published riders" not in say(f"{study} 1")


def test_the_station_with_the_most_riders_is_meant() -> None:
    """The harbour has 1,800 of the weights. Names are taken as well as ids."""
    assert ask(f"gate study --city {HANBIT} --riders 9")["station"] == "HB"
    assert ask(f"gate study --city {HANBIT} --riders 9 --station 'north gate'")["station"] == "NG"


def test_without_an_option_the_gates_are_the_pack_s() -> None:
    """Half of its six gates to all of them, 1.5 s each."""
    told = ask(f"gate study --city {HANBIT} --riders 9")
    assert [row["gates"] for row in told["gates"]] == [3, 4, 5, 6]
    assert told["service_us"] == 1_500_000


def test_the_same_seed_is_the_same_study() -> None:
    command = f"gate study --city {HANBIT} --riders 900 --gates 1-2 --variation 0.5 --seed"
    assert ask(f"{command} 3") == ask(f"{command} 3")
    assert ask(f"{command} 4") != ask(f"{command} 3")


def test_a_line_at_each_gate_is_told_beside_the_one_line_of_the_columns() -> None:
    """As many are through in a minute; who stands behind a slow rider waits longer."""
    told = say(f"{TRAINS} --line each --variation 0.6")
    assert (
        "column mode, which knows one line only; most apart at 3 gates: 20.0 a minute for 20.0, wait mean 17.0 for 17.3 s"
        in told
    )


def test_modes_that_disagree_are_a_violated_invariant(monkeypatch: pytest.MonkeyPatch) -> None:
    """A microsecond is enough, whatever the limit says; from a line at each gate it is not judged."""

    def late(arrival_us: np.ndarray, service_us: np.ndarray, *how: Any) -> Passages:
        return worked_out(arrival_us, service_us + (np.arange(len(arrival_us)) == 7), *how)

    monkeypatch.setattr("sim.gates.study.worked_out", late)
    assert "most apart at" in say(f"{TRAINS} --wait p95<20s", 4)
    say(f"{TRAINS} --wait p95<20s --line each", 99)


def test_riders_of_a_day() -> None:
    """The town's Wednesday: the pack's six gates as in the run, and then others."""
    told = ask(f"gate study --city {HANBIT} --station HB --from 07:00 --to 08:30 --gates 1-2 --way both")
    assert told["agrees"]
    assert told["city_day"]["same"] == told["city_day"]["riders"] > 100
    way = {
        way: ask(f"gate study --city {HANBIT} --station HB --from 07:00 --to 08:30 --gates 1 --way {way}")
        for way in ("in", "out")
    }
    assert sum(one["gates"][0]["riders"] for one in way.values()) == told["gates"][0]["riders"]
    assert way["out"]["gates"][0]["cleared_us"] > 30 * SECOND_US


@pytest.mark.parametrize(
    ("options", "code", "hint"),
    [
        ("--station nort-gate", "STATION_UNKNOWN", "Near it: NG."),
        ("--station harbor", "STATION_UNKNOWN", "Near it: HB"),
        ("--station b-park", "STATION_WITHOUT_GATES", "All stops: afc city stops hanbit"),
        ("--gates 12-4", "GATES_OUT_OF_RANGE", "the smaller number first"),
        (f"--gates 1-{1 + ROWS_MAX}", "GATES_OUT_OF_RANGE", f"at most {ROWS_MAX} numbers"),
        ("--gates 0-3", "GATES_OUT_OF_RANGE", "from 1"),
        ("--gates many", "GATES_MALFORMED", "Write 8, or 4-12."),
        ("--wait p90<30s", "WAIT_MALFORMED", "mean, p50, p95, p99, max"),
        ("--wait p95<30", "DURATION_MALFORMED", "2.4s"),
        ("--service 0s", "DURATION_TOO_SHORT", "more than 0"),
        ("--service 0.0001ms", "DURATION_MALFORMED", "2.4s"),
        ("--from 09:00", "WINDOW_EMPTY", "25:30"),
        ("--from 7h", "CLOCK_MALFORMED", "08:30"),
        ("--spread 40s", "TRAINS_MISSING", "--every"),
        ("--way in", "RIDERS_TWICE", "Leave one"),
        ("--variation nan", "VARIATION_OUT_OF_RANGE", "from 0.001 to 3"),
        ("--variation 3.1", "VARIATION_OUT_OF_RANGE", "from 0.001 to 3"),
        ("--variation 1e-300", "VARIATION_OUT_OF_RANGE", "from 0.001 to 3"),
        ("--gates 1-3 --failing 08:00", "NO_GATE_LEFT", "Begin with 2"),
    ],
)  # fmt: skip
def test_what_is_typed_wrong_is_refused_with_a_cure(options: str, code: str, hint: str) -> None:
    (error,) = ask(f"gate study --city {HANBIT} --riders 9 {options}", 3)
    assert error["code"] == code
    assert hint in error["hint"]


def test_a_train_needs_riders() -> None:
    assert ask(f"gate study --city {HANBIT} --every 3m", 3)[0]["code"] == "RIDERS_MISSING"


def test_a_city_without_gates() -> None:
    assert ask("gate study --city wellington --riders 9", 3)[0]["code"] == "CITY_WITHOUT_GATES"


def test_an_hour_at_which_nobody_comes() -> None:
    """The town sleeps until five."""
    code = ask(f"gate study --city {HANBIT} --from 04:00 --to 04:01 --way out", 3)[0]["code"]
    assert code == "NO_RIDERS"


def test_more_riders_than_a_study_takes() -> None:
    """Trains count with all of theirs; one below the limit would be taken."""
    most = gate_study_riders_max
    command = f"gate study --city {HANBIT} --riders"
    assert ask(f"{command} {most + 1}", 3)[0]["code"] == "RIDERS_TOO_MANY"
    assert ask(f"{command} {most // 2 + 1} --every 45m", 3)[0]["code"] == "RIDERS_TOO_MANY"


def passed(*rows: tuple[float, float, float]) -> Passages:
    """Arrival, start and end in seconds."""
    columns = (np.array(rows) * SECOND_US).astype(np.int64).T
    return Passages(*columns, np.zeros(len(rows), np.int64))


def test_the_figures_of_a_window_by_hand() -> None:
    """Ten seconds at one gate: somebody who came before is still in it, and somebody is through only after it."""
    riders = passed((-4, -3, 1), (0, 1, 5), (4, 5, 9), (8, 9, 13))
    arrivals = Arrivals(riders.arrival_us, np.array([NO_TRAIN, 0, 0, NO_TRAIN]), np.array([0]))
    found = figures(riders, arrivals, Window(0, 10 * SECOND_US), 1, ())
    assert found.riders == 3
    assert found.per_minute == 3 * 6
    assert found.wait_us == dict.fromkeys(("mean", "p50", "p95", "p99", "max"), SECOND_US)
    assert found.queue_mean == 0.3
    assert found.queue_max == 1
    assert found.busy == 1.0
    assert found.cleared_us == 9 * SECOND_US


def test_a_gate_out_of_order_is_not_idle() -> None:
    """Two gates, the second closed for the second half: 15 s of gates, of which 4 are used."""
    riders = passed((0, 0, 2), (1, 1, 3))
    arrivals = Arrivals(riders.arrival_us, np.full(2, NO_TRAIN), np.zeros(0, np.int64))
    found = figures(riders, arrivals, Window(0, 10 * SECOND_US), 2, (Failure(1, 5 * SECOND_US),))
    assert found.busy == 4 / 15


def test_the_longest_queue_of_each_part() -> None:
    """Three come at 1 s to one gate of two seconds: two stand there until 3, one until 5, nobody after it."""
    riders = passed((1, 1, 3), (1, 3, 5), (1, 5, 7))
    assert queue_lengths(riders, Window(0, 8 * SECOND_US), 8).tolist() == [0, 2, 2, 1, 1, 0, 0, 0]


def test_a_percentile_is_the_wait_of_somebody() -> None:
    """Of twenty riders the nineteenth, of ten the tenth."""
    assert waits(np.arange(1, 21))["p95"] == 19
    assert waits(np.arange(1, 11)) == {"mean": 5, "p50": 5, "p95": 10, "p99": 10, "max": 10}
    assert waits(np.zeros(0, np.int64))["max"] == 0


def test_a_train_s_riders_walk_apart() -> None:
    """With a spread nobody is faster than before, and nobody slower by more."""
    window, rng = Window(0, 360 * SECOND_US), np.random.default_rng(1)
    together = trains(50, 180 * SECOND_US, window, 50_000, 0, rng)
    apart = trains(50, 180 * SECOND_US, window, 50_000, 40 * SECOND_US, rng)
    assert together.at_us[:2].tolist() == [30_050_000, 30_100_000]
    assert together.doors_us.tolist() == apart.doors_us.tolist() == [0, 180 * SECOND_US]
    for train in (0, 1):
        near, far = (one.at_us[one.train == train] for one in (together, apart))
        assert (near <= far).all()
        assert 20 * SECOND_US < far.max() - near.max() <= 40 * SECOND_US
