"""Loads against real houses for a second or two: what was sent, what came back, and how the command ends."""

from __future__ import annotations

import json
import os
import signal
import threading
from pathlib import Path
from typing import Any

import pytest
from brokers import MOSQUITTO, listening, mosquitto
from commandline import ask, say

from afc.city import load_city
from afc.keys import KeyRing
from afc.moment import DAY_US, day_start_us
from clearing.api.keys import make_api_key
from clearing.store import Store
from sim.load import elsewhere, pace
from sim.load.null import null_server
from sim.load.own import served, shifted
from sim.load.summary import limit_block
from sim.load.thresholds import METRICS
from sim.scenario import find_scenario

HANBIT = Path(__file__).resolve().parent.parent / "data" / "hanbit"
SMALL = f"load run --city {HANBIT} --scale 0.5 --rate 1000/s --duration 2s"
SEED = 7


@pytest.fixture(scope="module")
def all_at_once() -> Any:
    """A house of its own, every fault while it runs, and every figure of it held to something that must be so."""
    faults = "--fault duplicates=10% --fault reorder=10% --fault cut=10% --fault outage=40@1s"
    rules = "--threshold lost==0 --threshold unexplained_minor==0 --threshold rejected==0 --threshold receipt.max<5m"
    return ask(f"{SMALL} {faults} {rules} --connections 16 --ceiling")


def test_whatever_goes_wrong_on_the_way_nothing_is_lost_and_the_money_is_right(all_at_once: Any) -> None:
    assert all_at_once["ok"] is True
    assert [row["ok"] for row in all_at_once["thresholds"]] == [True] * 4
    assert all_at_once["metrics"]["lost"] == all_at_once["metrics"]["unexplained_minor"] == 0


def test_every_fault_is_counted_and_every_sending_accounted_for(all_at_once: Any) -> None:
    """A batch is accepted once. A second copy is a duplicate, and so is what came whole over a cut connection."""
    batches, faults, custody = all_at_once["batches"], all_at_once["faults"], all_at_once["custody"]
    answers = batches["answers"]
    assert faults["outage"]["batches"] == 40
    assert 1 < faults["outage"]["readers"] <= 40
    assert faults["reorder"]["swapped"] > 0
    assert faults["duplicates"]["sent_twice"] == pytest.approx((batches["sent"]) / 10, abs=1)
    cut = faults["cut"]["halfway"] + faults["cut"]["unheard"]
    assert cut == pytest.approx(batches["sent"] / 10, abs=1)
    broke = all_at_once["generator"]["connections_broken"]
    assert cut + broke <= all_at_once["metrics"]["retried"] == batches["sendings"] - batches["answered"]
    assert batches["answered"] == sum(answers.values()) == batches["sent"] + faults["duplicates"]["sent_twice"]
    assert set(answers) == {"ACCEPTED", "DUPLICATE"}
    assert (
        faults["duplicates"]["sent_twice"] <= answers["DUPLICATE"] <= faults["duplicates"]["sent_twice"] + cut + broke
    )
    assert custody["receipts_checked"] == batches["answered"]
    assert custody["asked_afterwards"] == batches["sent"]


def test_the_figures_stand_where_programs_look_for_them(all_at_once: Any) -> None:
    assert set(all_at_once) == {
        "scenario", "city", "seed", "to", "offer", "interrupted", "seconds", "metrics", "batches", "custody", "faults",
        "generator", "thresholds", "ok",
    }  # fmt: skip
    assert all_at_once["offer"] == {"rate": 1_000.0, "seconds": 2.0, "ramp_s": 0.0, "taps": 2_000}
    assert list(all_at_once["metrics"]) == list(METRICS)
    m = all_at_once["metrics"]
    assert 0 < m["receipt.p50"] <= m["receipt.p90"] <= m["receipt.p95"] <= m["receipt.p99"] <= m["receipt.max"]
    assert set(all_at_once["generator"]["behind_ms"]) == {"p50", "p90", "p95", "p99", "max"}
    assert all_at_once["generator"]["ceiling_used"] > 0
    assert all_at_once["batches"]["taps"] >= 2_000


