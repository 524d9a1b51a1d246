"""What a statement says beside money, in every form; and the way down from a figure to signatures."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from commandline import ask, say
from published import FRIDAY, SATURDAY

from clearing.detail import read_columns
from clearing.house import BOOKS
from clearing.store import Store


def test_it_says_how_far_the_log_had_come(weekend: Path) -> None:
    """I18: the head on the statement is the log's at the close, and Saturday's begins where Friday's ended."""
    friday, saturday = (shown(weekend, "hanbit-bus", day)["custody"]["log"] for day in (FRIDAY, SATURDAY))
    with Store.open(str(weekend / BOOKS)) as store:
        heads = {kept.position: kept.head.hex() for kept in store.log()}
    assert friday["head"] == heads[friday["through_position"]] == saturday["head_before"]
    assert saturday["through_position"] == max(heads)
    assert saturday["from_position"] == friday["through_position"] + 1


def test_what_came_is_what_was_answered(weekend: Path) -> None:
    """I19: over all parties and both days, every batch handed over is on some statement."""
    got = [
        shown(weekend, party, day)["custody"]["received"]
        for party in ("hanbit-bus", "hanbit-metro", "corner-shops")
        for day in (FRIDAY, SATURDAY)
    ]
    with Store.open(str(weekend / BOOKS)) as store:
        answers = [said.answer for said in store.submissions()]
    assert sum(row["batches"] for row in got) == len(answers)
    assert sum(row["accepted"] for row in got) == answers.count("ACCEPTED")


@pytest.mark.parametrize("party", ["hanbit-bus", "city"])
def test_every_form_says_the_same(party: str, weekend: Path) -> None:
    facts = shown(weekend, party, FRIDAY)
    published = weekend / "statements" / FRIDAY
    rows = list(csv.DictReader(io.StringIO((published / f"{party}.custody.csv").read_text("utf-8"))))
    told = {(row["about"], row["what"]): row["value"] for row in rows}
    assert told["log", "head"] == facts["custody"]["log"]["head"]
    assert told["versions", "city"] == facts["custody"]["versions"]["city"]
    assert told["waiting", "bound_minor"] == str(facts["custody"]["waiting"]["bound_minor"])
    text = say(f"statement show {party} {FRIDAY} --run {weekend}")
    for part in (
        facts["custody"]["log"]["head"],
        facts["custody"]["versions"]["city"],
        "0 kept aside",
        "0 taps missing",
    ):
        assert part in text
    assert json.loads(say(f"statement show {party} {FRIDAY} --format json --run {weekend}")) == facts
    sheet = say(f"statement show {party} {FRIDAY} --format csv --run {weekend}")
    assert (
        sum(int(row["minor"]) for row in csv.DictReader(io.StringIO(sheet)) if row["kind"] != "total")
        == facts["total"]["minor"]
    )


def test_a_statement_that_was_altered_is_shown_as_such(house: Path) -> None:
    path = house / "statements" / FRIDAY / "city.json"
    path.write_bytes(path.read_bytes().replace(b'"decimals": 0', b'"decimals": 1'))
    assert "ALTERED" in say(f"statement show city {FRIDAY} --db {house / BOOKS}", 4)
    assert "PARTY_UNKNOWN" in say(f"statement show hanbit-bu {FRIDAY} --db {house / BOOKS}", 3)
    assert "STATEMENT_MISSING" in say(f"statement show city 2026-03-09 --db {house / BOOKS}", 3)


def test_a_list_has_every_statement(weekend: Path) -> None:
    rows = ask(f"statement list --run {weekend}")
    assert len(rows) == 10
    for day in (FRIDAY, SATURDAY):
        assert sum(row["minor"] for row in rows if row["date"] == day) == 0


def test_every_line_leads_down_to_what_it_sums(weekend: Path) -> None:
    """I13: what is behind each line comes to it, in money; what is behind each entry also in number."""
    traced = 0
    for party in ("hanbit-bus", "hanbit-metro", "corner-shops", "hancard", "city"):
        for line in shown(weekend, party, FRIDAY)["lines"]:
            if line["minor"]:
                target = "/".join([party, FRIDAY, line["kind"], line["service"], line["product"]])
                told = ask(f"statement trace {target} --limit 1 --run {weekend}")
                assert told["faults"] == []
                assert told["total_minor"] == line["minor"]
                made = [entry for entry in told["entries"] if not entry["derived"]]
                assert sum(entry["parts_minor"] for entry in made) == sum(entry["minor"] for entry in made)
                assert all(proof["signature"] and proof["mac"] for proof in told["proofs"])
                traced += told["parts"]
    assert traced > 500


def test_the_way_back_up_has_every_share(weekend: Path) -> None:
    """Every row of the detail's shares is behind exactly one entry."""
    parts = []
    for party in ("hanbit-bus", "hanbit-metro"):
        for line in shown(weekend, party, FRIDAY)["lines"]:
            if line["kind"] in ("share", "collected"):
                target = "/".join([party, FRIDAY, line["kind"], line["service"], line["product"]])
                parts += list(csv.DictReader(io.StringIO(say(f"statement trace {target} --all --run {weekend}"))))
    files = [read_columns(path) for path in sorted((weekend / "detail" / FRIDAY).glob("shares-*.parquet"))]
    assert len(parts) == sum(len(columns["minor"]) for columns in files)
    assert sum(int(part["minor"]) for part in parts) == sum(int(columns["minor"].sum()) for columns in files)


def test_an_entry_is_traced_by_its_name(weekend: Path) -> None:
    entry = ask(f"ledger journal --kind load --run {weekend}")[0]
    told = ask(f"statement trace {entry['entry']} --run {weekend}")
    assert (told["parts"], told["total_minor"]) == (entry["quantity"], max(p["minor"] for p in entry["postings"]))
    assert "ENTRY_UNKNOWN" in say(f"statement trace E-000000000000 --run {weekend}", 3)
    assert "LINE_UNKNOWN" in say(f"statement trace city/{FRIDAY}/share --run {weekend}", 3)


def test_a_broken_signature_is_found_on_the_way(house: Path) -> None:
    """The bytes of one batch lost a bit in the database."""
    import sqlite3

    told = ask(f"statement trace hanbit-bus/{FRIDAY}/share/bus --limit 1 --db {house / BOOKS}")
    position = told["proofs"][0]["position"]
    with sqlite3.connect(house / BOOKS) as books:
        books.execute("DROP TRIGGER batch_no_UPDATE")
        books.execute(
            "UPDATE batch SET sealed = CAST(substr(sealed, 1, length(sealed) - 1) || x'00' AS BLOB) WHERE position = ?",
            [position],
        )
    books.close()
    again = ask(f"statement trace hanbit-bus/{FRIDAY}/share/bus --limit 1 --db {house / BOOKS}", 4)
    assert again["faults"]


def test_a_manifest_is_the_same_for_everybody(weekend: Path, tmp_path: Path) -> None:
    out = tmp_path / "m.json"
    facts = ask(f"clearing manifest {FRIDAY} --out {out} --run {weekend}")
    assert out.read_bytes() == (weekend / "statements" / FRIDAY / "manifest.json").read_bytes()
    assert len(facts["batches"]) == facts["log"]["through_position"]
    assert "MANIFEST_MISSING" in say(f"clearing manifest 2026-03-09 --run {weekend}", 3)


def shown(folder: Path, party: str, day: str) -> dict:
    """A statement as a program reads it."""
    return ask(f"statement show {party} {day} --run {folder}")
