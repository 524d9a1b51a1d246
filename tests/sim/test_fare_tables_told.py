"""`afc fare table` and `afc fare lint` on tariffs small enough to check by eye."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from afc.city import load_city
from afc.fares.cases import versions_of
from afc.fares.lint import CODES, lint
from afc.fares.printed import Called, Printed, Row
from sim.cli import main
from sim.fare_table import matrix_reply, table_reply, text_of

HANBIT = Path(__file__).resolve().parent.parent / "data" / "hanbit"
HEAD = '[[version]]\nid = "a"\nfrom = 2026-01-01\nsource = "made up"\n'
METRO = """
[[version.fare]]
services = ["metro"]
by = "metres"
categories = ["youth"]
upto = [10000]
price = [900, 1000]

[[version.fare]]
services = ["metro"]
by = "metres"
upto = [10000, 20000]
price = [1500, 1700]
then = { every = 8000, price = 100 }
"""
BUS = """
[version.base.bus]
adult = { off_peak = 1200, peak = 1400 }
youth = 700
senior = 1200

[version.periods.peak]
weekday = ["07:00-09:00"]

[[version.modifier]]
id = "seniors"
categories = ["senior"]
services = ["metro"]
percent = -50
"""
PURSE = "[version.purse]\nmax = 90000\ntop_up_min = 100\ntop_up_max = 80000\n"
CLEAN = HEAD + METRO + BUS + PURSE


def pack(folder: Path, tariff: str) -> Path:
    """Hanbit with another tariff, without the worked examples and pass holders that the old one had."""
    shutil.copytree(HANBIT, folder / "hanbit")
    demand = folder / "hanbit" / "demand.toml"
    demand.write_text(demand.read_text("utf-8").replace("products = { month = 0.1 }\n", ""), "utf-8")
    (folder / "hanbit" / "tariff.toml").write_text(tariff, "utf-8")
    (folder / "hanbit" / "cases.toml").write_text("", "utf-8")
    return folder / "hanbit"


def found(folder: Path, tariff: str) -> list[tuple[str, str]]:
    """The codes that lint finds, each with the line of the tariff that it points to."""
    city = load_city(pack(folder, tariff))
    lines = tariff.splitlines()
    return [(row.lint.code, lines[row.line - 1]) for row in lint(city, versions_of(city))]


def test_nothing_is_found_in_a_clean_tariff(tmp_path: Path) -> None:
    assert found(tmp_path, CLEAN) == []


def later(day: str, more: str = "") -> str:
    """Another version with the same prices."""
    return f'\n[[version]]\nid = "b"\nfrom = {day}\nsource = "made up"\n{more}{METRO}{BUS}{PURSE}'


ROW_AGAIN = '\n[[version.fare]]\nservices = ["metro"]\nby = "metres"\nprice = [1]\n'
NOWHERE = """
[[version.modifier]]
id = "m"
services = ["bus"]
media = ["bankcard"]
percent = 5
[version.accepts]
bus = ["hancard"]
"""
JOURNEY = """
[version.journey]
services = ["metro"]
pricing = "matrix"
window_from = "tap_out"
window_s = 1800
transfers_max = 1
[[version.transfer]]
from = ["metro"]
to = ["bus"]
price = 0
"""
CHEAPER = CLEAN.replace("price = [1500, 1700]", "price = [1700, 1500]")
DEAR = CLEAN.replace("senior = 1200", "senior = 1201")
PAIR = '\n[[version.pair]]\nservices = ["metro"]\nfrom = "NG"\nto = "HB"\nprice = 1500\n'
PASS = '[[version.product]]\nid = "{}"\nprice = 1\ndays = 1\nservices = ["bus"]\nstart = "first_use"\n'
CAP = '[[version.cap]]\nid = "{}"\nper = "day"\nmax = 9000\n'
FEW = CLEAN.replace("upto = [10000, 20000]", 'categories = ["adult", "youth"]\nupto = [10000, 20000]')
LINTS = {
    "CATEGORY_UNPRICED": (FEW, "[[version]]"),
    "MEANT_UNKNOWN": (CLEAN.replace("source", 'meant = ["CLASS_PAYS_MOR"]\nsource', 1), 'meant = ["CLASS_PAYS_MOR"]'),
    "HOLE_IN_TIME": (CLEAN.replace("source", "until = 2026-05-01\nsource", 1), "until = 2026-05-01"),
    "PLACE_MOVED": (CLEAN + PASS.format("p") + later("2026-02-01") + PASS.format("q"), 'id = "q"'),
    "PLACE_MOVED of a cap": (CLEAN + CAP.format("p") + later("2026-02-01") + CAP.format("q"), 'id = "q"'),
    "ROW_NEVER_SPEAKS": (CLEAN + ROW_AGAIN, "[[version.fare]]"),
    "ROW_NEVER_SPEAKS of a modifier": (CLEAN + NOWHERE, "[[version.modifier]]"),
    "ROW_NEVER_SPEAKS of a transfer": (CLEAN + JOURNEY, "[[version.transfer]]"),
    "SERVICE_UNPRICED": (HEAD + METRO + PURSE, "[[version]]"),
    "PAIR_UNPRICED": (HEAD + BUS.partition("[[version.modifier]]")[0] + PAIR + PURSE, "[[version.pair]]"),
    "PURSE_TOO_SMALL": (CLEAN.replace("max = 90000", "max = 1600").replace("80000", "1500"), "max = 1600"),
    "PURSE_UNCLEAR": (CLEAN.replace("80000", "90001"), "top_up_max = 90001"),
    "LONGER_IS_CHEAPER": (CHEAPER, "[[version.fare]]"),
    "CLASS_PAYS_MORE": (DEAR, "senior = 1201"),
}


@pytest.mark.parametrize("what", LINTS)
def test_each_thing_to_look_at_is_found_at_its_line_and_nothing_else(what: str, tmp_path: Path) -> None:
    tariff, line = LINTS[what]
    told = found(tmp_path, tariff)
    assert set(told) == {(what.split()[0], line)}


def test_every_lint_is_tried_above() -> None:
    assert {what.split()[0] for what in LINTS} == CODES.keys()


def test_what_the_author_has_looked_at_is_marked(tmp_path: Path) -> None:
    """And then the command says nothing, unless all is asked for."""
    folder = pack(tmp_path, DEAR.replace("source", 'meant = ["CLASS_PAYS_MORE"]\nsource', 1))
    told = CliRunner().invoke(main, ["fare", "lint", str(folder)])
    assert (told.exit_code, told.output) == (0, "Hanbit: 1 tariff versions, 0 to look at\n")
    shown = CliRunner().invoke(main, ["fare", "lint", str(folder), "--all", "--json"])
    assert [row["meant"] for row in json.loads(shown.stdout)["data"]] == [True, True], "once for each kind of card"


def test_lint_answers_a_program(tmp_path: Path) -> None:
    told = CliRunner().invoke(main, ["fare", "lint", str(pack(tmp_path, CLEAN + ROW_AGAIN)), "--json"])
    answer: dict[str, Any] = json.loads(told.stdout)
    line = (CLEAN + ROW_AGAIN).splitlines().index("price = [1]") - 2
    assert told.exit_code == 3
    assert answer["schema"] == "afc.fare.lint/1"
    assert answer["data"] == [{
        "version": "a", "code": "ROW_NEVER_SPEAKS", "source": f"tariff.toml:{line}", "meant": False,
        "what": "every rider and medium of this table has an earlier one",
        "cure": "Move it before the row that takes its riders, or leave it out.",
    }]  # fmt: skip


TABLE = """\
Hanbit  tariff a  on hancard  KRW

