"""Money that was priced again: every line about an earlier date drills down to journeys, taps, batch and signature."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from late import HERE, Days, books, ride

from afc.city import City
from afc.keys import KeyRing
from afc.refusal import Refused
from clearing.decision import Decision
from clearing.house import House
from clearing.per_journey import MOVES
from clearing.repriced_told import summed
from clearing.ruling import enact
from clearing.store import Store
from clearing.trace import Tracer, entries_behind, later, prove
from clearing.verify import hand_over, verify
from sim.statement_told import date_of, told

WEDNESDAY, THURSDAY = "2026-03-04", "2026-03-05"
LINE = f"hanbit-metro/{THURSDAY}/share/metro/about-{WEDNESDAY}"
TRANSFER = "in NG 07:41, out HB 07:55, on 571 b-harbour 08:10, off 571 b-stadium 08:30"


@pytest.fixture
def week(hanbit: City, ring: KeyRing) -> Days:
    """Two cards change from the metro to the bus on Wednesday; one loads value afterwards."""
    return ride(hanbit, ring, [{1: TRANSFER, 2: f"{TRANSFER}, load 5000 HB 09:00"}])


@pytest.fixture
def house(hanbit: City, ring: KeyRing, week: Days, tmp_path: Path) -> Iterator[House]:
    """Harbour reports card 1's way out and card 2's load a day late: without the one the bus ride was a journey of its own."""
    delays = [1 if (one.card, one.counter) in ((1, 2), (2, 5)) else 0 for one in week.batches]
    books(week, hanbit, ring, tmp_path, delays, 3)
    with Store.open(str(tmp_path / "clearing.db"), environment=HERE, city=hanbit.digest) as store:
        yield House(store, hanbit, ring, tmp_path)


def statement(house: House, party: str, date: str = THURSDAY) -> Any:
    return json.loads((house.folder / "statements" / date / f"{party}.json").read_bytes())


def test_a_line_goes_down_to_the_journeys_before_and_after_and_their_taps(house: House) -> None:
    """Wednesday was shared as 1,550 and 200; together they are shared by what each ride costs alone: the metro loses 661."""
    party, [named] = entries_behind(house, LINE)
    traced = Tracer(house).trace(named, party)
    assert (traced.minor, traced.rows_minor, traced.fault) == (-661, -661, "")
    [row] = traced.rows or []
    assert (row.journey_before, row.journey) == (f"J-{1:016x}-1",) * 2
    assert (row.before_minor, row.now_minor, row.minor) == (row.before_minor, row.before_minor - 661, -661)
    assert row.because in row.taps
    assert len(row.taps) == 4, "in, out, on and off"
    proofs = [prove(house, tap) for tap in row.taps]
    assert all(proof.signature and proof.mac for proof in proofs)
    assert proofs[row.taps.index(row.because)].position > max(
        proof.position for proof in proofs if proof.tap != row.because
    ), "the tap that came late"


def test_by_the_name_of_its_entry_it_is_the_same(house: House) -> None:
    _, [named] = entries_behind(house, LINE)
    _, [same] = entries_behind(house, named.name)
    traced = Tracer(house).trace(same, "")
    assert (len(traced.rows or []), abs(traced.minor), traced.fault) == (1, 661, "")


def test_whoever_asks_without_the_date_is_told_the_line_and_whoever_asks_for_the_first_one_what_came_later(
    house: House,
) -> None:
    """It used to say that no entry was behind a figure that stood on the statement."""
    with pytest.raises(Refused) as refused:
        entries_behind(house, f"hanbit-metro/{THURSDAY}/share/metro")
    assert LINE in refused.value.cure
    assert later(house, f"hanbit-metro/{WEDNESDAY}/share/metro") == [LINE]
    assert later(house, LINE) == []


def agrees(facts: Any) -> bool:
    """Is each line about an earlier date the sum of what the statement lists behind it?"""
    lines = [
        line for line in facts["lines"] if line["service_date"] != facts["clearing_date"] and line["kind"] in MOVES
    ]
    told = {(one["service_date"], one["kind"], one["service"], one["product"]): one["minor"] for one in lines}
    listed = summed(facts.get("repriced", []))
    return {key: minor for key, minor in listed.items() if minor} == {key: told[key] for key in told if told[key]}


def test_the_statement_lists_each_journey_with_both_dates_and_the_list_is_the_line(house: House) -> None:
    """Each party's: the two operators' shares, and the load at the gate for whoever holds the money of loads."""
    seen: Counter[tuple[str, str]] = Counter()
    for path in sorted((house.folder / "statements" / THURSDAY).glob("*.repriced.csv")):
        facts = statement(house, path.name.partition(".")[0])
        assert agrees(facts)
        for row in facts["repriced"]:
            assert (row["clearing_date"], row["service_date"]) == (THURSDAY, WEDNESDAY)
            assert f"{1:016x}" not in row["journey"] + row["journey_before"], "nobody is told whose journey it is"
            seen[facts["party"]["id"], row["kind"]] += row["minor"]
        with path.open(newline="") as file:
            assert [int(row["minor"]) for row in csv.DictReader(file)] == [row["minor"] for row in facts["repriced"]]
        assert "again      " in told(facts)
    assert seen == {
        ("hanbit-metro", "share"): -661,
        ("hanbit-bus", "share"): 661,
        ("hanbit-metro", "load"): -5000,
        ("hancard", "load"): 5000,
        ("hancard", "charge"): 0,  # the bus's charge is part of the longer journey now
    }


def test_a_day_on_which_nothing_came_late_lists_nothing(house: House) -> None:
    assert "repriced" not in statement(house, "hanbit-metro", WEDNESDAY)
    assert not list((house.folder / "statements" / WEDNESDAY).glob("*.repriced.csv"))


@pytest.mark.parametrize("party", ["hanbit-metro", "hanbit-bus", "hancard"])
def test_the_party_checks_the_list_and_a_list_that_lies_is_named(
    party: str, house: House, hanbit: City, tmp_path: Path
) -> None:
    """The house takes a journey off the list and signs that."""
    folder = tmp_path / "evidence"
    hand_over(house, party, date_of(THURSDAY), folder, own=True)
    checks = verify(folder / "statement.json", folder, hanbit)
    assert [check.first for check in checks if not check.ok] == []
    path = folder / "statement.json"
    facts = json.loads(path.read_bytes())
    facts["repriced"][-1]["minor"] += 1
    path.write_bytes(json.dumps(facts).encode())
    found = {check.name: check.first for check in verify(path, folder, hanbit) if not check.ok}
    assert "is listed, " in found["priced again"]
    sheet = folder / "statement.repriced.csv"
    sheet.write_bytes(sheet.read_bytes() + b"x")
    found = {check.name: check.first for check in verify(path, folder, hanbit) if not check.ok}
    assert found["the statement file"]


def test_what_people_corrected_is_listed_with_their_ruling(
    hanbit: City, ring: KeyRing, week: Days, tmp_path: Path
) -> None:
    """The bus of route 571 stood in the register as the metro's: its rides go from one to the other, and the list says why."""
    wrong = week._replace(register=week.register.copy())
    bus = int(wrong.register["device"][wrong.register["service"] == 1][0])
    wrong.register["operator"][wrong.register["device"] == bus] = 0
    asked = {"device": bus, "from_us": 0, "to_us": 2**61, "operator": "hanbit-bus"}

    def correct(house: House, day: int) -> None:
        if day == 1:
            enact(house, "operator", "what a driver wrote down", asked, Decision("B. Dorj", "S. Kim", "a register"), 1)

    books(wrong, hanbit, ring, tmp_path, [0] * len(week.batches), 2, between=correct)
    with Store.open(str(tmp_path / "clearing.db"), environment=HERE, city=hanbit.digest) as store:
        house = House(store, hanbit, ring, tmp_path)
        gained, lost = (statement(house, party) for party in ("hanbit-bus", "hanbit-metro"))
        assert {row["because"] for row in gained["repriced"]} == {"R-1"}
        assert sum(row["minor"] for row in gained["repriced"]) == -sum(row["minor"] for row in lost["repriced"]) > 0
        for facts in (gained, lost):
            assert agrees(facts)
            for row in facts["repriced"]:
                target = f"{facts['party']['id']}/{THURSDAY}/share/{row['service']}/about-{WEDNESDAY}"
                party, named = entries_behind(house, target)
                assert [Tracer(house).trace(one, party).fault for one in named] == [""] * len(named)
