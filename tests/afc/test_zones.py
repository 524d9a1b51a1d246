"""Fare zones: which ones a ride pays for, where they overlap, and what may be crossed free of charge.

Harbour lies in the centre, market in the hills, hill in both, bridge in hills and shore, mill, park and cape on the shore.
"""

from __future__ import annotations

import pytest
from clerk import fares, tariff
from town import TOWN, Version

from afc.fares.rides import Rides

ROW = {"services": ["rail", "bus"], "by": "zones", "upto": [1, 2], "price": [100, 200, 300]}
JOURNEY = {
    "services": ["rail", "bus"],
    "pricing": "through",
    "window_from": "tap_out",
    "window_s": 1_800,
    "transfers_max": 4,
}


@pytest.mark.parametrize(
    ("ride", "paid"),
    [
        ("harbour>harbour", 100),
        ("harbour>market", 200),
        ("harbour>hill", 200),  # through the hills, and hill counts as them
        ("hill>hill", 100),
        ("hill>bridge", 100),  # both are in the hills
        ("hill>mill", 200),
        ("bridge>cape", 100),
        ("harbour>mill", 300),
    ],
)
@pytest.mark.parametrize("service", ["rail", "bus"])
def test_each_zone_counts_once_and_an_overlap_as_the_cheaper(service: str, ride: str, paid: int) -> None:
    assert fares(tariff(fare=[ROW]), f"2026-03-03 08:00 {service} {ride} 08:30") == [paid]


def test_a_zone_that_is_free_to_cross_is_paid_by_those_who_tap_in_it() -> None:
    """Through the hills from the centre to the shore: two zones. To the hills, or from them: they count."""
    version = tariff(fare=[ROW | {"via_free": ["hills"]}])
    rides = "2026-03-03 08:00 bus harbour>mill 08:10\n09:00 bus harbour>market 09:10\n10:00 bus market>mill 10:10"
    assert fares(version, rides) == [200, 200, 200]
    assert fares(tariff(fare=[ROW]), rides) == [300, 200, 200]


def test_a_journeys_zones_count_once_over_all_its_legs() -> None:
    """Centre and hills, then hills and shore: 200 for the first two, 100 for the third; back again costs nothing."""
    rides = "2026-03-03 08:00 bus harbour>market 08:10\n08:20 rail market>mill 08:40\n09:10 bus/1 hill>mill 09:20"
    assert fares(tariff(fare=[ROW], journey=JOURNEY), rides) == [200, 100, 0]


def test_an_overlap_is_settled_by_a_later_leg() -> None:
    """Within hill alone one zone, which one is open; the next leg touches the centre, so hill was the centre all along."""
    rides = "2026-03-03 08:00 rail hill>hill 08:10\n08:20 bus/1 harbour>harbour 08:40"
    assert fares(tariff(fare=[ROW], journey=JOURNEY), rides) == [100, 0]


OPEN = "the card remembers one open overlap: two are narrowed to the zone they share before the rest of the journey is known"


@pytest.mark.xfail(strict=True, reason=OPEN)
def test_two_overlaps_with_a_zone_in_common_may_be_settled_apart() -> None:
    """From hill (centre or hills) to bridge (hills or shore), then the shore, then the centre: centre and shore are two."""
    rides = "2026-03-03 08:00 rail hill>bridge 08:10\n08:20 bus mill>cape 08:40\n08:50 bus/1 harbour>harbour 09:00"
    assert sum(charge for charge in fares(tariff(fare=[ROW], journey=JOURNEY), rides) if isinstance(charge, int)) == 200


def test_the_zones_of_the_railway_are_those_of_the_street() -> None:
    """By path between gates and along the route the same ride has the same zones; only overlaps may be told apart later."""
    rides = Rides(TOWN)
    for a in TOWN.network.stop_ids:
        for b in TOWN.network.stop_ids[TOWN.network.stop(a) :]:
            legs: list[Version] = [
                {"service": "rail", "from": a, "to": b},
                {"service": "bus", "route": "bus0", "from": a, "to": b},
            ]
            outs = [rides.ride(leg | {"in": "2026-03-03 08:00", "out": "09:00"}).tap_out for leg in legs]
            rail, bus = ((int(e["zones"][0]), int(e["either"][0]), int(e["ends"][0])) for e in outs if e is not None)
            assert rail == bus, (a, b)
