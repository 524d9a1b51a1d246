"""Riders who hold the card twice, go through a wrong gate, or take a wrong line: who they are, and what readers make of it."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from shutil import copytree
from typing import Any

import numpy as np
import pytest
from street import WEDNESDAY, Played, play

from afc.city import City, load_city
from afc.pack.schema_errors import Errors
from afc.refusal import Refused
from afc.tap import TapKind
from sim.bench_scene import set_scene
from sim.demand.journeys import WRONG_GATE, WRONG_LINE
from sim.errors_told import error_told
from sim.run import execute
from sim.scenario import Scenario, read_scenario

HANBIT = Path(__file__).resolve().parents[1] / "data" / "hanbit"
TABLE = "[errors]\ntaps_twice = 0.1\nwrong_gate = 0.1\nwrong_line = 0.1\nsource = 'synthetic'\n"


@cache
def day(city: City, **rates: float) -> Played:
    """A Wednesday with a fifth of the riders."""
    return play(city, scale=0.2, errors=Errors(source="synthetic", **rates) if rates else None)[0]


def errors_in(played: Played) -> dict[str, Any]:
    assert played.log.errors
    return played.log.errors


def test_a_card_held_twice_pays_once(hanbit: City) -> None:
    """Every rider holds the card twice. The reader says so each time, and seals the same bytes."""
    once, twice = day(hanbit), day(hanbit, taps_twice=1.0)
    found = errors_in(twice)["tapped twice"]
    assert found["riders"] == found["refused"]["REPEATED"] == twice.log.refusals["REPEATED"] > 500
    assert found["paid_minor"] == {}
    assert twice.sealed == once.sealed
    assert "REPEATED" not in once.log.refusals


def test_where_no_tap_is_a_repeat_both_count(tmp_path: Path) -> None:
    """A tariff without that window: the second reading is a ride of its own, and readers write in the order of time."""
    pack = copytree(HANBIT, tmp_path / "hanbit")
    tariff = (pack / "tariff.toml").read_text("utf-8")
    (pack / "tariff.toml").write_text(tariff.replace("[[version]]\n", "[[version]]\nrepeat_window_s = 0\n"), "utf-8")
    played = day(load_city(pack), taps_twice=1.0)
    found = errors_in(played)["tapped twice"]
    assert "REPEATED" not in found["refused"]
    assert found["paid_minor"]["base"] > 0
    for device in np.unique(played.taps["device"]):
        assert (np.diff(played.taps["time_us"][played.taps["device"] == device].astype(np.int64)) >= 0).all()


def test_who_goes_through_a_wrong_gate_is_out_and_in_again_at_that_station(hanbit: City) -> None:
    """The first three taps of such a journey are in, out, in at one station within minutes; by the tariff it goes on, so in all
    they ask for nothing more."""
    played = day(hanbit, wrong_gate=1.0)
    found, taps = errors_in(played)["wrong gate"], played.taps
    gates = {row.device for row in played.day.estate.devices if row.kind == "gate"}
    at_gates = taps[np.isin(taps["device"], list(gates)) & (taps["card"] > 0)]
    at_gates = at_gates[np.lexsort((at_gates["counter"], at_gates["card"]))]
    out = np.flatnonzero(at_gates["kind"] == TapKind.EXIT)
    before, after = at_gates[out - 1], at_gates[np.minimum(out + 1, len(at_gates) - 1)]
    turned = (before["stop"] == at_gates["stop"][out]) & (before["card"] == at_gates["card"][out])
    turned &= (
        at_gates["time_us"][out] - before["time_us"] < 180_000_000
    )  # nobody rides a train to where it began so soon
    assert turned.sum() == found["riders"] > 300
    assert (after["stop"] == before["stop"])[turned].all()
    assert (after["kind"][turned] == TapKind.ENTRY).all()
    assert (np.diff([before["time_us"][turned], after["time_us"][turned]], axis=0) < 600_000_000).all()
    assert found["refused"] == {}
    assert found["paid_minor"]["base"] > 0
    assert sum(found["paid_minor"].values()) == 0
    assert played.log.arrived == played.log.journeys


def test_a_wrong_line_leads_to_its_next_stop_and_back(hanbit: City) -> None:
    """Two legs more, on lines of the same service, that end where they began; then the ways are those that were meant."""
    usual, played = day(hanbit).journeys, day(hanbit, wrong_line=1.0)
    planned, lines = played.journeys, played.day.crowd.calls
    lost = planned.journeys["error"] == WRONG_LINE
    assert 0.3 < lost.mean() < 1
    first = planned.journeys["first_leg"][lost]
    astray, back, meant = (planned.legs[first + k] for k in range(3))
    assert (astray["off"] == astray["on"] + 1).all()
    stop, service = lines["stop"], lines["service"]
    assert (stop[astray["off"]] == stop[back["on"]]).all()
    assert (stop[astray["on"]] == stop[back["off"]]).all()
    assert (stop[astray["on"]] == stop[meant["on"]]).all()
    assert (stop[astray["off"]] != stop[meant["on"] + 1]).all()
    assert (service[astray["on"]] == service[meant["on"]]).all()
    extra = np.concatenate([first, first + 1])
    assert np.delete(planned.legs[["on", "off"]], extra).tolist() == usual.legs[["on", "off"]].tolist()
    assert errors_in(played)["wrong line"]["riders"] == lost.sum()
    assert played.log.arrived == played.log.journeys


def test_what_a_wrong_line_costs_is_told_by_rule(hanbit: City) -> None:
    """Each ride away and back is charged by the tariff's own rules, and the fares of the day are that much higher."""
    found = errors_in(day(hanbit, wrong_line=1.0))["wrong line"]["paid_minor"]
    assert found["base"] > 0 > found["transfer"]
    more = day(hanbit, wrong_line=1.0).log.fares_minor - day(hanbit).log.fares_minor
    assert more == pytest.approx(sum(found.values()), rel=0.2)


