"""The gates of a simulated day under the microscope: the same riders, and the same moments as on their taps."""

from __future__ import annotations

import re
import shutil
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from street import play

from afc.city import City, load_city
from afc.moment import HOUR_US, SECOND_US
from afc.tap import TapKind
from sim.gates.arrivals import NO_TRAIN, Arrivals
from sim.gates.day import Seen, arrivals_of, check, see
from sim.gates.place import Place, find_place
from sim.scenario import find_scenario
from sim.world.day import Day
from sim.world.stage import GATE_WALK_US
from sim.world.watched import NOT_WRITTEN

HANBIT = Path(__file__).resolve().parents[1] / "data" / "hanbit"

MARKET = "MK"


def town(folder: Path, *changes: tuple[str, str, str]) -> Path:
    """The small town with two slow gates each way, so that there is a line, and with these lines of its files otherwise."""
    shutil.copytree(HANBIT, folder)
    gates = ("demand.toml", r"lanes = 6", "lanes = 2"), ("demand.toml", r"lane_s = 1.5", "lane_s = 4.1")
    for name, old, new in (*gates, *changes):
        text, found = re.subn(old, new, (folder / name).read_text("utf-8"))
        assert found
        (folder / name).write_text(text, "utf-8")
    return folder


@pytest.fixture(scope="module")
def narrow(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return town(tmp_path_factory.mktemp("narrow") / "hanbit")


@pytest.fixture(scope="module")
def poor(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Nobody looks into the purse, and many are refused at the gates, going in or going out."""
    purses = "demand.toml", r"low = 0, high = \d+, (.*) forget = [\d.]+", r"low = 0, high = 3000, \1 forget = 1.0"
    return town(tmp_path_factory.mktemp("poor") / "hanbit", purses)


@cache
def seen_at(folder: Path, until_h: int = 30) -> tuple[City, Place, Seen]:
    """What is seen at the market on a Wednesday."""
    city = load_city(folder)
    place = find_place(city, MARKET)
    return city, place, see(find_scenario(None, str(folder)), place, until_h * HOUR_US, lambda *_: None)


def test_every_tap_of_a_day_with_queues_is_at_the_same_microsecond(narrow: Path) -> None:
    """The column mode of a city's run is this model where both can say the same: one line, one time for everybody."""
    _, place, seen = seen_at(narrow)
    found = check(seen, place)
    assert found.riders == found.same > 900
    waited = [one for one in seen.noted if one.tap_us - one.at_us > place.lane_us]
    assert len(waited) > 300, "without a line this would prove nothing"


def test_who_is_refused_takes_a_turn_at_a_gate_too(poor: Path) -> None:
    """And comes again from the machine, no longer as one of a train."""
    _, place, seen = seen_at(poor)
    refused = [one for one in seen.noted if one.tap_us == NOT_WRITTEN]
    assert {one.out for one in refused} == {False, True}
    assert len(refused) > 50
    found = check(seen, place)
    assert found.riders == found.same > 700
    out = arrivals_of(seen, "out", 30 * HOUR_US)
    of_train = out.train != NO_TRAIN
    assert (~of_train).sum() > 0
    assert (out.at_us - out.doors_us[out.train])[of_train].max() < GATE_WALK_US + 20 * SECOND_US


def test_who_takes_the_wrong_gate_takes_a_turn_each_time(tmp_path: Path) -> None:
    """In, out and in again: whoever stands behind them waits for all three."""
    about = 'about = "One ordinary Wednesday."'
    mistakes = f'{about}\n[scenario.errors]\nwrong_gate = 1.0\nsource = "synthetic"'
    _, place, seen = seen_at(town(tmp_path / "hanbit", ("demand.toml", re.escape(about), mistakes)), until_h=12)
    found = check(seen, place)
    assert found.riders == found.same > 700


def test_who_does_not_tap_out_takes_no_turn(tmp_path: Path) -> None:
    """Where one need not: a tenth of the riders walk out past the gates."""
    folder = town(tmp_path / "hanbit", ("city.toml", r'tap_out = "required"', 'tap_out = "optional"'))
    _, place, seen = seen_at(folder)
    found, (_, _, all_tap) = check(seen, place), seen_at_required(tmp_path)
    assert found.riders == found.same > 700
    assert sum(one.out for one in seen.noted) < 0.95 * sum(one.out for one in all_tap.noted)


def seen_at_required(folder: Path) -> tuple[City, Place, Seen]:
    """The same day where everybody taps out."""
    return seen_at(town(folder / "required"))


def test_a_buffer_of_taps_that_is_full_changes_nothing(narrow: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Here it is emptied in the middle of every half-minute."""
    city, place, usual = seen_at(narrow)
    walk_on = Day.step

    def full(day: Day, tick: int) -> None:
        day.empty_buffer()
        walk_on(day, tick)

    monkeypatch.setattr(Day, "step", full)
    seen = see(find_scenario(None, str(city.folder)), place, 30 * HOUR_US, lambda *_: None)
    assert seen.noted == usual.noted


def test_whoever_taps_there_is_seen(narrow: Path) -> None:
    """As many entries and exits as come to the office from these gates on the same day, at the same moments."""
    city, _, seen = seen_at(narrow)
    played = play(city)[0]
    gates = [
        row.device
        for row in played.day.estate.devices
        if row.kind == "gate" and city.network.stop_ids[row.stop] == MARKET
    ]
    taps = played.taps[np.isin(played.taps["device"], gates)]
    for out, kind in ((False, TapKind.ENTRY), (True, TapKind.EXIT)):
        mine = sorted(one.tap_us for one in seen.noted if one.out is out and one.tap_us != NOT_WRITTEN)
        assert mine == sorted(taps["time_us"][taps["kind"] == kind].tolist())


def test_who_gets_off_a_train_comes_from_it(narrow: Path) -> None:
    """Everybody who goes out for the first time; nobody is at the gates before the walk from the doors."""
    _, _, seen = seen_at(narrow)
    out, into = arrivals_of(seen, "out", 30 * HOUR_US), arrivals_of(seen, "in", 30 * HOUR_US)
    of_train = out.train != NO_TRAIN
    assert of_train.mean() > 0.99
    since_us = (out.at_us - out.doors_us[out.train])[of_train]
    assert GATE_WALK_US < since_us.min() <= since_us.max() < GATE_WALK_US + 60 * SECOND_US
    assert (into.train == NO_TRAIN).all()
    assert len(arrivals_of(seen, "both", 30 * HOUR_US).at_us) == len(out.at_us) + len(into.at_us)


def test_the_morning_alone_is_the_morning_of_the_day(narrow: Path) -> None:
    """A day that is left at nine has the same riders until then."""
    nine_us = 9 * HOUR_US
    whole, morning = (arrivals_of(seen_at(narrow, until_h)[2], "both", nine_us) for until_h in (30, 9))
    assert columns(whole) == columns(morning)
    assert len(morning.at_us) > 100


def columns(arrivals: Arrivals) -> list[list[int]]:
    return [arrivals.at_us.tolist(), arrivals.train.tolist()]


def test_riders_come_in_the_order_of_coming(narrow: Path) -> None:
    at_us = arrivals_of(seen_at(narrow)[2], "both", 30 * HOUR_US).at_us
    assert (np.diff(at_us) >= 0).all()
