"""A bus is out of reach of its depot: half of its trips are told on Wednesday, the other half on Thursday.

It works two trips on Wednesday, from 08:00 to 08:40 and from 10:00 to 10:40, and one on Thursday. The contracts pay 900 a
kilometre, 80,000 a vehicle and day, and 4,000 an hour; a trip of the timetable that is missed costs 100.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest
from commandline import ask
from house import THURSDAY, WEDNESDAY
from kinds import House

from afc.keys import KeyRing
from clearing import manifest
from clearing.store import Store

CONTRACTS = """
[[contract]]
party = "hanbit-bus"
kind = "gross_vehicle"
per_vehicle_day = 80000
payer = "city"
source = "Made up."

[[contract]]
party = "hanbit-bus"
kind = "gross_hour"
per_hour = 4000
payer = "city"
source = "Made up."

[[fine]]
parties = ["hanbit-bus"]
of = "missed_trip"
each = 100
to = "city"
source = "Made up."
"""
NEXT_NOON, FRIDAY_NOON = f"{THURSDAY}T12:00:00+09:00", "2026-03-06T12:00:00+09:00"
RUN = {"pattern": 6, "stop": "b-market"}


class Bus(NamedTuple):
    """A house, two readers of one bus, and the number and length of the first trip of its line."""

    house: House
    readers: tuple[int, int]
    number: int
    metres: int

    def trip(self, nth: int, day: str, begin: str, end: str, cash: int = 0) -> list[dict[str, object]]:
        """A driver logs on, some riders pay in cash, and the bus comes to the end of its trip."""
        run = RUN | {"trip": self.number + nth}
        at = {name: f"{day}T{clock}:00+09:00" for name, clock in (("begin", begin), ("end", end))}
        paid = [run | {"kind": "CASH", "time": at["begin"], "amount": 1600 * cash, "group": cash}] if cash else []
        log_on = run | {"kind": "LOG_ON", "time": at["begin"], "balance": 7}
        return [log_on, *paid, run | {"kind": "TRIP", "time": at["end"], "amount": self.metres}]


@pytest.fixture
def bus(tmp_path: Path) -> Bus:
    return new_bus(tmp_path)


def new_bus(folder: Path) -> Bus:
    folder.mkdir(exist_ok=True)
    house = House(folder, CONTRACTS)
    buses = [row for row in house.devices if (row["kind"], row["operator"]) == ("bus", "hanbit-bus")]
    vehicle = buses[0]["place"].partition(",")[0]
    front, rear = (
        next(row["device"] for row in buses if row["place"] == f"{vehicle}, {door}") for door in ("front", "rear")
    )
    return Bus(house, (front, rear), *house.trip(6))


def posted(house: House) -> dict[tuple[str, str, str], int]:
    """What every account got in all, by the date that it is about and the kind of entry."""
    sums: Counter[tuple[str, str, str]] = Counter()
    with Store.open(str(house.db)) as store:
        for entry in store.entries():
            for account, minor in entry.postings:
                sums[entry.about.isoformat(), entry.kind, account] += minor
    return {name: minor for name, minor in sums.items() if minor}


def evidence(house: House, date: str) -> Path:
    """What the operator is handed of a date."""
    out = house.folder / f"evidence-{date}"
    house.ask(f"statement evidence hanbit-bus {date} --own --out {out}")
    return out


def faults(house: House, folder: Path, code: int = 0) -> dict[str, str]:
    """What the operator finds when it works its statement out again."""
    told = ask(f"statement verify {folder}/statement.json --evidence {folder} --city {house.pack}", code)
    return {check["name"]: check["first"] for check in told["checks"] if not check["ok"]}


def in_time(bus: Bus) -> House:
    """Everything comes on its own date."""
    house, (front, _) = bus.house, bus.readers
    wednesday = bus.trip(0, WEDNESDAY, "08:00", "08:40", cash=2) + bus.trip(1, WEDNESDAY, "10:00", "10:40", cash=3)
    assert house.bring(front, *wednesday) == ["ACCEPTED"]
    house.close(WEDNESDAY)
    assert house.bring(front, *bus.trip(0, THURSDAY, "08:00", "08:40"), at=NEXT_NOON, again=True) == ["ACCEPTED"]
    house.close(THURSDAY)
    return house


def test_in_time_the_day_is_worth_what_the_contracts_say(bus: Bus) -> None:
    sums = posted(in_time(bus))
    of_trips = 2 * bus.metres * 900 // 1000
    hours = 80 * 60 * 4000 // 3600
    assert sums[WEDNESDAY, "contract", "payable:hanbit-bus"] == -(of_trips + 80_000 + hours)
    assert sums[THURSDAY, "contract", "payable:hanbit-bus"] == -(bus.metres * 900 // 1000 + 80_000 + 2_666)
    assert sums[WEDNESDAY, "cash", "cash:hanbit-bus"] == 5 * 1600


@pytest.mark.parametrize("door", ["the same reader", "the rear reader"])
def test_half_on_wednesday_and_half_on_thursday_is_worth_the_same(bus: Bus, tmp_path: Path, door: str) -> None:
    """The vehicle counts once for Wednesday, at whichever door its trips were written down."""
    (front, rear), house = bus.readers, bus.house
    late, again = (front, True) if door == "the same reader" else (rear, False)
    house.bring(front, *bus.trip(0, WEDNESDAY, "08:00", "08:40", cash=2))
    house.close(WEDNESDAY)
    second = bus.trip(1, WEDNESDAY, "10:00", "10:40", cash=3)
    house.bring(late, *second, *bus.trip(0, THURSDAY, "08:00", "08:40"), at=NEXT_NOON, again=again)
    house.close(THURSDAY)
    assert posted(house) == posted(in_time(new_bus(tmp_path / "in-time")))
    assert [faults(house, evidence(house, date)) for date in (WEDNESDAY, THURSDAY)] == [{}, {}]
    assert house.audit() == {}
    assert house.replay() == []


def test_a_bus_that_was_silent_all_day_counts_for_that_day(bus: Bus) -> None:
    """A day late and with no trip of Thursday: the vehicle and its hours are Wednesday's, and Thursday had none."""
    (front, rear), house = bus.readers, bus.house
    house.close(WEDNESDAY)
    house.bring(front, *bus.trip(0, WEDNESDAY, "08:00", "08:40"), at=NEXT_NOON)
    house.close(THURSDAY)
    house.bring(rear, *bus.trip(1, WEDNESDAY, "10:00", "10:40"), at=FRIDAY_NOON)
    house.close("2026-03-06")
    sums = posted(house)
    expected = 2 * bus.metres * 900 // 1000 + 80_000 + 80 * 60 * 4000 // 3600
    assert sums[WEDNESDAY, "contract", "payable:hanbit-bus"] == -expected
    assert [name for name in sums if name[1] == "contract" and name[0] != WEDNESDAY] == []
    assert [faults(house, evidence(house, date)) for date in (THURSDAY, "2026-03-06")] == [{}, {}]
    assert house.audit() == {}


def test_an_operator_whose_late_kilometres_were_left_out_is_told(bus: Bus) -> None:
    """The house signs totals about Wednesday that lack what came on Thursday."""
    (front, _), house = bus.readers, bus.house
    house.bring(front, *bus.trip(0, WEDNESDAY, "08:00", "08:40"))
    house.close(WEDNESDAY)
    house.bring(front, *bus.trip(1, WEDNESDAY, "10:00", "10:40"), at=NEXT_NOON, again=True)
    house.close(THURSDAY)
    folder = evidence(house, THURSDAY)
    path = folder / "manifest.json"
    facts = json.loads(path.read_bytes())["manifest"]
    facts["again"][WEDNESDAY] = [row for row in facts["again"][WEDNESDAY] if row[1] != "metres"]
    path.write_bytes(manifest.sign(KeyRing.from_seed(7, "sim-hanbit"), facts))
    found = faults(house, folder, 4)["your figures"]
    assert found.startswith("metres, ")
    assert f"earlier dates: {bus.metres} for 0 minor units by your evidence, 0 for 0" in found