metro        adult  youth  senior
up to 10 km  1 500    900     750
up to 20 km  1 700  1 000     850
beyond       1 800  1 000     900

bus             adult  youth  senior
boarding        1 200    700   1 200
boarding, peak  1 400    700   1 200
"""


def test_a_table_hangs_like_this(tmp_path: Path) -> None:
    """Seniors pay half of an adult's metro; the bus asks one price, and another in the peak."""
    reply = table_reply(load_city(pack(tmp_path, CLEAN)), None, None, ())
    assert plain(reply.text) == TABLE


def plain(text: str) -> str:
    """A text with ordinary spaces within its numbers, and a last line that ends."""
    return text.replace("\xa0", " ").replace("\u202f", " ") + "\n"


NAMED = CLEAN.replace("[[version.fare]]\n", '[[version.fare]]\nname = "Young rider\'s fare"\n', 1)
NAMED_TABLE = """\
Young rider's fare (youth)
metro        adult  youth  senior
"""


def test_a_table_says_what_riders_call_it(tmp_path: Path) -> None:
    """And what else may change the price: a quota, and money back at the end of the month."""
    rights = """
[[version.quota]]
id = "school"
name = "School ride"
categories = ["youth"]
rides = 40
price = { bus = 0 }
payer = "city"
[[version.rebate]]
id = "often"
name = "Often rider"
percent_bp = { general = 2000 }
"""
    reply = table_reply(load_city(pack(tmp_path, NAMED + rights)), None, None, ())
    assert NAMED_TABLE in plain(reply.text)
    assert reply.text.endswith("also: School ride; Often rider")
    names = [table["names"] for table in reply.data["tables"]]
    assert names == [[{"name": "Young rider's fare", "what": "", "categories": ("youth",)}], []]


