"""Two companies become one on Friday: its readers, its shares and its balance are the other's from then on."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from commandline import say
from databases import Hand
from house import HANBIT, HARBOUR, NORTH_GATE, THURSDAY, WEDNESDAY, Office

WHO = '--by "B. Dorj" --second "S. Kim" --because "merged by order of the court"'
FRIDAY = "2026-03-06"
METRO, BUS = 'id = "hanbit-metro"\n', 'id = "hanbit-bus"\n'


def begun(folder: Path, cycle: str = "T+1") -> Office:
    """Books whose pack lies in a folder of its own."""
    office = Office(folder, pack=shutil.copytree(HANBIT, folder / "hanbit"))
    written(office.pack, "contracts.toml", 'cycle = "T+1"', f'cycle = "{cycle}"')
    say(f"clearing init --db {office.db} --city {office.pack} --cards 10 --balance 20000 --start {WEDNESDAY}")
    return office


def written(pack: Path, file: str, old: str, new: str) -> None:
    """Somebody edits a file of a pack."""
    text = (pack / file).read_text("utf-8")
    assert text.count(old) == 1, old
    (pack / file).write_text(text.replace(old, new), "utf-8")


def merged(office: Office) -> None:
    """The metro's last date is Thursday; the bus company goes on with its work."""
    written(office.pack, "city.toml", METRO, f'{METRO}until = {THURSDAY}\nmerged_into = "hanbit-bus"\n')
    office.ask(f"clearing adopt --from {FRIDAY} {WHO} --at {THURSDAY}T10:00:00+09:00")


def told(office: Office, party: str, day: str) -> dict[str, int]:
    """The money lines of a statement, by kind."""
    lines = office.ask(f"statement show {party} {day}")["lines"]
    return {line["kind"]: line["minor"] for line in lines if line["minor"]}


def test_a_ride_of_friday_is_the_successors_and_a_late_one_of_wednesday_is_carried_over(tmp_path: Path) -> None:
    """A ride through the metro's gates is 1550; the card office keeps 1.5 %, 23. On Friday one of Wednesday comes in: it is the
    metro's and priced as on Wednesday, and its 1527 are carried over to the bus company, which has Friday's own ride too."""
    office = begun(tmp_path)
    office.answers(office.sealed("wed", NORTH_GATE, "entry 1 08:00 NG 1550 18450"))
    office.close(WEDNESDAY)
    assert told(office, "hanbit-metro", WEDNESDAY) == {"share": 1550, "fee": -23}
    merged(office)
    office.close(THURSDAY)
    late = office.sealed("late", HARBOUR, "entry 2 18:00 HB 1550 18450")
    friday = office.sealed("fri", NORTH_GATE, f"entry 3 {FRIDAY}T08:00:00+09:00 NG 1550 18450", after="wed")
    office.answers(late, friday, at=f"{FRIDAY}T20:00:00+09:00")
    office.close(FRIDAY)
    assert told(office, "hanbit-metro", FRIDAY) == {"share": 1550, "fee": -23, "carry-over": -1527}
    assert told(office, "hanbit-bus", FRIDAY) == {"share": 1550, "fee": -23, "carry-over": 1527}
    assert office.ask("settlement plan")["positions"] == {
        "(held)": 0, "hanbit-bus": 3054, "hanbit-metro": 0, "hancard": -3054
    }  # fmt: skip
    assert office.audit() == {}
    assert office.replay() == []


def test_the_gates_are_the_successors_from_friday_on(tmp_path: Path) -> None:
    """Each gate ends in one row and begins in the next, at the cut of the night; its key and number stay."""
    office = begun(tmp_path)
    merged(office)
    rows = office.ask(f"device show {NORTH_GATE}")["rows"]
    assert [(row["operator"], row["from"][:16], (row["to"] or "")[:16]) for row in rows] == [
        ("hanbit-metro", "2026-03-03T04:00", "2026-03-06T04:00"), ("hanbit-bus", "2026-03-06T04:00", "now")
    ]  # fmt: skip
    [metro] = [row for row in office.ask("party list") if row["party"] == "hanbit-metro"]
    assert (metro["until"], metro["merged_into"]) == (THURSDAY, "hanbit-bus")


