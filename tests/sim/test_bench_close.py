"""`afc bench close`: it closes what intake has accepted, tells every step, and its clocks change nothing of what comes out."""

from __future__ import annotations

from pathlib import Path

import pytest
from commandline import ask

from clearing.close import close_day
from clearing.settle import settle_day
from sim.bench_close import floor_cpu_s, installed, ledgers
from sim.collected import collected, copied
from sim.houses import open_books, read_deed
from sim.stations import OF_A_SHARD, OF_THE_HOUSE, Clock

CITY, SCALE = str(Path(__file__).resolve().parents[1] / "data" / "hanbit"), 0.04


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where collected days are kept."""
    return tmp_path_factory.mktemp("days")


def closed(folder: Path, home: Path) -> str:
    """The digest of a collected day, closed and settled as anybody would, and put beside its floor and its peer."""
    with open_books(copied(folder, home, None), "", home) as opened:
        house, start = opened.house, read_deed(home).start
        settle_day(house, close_day(house, start))
        assert floor_cpu_s(opened) > 0
        assert [row["what"] for row in ledgers(opened)] == [f"{name} checks the journal" for name in installed()]
        return house.store.day(start).digest.hex()


def test_it_closes_the_date_as_everybody_does(days: Path, tmp_path: Path) -> None:
    rows = {row["what"]: row["figure"] for row in ask(f"bench close --city {CITY} --scale {SCALE} --keep {days}")}

    kept = sorted(days.iterdir())
    digests = [closed(folder, tmp_path / folder.name) for folder in kept]
    assert rows["digest of the date"] in {digest[:12] for digest in digests}
    assert {f"{step}, processor" for step in (*OF_THE_HOUSE, *OF_A_SHARD)} <= rows.keys()
    assert int(rows["taps"].replace(",", "")) > 0
    assert {f"{name} checks the journal" for name in installed()} <= rows.keys()


def test_a_day_is_simulated_once(days: Path) -> None:
    first = collected(CITY, SCALE, days)
    written = (first / "clearing.db").stat().st_mtime_ns

    assert collected(CITY, SCALE, days) == first
    assert (first / "clearing.db").stat().st_mtime_ns == written


def test_what_a_step_spends_in_another_counts_once() -> None:
    clock = Clock()
    inner = clock.around("inner", lambda: sum(range(200_000)))
    outer = clock.around("outer", lambda: inner() and inner())
    outer()

    assert clock.spent["inner"] > clock.spent["outer"]
