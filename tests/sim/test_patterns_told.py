"""`afc city patterns`: the numbers by which taps name a way of a route, as `afc kit sign` wants them."""

from __future__ import annotations

from pathlib import Path

from commandline import ask, say

CITY = str(Path(__file__).resolve().parents[1] / "data" / "hanbit")


def test_a_pattern_is_told_by_its_place_in_the_network() -> None:
    told = ask(f"city patterns {CITY}")
    assert [one["pattern"] for one in told] == list(range(len(told)))
    assert len(told) == ask(f"city show {CITY}")["network"]["patterns"]
    known = {stop["id"] for stop in ask(f"city stops {CITY}")}
    assert all(set(one["stops"]) <= known for one in told)


def test_only_those_of_a_route() -> None:
    there, back = ask(f"city patterns {CITY} 12")
    assert (there["route"], back["route"]) == ("12", "12")
    assert there["stops"] == back["stops"][::-1]
    assert "ROUTE_UNKNOWN" in say(f"city patterns {CITY} 999", 3)