def test_in_a_weekly_cycle_the_balance_of_the_week_goes_over(tmp_path: Path) -> None:
    """Wednesday's 1527 are not paid yet when the metro ends on Thursday: the week pays them to the bus company."""
    office = begun(tmp_path, "weekly:SUN+1")
    office.answers(office.sealed("wed", NORTH_GATE, "entry 1 08:00 NG 1550 18450"))
    office.close(WEDNESDAY)
    merged(office)
    for day in (THURSDAY, FRIDAY, "2026-03-07", "2026-03-08"):
        office.close(day)
    assert told(office, "hanbit-metro", FRIDAY) == {"carry-over": -1527}
    assert told(office, "hanbit-bus", FRIDAY) == {"carry-over": 1527}
    assert told(office, "hanbit-metro", "2026-03-07") == {}, "once, and not again on the next date"
    plan = office.ask("settlement plan")
    paid = {one["party"]: one["minor"] for one in plan["payments"] if one["kind"] == "pay"}
    assert "hanbit-metro" not in paid
    assert paid["hanbit-bus"] == 1527
    assert office.audit() == {}


def test_a_share_of_a_date_on_which_a_party_was_not_there_is_found(tmp_path: Path) -> None:
    """Somebody opens the books with another program and lets the metro begin after its rides."""
    office = begun(tmp_path)
    office.answers(office.sealed("wed", NORTH_GATE, "entry 1 08:00 NG 1550 18450"))
    office.close(WEDNESDAY)
    with Hand(str(office.db)) as hand:
        hand.execute("UPDATE party SET from_date = '2026-03-05' WHERE id = 'hanbit-metro'")
    assert office.audit(4)["I11 shares go to parties that were there"]


@pytest.mark.parametrize(
    ("added", "says"),
    [
        (f'until = {WEDNESDAY}\nmerged_into = "hanbit-buss"\n', 'Did you mean "hanbit-bus"?'),
        ('merged_into = "hanbit-bus"\n', "`until` is missing"),
        (f'until = {WEDNESDAY}\nmerged_into = "city"\n', '"city" goes on with its work and has no role service_operator'),
        (f"from = {FRIDAY}\nuntil = {WEDNESDAY}\n", f"{WEDNESDAY} is before {FRIDAY}"),
        (f'until = {WEDNESDAY}\nmerged_into = "hanbit-metro"\n', '"hanbit-metro" is not there after 2026-03-04'),
    ],
)  # fmt: skip
def test_dates_that_cannot_be_are_told_with_their_line(tmp_path: Path, added: str, says: str) -> None:
    pack = shutil.copytree(HANBIT, tmp_path / "hanbit")
    written(pack, "city.toml", METRO, METRO + added)
    out = say(f"city check {pack}", 3)
    assert says in out
    assert "hanbit/city.toml:" in out


def test_a_company_that_left_gets_what_comes_late_by_the_next_settlement(tmp_path: Path) -> None:
    """It has no reader in service any more, and its account is still paid."""
    office = begun(tmp_path)
    office.close(WEDNESDAY)
    written(office.pack, "city.toml", METRO, f"{METRO}until = {THURSDAY}\n")
    office.ask(f"clearing adopt --from {FRIDAY} {WHO} --at {THURSDAY}T10:00:00+09:00")
    office.answers(office.sealed("late", HARBOUR, "entry 2 18:00 HB 1550 18450"), at=f"{FRIDAY}T20:00:00+09:00")
    for day in (THURSDAY, FRIDAY):
        office.close(day)
    assert told(office, "hanbit-metro", THURSDAY) | told(office, "hanbit-metro", FRIDAY) == {"share": 1550, "fee": -23}
    assert office.audit() == {}
    rows = office.ask(f"device show {NORTH_GATE}")["rows"]
    assert [(row["operator"], row["to"][:16]) for row in rows] == [("hanbit-metro", "2026-03-06T04:00")]
    assert json.dumps(office.replay()) == "[]"
