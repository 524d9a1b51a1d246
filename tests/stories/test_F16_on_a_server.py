"""A house whose books lie on a server is the same house: the same words, the same bytes, and it can move."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import databases
import pytest
from commandline import ask, say
from databases import Hand, server
from house import HANBIT, HARBOUR, NORTH_GATE, WEDNESDAY, Office

from clearing.store import Store


@pytest.fixture
def where() -> Iterator[str]:
    with databases.place("postgresql", Path()) as place:
        yield place


def day(office: Office) -> dict[str, bytes]:
    """A morning at two gates, and everything that was written about it."""
    office.begin()
    inward = office.sealed("in", NORTH_GATE, "entry 1 08:00 NG 1550 18450", "entry 2 08:01 NG 1550 18450")
    outward = office.sealed("out", HARBOUR, "exit 1/2 08:12 HB 0 18450")
    rubbish = office.folder / "rubbish.afc"
    rubbish.write_bytes(b"rubbish" * 40)
    assert office.answers(inward, outward, inward) == ["ACCEPTED", "ACCEPTED", "DUPLICATE"]
    assert office.answers(rubbish, code=5) == ["REJECTED NOT_A_BATCH"]
    office.close(WEDNESDAY)
    receipts = {
        one.name: one.read_bytes() for one in (inward.with_name("in.afc.receipt"), outward.with_name("out.afc.receipt"))
    }
    return receipts | files(office.folder / "house")


def files(house: Path) -> dict[str, bytes]:
    """Statements and payment files."""
    found = [path for part in ("statements", "bank") for path in (house / part).rglob("*") if path.is_file()]
    return {str(path.relative_to(house)): path.read_bytes() for path in found}


def test_the_same_day_comes_to_the_same_bytes(tmp_path: Path, where: str) -> None:
    """Receipts, statements, payment files, heads and digests: nobody outside can tell which database it is."""
    told, heads = [], []
    for name, db in (("file", ""), ("server", where)):
        folder = tmp_path / name
        folder.mkdir()
        office = Office(folder, db)
        told.append(day(office))
        assert office.audit() == {}
        with Store.open(db or str(office.db)) as store:
            heads.append((store.high(), store.days(), list(store.submissions()), store.settlements()))
    assert told[0] == told[1]
    assert len(told[0]) > 4
    assert heads[0] == heads[1]


def test_books_move_to_a_server_and_back(tmp_path: Path, where: str) -> None:
    """Rebuilt from what came in, over there and here again: not a byte differs."""
    office = Office(tmp_path)
    first = day(office)
    there = ask(f"clearing replay {office.where} --to {where} --to-folder {tmp_path}/there -q")
    back = ask(f"clearing replay --db {where} --folder {tmp_path}/there --to {tmp_path}/back/clearing.db -q")
    assert there["differences"] == back["differences"] == []
    assert there["head"] == back["head"]
    assert files(tmp_path / "there") == files(tmp_path / "back") == {k: v for k, v in first.items() if "/" in k}


def test_the_folder_remembers_its_database(tmp_path: Path, where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Named alone, it is enough; and it is nobody else's."""
    monkeypatch.chdir(tmp_path)
    say(f"clearing init --db {where} --city {HANBIT} --cards 3")
    assert ask("clearing gaps --folder hanbit-house") == ask(f"clearing gaps --db {where}") == []
    assert len(ask("device list --folder hanbit-house")) == 77
    with databases.place("postgresql", tmp_path) as other:
        say(f"clearing init --db {other} --city {HANBIT} --folder second")
        assert "refused (HOUSE_DIFFERS)" in say(f"clearing gaps --db {other}", 3)
        assert "refused (HOUSE_UNKNOWN)" in say(f"clearing gaps --db {other} --folder nowhere", 3)
    assert "refused (BOOKS_EXIST)" in say(f"clearing init --db {where} --city {HANBIT} --folder third", 3)


def test_a_database_is_made_first_and_the_books_begin_in_it(tmp_path: Path) -> None:
    """By an administrator who may make databases, for a clerk who may not."""
    where = server().url("made")
    made = ask(f"db init --db {where} --city {HANBIT}")
    assert made["database_made"]
    assert not ask(f"db init --db {where} --city {HANBIT}")["database_made"]
    status = ask(f"db status --db {where}")
    assert (status["environment"], status["rows"]["party"], status["settings"]["fsync"]) == ("sim-hanbit", 0, "on")
    say(f"clearing init --db {where} --city {HANBIT} --folder {tmp_path}/house")
    assert ask(f"db status --db {where}")["rows"]["party"] == 6
    server().drop(where)


def test_a_run_keeps_its_books_on_a_server(tmp_path: Path, where: str) -> None:
    """Simulated on a server and in a file: the same digest; and it is asked like any run."""
    asked = f"scenario run hanbit-weekday --city {HANBIT} --scale 0.02 --workers 1 -q --out {tmp_path}"
    on_server = ask(f"{asked}/server --db {where}")
    in_file = ask(f"{asked}/file")
    digests = [
        Path(one["folder"], "manifest.json").read_text().split('"digest": ')[1].split(",")[0]
        for one in (on_server, in_file)
    ]
    assert digests[0] == digests[1]
    run = on_server["folder"]
    assert all(finding["ok"] for finding in ask(f"clearing audit {run}"))
    assert ask(f"clearing gaps --run {run}") == []
    assert say(f"follow {run}")
    with Hand(where) as hand:
        assert hand.execute("SELECT count(*) FROM batch")[0][0] > 0
    assert "refused (BOOKS_EXIST)" in say(f"{asked}/again --db {where}", 3)