def test_rates_are_kept_and_nobody_makes_two(hanbit: City) -> None:
    planned = day(hanbit, taps_twice=0.2, wrong_gate=0.3).journeys.journeys
    rate = np.bincount(planned["error"], minlength=4) / len(planned)
    assert rate[1:3] == pytest.approx([0.2, 0.3], abs=0.05)
    assert rate[WRONG_LINE] == 0
    assert WRONG_GATE in planned["error"]


def test_a_run_with_mistakes_keeps_every_law_and_tells_them(tmp_path: Path) -> None:
    """From the file to the line at the end of the run; what the books owe is what cards hold."""
    path = tmp_path / "day.toml"
    path.write_text(f'name = "day"\ncity = "{HANBIT}"\nstart = 2026-03-04\nscale = 0.05\n{TABLE}', "utf-8")
    run = execute(read_scenario(path), tmp_path, 1)
    again = read_scenario(run / "scenario.toml")
    assert (again.errors.wrong_line, again.errors.source) == (0.1, "synthetic")
    summary = json.loads((run / "summary.json").read_text("utf-8"))
    assert [check for check in summary["checks"] if not check["ok"]] == []
    assert (summary["purse_breaks"], summary["rated_otherwise"]) == (0, 0)
    told = summary["errors"]
    assert min(one["riders"] for one in told.values()) > 5
    line = next(line for line in (run / "summary.txt").read_text("utf-8").splitlines() if line.startswith("errors"))
    assert line.split() == "   ".join(["errors", *(error_told(name, one, 0) for name, one in told.items())]).split()


def test_more_mistakes_than_journeys_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "day.toml"
    text = TABLE.replace("taps_twice = 0.1", "taps_twice = 0.9")
    path.write_text(f'name = "day"\ncity = "{HANBIT}"\nstart = 2026-03-04\n{text}', "utf-8")
    with pytest.raises(Refused, match="there are more mistakes than journeys"):
        read_scenario(path)


def test_riders_who_are_processes_make_none(tmp_path: Path) -> None:
    """The model that the bench plays beside ours says so instead of playing another day."""
    pack = copytree(HANBIT, tmp_path / "hanbit")
    demand = (pack / "demand.toml").read_text("utf-8")
    mistaken = TABLE.replace("[errors]", "[scenario.errors]")
    (pack / "demand.toml").write_text(
        demand.replace("[[scenario]]", f"{mistaken}\n[[scenario]]", 2).replace(mistaken, "", 1)
    )
    with pytest.raises(Refused, match="riders who are processes make no mistakes"):
        set_scene(str(pack), 0.1)


def test_nobody_is_mistaken_unless_a_scenario_says_so(hanbit: City) -> None:
    assert replace(Scenario("day", str(HANBIT), WEDNESDAY)).errors is None
    assert day(hanbit).log.errors is None
    assert not day(hanbit).journeys.journeys["error"].any()
