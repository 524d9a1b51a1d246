"""Days that calendars and lines make awkward: three days without a line, leap days, week 53, and the last days there are."""

from __future__ import annotations

import re
import shutil
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import pytest
from commandline import ask, say
from house import HANBIT, Office

READERS = {51: "NG", 56: "HB", 53: "NG"}
DAYS = ("2026-03-04", "2026-03-05", "2026-03-06")


def day_of_batches(office: Office, device: int, stop: str, day: int) -> list[Path]:
    """Two batches of a reader: a rider whom nobody else sees, and card 1, which rides every morning at one of them."""
    made = []
    for half, hour in ((1, "08"), (2, "18")):
        name = f"{device}-{day}-{half}"
        own = 2 + list(READERS).index(device) * 6 + (day - 1) * 2 + half - 1
        taps = [f"entry {own} {DAYS[day - 1]}T{hour}:00:00+09:00 {stop} 1550 18450"]
        if half == 1 and list(READERS)[day - 1] == device:
            taps.append(f"entry 1/{day} {DAYS[day - 1]}T08:30:00+09:00 {stop} 1550 {20_000 - 1550 * day}")
        before = f"{device}-{day}-1" if half == 2 else f"{device}-{day - 1}-2" if day > 1 else ""
        made.append(office.sealed(name, device, *taps, after=before))
    return made


def told(rows: list[Any]) -> list[tuple[Any, ...]]:
    """What the dates came to, whatever stood in the log in which order."""
    return [
        tuple(row[key] for key in ("date", "taps", "aside", "charged_minor", "entries", "positions")) for row in rows
    ]


def test_all_lines_are_down_for_three_days_and_then_everything_comes_at_once(tmp_path: Path) -> None:
    """The days close to the same figures as if each had come on its evening; the order of arrival is nobody's business."""
    calm, dark = Office(tmp_path / "calm"), Office(tmp_path / "dark")
    for office in (calm, dark):
        office.folder.mkdir()
        office.begin(cards=20)
    batches = {
        (office.folder.name, device, day): day_of_batches(office, device, READERS[device], day)
        for office, device, day in product((calm, dark), READERS, (1, 2, 3))
    }
    on_time: list[Any] = []
    for day in (1, 2, 3):
        of_today = [one for device in READERS for one in batches["calm", device, day]]
        assert set(calm.answers(*of_today, at=f"{DAYS[day - 1]}T23:00:00+09:00")) == {"ACCEPTED"}
        on_time += calm.close(DAYS[day - 1])
    everything = [one for key, made in batches.items() if key[0] == "dark" for one in made]
    Random(7).shuffle(everything)
    assert set(dark.answers(*everything, at="2026-03-07T06:00:00+09:00")) == {"ACCEPTED"}
    assert dark.ask("clearing gaps") == []
    assert told(dark.close(DAYS[2])) == told(on_time)
    assert {row[1] for row in told(on_time)} == {7}
    assert dark.audit() == calm.audit() == {}
    assert dark.replay() == []


@pytest.mark.parametrize(
    ("day", "why"),
    [
        ("2028-02-29", "a day that most years do not have"),
        ("2026-12-31", "in week 53, and the last of its year"),
        ("2038-01-19", "seconds since 1970 leave 31 bits at noon"),
        ("2099-12-30", "the last whole service day that a tap can be of"),
    ],
)
def test_a_ride_on_a_strange_date(tmp_path: Path, day: str, why: str) -> None:
    """From the tap to the statement and once more from what came in."""
    office = Office(tmp_path, pack=hanbit_in(int(day[:4]), tmp_path / "hanbit"))
    say(f"clearing init --db {office.db} --city {office.pack} --cards 10 --balance 20000 --start {day[:4]}-01-01")
    ride = office.sealed(
        "1", 51, f"entry 1 {day}T12:10:00+09:00 NG 1550 18450", f"entry 2 {day}T12:20:00+09:00 NG 1550 18450"
    )
    out = office.sealed("2", 56, f"exit 1/2 {day}T12:31:00+09:00 HB 0 18450")
    assert office.answers(ride, out, at=f"{day}T13:00:00+09:00") == ["ACCEPTED", "ACCEPTED"], why
    closed = {row["date"]: row for row in office.close(day)}
    assert (closed[day]["taps"], closed[day]["charged_minor"]) == (3, 3100)
    assert sorted(path.name for path in (office.db.parent / "statements" / day).iterdir())
    assert office.audit() == {}
    assert office.replay() == []


def hanbit_in(year: int, pack: Path) -> Path:
    """The town so many years later, with its tariffs and its calendar, which knows the first days of the year after."""
    shutil.copytree(HANBIT, pack)
    city = pack / "city.toml"
    if year < 2099:
        city.write_text(city.read_text().replace("horizon = 2026-12-31", "horizon = 2027-01-10"))
    for file in pack.glob("*.toml"):
        file.write_text(
            re.sub(r"\b20(\d\d)-(?=\d\d-\d\d)", lambda m: f"20{int(m[1]) + year - 2026}-", file.read_text())
        )
    return pack


def test_a_leap_second_in_a_text_is_refused_with_its_line(tmp_path: Path) -> None:
    """23:59:60 is a true moment that no clock here can hold; it must not become another one in silence."""
    records = tmp_path / "leap.csv"
    records.write_text(
        "kind,card,counter,time,stop,amount,balance\n"
        "entry,1,1,2026-06-30T23:59:59+00:00,NG,1550,18450\n"
        "entry,2,1,2026-06-30T23:59:60+00:00,NG,1550,18450\n"
    )
    sign = f"kit sign --world {HANBIT} --device 51 --records {records} --out {tmp_path / 'leap.afc'}"
    [refusal] = ask(sign, 3)
    assert "23:59:60" in refusal["message"]
    assert refusal["path"].endswith("leap.csv:3")
    assert not (tmp_path / "leap.afc").exists()
