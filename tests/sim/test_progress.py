"""What somebody sees who waits: how much is done, how fast, and how long it still takes."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from rich.console import Console
from rich.progress import Progress as Bars

from sim.progress import Lines, columns, counted, rate_of, showing


def test_a_map_tells_how_many_of_its_tasks_are_done() -> None:
    heard = list[tuple[str, float]]()

    def hear(what: str, part: float, _taps: int = 0, /) -> None:
        heard.append((what, part))

    assert list(counted(map, "close", hear)(abs, [-1, 2, -3, 4])) == [1, 2, 3, 4]
    with ThreadPoolExecutor(1) as pool:
        assert list(counted(pool.map, "settle", hear)(abs, range(2))) == [0, 1]
    assert heard == [("close", 0.25), ("close", 0.5), ("close", 0.75), ("close", 1.0), ("settle", 0.5), ("settle", 1.0)]


def test_a_terminal_shows_percent_rate_and_time_left() -> None:
    console = Console(force_terminal=True, width=120, record=True)
    with Bars(*columns(), console=console) as bars:
        lines = Lines(bars)
        lines("learn the network", 0.0)
        lines("simulate 2026-03-04", 0.25, 1_000)
    shown = console.export_text()
    assert re.search(r"learn the network\s.*100%", shown), "what comes next says that it is over"
    assert re.search(r"simulate 2026-03-04\s.*25%\s+[\d,]+ taps/s\s+0:00:00\s+left", shown)


def test_taps_a_second() -> None:
    assert (rate_of(1_234_567, 10.0), rate_of(7, 0.0)) == ("123,457 taps/s", "")


def test_nothing_is_shown_where_nobody_watches(capsys: pytest.CaptureFixture[str]) -> None:
    with showing(quiet=False) as progress:
        progress("close", 0.5)
    assert capsys.readouterr() == ("", "")
