"""A day in a town with readers of every kind, from the street to the bank; every record counts exactly once."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow.parquet as pq
import pytest
from commandline import ask
from kinds import town

from afc.batch import HEADER
from afc.keys import SIGNATURE_BYTES
from afc.tap import TAP, TapKind
from clearing.store import Store


class Day(NamedTuple):
    """A run that is over: its folder, its summary, all accepted records, and its readers."""

    folder: Path
    summary: dict[str, Any]
    taps: np.ndarray
    devices: list[dict[str, Any]]

    def columns(self, name: str) -> dict[str, np.ndarray]:
        """The detail files of a name, one after another."""
        tables = [pq.read_table(path) for path in sorted((self.folder / "detail/2026-03-04").glob(name))]
        return {key: np.concatenate([t[key].to_numpy() for t in tables]) for key in tables[0].column_names}

    def of(self, **facts: str) -> list[int]:
        """The numbers of readers about which the register says this."""
        return [row["device"] for row in self.devices if facts.items() <= row.items()]

    def kind(self, kind: TapKind) -> np.ndarray:
        """The accepted records of a kind."""
        return self.taps[self.taps["kind"] == kind]


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Day:
    folder = tmp_path_factory.mktemp("kinds")
    out = folder / "runs"
    summary = ask(f"scenario run hanbit-weekday --city {town(folder)} --scale 0.4 --workers 1 --out {out} -q")
    [run] = out.iterdir()
    with Store.open(str(run / "clearing.db")) as store:
        parts = [sealed[HEADER.size : -SIGNATURE_BYTES] for _, sealed in store.accepted(1, store.high()[0])]
    return Day(run, summary, np.frombuffer(b"".join(parts), TAP), ask(f"device list --run {run}"))


def test_the_laws_of_money_hold(day: Day) -> None:
    assert [check for check in day.summary["checks"] if not check["ok"]] == []
    assert (day.summary["rated_otherwise"], day.summary["purse_breaks"], day.summary["taps"]["set_aside"]) == (0, 0, 0)


def test_every_record_is_charged_or_counted_exactly_once(day: Day) -> None:
    """Taps of cards by name, and each other kind by what became of it; what waits for the next date is the rest."""
    waits = Counter(np.load(day.folder / "detail/2026-03-04/waiting.npy")["kind"].tolist())
    taps, trips, checks = (day.columns(name) for name in ("taps-*.parquet", "trips.parquet", "checks.parquet"))
    names = list(zip(*(taps[key].tolist() for key in ("device", "epoch", "seq")), strict=True))
    counted = Counter(taps["kind"].tolist()) + Counter(
        {TapKind.LOG_ON: int(trips["log_ons"].sum()), TapKind.TRIP: int((trips["end_us"] > 0).sum()),
         TapKind.INSPECTION: len(checks["card"])}
    )  # fmt: skip
    came = Counter(day.taps["kind"].tolist())
    riders_by_cash = int(trips["cash_riders"].sum())
    assert len(names) == len(set(names))
    assert counted + waits == came - Counter({TapKind.CASH: came[TapKind.CASH]})
    assert riders_by_cash == day.kind(TapKind.CASH)["group"].sum() > 50
    assert day.summary["cash_minor"] == 1600 * riders_by_cash == day.kind(TapKind.CASH)["amount"].sum()
    assert set(came) == {*TapKind} - {TapKind.ACTION}


def test_a_ride_goes_in_by_one_make_and_out_by_the_other(day: Day) -> None:
    taps, legs = day.columns("taps-00.parquet"), day.columns("legs-00.parquet")
    whole = (legs["in_tap"] >= 0) & (legs["out_tap"] >= 0) & (legs["vehicle"] >= 0)
    ways = zip(
        taps["device"][legs["in_tap"][whole]].tolist(), taps["device"][legs["out_tap"][whole]].tolist(), strict=True
    )
    brand = {row["device"]: row["brand"] for row in day.devices}
    place = {row["device"]: row["place"] for row in day.devices}
    found = [(brand[a], brand[b]) for a, b in ways]
    assert {*found} == {(a, b) for a in ("first", "second") for b in ("first", "second")}
    entries = taps["device"][(taps["kind"] == TapKind.ENTRY) & np.isin(taps["device"], day.of(kind="bus"))]
    assert {place[d].rpartition(", ")[2] for d in entries.tolist()} == {"front"}


def test_the_makes_are_collected_apart_and_at_different_times(day: Day) -> None:
    """One on the road all day long, the other when the bus comes home."""
    with Store.open(str(day.folder / "clearing.db")) as store:
        times = {brand: set() for brand in ("first", "second")}  # type: dict[str, set[int]]
        brand = {row["device"]: row["brand"] for row in day.devices if row["kind"] == "bus" and row["brand"]}
        for kept in store.log():
            if kept.device in brand:
                times[brand[kept.device]].add(kept.received_us)
    assert min(times["second"]) < min(times["first"])
    assert {row["collector"] for row in day.devices if row["brand"] == "second"} == {"corner-shops"}


def test_every_lane_has_a_reader_of_its_own(day: Day) -> None:
    gates = day.of(kind="gate")
    assert len(gates) == 2 * 6 * 7
    busy = np.unique(day.taps["device"][np.isin(day.taps["device"], gates)])
    assert len(busy) > 40, "the first lane is not the only one that opens"


def test_passes_and_value_are_sold_at_machines_of_their_own(day: Day) -> None:
    """At stations; in the street a kiosk does both."""
    at = {kind: {*day.kind(kind)["device"].tolist()} for kind in (TapKind.SALE, TapKind.LOAD)}
    assert at[TapKind.SALE] & {*day.of(kind="vending")}
    assert at[TapKind.LOAD] & {*day.of(kind="top_up")}
    assert not at[TapKind.LOAD] & {*day.of(kind="vending")}
    assert not at[TapKind.SALE] & {*day.of(kind="top_up")}


def test_a_gateway_has_no_key_and_writes_nothing(day: Day) -> None:
    gateways = day.of(kind="gateway")
    shown = ask(f"device show {gateways[0]} --run {day.folder}")
    assert len(gateways) == 2
    assert (shown["taps"], shown["rows"][0]["public_key"]) == (0, "")
    assert not np.isin(day.taps["device"], gateways).any()


def test_holders_pay_for_companions_at_the_same_price_each(day: Day) -> None:
    entries = day.kind(TapKind.ENTRY)
    groups = entries[entries["group"] > 1]
    assert 2 <= groups["group"].min() <= groups["group"].max() <= 4
    assert np.isin(groups["device"], day.of(kind="bus")).all()
    exits = day.kind(TapKind.EXIT)
    assert (exits["group"] > 1).any()


def test_inspectors_find_whom_the_simulation_sent_without_a_tap(day: Day) -> None:
    checks = day.columns("checks.parquet")
    assert len(checks["card"]) > 10
    assert np.isin(checks["device"], day.of(kind="handheld")).all()
    asked = checks["penalty"] > 0
    assert (checks["boarded"][~asked]).all(), "nobody who tapped in is taken for a fare dodger"
    assert not checks["boarded"][asked & (checks["pattern"] != 0xFFFF)].any()
    lines = {(row["operator"], row["route"]): row for row in ask(f"clearing trips --run {day.folder}")["lines"]}
    assert sum(row["checks"] for row in lines.values()) == (checks["pattern"] != 0xFFFF).sum()


def test_every_scheduled_trip_was_operated_by_its_driver(day: Day) -> None:
    trips = day.columns("trips.parquet")
    lines = ask(f"clearing trips --run {day.folder}")["lines"]
    assert all(row["scheduled"] - row["missed"] == row["operated"] and row["short"] == 0 for row in lines)
    assert (trips["start_us"] > 0).all()
    drivers = [len(np.unique(trips["driver"][trips["vehicle"] == v])) for v in np.unique(trips["vehicle"])]
    assert max(drivers) == 2, "a driver works one block, and another has it after the change"
    one = ask(f"clearing trips --run {day.folder} --route 571")["lines"]
    assert [row["route"] for row in one] == ["571"]
