"""Every reason of a charge has a sentence, and the line of the tariff that decrees it."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from afc.fares.citation import Told, cite, place_of
from afc.fares.explain import reason, sentence
from afc.fares.state import Rule

CITIES = Path(__file__).resolve().parents[2] / "afc" / "cities"
TARIFF = """
[[version]]
id = "old"
from = 2025-01-01
source = "made up"
base.bus = { adult = 100 }

[[version]]
id = "new"
from = 2026-01-01
source = "made up"

[version.base.bus]
adult = 300  # BASE
child = 150

[version.distance.bus]  # DISTANCE
bands = [{ from_m = 0, step_m = 1000, adult = 10, child = 5 }]

[version.sections]  # SECTION
amounts = [{ uses = ["near"], adult = 150, child = 150 }]

[[version.fare]]
services = ["rail"]
by = "zones"
categories = ["child"]
price = [100]

[[version.fare]]  # FARE
services = ["red", "rail"]
by = "zones"
price = [200]
name = "Red and Rail"

[[version.pair]]
services = ["rail"]
from = "quay"
to = "mill"
price = 170
categories = ["child"]

[[version.pair]]  # QUAY TO MILL
services = ["rail"]
from = "quay"
to = "mill"
price = 190

[[version.pair]]  # ONE WAY
services = ["rail"]
from = "mill"
to = "hill"
price = 150
both = false

[[version.ceiling]]
services = ["red"]
price = 400

[[version.ceiling]]  # CEILING
services = ["rail"]
price = 500

[version.hold]
red = 300
rail = "maximum"  # HOLD RELEASE

[version.journey]  # THROUGH
services = ["rail", "bus"]
pricing = "matrix"
window_from = "tap_out"
window_s = 1800
transfers_max = 3

[[version.transfer]]
from = ["rail"]
to = ["rail"]
price = 0

[[version.transfer]]
from = ["bus"]
to = ["bus"]
price = 50

[[version.transfer]]  # TRANSFER
from = ["rail"]
to = ["bus"]
less = 100

[version.early]  # EARLY
between = "04:00-06:30"
percent = 20
services = ["bus"]

[[version.modifier]]
id = "night"
amount = 50

[[version.modifier]]  # MODIFIER
id = "weekend"
name = "Weekend third off"
percent = -33

[version.missing_tap_out]  # COLLECTED SURCHARGE
collect = "discount"
surcharge = { red = 700 }
fare = { rail = "maximum" }  # PENALTY

[version.overstay.rail]  # OVERSTAY
after_s = 7200
add = 100

[[version.cap]]  # CAP
id = "day"
per = "day"
max = 900
tiers = [{ spent = 500, percent = 20 }]  # LOYALTY

[[version.quota]]  # QUOTA
id = "school"
categories = ["child"]
rides = 44
price = { bus = 0 }
payer = "town"

[[version.product]]  # PASS
id = "month"
price = 5000
days = 30
services = ["rail"]
start = "first_use"
outside = 50  # OUTSIDE

[[version.free_day]]
date = 2026-03-03
services = ["bus"]
source = "made up"

[[version.free_day]]  # FREE_DAY
date = 2026-05-05
services = ["bus"]
source = "made up"
"""
COUNTED = {Rule.MODIFIER: 1, Rule.PASS: 1, Rule.OUTSIDE: 1, Rule.CAP: 0, Rule.LOYALTY: 0, Rule.QUOTA: 0}
"""Of these the quantity names the row: modifiers, caps and quotas from 0, passes from 1."""
ON_THE_BUS = (Rule.BASE, Rule.DISTANCE, Rule.TRANSFER, Rule.EARLY, Rule.FREE_DAY, Rule.QUOTA)
SENTENCES = {
    Rule.BASE: "base fare",
    Rule.TRANSFER: "transfer 3: same journey",
    Rule.DISTANCE: "distance, 0.0 km so far",
    Rule.CEILING: "never more than the tariff's ceiling",
    Rule.SECTION: "section surcharge",
    Rule.EARLY: "early boarding, 3 % off the base",
    Rule.QUOTA: "ride of the month's quota, paid by another payer",
    Rule.PASS: "paid by the pass month",
    Rule.FREE_DAY: "free day",
    Rule.COLLECTED: "transfer discount taken back: leg 3 had no tap-out",
    Rule.SURCHARGE: "surcharge: leg 3 had no tap-out",
    Rule.FARE: "fare for 3 zones",
    Rule.MODIFIER: "Weekend third off",
    Rule.THROUGH: "already paid in this journey",
    Rule.CAP: "nothing more to pay: day",
    Rule.LOYALTY: "for riding often: day",
    Rule.HOLD: "held until the tap-out",
    Rule.RELEASE: "hold given back",
    Rule.OVERSTAY: "stayed longer than the tariff allows",
    Rule.PENALTY: "leg 3 had no tap-out: its fare to the end",
    Rule.OUTSIDE: "beyond what the pass month is good for",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "tariff.toml").write_text(TARIFF, "utf-8")
    return tmp_path


@pytest.mark.parametrize("rule", Rule, ids=lambda rule: rule.name)
def test_a_reason_is_cited_from_the_line_that_decrees_it(rule: Rule, folder: Path) -> None:
    """An adult's rides, on the bus or the railway, on the fifth of May."""
    version = tomllib.loads(TARIFF)["version"][1]
    service = "bus" if rule in ON_THE_BUS else "rail"
    told = Told(rule, COUNTED.get(rule, 3), service, "adult", "card", "2026-05-05", "rail")
    [line] = [i for i, text in enumerate(TARIFF.splitlines(), 1) if rule.name in text.partition("#")[2].split()]
    assert cite(folder, 1, version, told) == f"tariff.toml:{line}"


