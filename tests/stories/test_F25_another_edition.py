"""The books go on under another edition of the pack: two people adopt it, and earlier dates stay what they were."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest
from commandline import ask, say
from house import HANBIT, HARBOUR, NORTH_GATE, THURSDAY, WEDNESDAY, Office

from afc.pack.form import Known
from sim.play.schema import Change
from sim.play.town import changed as as_wanted

WHO = '--by "B. Dorj" --second "S. Kim" --because "agreed in the council"'


def changed(pack: Path, file: str, old: str, new: str) -> None:
    """Somebody edits a file of a pack."""
    text = (pack / file).read_text("utf-8")
    assert text.count(old) == 1, old
    (pack / file).write_text(text.replace(old, new), "utf-8")


def begun(tmp_path: Path, start: str) -> Office:
    """Books whose pack lies in a folder of its own."""
    office = Office(tmp_path, pack=shutil.copytree(HANBIT, tmp_path / "hanbit"))
    say(f"clearing init --db {office.db} --city {office.pack} --cards 10 --balance 20000 --start {start}")
    return office


def test_the_last_day_of_the_calendar_is_closed_and_paid_once_the_next_year_is_known(tmp_path: Path) -> None:
    """Nobody has said yet on which day banks work in January: nothing is paid before that, and nothing is lost by it."""
    office, day = begun(tmp_path, "2026-01-01"), "2026-12-31"
    ride = office.sealed("1", 51, f"entry 1 {day}T12:10:00+09:00 NG 1550 18450")
    assert office.answers(ride, at=f"{day}T13:00:00+09:00") == ["ACCEPTED"]
    [refusal] = ask(f"clearing run --through {day} -q --db {office.db}", 3)
    assert refusal["code"] == "CALENDAR_HORIZON"
    assert [row["state"] for row in ask(f"clearing days --db {office.db}")] == ["open"]
    changed(office.pack, "city.toml", "horizon = 2026-12-31", "horizon = 2027-01-10")
    assert office.ask(f"clearing adopt --from 2027-01-01 {WHO} --at 2026-12-31T15:00:00+09:00")["adopted"]
    assert office.close(day)
    assert ask(f"settlement plan --db {office.db}")
    assert office.audit() == {}
    assert office.replay() == []


def test_a_close_that_was_cut_off_ends_as_it_began_whatever_is_adopted_in_between(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wednesday has begun to close when the power goes; a batch comes, a pack is adopted, and Wednesday ends without it."""
    office = begun(tmp_path, WEDNESDAY)
    office.answers(office.sealed("1", NORTH_GATE, "entry 1 08:00 NG 1550 18450"))

    def cut(*_: object) -> None:
        raise KeyError("the power went")

    with monkeypatch.context() as power:
        power.setattr("clearing.close.keep", cut)
        with pytest.raises(KeyError):
            office.close(WEDNESDAY)
    assert [row["state"] for row in office.ask("clearing days")] == ["closing"]
    office.answers(office.sealed("2", HARBOUR, "entry 2 18:00 HB 1550 18450"), at=f"{WEDNESDAY}T19:00:00+09:00")
    changed(office.pack, "city.toml", "horizon = 2026-12-31", "horizon = 2027-01-10")
    assert [one["code"] for one in office.ask(f"clearing adopt --from {WEDNESDAY} {WHO}", 3)] == ["EDITION_TOO_EARLY"]
    office.ask(f"clearing adopt --from {THURSDAY} {WHO}")
    [wednesday] = office.close(WEDNESDAY)
    assert wednesday["taps"] == 1
    [thursday] = office.close(THURSDAY)
    assert thursday["taps"] == 1
    assert [row["closed"] for row in office.ask("clearing packs")] == [1, 1]
    assert office.audit() == {}
    assert office.replay() == []


FRIDAY = "2026-03-06"
HILL_BUS = """
[[party]]
id = "hill-bus"
name = "Hill Bus"
roles = ["service_operator"]
synthetic = true
account = { other = "001-0009" }
"""


def dearer(pack: Path) -> None:
    """From Friday on a ride by metro begins at 1650 and not at 1550."""
    text = (pack / "tariff.toml").read_text("utf-8")
    change = Change.model_validate({
        "file": "tariff.toml", "version": "2026", "called": "2026-spring", "from": date(2026, 3, 6),
        "swap": (("adult = 1550", "adult = 1650"),),
    }, context=Known())  # fmt: skip
    (pack / "tariff.toml").write_text(as_wanted(text, change, ""), "utf-8")


