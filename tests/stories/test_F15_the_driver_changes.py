"""Driver 7 begins trip 40, driver 8 takes over on the way; another trip is broken off, and one goes on past the day cut."""

from __future__ import annotations

from pathlib import Path

from house import THURSDAY, WEDNESDAY, when
from kinds import House

RUN = {"pattern": 6, "stop": "b-market"}


def log_on(trip: int, clock: str, driver: int) -> dict[str, object]:
    return RUN | {"kind": "LOG_ON", "trip": trip, "time": when(clock), "balance": driver}


def end(trip: int, clock: str, metres: int) -> dict[str, object]:
    return RUN | {"kind": "TRIP", "trip": trip, "time": when(clock), "amount": metres}


def test_one_trip_has_two_drivers(tmp_path: Path) -> None:
    house = House(tmp_path)
    number, metres = house.trip(6)
    rider = RUN | {"kind": "ENTRY", "card": 1, "trip": number, "time": when("08:02"), "amount": 1500, "balance": 18_500}
    taps = log_on(number, "08:00", 7), rider, log_on(number, "08:20", 8), end(number, "08:40", metres)
    house.bring(house.device("bus", "hanbit-bus"), *taps)
    house.close(WEDNESDAY)
    trips = house.detail(WEDNESDAY, "trips")
    assert [(row["driver"], row["last_driver"], row["log_ons"], row["boardings"]) for row in trips] == [(7, 8, 2, 1)]
    assert house.detail(WEDNESDAY, "trip_stops") == [{"row": 0, "stop_seq": 0, "boardings": 1, "alightings": 0}]
    [line] = house.operated("12")
    assert (line["operated"], line["short"], line["missed"]) == (1, 0, line["scheduled"] - 1)
    assert house.audit() == {}


def test_what_is_broken_off_or_never_ends_is_told(tmp_path: Path) -> None:
    house = House(tmp_path)
    number, metres = house.trip(6)
    taps = log_on(number, "08:00", 7), end(number, "08:20", metres // 2), log_on(number + 1, "08:30", 7)
    house.bring(house.device("bus", "hanbit-bus"), *taps, log_on(60_000, "09:00", 7), end(60_000, "09:30", metres))
    house.close(WEDNESDAY)
    [line] = house.operated("12")
    assert (line["operated"], line["short"], line["unended"], line["extra"]) == (1, 1, 1, 1)


def test_a_trip_over_the_day_cut_is_one_trip_of_the_next_date(tmp_path: Path) -> None:
    house = House(tmp_path)
    number, metres = house.trip(6)
    night = f"{THURSDAY}T03:50:00+09:00", f"{THURSDAY}T04:20:00+09:00"
    taps = log_on(number, night[0], 7), end(number, night[1], metres)
    house.bring(house.device("bus", "hanbit-bus"), *taps, at=f"{THURSDAY}T10:00:00+09:00")
    house.close(THURSDAY)
    assert house.detail(THURSDAY, "trips")[0]["driver"] == 7
    assert house.audit() == {}
    assert house.replay() == []