def test_a_broken_threshold_ends_with_99_and_says_which() -> None:
    """Over nobody's network, so that only the words are tried."""
    told = say(f"{SMALL} --to in-process --threshold lost==0 --threshold receipt.p99<0ms", 99)
    assert "thresholds ✓ lost==0" in told
    assert "           ✗ receipt.p99<0ms" in told
    whole = json.loads(say(f"{SMALL} --to null --threshold receipt.p99<0ms --json", 99))
    assert (whole["schema"], whole["ok"]) == ("afc.load.run/1", False)
    assert whole["data"]["thresholds"][0] | {"measured": 0} == {
        "threshold": "receipt.p99<0ms",
        "measured": 0,
        "ok": False,
    }


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("--to nowhere", "WAY_UNKNOWN"),
        ("--to http://127.0.0.1:1", "KEY_MISSING"),
        ("--to http://127.0.0.1:1 --key afc_x", "HOUSE_UNREACHABLE"),
        ("--to http://127.0.0.1:1 --threshold unexplained_minor==0", "MONEY_UNSEEN"),
        ("--to null --threshold unexplained_minor==0", "MONEY_UNSEEN"),
        ("--to mqtt://127.0.0.1:1", "BOOKS_UNKNOWN"),
        ("--to own --db books.db", "BOOKS_OF_ANOTHER"),
        ("--to in-process --fault cut=5%", "NOTHING_TO_CUT"),
        ("--threshold lots==0", "METRIC_UNKNOWN"),
    ],
)
def test_what_cannot_be_done_is_refused_before_anything_is_sent(words: str, code: str) -> None:
    assert code in say(f"{SMALL} {words}", 3)


def test_more_taps_than_the_days_of_a_pool_make_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.load.pool.DAYS_MAX", 1)
    told = say(f"{SMALL} --to in-process --rate 20000/s", 3)
    assert "POOL_EMPTY" in told
    assert "1 days at scale 0.5 make" in told