def hill_bus_comes(pack: Path) -> None:
    """A company joins with a route of its own, written behind those that there were."""
    for file, added in (
        ("city.toml", HILL_BUS),
        ("network/agency.txt", "hill-bus,Hill Bus,https://example.org/hill,Asia/Seoul\n"),
        ("network/routes.txt", "77,hill-bus,77,North Gate - Market,3,bus\n"),
        ("network/trips.txt", "77,weekday,77-0-weekday,0\n"),
        (
            "network/stop_times.txt",
            "77-0-weekday,00:00:00,00:00:00,NG,1,0,\n77-0-weekday,00:09:00,00:09:00,MK,2,2600,\n",
        ),
        ("network/frequencies.txt", "77-0-weekday,06:00:00,20:00:00,3600,0\n"),
    ):
        with (pack / file).open("a", encoding="utf-8") as more:
            more.write(added)


def test_a_dearer_tariff_and_a_new_company_from_friday_on(tmp_path: Path) -> None:
    """Wednesday is closed at 1550 and stays so. A ride of Wednesday that comes on Friday is 1550 too; Friday's own is 1650."""
    office = begun(tmp_path, WEDNESDAY)
    office.answers(office.sealed("wed", NORTH_GATE, "entry 1 08:00 NG 1550 18450"))
    [wednesday] = office.close(WEDNESDAY)
    dearer(office.pack)
    hill_bus_comes(office.pack)
    dry = office.ask(f"clearing adopt --from {FRIDAY} --dry-run")
    told = {(one["file"], one["what"]) for one in dry["differences"]}
    assert not any(one["refused"] for one in dry["differences"])
    assert {
        ("tariff.toml", f'new version "2026-spring" from {FRIDAY}'), ("city.toml", "new party: hill-bus"),
        ("network/routes.txt", "new route: 77"), ("registers", "readers that come into service: 28"),
    } == told  # fmt: skip
    assert office.ask("clearing packs")[1:] == []
    say(f"clearing adopt --from {FRIDAY} {WHO} --at 2026-03-05T10:00:00+09:00 {office.where}")
    assert [(row["from"], row["by"], row["closed"]) for row in office.ask("clearing packs")] == [
        (None, None, 1), (FRIDAY, "B. Dorj", 0)
    ]  # fmt: skip
    late = office.sealed("late", HARBOUR, "entry 2 18:00 HB 1550 18450")
    friday = office.sealed("fri", NORTH_GATE, f"entry 3 {FRIDAY}T08:00:00+09:00 NG 1650 18350", after="wed")
    assert office.answers(late, friday, at=f"{FRIDAY}T20:00:00+09:00") == ["ACCEPTED", "ACCEPTED"]
    thursday, weekend = office.close(FRIDAY)
    assert (thursday["date"], thursday["charged_minor"]) == (THURSDAY, 1550), (
        "the late ride at what it cost on Wednesday"
    )
    assert (weekend["date"], weekend["charged_minor"]) == (FRIDAY, 1650)
    assert office.audit() == {}
    assert office.replay() == []
    assert office.ask("clearing days")[0]["digest"] == wednesday["digest"]
    assert [row["party"] for row in office.ask("party list")][-1] == "hill-bus"
    before, after = (office.db.parent / "packs" / row["digest"] for row in office.ask("clearing packs"))
    assert wrong(office, WEDNESDAY, before) == wrong(office, THURSDAY, before) == wrong(office, FRIDAY, after) == []
    assert wrong(office, FRIDAY, before, 4) == ["the pack"]


def wrong(office: Office, day: str, pack: Path, code: int = 0) -> list[str]:
    """What the metro finds wrong with its statement of a date when it works it out again with a pack."""
    folder = office.folder / f"handed-over-{day}-{pack.name[:4]}"
    office.ask(f"statement evidence hanbit-metro {day} --out {folder} --own")
    told = say(f"statement verify {folder}/statement.json --evidence {folder} --city {pack} --json", code)
    return [one["name"] for one in json.loads(told)["data"]["checks"] if not one["ok"]]


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("tariff.toml", "adult = 1550", "adult = 1551", 'the version "2026" says something else'),
        ("split.toml", 'id = "2024"', 'id = "2025"', 'the new version "2025" begins on 2024-10-05'),
        ("city.toml", "date = 2026-03-02", "date = 2026-03-03", "another kind of day: 2026-03-02, 2026-03-03"),
        ("city.toml", 'id = "corner-shops"', 'id = "shops"', 'party "corner-shops" is no longer the 4. of its list'),
        ("city.toml", 'day_cut = "04:00"', 'day_cut = "05:00"', "`day_cut_s` is 18000 and was 14400"),
        ("contracts.toml", 'cycle = "T+1"', 'cycle = "T+2"', 'settlement.cycle is "T+2" and was "T+1"'),
        ("network/stop_times.txt", "HB,3,9200,", "HB,3,9300,", "a way of route M1 is another, or comes at another place"),
    ],
)  # fmt: skip
def test_what_was_before_may_not_be_said_otherwise(tmp_path: Path, file: str, old: str, new: str, says: str) -> None:
    """A price of last week, a holiday that was, a party that moved in the list: refused with the file, and nothing happens."""
    office = begun(tmp_path, WEDNESDAY)
    path = office.pack / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    if "shops" in new:
        contracts = office.pack / "contracts.toml"
        contracts.write_text(contracts.read_text("utf-8").replace("corner-shops", "shops"), "utf-8")
    [refusal] = office.ask(f"clearing adopt --from {FRIDAY} {WHO}", 3)
    assert refusal["code"] == "EDITION_DIFFERS"
    assert f"{file}: {says}" in refusal["message"]
    assert refusal["hint"]
    assert len(office.ask("clearing packs")) == 1
    assert [one["refused"] for one in office.ask(f"clearing adopt --from {FRIDAY} --dry-run")["differences"]].count(
        True
    )


