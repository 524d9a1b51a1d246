"""The network: where riders board, how far it is, when vehicles leave, and what a pack's timetable is refused for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hanbit_pack import HANBIT, copied
from hypothesis import given
from hypothesis import strategies as st

from afc.city import load_city
from afc.network import Network, Pattern
from afc.refusal import Refused


@pytest.fixture(scope="module")
def hanbit() -> Network:
    return load_city(HANBIT).network


def test_a_branch_is_a_pattern_of_its_own(hanbit: Network) -> None:
    ways = [[hanbit.stop_ids[stop] for stop in pattern.stops] for pattern in hanbit.patterns[:4]]
    assert ways == [
        ["NG", "MK", "HB", "IS", "AP"],
        ["AP", "IS", "HB", "MK", "NG"],
        ["NG", "MK", "HB", "UN", "HL"],
        ["HL", "UN", "HB", "MK", "NG"],
    ]
    assert [pattern.direction for pattern in hanbit.patterns[:4]] == [0, 1, 0, 1]
    assert hanbit.patterns[0].along_m.tolist() == [0, 2400, 9200, 14200, 24600]
    assert hanbit.patterns[0].section == ("", "", "", "air")


def paths(network: Network, what: str) -> Any:
    """Something of the shortest path from each stop to each stop."""
    gate, path = network.tables.gate, network.tables.path
    return path[what][np.ix_(gate, gate)].tolist()


def test_gates_stand_where_trains_call_and_nowhere_else(hanbit: Network) -> None:
    gated = [stop for stop, service in zip(hanbit.stop_ids, hanbit.gates, strict=True) if service >= 0]
    assert gated == ["NG", "MK", "HB", "IS", "AP", "UN", "HL"]
    assert set(hanbit.owner[hanbit.gates >= 0]) == {0}


def test_the_distance_between_gates_is_the_shortest_path_over_all_lines(hanbit: Network) -> None:
    path = paths(hanbit, "metres")
    at = hanbit.stop
    assert path[at("AP")][at("HL")] == 15400 + 6000
    assert path[at("HL")][at("AP")] == path[at("AP")][at("HL")]
    assert path[at("NG")][at("NG")] == 0
    assert path[at("NG")][at("b-park")] == -1


def test_the_sections_of_a_path_are_bits_by_the_order_of_their_names(hanbit: Network) -> None:
    assert hanbit.section_ids == ("air",)
    section = paths(hanbit, "sections")
    at = hanbit.stop
    assert [section[at("HL")][at("AP")], section[at("AP")][at("IS")], section[at("NG")][at("HL")]] == [1, 1, 0]


def test_tables_are_plain_arrays_padded_with_minus_one(hanbit: Network) -> None:
    tables = hanbit.tables
    assert all(array.flags.c_contiguous and array.dtype.kind in "iV" for array in tables)
    assert tables.along_m[4].tolist() == [0, 3100, 8440, -1, -1]
    assert tables.pattern_stop[4].tolist() == [10, 9, 11, -1, -1]
    assert (tables.pattern_route[4], tables.pattern_service[4]) == (1, 1)


def test_a_headway_gives_departures_from_its_start_until_before_its_end(hanbit: Network) -> None:
    bus = hanbit.departures("weekday")[4]
    assert bus[:3].tolist() == [18_000, 18_900, 19_800]
    assert 25_200 in bus
    assert (np.diff(bus) > 0).all()
    assert len(hanbit.departures("sunday")[4]) == (24 * 3600 - 19_800) // 900
    with pytest.raises(Refused, match='there is no day type "sundays"'):
        hanbit.departures("sundays")


def test_a_trip_without_a_headway_leaves_once_and_running_times_are_averaged(tmp_path: Path) -> None:
    pack = copied(tmp_path)
    trips, times = pack / "network" / "trips.txt", pack / "network" / "stop_times.txt"
    with trips.open("a") as file:
        file.write("30,weekday,extra,0\n")
    with times.open("a") as file:
        file.write(
            "extra,25:00:00,25:00:00,b-park,1,0,\n"
            "extra,25:10:00,25:12:00,b-stadium,2,5340,\n"
            "extra,25:20:00,25:20:00,b-univ,3,7940,\n"
        )
    network = load_city(pack).network
    assert len(network.patterns) == 10
    assert network.departures("weekday")[8][-1] == 25 * 3600
    # The two templates take 12 and 18 minutes, the extra trip 10 and 20.
    assert network.patterns[8].run_s.tolist() == [0, (720 + 720 + 600 + 1) // 3, (1080 + 1080 + 1200 + 1) // 3]


def test_a_stretch_may_be_run_by_another_operator(tmp_path: Path) -> None:
    pack = copied(tmp_path)
    times = pack / "network" / "stop_times.txt"
    lines = times.read_text().splitlines()
    other = ["afc_agency_id", *("hanbit-bus" if ",IS," in line and "-air-0" in line else "" for line in lines[1:])]
    times.write_text("\n".join(f"{line},{value}" for line, value in zip(lines, other, strict=True)) + "\n")
    assert load_city(pack).network.patterns[0].operator.tolist() == [0, 0, 0, 1]


def test_a_stop_is_found_by_id_and_asked_back_by_name(hanbit: Network) -> None:
    assert hanbit.stop("HB") == 2
    assert hanbit.route("12") == 2
    for wrong, cure in (("b-marke", 'Did you mean "b-market"?'), ("harbour", 'Did you mean "HB"?')):
        with pytest.raises(Refused) as told:
            hanbit.stop(wrong)
        assert (told.value.code, told.value.cure) == ("UNKNOWN_STOP", cure)


def line_of_stops(lengths: list[int], *, sections: list[str] | None = None, first: int = 0) -> Pattern:
    """A pattern over consecutive stops."""
    stops = np.arange(first, first + len(lengths) + 1, dtype=np.int32)
    along = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    nobody, names = np.zeros(len(lengths), np.int32), tuple(sections or [""] * len(lengths))
    return Pattern(0, 0, stops, along, along, nobody, names, np.zeros(len(stops), np.int32))


def network_of(patterns: list[Pattern], stops: int) -> Network:
    """A network of one gated service."""
    names = tuple(f"s{i}" for i in range(stops))
    zero, sections = np.zeros(stops), {name for pattern in patterns for name in pattern.section} - {""}
    return Network(
        "v", ("a",), names, names, zero, zero, zero.astype(np.int32), zero.astype(np.int32), ("r",), ("r",),
        np.zeros(1, np.int32), np.zeros(1, np.int32), tuple(patterns), (), tuple(sorted(sections)), (),
        np.zeros(stops, np.int64), (0,), {},
    )  # fmt: skip


@st.composite
def networks(draw: st.DrawFn) -> Network:
    """A few lines crossing at random among ten stations."""
    patterns = []
    for _ in range(draw(st.integers(1, 4))):
        stops = draw(st.lists(st.integers(0, 9), min_size=2, max_size=6, unique=True))
        lengths = draw(st.lists(st.integers(1, 30), min_size=len(stops) - 1, max_size=len(stops) - 1))
        sections = draw(st.lists(st.sampled_from(["", "a", "b"]), min_size=len(lengths), max_size=len(lengths)))
        patterns.append(line_of_stops(lengths, sections=sections)._replace(stops=np.array(stops, np.int32)))
    return network_of(patterns, 10)


@given(networks())
def test_paths_are_as_short_as_another_algorithm_finds_them(network: Network) -> None:
    """Floyd's three loops, and the sections of every shortest path: the table's must be one of them."""
    n, far = 10, 10**9
    best = [[0 if i == j else far for j in range(n)] for i in range(n)]
    edges: dict[tuple[int, int], tuple[int, int]] = {}
    for pattern in network.patterns:
        for i, name in enumerate(pattern.section):
            a, b = sorted((int(pattern.stops[i]), int(pattern.stops[i + 1])))
            bit = 1 << network.section_ids.index(name) if name else 0
            edges[a, b] = min(edges.get((a, b), (far, 0)), (int(pattern.along_m[i + 1] - pattern.along_m[i]), bit))
    for (a, b), (metres, _) in edges.items():
        best[a][b] = best[b][a] = metres
    for k in range(n):
        for i in range(n):
            for j in range(n):
                best[i][j] = min(best[i][j], best[i][k] + best[k][j])
    found = paths(network, "metres")
    assert [[found[i][j] for j in range(n) if j != i] for i in range(n)] == [
        [-1 if row[j] >= far else row[j] for j in range(n) if j != i] for i, row in enumerate(best)
    ]
    for i in range(n):
        uses = {i: {0}}
        for j in sorted(range(n), key=lambda j: best[i][j]):
            if j != i and best[i][j] < far:
                uses[j] = {
                    used | bit
                    for (a, b), (metres, bit) in edges.items()
                    for here, there in ((a, b), (b, a))
                    if there == j and here in uses and best[i][here] + metres == best[i][j]
                    for used in uses[here]
                }
                assert paths(network, "sections")[i][j] in uses[j]


def test_a_path_of_many_stations_collects_the_sections_of_all() -> None:
    pattern = line_of_stops([1] * 700, sections=["first", *[""] * 698, "last"])
    network = network_of([pattern], 701)
    sections = paths(network, "sections")
    assert (paths(network, "metres")[0][700], sections[0][700], sections[1][699]) == (700, 3, 0)


def test_services_priced_along_the_route_do_not_shorten_paths() -> None:
    lines = [line_of_stops([10, 10]), line_of_stops([1], first=0)._replace(route=1, stops=np.array([0, 2], np.int32))]
    network = network_of(lines, 3)
    both = Network(**{**vars(network), "route_service": np.array([0, 1], np.int32)})
    assert paths(both, "metres")[0][2] == 20
