"""Readers' clocks are off, drift, and are set right again. The card's own counter keeps the order, so nobody's fare changes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from riding import Street, cards_of
from test_shard import Clerk, minor, quantity

from afc.city import City
from afc.keys import KeyRing
from afc.moment import SECOND_US

WAYS = (
    "in NG 07:41, out HB 07:55, on 571 b-harbour 08:10, off 571 b-stadium 08:30, load 3000 NG 09:00",
    "on 12 b-market 09:00, in MK 12:00, out UN 12:20, in NG 18:00, out AP 18:25",
    "in NG 10:00, out AP 10:25, in AP 18:00, out NG 18:25, on 12 b-market 18:40, off 12 b-park 18:50",
)
KINDS = ("charge", "share", "collected", "load")


@pytest.fixture(scope="module")
def town(hanbit: City) -> Street:
    """Three riders, nobody within two minutes of an hour at which a price changes or a window ends."""
    street = Street(hanbit, cards_of(5, 6, 7))
    for card, way in zip((5, 6, 7), WAYS, strict=True):
        street.go(card, way)
    return street


def fares(street: Street, ring: KeyRing, folder: Path, taps: np.ndarray) -> list[object]:
    """What the day comes to, with the taps as these readers told their times."""
    folder.mkdir(parents=True)
    taps = taps.copy()
    taps["mac"] = ring.macs(taps)
    result = Clerk(street, ring, folder, cards_of(5, 6, 7)).close(taps)
    assert not result.found
    assert result.counts["purse_breaks"] == 0
    return [(minor(result, kind), quantity(result, kind)) for kind in KINDS] + [
        result.counts[name] for name in ("taps", "journeys", "rated_otherwise")
    ]


@given(st.data())
@settings(max_examples=12)
def test_one_reader_s_clock_changes_nobody_s_fare(
    town: Street, ring: KeyRing, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """I15: whichever reader is off by up to 90 seconds, even where a rider then leaves before having come."""
    taps = town.taps(ring)
    device = data.draw(st.sampled_from(sorted(set(taps["device"].tolist()))))
    moved = taps.copy()
    moved["time_us"][taps["device"] == device] += data.draw(st.integers(-90, 90)) * SECOND_US
    folder = tmp_path_factory.mktemp("clocks")
    assert fares(town, ring, folder / "moved", moved) == fares(town, ring, folder / "right", taps)


def test_every_reader_is_off_by_something_else(town: Street, ring: KeyRing, tmp_path: Path) -> None:
    """A cheap clock loses seconds a day, and no two lose the same."""
    taps, chance = town.taps(ring), np.random.default_rng(7)
    moved = taps.copy()
    for device in np.unique(taps["device"]):
        moved["time_us"][taps["device"] == device] += int(chance.integers(-90, 91)) * SECOND_US
    assert fares(town, ring, tmp_path / "moved", moved) == fares(town, ring, tmp_path / "right", taps)


def test_a_rider_is_out_before_in_by_the_clocks(hanbit: City, ring: KeyRing, tmp_path: Path) -> None:
    """One stop in a minute, and the gate at the far end is 90 seconds slow: the ride takes less than no time."""
    street = Street(hanbit, cards_of(5, 6, 7))
    street.go(5, "in NG 10:00, out HB 10:01")
    taps = street.taps(ring)
    moved = taps.copy()
    moved["time_us"][1] -= 90 * SECOND_US
    assert moved["time_us"][1] < moved["time_us"][0]
    assert fares(street, ring, tmp_path / "moved", moved) == fares(street, ring, tmp_path / "right", taps)


def test_a_clock_drifts_and_is_set_back_by_forty_seconds(hanbit: City, ring: KeyRing, tmp_path: Path) -> None:
    """The bus runs ahead all morning, then hears the network between a boarding and its alighting: by its clock the alighting
    comes first, by the reader's numbers and the card's counter it does not."""
    street = Street(hanbit, cards_of(5, 6, 7))
    street.go(5, "on 571 b-harbour 08:10:00, off 571 b-stadium 08:10:20")
    street.go(6, "on 571 b-harbour 08:11, off 571 b-stadium 08:30")
    taps = street.taps(ring)
    drifted = taps.copy()
    drifted["time_us"][0] += 40 * SECOND_US
    assert drifted["time_us"][1] < drifted["time_us"][0]
    assert drifted["seq"][1] > drifted["seq"][0]
    assert fares(street, ring, tmp_path / "drifted", drifted) == fares(street, ring, tmp_path / "right", taps)


def test_a_rule_on_the_time_of_day_does_see_the_clock(hanbit: City, ring: KeyRing, tmp_path: Path) -> None:
    """The control: an hour and a half is beyond every tolerance, and the window of the change is over."""
    street = Street(hanbit, cards_of(5, 6, 7))
    street.go(5, "in NG 07:41, out HB 07:55, on 571 b-harbour 08:10")
    taps = street.taps(ring)
    moved = taps.copy()
    moved["time_us"][2] += 90 * 60 * SECOND_US
    assert fares(street, ring, tmp_path / "moved", moved) != fares(street, ring, tmp_path / "right", taps)