def test_an_edition_takes_two_people_and_a_date_that_has_not_begun_to_close(tmp_path: Path) -> None:
    office = begun(tmp_path, WEDNESDAY)
    office.close(THURSDAY)
    same = f"clearing adopt --from {FRIDAY} {WHO}"
    assert [one["code"] for one in office.ask(same, 3)] == ["EDITION_SAME"]
    dearer(office.pack)
    alone = '--by "B. Dorj" --second "b. dorj" --because "x"'
    assert [one["code"] for one in office.ask(f"clearing adopt --from {FRIDAY} {alone}", 3)] == ["ONE_PERSON"]
    assert [one["code"] for one in office.ask(f"clearing adopt --from {FRIDAY}", 3)] == ["ONE_PERSON"]
    assert [one["code"] for one in office.ask(f"clearing adopt --from {THURSDAY} {WHO}", 3)] == ["EDITION_TOO_EARLY"]
    office.ask(same)
    again = office.ask("clearing packs")
    assert office.ask(same)["number"] == 1, "doing it again changes nothing"
    assert office.ask("clearing packs") == again
    assert [one["code"] for one in office.ask(f"clearing adopt --from 2026-03-09 {WHO}", 3)] == ["EDITION_SAME"]


def test_a_pack_that_is_edited_changes_nothing_before_it_is_adopted(tmp_path: Path) -> None:
    """The house goes by its own copy, and says that another one lies there."""
    office = begun(tmp_path, WEDNESDAY)
    changed(office.pack, "city.toml", "horizon = 2026-12-31", "horizon = 2027-01-10")
    office.answers(office.sealed("wed", NORTH_GATE, "entry 1 08:00 NG 1550 18450"))
    told = json.loads(say(f"clearing run --through {WEDNESDAY} -q --json {office.where}"))
    assert any("is not the pack that these books go by" in one for one in told["warnings"])
    assert office.audit() == {}
    assert office.replay() == []


def test_a_lost_copy_of_an_edition_is_told(tmp_path: Path) -> None:
    """Earlier dates cannot be worked out again without it."""
    office = begun(tmp_path, WEDNESDAY)
    office.close(WEDNESDAY)
    dearer(office.pack)
    office.ask(f"clearing adopt --from {FRIDAY} {WHO}")
    shutil.rmtree(office.db.parent / "packs" / office.ask("clearing packs")[0]["digest"])
    again = tmp_path / "again" / "clearing.db"
    assert [one["code"] for one in office.ask(f"clearing replay --to {again} -q", 3)] == ["PACK_MISSING"]


def test_the_end_of_the_calendar_is_told_six_weeks_ahead(tmp_path: Path) -> None:
    """The 19th of November is 42 days before the horizon and the 20th is 41; a year without a holiday is asked about, too."""
    office = begun(tmp_path, "2026-11-01")

    def warned(day: str) -> list[str]:
        return list(json.loads(say(f"clearing run --through {day} -q --json {office.where}"))["warnings"])

    assert warned("2026-11-19") == []
    [told] = warned("2026-11-20")
    assert told.startswith("the calendar ends on 2026-12-31, 41 days after 2026-11-20")
    changed(office.pack, "city.toml", "horizon = 2026-12-31", "horizon = 2027-12-31")
    office.ask(f"clearing adopt --from 2026-12-01 {WHO}")
    [told] = warned("2026-11-21")
    assert told.startswith("no holiday is known after 2026, and the calendar goes on until 2027-12-31")