def cited(told: Told, folder: Path) -> str:
    """The line of the newer version that a reason is cited from."""
    line = int(cite(folder, 1, tomllib.loads(TARIFF)["version"][1], told).removeprefix("tariff.toml:"))
    return TARIFF.splitlines()[line - 1]


def test_a_transfer_is_cited_from_the_row_for_the_service_left(folder: Path) -> None:
    """From bus to bus, not from rail to bus; and where nobody says what was left, the first row for the one boarded."""
    bus, version = Told(Rule.TRANSFER, 1, "bus", "adult", "card", left="bus"), tomllib.loads(TARIFF)["version"][1]
    assert place_of(version, bus) == place_of(version, bus._replace(left="")) == ("transfer", 1)
    assert place_of(version, bus._replace(left="rail")) == ("transfer", 2)
    assert cited(bus._replace(left="rail"), folder) == "[[version.transfer]]  # TRANSFER"


def test_coming_back_through_the_gates_is_cited_from_its_own_rule() -> None:
    """Where no row is for rail to rail; it is free, and the journey says so."""
    journey = {"services": ["rail"], "pricing": "matrix", "reentry": {"service": "rail"}}
    version = {"journey": journey, "transfer": [{"from": ["rail"], "to": ["bus"], "less": 100}]}
    told = Told(Rule.TRANSFER, 1, "rail", "adult", "card", left="rail")
    assert place_of(version, told) == ("journey", "reentry")


@pytest.mark.parametrize(
    ("stops", "category", "line"),
    [
        (("quay", "mill"), "adult", "[[version.pair]]  # QUAY TO MILL"),
        (("mill", "quay"), "adult", "[[version.pair]]  # QUAY TO MILL"),
        (("quay", "mill"), "child", "[[version.pair]]"),
        (("mill", "hill"), "adult", "[[version.pair]]  # ONE WAY"),
        (("hill", "mill"), "adult", "[[version.fare]]  # FARE"),
        (("", ""), "adult", "[[version.fare]]  # FARE"),
    ],
)
def test_a_fare_between_two_named_stops_is_cited_from_its_pair(
    stops: tuple[str, str], category: str, line: str, folder: Path
) -> None:
    assert cited(Told(Rule.FARE, 3, "rail", category, "card", stops=stops), folder) == line


def test_a_journey_priced_as_one_ride_is_cited_from_the_table(folder: Path) -> None:
    """Only its first leg may be the pair's."""
    version = tomllib.loads(TARIFF)["version"][1]
    version["journey"] |= {"pricing": "through"}
    told = Told(Rule.FARE, 3, "rail", "adult", "card", stops=("quay", "mill"))
    assert place_of(version, told)[0] == "pair"
    assert place_of(version, told._replace(left="rail"))[0] == "fare"


def test_a_fare_says_what_riders_call_its_table() -> None:
    """Unless a price named for two stops, or tables that add up, made it."""
    version = tomllib.loads(TARIFF)["version"][1]
    told = Told(Rule.FARE, 3, "rail", "adult", "card", stops=("hill", "mill"))
    assert reason(told, version) == "fare for 3 zones: Red and Rail"
    assert reason(told._replace(category="child"), version) == "fare for 3 zones"
    assert reason(told._replace(stops=("mill", "hill")), version) == "fare for 3 zones"
    version["fare"].append({"services": ["rail"], "by": "zones", "uses": ["bridge"], "name": "Bridge"})
    assert reason(told, version) == "fare for 3 zones"


def test_a_quota_says_what_riders_call_it() -> None:
    version = {"quota": [{"id": "school", "name": "Pupils ride free"}]}
    assert sentence(Rule.QUOTA, 0, version) == "ride of the month's quota, paid by another payer: Pupils ride free"


def test_a_version_is_cited_from_its_own_part_of_the_file(folder: Path) -> None:
    old = tomllib.loads(TARIFF)["version"][0]
    assert cite(folder, 0, old, Told(Rule.BASE, 1, "bus", "adult", "card")) == "tariff.toml:6"
    assert cite(folder, 0, old, Told(Rule.EARLY, 1, "bus", "adult", "card")) == "tariff.toml:2", (
        "its head, for want of more"
    )


@pytest.mark.parametrize("rule", Rule, ids=lambda rule: rule.name)
def test_a_reason_is_told_in_a_sentence(rule: Rule) -> None:
    version = tomllib.loads(TARIFF)["version"][1]
    assert sentence(rule, COUNTED.get(rule, 3), version, "rail") == SENTENCES[rule]


@pytest.mark.parametrize(
    ("by", "told"),
    [
        ("metres", ["fare for 0.0 km", "fare for 0.0 km"]),
        ("zones", ["fare for 1 zone", "fare for 2 zones"]),
        ("stages", ["fare for 1 stage", "fare for 2 stages"]),
        ("stations", ["fare for 1 station, both ends counted", "fare for 2 stations, both ends counted"]),
        ("hops", ["fare to the next station", "fare for 2 stations further"]),
    ],
)
def test_a_fare_says_what_was_counted(by: str, told: list[str]) -> None:
    version = {"fare": [{"services": ["bus"], "by": by}]}
    assert [sentence(Rule.FARE, n, version, "bus") for n in (1, 2)] == told


@pytest.mark.parametrize("tariff", sorted(CITIES.glob("*/tariff.toml")), ids=lambda path: path.parent.name)
def test_riders_of_shipped_cities_read_names_and_not_ids(tariff: Path) -> None:
    versions = tomllib.loads(tariff.read_text("utf-8"))["version"]
    rows = [row for version in versions for table in ("modifier", "cap", "product") for row in version.get(table, [])]
    assert [row["id"] for row in rows if "name" not in row] == []