RATES = """
[[version.fare]]
services = ["metro"]
by = "metres"
rates = [{ from = 0, price = 100, per = 1000 }]
round = { to = 10, how = "up" }
"""
READ_TABLE = """\
metro           adult, youth  senior
for 1 km                 100      50
for 2 km                 200     100
"""


def test_prices_in_proportion_are_read_off_at_round_lengths(tmp_path: Path) -> None:
    """Nobody prints a line for every ten won."""
    reply = table_reply(load_city(pack(tmp_path, HEAD + RATES + BUS + PURSE)), None, None, ("metro",))
    assert READ_TABLE in plain(reply.text)
    assert reply.text.endswith("--json has every step between them.")
    [table] = reply.data["tables"]
    assert [row["upto"] for row in table["rows"][:3]] == [0, 100, 200]


def test_tables_for_stretches_stand_under_their_names() -> None:
    """A hop of nothing inside a stretch is no line."""
    rows = (
        Row("within loop", 0, (0,)),
        Row("within loop", 1, (70,)),
        Row("within loop", -1, (90,)),
        Row("", -1, (20,)),
    )
    names = (Called("The Loop", "within loop", ("adult",)),)
    told = text_of(Printed(("metro",), "hops", ("adult",), rows, names), 0)
    assert told.splitlines() == [
        "metro           adult",
        "The Loop",
        "  up to 1 hop      70",
        "  beyond           90",
        "the whole ride",
        "  any ride         20",
    ]


def test_and_is_told_to_a_program_by_row(tmp_path: Path) -> None:
    told = CliRunner().invoke(main, ["fare", "table", str(pack(tmp_path, CLEAN)), "--service", "bus", "--json"])
    answer = json.loads(told.stdout)
    assert answer["schema"] == "afc.fare.table/1"
    assert answer["data"]["tables"] == [{
        "services": ["bus"], "counts": "", "categories": ["adult", "youth", "senior"],
        "rows": [{"what": "boarding", "upto": -1, "prices": [1200, 700, 1200]},
                 {"what": "boarding, peak", "upto": -1, "prices": [1400, 700, 1200]}],
        "names": [],
    }]  # fmt: skip


def test_a_matrix_is_the_same_there_and_back(tmp_path: Path) -> None:
    """The network is: so are the fares, and a ride from a station to itself costs the first step."""
    city = load_city(pack(tmp_path, CLEAN))
    reply = matrix_reply(city, None, "metro", "senior", None)
    data = reply.data
    minor, stops = data["minor"], data["stops"]
    assert minor == [list(column) for column in zip(*minor, strict=True)]
    assert [minor[i][i] for i in range(len(stops))] == [750] * 7
    far = minor[stops.index("AP")][stops.index("HL")]
    assert far == (1700 + 100) // 2, "21.4 km: 1,700 up to 20 km and one step begun beyond, half of it"
    assert len({len(line) for line in reply.text.splitlines()}) == 1, "the columns stand under one another"
