"""A published feed becomes a pack that runs, and everything that is not the feed's says so."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

import pytest
from hanbit_pack import HANBIT, copied
from hypothesis import given
from hypothesis import strategies as st
from tiny_feed import TINY, edited, feed

from afc.city import City, load_city
from afc.fares.cases import check_city
from afc.gtfs import adopt
from afc.gtfs.adopt import Report, import_gtfs
from afc.gtfs.borrow import tariff_version
from afc.gtfs.network_files import even_headways
from afc.network.distance import leg_distance_m
from afc.refusal import Refused


@pytest.fixture(scope="module")
def hanbit() -> City:
    return load_city(HANBIT)


@pytest.fixture(scope="module")
def report(hanbit: City, tmp_path_factory: pytest.TempPathFactory) -> Report:
    folder = tmp_path_factory.mktemp("adopted")
    return import_gtfs(feed(folder / "tiny.zip"), hanbit, folder / "morgen", city_id="morgen", name="Übermorgen")


@pytest.fixture(scope="module")
def morgen(report: Report) -> City:
    return load_city(report.folder)


def test_the_report_counts_what_was_made(report: Report) -> None:
    assert report.days == {"weekday": date(2025, 1, 8), "saturday": date(2025, 1, 11), "sunday": date(2025, 1, 12)}
    assert (report.stops, report.routes, report.patterns) == (6, 2, 3)
    assert report.departures == {"weekday": 12 + 12 + 3, "saturday": 1, "sunday": 1}
    assert report.notes == (
        "distances of 2 patterns follow the published shapes",
        "distances of 1 patterns are the straight line between stops times 1.2, for want of a shape",
        "1 routes have no trips on 2025-01-08, 2025-01-11, 2025-01-12",
    )


def test_platforms_become_stations_by_their_parent_or_by_name_and_nearness(morgen: City) -> None:
    network = morgen.network
    assert network.stop_ids == ("H", "P1", "M", "b1", "b2", "b3")
    assert network.stop_names[:3] == ("Hauptplatz", "Park", "Museum")
    assert network.gates.tolist() == [0, 0, 0, -1, -1, -1]
    assert [network.owner[0], network.owner[3]] == [morgen.party("stadtwerke-ubermorgen"), -1]


def test_services_are_those_of_the_other_city_by_kind_of_vehicle(morgen: City) -> None:
    assert [service.id for service in morgen.services] == ["metro", "bus"]
    assert morgen.network.route_service.tolist() == [0, 1]
    assert morgen.network.operators == ("stadtwerke-ubermorgen", "bus-gmbh")


def test_every_departure_is_kept_to_the_second_and_the_night_belongs_to_the_day_before(morgen: City) -> None:
    out, back, bus = morgen.network.departures("weekday")
    assert out.tolist() == list(range(6 * 3600, 8 * 3600, 600))
    assert back.tolist() == list(range(6 * 3600 + 300, 8 * 3600, 600))
    assert bus.tolist() == [7 * 3600, 7 * 3600 + 1800, 25 * 3600]
    assert [len(pattern) for pattern in morgen.network.departures("sunday")] == [1, 0, 0]


def test_directions_are_found_where_the_feed_leaves_them_out(morgen: City) -> None:
    assert [pattern.direction for pattern in morgen.network.patterns] == [0, 1, 0]


def test_distances_follow_the_shape_both_ways_and_elsewhere_the_straight_line(morgen: City) -> None:
    out, back, bus = morgen.network.patterns
    assert out.along_m.tolist() == pytest.approx([0, 1339, 2451], abs=15)
    assert back.along_m[-1] == pytest.approx(out.along_m[-1], abs=15)
    assert bus.along_m.tolist() == pytest.approx([0, 1.2 * 902, 1.2 * (902 + 926)], abs=15)
    assert leg_distance_m(0, 0, 2, 0, -1, morgen.network.tables) == min(out.along_m[-1], back.along_m[-1])


def test_stops_published_for_the_same_minute_share_it_by_distance(morgen: City) -> None:
    """Two of three runs reach the second stop two minutes after the first, one in the same minute: 80 seconds on average."""
    assert morgen.network.patterns[2].run_s.tolist() == [0, 80, 320]


def test_one_can_walk_from_the_gates_to_the_bus(morgen: City) -> None:
    walks = {(morgen.network.stop_ids[a], morgen.network.stop_ids[b]) for a, b, *_ in morgen.network.walks}
    assert walks == {("H", "b1"), ("b1", "H")}


def test_a_date_on_which_another_timetable_runs_is_a_holiday(morgen: City) -> None:
    assert morgen.calendar.day_types[morgen.day_type(date(2025, 2, 3))] == "saturday"
    assert morgen.calendar.day_types[morgen.day_type(date(2025, 2, 4))] == "weekday"
    assert morgen.calendar.horizon == date(2025, 3, 30)


def test_prices_for_a_while_are_not_borrowed(tmp_path: Path) -> None:
    """Nor are fares for an emergency: what holds in the end is."""
    pack = copied(tmp_path)
    tariff = (pack / "tariff.toml").read_text("utf-8")
    _, head, last = tariff.rpartition("[[version]]")
    overlay = last.replace('id = "2026"', 'id = "fair"\nuntil = 2026-04-01').replace("2026-01-01", "2026-03-01", 1)
    (pack / "tariff.toml").write_text(f"{tariff}\n{head}{overlay}", "utf-8")
    table = tariff_version(load_city(pack), ["metro"], date(2026, 1, 1), "Read.")
    assert "until" not in table


def test_prices_are_the_other_citys_latest_and_say_so(morgen: City, hanbit: City) -> None:
    (version,) = morgen.tariff.version
    latest = hanbit.tariff.version[-1]
    assert version.base == latest.base
    assert version.source.startswith("Borrowed from the pack hanbit; no fact about Übermorgen. City notice 2025-240")
    assert version.sections is None
    assert not version.free_day
    assert [quota.payer for quota in version.quota] == ["authority"]
    assert (morgen.currency, morgen.zone.key) == ("KRW", "Europe/Vienna")


def test_what_is_made_up_is_labelled(morgen: City, report: Report) -> None:
    assert "tiny.zip" in morgen.synthetic
    assert "made up" in morgen.synthetic
    made_up = {party.id for party in morgen.parties if party.synthetic}
    assert made_up == {"issuer", "retailer", "authority", "bank"}
    accounts = [party.account.other for party in morgen.parties if party.account]
    assert len(accounts) == 6
    assert all(account and account.startswith("SYNTHETIC-") for account in accounts)
    sources = (report.folder / "SOURCES.md").read_text("utf-8")
    assert hashlib.sha256((report.folder.parent / "tiny.zip").read_bytes()).hexdigest() in sources
    assert "Publisher: Stadtwerke Übermorgen, Bus GmbH" in sources
    assert all(note in sources for note in report.notes)


def test_demand_goes_by_departures(morgen: City) -> None:
    day = morgen.demand.day["weekday"]
    assert day.services == {"metro": pytest.approx(24 / 27, abs=1e-3), "bus": pytest.approx(3 / 27, abs=1e-3)}
    assert morgen.demand.stops == {"H": 24, "P1": 24, "M": 24, "b1": 3, "b2": 3, "b3": 3}
    there = sum(map(len, load_city(HANBIT).network.departures("weekday")))
    assert day.boardings == 6000 * 27 // there
    assert morgen.demand.day["sunday"].boardings > 0


def test_the_generated_cases_say_what_they_are_and_hold(morgen: City) -> None:
    assert [case.name for case in morgen.cases.case] == [
        "generated: a lone ride of 1000 m on metro",
        "generated: a lone ride of 1000 m on bus",
    ]
    assert all(case.source.endswith("nobody published it.") for case in morgen.cases.case)
    assert [outcome.problems for outcome in check_city(morgen)] == [(), ()]


def test_the_same_feed_gives_the_same_pack(hanbit: City, morgen: City, tmp_path: Path) -> None:
    again = import_gtfs(feed(tmp_path / "tiny.zip"), hanbit, tmp_path / "morgen", city_id="morgen", name="Übermorgen")
    for file in sorted(again.folder.rglob("*.t*t")) + sorted(again.folder.glob("*.toml")):
        assert file.read_bytes() == (morgen.folder / file.relative_to(again.folder)).read_bytes()


def test_a_day_of_ones_own_choice(hanbit: City, tmp_path: Path) -> None:
    path = feed(tmp_path / "tiny.zip")
    chosen = import_gtfs(path, hanbit, tmp_path / "summer", city_id="summer", name="S", day=date(2025, 3, 26))
    assert chosen.days["weekday"] == date(2025, 3, 26)
    assert chosen.routes == 3
    with pytest.raises(Refused) as told:
        import_gtfs(path, hanbit, tmp_path / "never", city_id="never", name="N", day=date(2031, 1, 1))
    assert told.value.code == "DAY_WITHOUT_TRIPS"
    assert (
        told.value.cure
        == "Give a working day on which the feed has trips; its calendar runs from 2025-01-06 to 2025-03-30."
    )


def test_a_city_without_gates_lends_its_rules_too(hanbit: City, morgen: City, tmp_path: Path) -> None:
    """Adopted from an adopted pack, and from one that has only buses."""
    again = import_gtfs(feed(tmp_path / "tiny.zip"), morgen, tmp_path / "again", city_id="again", name="Again")
    assert load_city(again.folder).tariff.version[0].base == hanbit.tariff.version[-1].base
    rails = edited("routes", "Museum,1", "Museum,3")
    buses = import_gtfs(feed(tmp_path / "b.zip", **rails), hanbit, tmp_path / "buses", city_id="buses", name="Buses")
    only = load_city(buses.folder)
    assert [service.id for service in only.services] == ["bus"]
    last = import_gtfs(feed(tmp_path / "tiny.zip"), only, tmp_path / "last", city_id="last", name="Last")
    assert load_city(last.folder).network.gates.max() == -1


def test_nothing_half_made_is_left(hanbit: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = feed(tmp_path / "tiny.zip")
    broken = feed(tmp_path / "broken.zip", **edited("stop_times", "07:00:00", "7 o'clock"))
    out = tmp_path / "out"
    with pytest.raises(Refused):
        import_gtfs(broken, hanbit, out, city_id="x", name="X")

    def fails(folder: Path) -> None:
        assert (folder / "city.toml").is_file()
        raise Refused("STOP", "in the middle")

    monkeypatch.setattr(adopt, "_try", fails)
    with pytest.raises(Refused, match="in the middle"):
        import_gtfs(path, hanbit, out, city_id="x", name="X")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["broken.zip", "tiny.zip"]


def test_what_is_there_already_is_not_overwritten(hanbit: City, tmp_path: Path) -> None:
    path = feed(tmp_path / "tiny.zip")
    (tmp_path / "empty").mkdir()
    assert import_gtfs(path, hanbit, tmp_path / "empty", city_id="x", name="X").folder.is_dir()
    with pytest.raises(Refused) as told:
        import_gtfs(path, hanbit, tmp_path / "empty", city_id="x", name="X")
    assert told.value.code == "OUT_EXISTS"
    with pytest.raises(Refused, match='"A City" cannot be the id of a city'):
        import_gtfs(path, hanbit, tmp_path / "other", city_id="A City", name="X")


def test_a_feed_without_calendar_txt_runs_on_the_dates_it_lists(hanbit: City, tmp_path: Path) -> None:
    dates = "service_id,date,exception_type\n" + "".join(f"wk,202501{d:02d},1\n" for d in (8, 9, 15, 16))
    path = feed(tmp_path / "dates.zip", calendar=None, calendar_dates=dates + "we,20250111,1\nsummer,20250112,1\n")
    made = import_gtfs(path, hanbit, tmp_path / "dates", city_id="dates", name="Dates")
    assert made.departures == {"weekday": 27, "saturday": 1, "sunday": 1}


@given(st.lists(st.integers(0, 5000), max_size=40))
def test_headways_give_back_every_departure(times: list[int]) -> None:
    departures = sorted(times)
    rows = even_headways(departures)
    assert sorted(s for start, end, headway in rows for s in range(start, end, headway)) == departures
    assert all(end > start and headway >= 1 for start, end, headway in rows)


def test_the_feed_of_these_tests_is_like_a_real_one() -> None:
    """Blank times, one shape for both directions, no directions, platforms with and without a parent."""
    assert "u-out,,,P1" in TINY["stop_times.txt"]
    assert "direction_id" not in TINY["trips.txt"]