def test_who_is_stopped_tells_what_was_done(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C after the fifth batch of a load of ten minutes: what is on its way is waited for, and the rest is not sent."""

    class Watched(pace.Pace):
        async def _work(self, link: Any) -> None:
            if not self.offered:
                threading.Thread(target=self.press).start()
            await super()._work(link)

        def press(self) -> None:
            while self.answered < 5:
                threading.Event().wait(0.01)
            os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr("sim.load.run.Pace", Watched)
    whole = json.loads(
        say(f"load run --city {HANBIT} --to in-process --rate 100/s --duration 10m --connections 1 --json", 130)
    )
    data = whole["data"]
    assert data["interrupted"] is True
    assert (
        5
        <= data["batches"]["sent"]
        == data["batches"]["answered"]
        < data["batches"]["sent"] + data["batches"]["never_sent"]
    )
    assert data["metrics"]["lost"] == 0
    assert data["custody"]["asked_afterwards"] == data["batches"]["sent"]


@pytest.fixture
def books(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, int]:
    """Books begun ten days before a morning at which both sides' clocks stand."""
    scenario, city = find_scenario(None, str(HANBIT)), load_city(HANBIT)
    clock_us = day_start_us(scenario.start, city.zone, city.day_cut_s) + 10 * DAY_US
    monkeypatch.setattr(elsewhere, "now_us", lambda: clock_us)
    db = tmp_path / "clearing.db"
    say(f"clearing init --db {db} --city {HANBIT} --seed {SEED}")
    return db, clock_us


def key_of(db: Path, party: str) -> str:
    """The secret of a party's key, in force since for ever."""
    with Store.open(str(db)) as store:
        return make_api_key(store, party, party, 1).secret


def test_a_house_that_runs_is_sent_what_it_has_not_got_yet(books: tuple[Path, int]) -> None:
    """A bus operator has its own key, so its readers alone send; a second load goes on where the first ended."""
    db, clock_us = books
    bus = key_of(db, "hanbit-bus")
    with served(db, SEED, clock_us) as url:
        whole = f"{SMALL} --to {url}"
        first = ask(f"{whole} --key {bus} --threshold lost==0")
        assert (
            first["custody"]["asked_afterwards"] == first["batches"]["sent"] == first["batches"]["answers"]["ACCEPTED"]
        )
        with Store.open(str(db)) as store:
            operators = {row.device: row.operator for row in store.devices()}
            assert {operators[kept.device] for kept in store.log()} == {1}, "hanbit-bus"
        second = ask(f"{whole} --key {bus} --db {db} --threshold unexplained_minor==0 --threshold lost==0")
        assert second["batches"]["answers"] == {"ACCEPTED": second["batches"]["sent"]}, "nothing is sent again"
        assert "SEED_DIFFERS" in say(f"{whole} --key {bus} --seed 8", 3)
        assert "KEY_UNKNOWN" in say(f"{whole} --key afc_nobody", 3)
    with Store.open(str(db)) as store:
        assert store.high()[0] == first["batches"]["sent"] + second["batches"]["sent"]


@pytest.mark.skipif(MOSQUITTO is None, reason="mosquitto is not installed")
def test_a_house_behind_a_broker(books: tuple[Path, int], tmp_path: Path) -> None:
    db, clock_us = books
    ring = KeyRing.from_seed(SEED, "sim-hanbit")
    with mosquitto(tmp_path) as port, listening(port, str(db), ring, shifted(clock_us)):
        faults = "--fault duplicates=10% --fault reorder=10% --fault outage=20@1s"
        told = ask(f"{SMALL} --to mqtt://127.0.0.1:{port} --db {db} {faults} --threshold unexplained_minor==0")
    assert told["batches"]["answers"]["ACCEPTED"] == told["batches"]["sent"]
    assert told["batches"]["answers"]["DUPLICATE"] == told["faults"]["duplicates"]["sent_twice"] > 0
    assert told["metrics"]["lost"] == 0


def test_books_that_are_too_young_or_too_old_are_refused(
    books: tuple[Path, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    db, clock_us = books
    key = key_of(db, "hancard")
    with served(db, SEED, clock_us) as url:
        monkeypatch.setattr(elsewhere, "now_us", lambda: clock_us - 10 * DAY_US)
        assert "BOOKS_TOO_YOUNG" in say(f"{SMALL} --to {url} --key {key}", 3)
        monkeypatch.setattr(elsewhere, "now_us", lambda: clock_us + 30 * DAY_US)
        assert "BOOKS_TOO_OLD" in say(f"{SMALL} --to {url} --key {key}", 3)


def test_the_limit_is_between_two_rates_that_were_tried() -> None:
    """Doubled from 500 until nothing more may be tried."""
    found = f"load find-limit --city {HANBIT} --to in-process --trial 0.5s --first 500/s --most 1500/s"
    told = ask(f"{found} --threshold lost==0 --threshold receipt.p99<5m")
    assert [(trial["rate"], trial["ok"]) for trial in told["trials"]] == [(500, True), (1_000, True), (1_500, True)]
    assert (told["limit"], told["broke"], told["broken"]) == (1_500, None, [])
    assert limit_block(told).endswith("limit      1,500 taps/s held, and no higher one was tried: raise --most")


def test_a_search_that_runs_out_of_batches_tells_what_it_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    """One small day has enough for 1,000 and 2,000 taps, and not for 4,000 more."""
    monkeypatch.setattr("sim.load.pool.DAYS_MAX", 1)
    found = f"load find-limit --city {HANBIT} --scale 0.3 --to in-process --trial 1s --first 1000/s --threshold lost==0"
    told = ask(found)
    assert (told["limit"], told["broke"], len(told["trials"])) == (2_000, None, 2)
    assert "1 days at scale 0.3 make" in told["ended"]
    assert limit_block(told).splitlines()[-1].startswith("ended      1 days")


def test_what_answers_may_be_no_house_at_all() -> None:
    with null_server() as url:
        assert "NOT_A_HOUSE" in say(f"{SMALL} --to {url} --key afc_x", 3)


def test_where_no_rate_holds_the_search_ends_with_99() -> None:
    found = f"load find-limit --city {HANBIT} --to in-process --trial 0.5s --first 500/s --threshold receipt.p99<0ms"
    whole = json.loads(say(f"{found} --json", 99))
    assert (whole["schema"], whole["data"]["limit"]) == ("afc.load.find-limit/1", 0)
    assert {row["threshold"] for row in whole["data"]["broken"]} == {"receipt.p99<0ms"}
    told = limit_block(whole["data"]).splitlines()
    assert told[1].startswith("✗        500 taps/s")
    assert told[-2].startswith("limit      no rate held")
    assert told[-1].startswith("broken     ✗ receipt.p99<0ms: ")
