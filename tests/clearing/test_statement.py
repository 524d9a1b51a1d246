"""What an operator is told, and whether it can check it."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
from dataclasses import replace
from datetime import date

import pytest
from office import CHART, PARTIES, WEDNESDAY

from clearing.cells import cell
from clearing.netting import balances, positions
from clearing.postings import Basis, Total, post
from clearing.statement import amount_text, as_csv, as_json, draw_up, publish, write_durably
from clearing.store import Shard

BUS, METRO, HOUSE, ISSUER, AGENT, CITY = range(6)
TOTALS = [
    Total(0, "charge", BUS, 0, 0, 0, 3, 150_000, 0),
    Total(0, "share", BUS, 0, 0, 0, 3, 140_000, 0),
    Total(1, "share", BUS, 0, 1, 0, 1, 35_005, 0),
    Total(1, "share", METRO, 0, 0, 0, 1, 20_000, 1),
    Total(1, "quota", BUS, 0, 1, 0, 2, 100_000, 0),
    Total(0, "boarding", BUS, 0, 0, 0, 9, 0, 0),
    Total(1, "boarding", BUS, 0, 1, 0, 4, 0, 0),
    Total(1, "boarding", METRO, 0, 0, 0, 1, 0, 1),
]
BASIS = Basis(WEDNESDAY, "tariff 2026-01-01", {0: bytes(32), 1: bytes(32)})
ENTRIES = post(TOTALS, CHART, BASIS)


@pytest.fixture
def statement():
    return draw_up(
        PARTIES[BUS], ENTRIES, TOTALS, CHART, clearing_date=WEDNESDAY, currency="MNT", decimals=2,
        batches=[b"b" * 32, b"a" * 32], shards=[Shard(WEDNESDAY, 0, "legs", "/x", b"s" * 32, 3)],
    )  # fmt: skip


def test_a_line_for_each_kind_service_and_product(statement):
    """Money comes from the books, counts from the same totals; other operators' lines are nobody's business here."""
    assert [line[1:] for line in statement.lines] == [
        ("boarding", "city", "", 13, 0),
        ("quota", "city", "student44", 2, 100_000),
        ("share", "city", "", 4, 175_005),
    ]


def test_the_total_is_the_partys_position(statement):
    """A statement cannot say anything else than the books do."""
    assert statement.minor == positions(balances(ENTRIES))["bus"] == 275_005


def test_who_pays_gets_a_statement_too():
    """The issuer gives up 1,500.00 of card value, for three taps."""
    issuer = draw_up(PARTIES[ISSUER], ENTRIES, TOTALS, CHART, clearing_date=WEDNESDAY, currency="MNT", decimals=2)
    assert [line[1:] for line in issuer.lines] == [("charge", "city", "", 3, -150_000)]


def test_late_money_stands_on_a_line_of_its_own_date():
    """Otherwise the operator could not find out which day's count it belongs to."""
    late = replace(ENTRIES[1], service_date=date(2026, 3, 1))
    lines = draw_up(
        PARTIES[BUS], [ENTRIES[1], late], [], CHART, clearing_date=WEDNESDAY, currency="MNT", decimals=2
    ).lines
    assert [line.service_date.isoformat() for line in lines if line.kind == ENTRIES[1].kind] == [
        "2026-03-01",
        "2026-03-04",
    ]


def test_the_csv_adds_up_to_its_last_line(statement):
    """The first thing an accountant does is to sum the column."""
    *lines, total = csv.DictReader(io.StringIO(as_csv(statement).decode()))
    assert total["kind"] == "total"
    assert sum(int(line["minor"]) for line in lines) == int(total["minor"]) == 275_005
    assert (total["amount"], total["currency"], total["quantity"]) == ("2750.05", "MNT", "")


def test_the_json_names_everything_behind_the_lines(statement):
    """With its own batches and receipts the operator can go through all of it again."""
    facts = json.loads(as_json(statement))
    assert facts["batches"] == [(b"a" * 32).hex(), (b"b" * 32).hex()]
    assert facts["shards"] == [{"kind": "legs", "shard": 0, "sha256": (b"s" * 32).hex()}]
    assert facts["rules"] == ["tariff 2026-01-01"]
    assert facts["total"] == {"minor": 275_005, "amount": "2750.05"}
    assert facts["party"] == {"id": "bus", "name": "Автобус ХК"}
    assert facts["csv_sha256"] == hashlib.sha256(as_csv(statement)).hexdigest()


def test_published_files_have_the_noted_digest(statement, tmp_path):
    """The books note what was published; whoever holds a file can hold it against them."""
    noted = publish(statement, tmp_path)
    assert noted[:4] == (WEDNESDAY, "bus", 275_005, "statements/2026-03-04/bus.json")
    assert noted.digest == hashlib.sha256((tmp_path / "statements" / "2026-03-04" / "bus.json").read_bytes()).digest()
    assert sorted(os.listdir(tmp_path / "statements" / "2026-03-04")) == ["bus.csv", "bus.json"]
    assert publish(statement, tmp_path) == noted, "the same statement has the same bytes"


def test_a_file_is_whole_or_not_there(tmp_path, monkeypatch):
    """A power cut while writing must not leave half a statement under its name."""
    path = tmp_path / "s.json"
    write_durably(path, b"yesterday")

    def power_cut(*_: object) -> None:
        raise OSError("power cut")

    monkeypatch.setattr(os, "fsync", power_cut)
    with pytest.raises(OSError, match="power cut"):
        write_durably(path, b"today")
    assert path.read_bytes() == b"yesterday"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_text_becomes_a_formula(text, statement):
    """A name in a spreadsheet cell must not start to compute, or to call somewhere."""
    assert cell(text) == "'" + text
    named = replace(statement, lines=(statement.lines[0]._replace(product=text),))
    assert csv.reader(io.StringIO(as_csv(named).decode(), newline="")).__next__()[5] == "product"
    rows = list(csv.DictReader(io.StringIO(as_csv(named).decode(), newline="")))
    assert rows[0]["product"] == "'" + text


@pytest.mark.parametrize(
    ("minor", "decimals", "text"), [(0, 2, "0.00"), (-5, 2, "-0.05"), (10**16 + 1, 3, "10000000000000.001")]
)
def test_amounts_are_exact(minor, decimals, text):
    """A binary fraction would lose the last unit of the largest."""
    assert amount_text(minor, decimals) == text
