"""Vehicles: every departure is run once, by a vehicle that was there, and its kilometres are told."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from street import play, wednesday, with_fleet

from afc.city import City
from afc.tap import TapKind
from sim.world.fleet import LAYOVER_S, make_fleet


def test_every_departure_is_run_by_one_vehicle(hanbit: City) -> None:
    fleet = make_fleet(hanbit.network, hanbit.calendar.day_types, hanbit.day_cut_s)
    for day_type in hanbit.calendar.day_types:
        numbers = sorted(trip.number for block in fleet.blocks[day_type] for trip in block)
        planned = sum(len(departures) for departures in hanbit.network.departures(day_type))
        assert numbers == list(range(1, planned + 1))


def test_a_vehicle_leaves_from_where_it_came_to(hanbit: City) -> None:
    fleet, patterns = make_fleet(hanbit.network, hanbit.calendar.day_types, hanbit.day_cut_s), hanbit.network.patterns
    for block in fleet.blocks["weekday"]:
        for before, after in pairwise(block):
            assert patterns[before.pattern].stops[-1] == patterns[after.pattern].stops[0]
            assert before.departure_s + patterns[before.pattern].run_s[-1] + LAYOVER_S <= after.departure_s


def test_a_vehicle_keeps_to_its_route(hanbit: City) -> None:
    fleet = make_fleet(hanbit.network, hanbit.calendar.day_types, hanbit.day_cut_s)
    for day_type in hanbit.calendar.day_types:
        for route, block in zip(fleet.route, fleet.blocks[day_type], strict=True):
            assert all(hanbit.network.patterns[trip.pattern].route == route for trip in block)


def test_kilometres_are_what_the_timetable_says(hanbit: City) -> None:
    planned = hanbit.network.departures("weekday")
    metres = sum(len(d) * int(p.along_m[-1]) for d, p in zip(planned, hanbit.network.patterns, strict=True))
    assert wednesday(hanbit).log.vehicle_trips == sum(map(len, planned))
    assert wednesday(hanbit).log.vehicle_m == metres


def test_a_trip_is_noted_by_the_vehicle_that_ran_it(hanbit: City) -> None:
    """With the card number 0, for no card was there."""
    trips = wednesday(hanbit).taps[wednesday(hanbit).taps["kind"] == TapKind.TRIP]
    assert (trips["card"] == 0).all()
    assert len(np.unique(trips["trip"])) == len(trips)
    kinds = {row.device: row.kind for row in wednesday(hanbit).day.estate.devices}
    assert {kinds[device] for device in trips["device"].tolist()} == {"bus"}


def test_a_vehicle_without_connection_reports_in_the_morning(hanbit: City) -> None:
    """Its taps come late, and all of them come."""
    connected, cut_off = (play(with_fleet(hanbit, "bus", offline=share), scale=0.3)[0] for share in (0.0, 1.0))
    assert connected.log.late_devices == ()
    assert len(cut_off.log.late_devices) > 10
    assert len(cut_off.taps) == len(connected.taps)


def test_what_was_not_receipted_is_sent_again(hanbit: City) -> None:
    """The same bytes, and nothing twice among different bytes."""
    lost = play(hanbit, scale=0.3, lose_first=40)[0]
    smooth = play(hanbit, scale=0.3)[0]
    assert len(lost.sealed) > len(set(lost.sealed)) == len(smooth.sealed)


def test_the_next_day_goes_on_where_this_one_ended(hanbit: City) -> None:
    """Sequence numbers, card counters and purses."""
    first, second = play(hanbit, scale=0.3, days=2)
    assert second.log.balances_before_minor == first.log.balances_after_minor
    taps = np.concatenate([first.taps, second.taps])
    for device in np.unique(taps["device"]):
        seq = taps["seq"][taps["device"] == device]
        assert seq.tolist() == list(range(1, len(seq) + 1))
