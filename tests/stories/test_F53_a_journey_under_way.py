"""A new version of the tariff begins at the cut, and somebody is on the way: the journey ends as it began."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from late import Days, books, ride
from riding import WEDNESDAY, Street, cards_of

from afc.city import City, load_city
from afc.fares.codes import ENTRY
from afc.keys import KeyRing
from clearing.terms import TermsOf
from terminals.begun import decide_begun
from terminals.reader import Accepted

THURSDAY = WEDNESDAY + timedelta(days=1)
DEARER = {"adult = 1550": "adult = 1750", "adult = 1500": "adult = 1650"}
NIGHT = "in NG 27:40, out HB 27:52, on 571 b-harbour 28:10, off 571 b-stadium 28:30"
"""Hours of Wednesday; the cut is at 28:00."""
MORNING = "in NG 09:00, out HB 09:20"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> City:
    """From Thursday on a metro ride begins at 1,750 instead of 1,550, a bus ride at 1,650 instead of 1,500."""
    pack = Path(shutil.copytree(Path(__file__).parents[1] / "data" / "hanbit", tmp_path_factory.mktemp("h") / "hanbit"))
    tariff = (pack / "tariff.toml").read_text("utf-8")
    dearer = tariff[tariff.index('[[version]]\nid = "2026"') :].replace('id = "2026"', 'id = "2026b"')
    dearer = dearer.replace("from = 2026-01-01", f"from = {THURSDAY}")
    for old, new in DEARER.items():
        assert old in dearer
        dearer = dearer.replace(old, new)
    (pack / "tariff.toml").write_text(f"{tariff}\n{dearer}", "utf-8")
    return load_city(pack)


@pytest.fixture
def night(town: City, ring: KeyRing) -> Days:
    """Card 1 changes to the bus ten minutes after the cut; card 2 begins then. Both ride on Thursday morning.

    Card 3 left the gates open at Wednesday noon and comes out on Thursday at ten.
    """
    late_bus = "on 571 b-harbour 04:10, off 571 b-stadium 04:30"
    return ride(
        town, ring, [{1: NIGHT, 2: "", 3: "in NG 12:00"}, {1: MORNING, 2: f"{late_bus}, {MORNING}", 3: "out HB 10:00"}]
    )


def delayed(days: Days, by: dict[tuple[int, int], int]) -> list[int]:
    """A delay in days for the taps of a card and counter; the bus after the cut reports on Thursday, all others in time."""
    by = {(1, 3): 1, (1, 4): 1} | by
    return [by.get((one.card, one.counter), 0) for one in days.batches]


def test_who_is_under_way_at_the_cut_ends_the_journey_by_the_version_of_its_beginning(
    town: City, ring: KeyRing, night: Days, tmp_path: Path
) -> None:
    """Card 1 paid 1,550 for the metro, nothing for changing and 200 for the way; 1,750 in the morning. Card 2 paid
    1,650, less a fifth because it was early, and 1,750. No reader was wrong."""
    closed = books(night, town, ring, tmp_path, delayed(night, {}), 3).closed
    assert [(one.counts["rated_otherwise"], one.counts["refused_by_rule"]) for one in closed] == [(0, 0)] * 3
    charged = [sum(t.minor for t in one.totals if t.kind == "charge") for one in closed]
    assert charged == [1550 + 1550, 200 + 1750 + 1320 + 1750, 0]
    shares = [sum(t.minor for t in one.totals if t.kind == "share") for one in closed]
    assert sum(shares) == sum(charged)


def test_late_taps_come_to_the_same(town: City, ring: KeyRing, night: Days, tmp_path: Path) -> None:
    """The gate at Harbour reports on Thursday evening, the bus on Friday: both dates are priced again as they began."""
    in_time = books(night, town, ring, tmp_path / "in-time", delayed(night, {}), 4)
    late = books(night, town, ring, tmp_path / "late", delayed(night, {(1, 2): 1, (1, 3): 2, (3, 1): 2}), 4)
    assert (late.sums, late.carried, late.accounts) == (in_time.sums, in_time.carried, in_time.accounts)


def test_a_reader_of_the_new_version_ends_it_the_same_way(town: City) -> None:
    """On Thursday at 04:10 the bus already has the new version, and still the one before."""
    street = Street(town, cards_of(1, 2))
    street.go(1, "in NG 27:40, out HB 27:52")
    thursday = Street(town, street.cards, THURSDAY)
    rules = thursday.rules() | {"earlier": TermsOf(town).earlier(THURSDAY)}
    paid = []
    for row in (0, 1):
        told = decide_begun(
            thursday.cards[row : row + 1], thursday.bus("571", "b-harbour"), thursday.at_us("04:10"), ENTRY, **rules
        )
        assert isinstance(told, Accepted)
        paid.append(int(told.tap["amount"][0]))
    assert paid == [0, 1320]


def test_only_dates_after_a_change_hold_the_version_before(town: City) -> None:
    terms = TermsOf(town)
    assert terms.earlier(WEDNESDAY) == ()
    [(ended_us, rates)] = terms.earlier(THURSDAY + timedelta(days=20))
    assert ended_us == terms.on(WEDNESDAY).cut_us
    assert int(rates[0]["version"]) == 1
