"""The exported journal, added up by accountants' programs that know nothing of ours, in 0, 2 and 3 decimals."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from datetime import date
from pathlib import Path
from urllib.parse import unquote

import pytest
from commandline import ask, say
from hypothesis import given
from hypothesis import strategies as st
from needed import program

from clearing.entry import Entry, Posting
from clearing.ledger import Named, name_of
from clearing.netting import _OWNED, _UNOWNED
from clearing.plaintext.beancount import named as bean_named
from clearing.plaintext.books import FORMS, Books
from clearing.plaintext.facts import TYPES
from clearing.plaintext.hledger import named as hledger_named

HANBIT = Path(__file__).resolve().parents[1] / "data" / "hanbit"
CURRENCIES = {"KRW": 0, "USD": 2, "KWD": 3}
WEDNESDAY, THURSDAY = date(2026, 3, 4), date(2026, 3, 5)


@pytest.fixture(scope="module", params=CURRENCIES)
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The town's Friday and Saturday with three riders in a hundred, in a currency with 0, 2 or 3 decimals."""
    folder = tmp_path_factory.mktemp(request.param)
    pack = Path(shutil.copytree(HANBIT, folder / "hanbit"))
    city = pack / "city.toml"
    city.write_text(city.read_text("utf-8").replace('"KRW"', f'"{request.param}"'), "utf-8")
    told = ask(f"scenario run hanbit-weekend --city {pack} --scale 0.03 --days 2 --workers 1 -q --out {folder}")
    return f"--run {told['folder']}"


@pytest.fixture(scope="module")
def ours(run: str) -> dict[str, int]:
    """What our own books hold, by account."""
    rows = ask(f"ledger trial-balance {run}")["accounts"]
    return {row["account"]: row["minor"] for row in rows}


def test_hledger_checks_it_strictly_and_comes_to_our_balances(run: str, ours: dict[str, int], tmp_path: Path) -> None:
    journal = exported(run, "hledger", tmp_path)
    for check in (["--strict"], ["ordereddates", "accounts", "commodities"]):
        assert tell("hledger", "-f", str(journal), "check", *check) == ""
    rows = csv.DictReader(
        io.StringIO(tell("hledger", "-f", str(journal), "balance", "--flat", "-E", "-N", "-O", "csv"))
    )
    decimals = ask(f"ledger trial-balance {run}")["decimals"]
    theirs = {unquote(row["account"]): minor_of(row["balance"], decimals) for row in rows}
    assert theirs == ours


def test_beancount_comes_to_our_balances(run: str, ours: dict[str, int], tmp_path: Path) -> None:
    """The file ends with what our books say of every account; a unit less in one posting is named."""
    journal = exported(run, "beancount", tmp_path)
    text = journal.read_text("utf-8")
    assert text.count(" balance ") == len(ours)
    assert tell("bean-check", str(journal)) == ""
    changed = journal.with_name("changed.beancount")
    changed.write_text(text.replace(" ~ 0 ", "1 ~ 0 ", 1), "utf-8")
    assert "Balance failed" in tell("bean-check", str(changed), code=1)


def test_an_auditor_finds_one_unit(run: str, tmp_path: Path) -> None:
    """Somebody pays a bus company one unit more in the file; both sides of the entry fit, the books do not."""
    journal = exported(run, "hledger", tmp_path)
    lines = journal.read_text("utf-8").splitlines()
    place = next(i for i, line in enumerate(lines) if "= " in line and "payable:hanbit-bus" in line)
    lines[place] = one_unit_more(lines[place])
    journal.write_text("\n".join(lines) + "\n", "utf-8")
    assert "balance assertion" in tell("hledger", "-f", str(journal), "check", code=1)


def test_the_sheet_has_every_posting(run: str, ours: dict[str, int]) -> None:
    """Whoever sums the column of minor units by account has the trial balance."""
    sums: dict[str, int] = {}
    rows = list(csv.DictReader(io.StringIO(say(f"ledger export --to csv {run}"))))
    for row in rows:
        sums[row["account"]] = sums.get(row["account"], 0) + int(row["minor"])
    assert sums == ours
    entries = ask(f"ledger journal {run}")
    assert len({row["entry"] for row in rows}) == len(entries)
    assert [row["digest"] for row in entries] == [row["digest"] for row in first_rows(rows)]


def test_the_journal_is_asked_by_account_date_and_kind(run: str) -> None:
    every = ask(f"ledger journal {run}")
    assert {row["kind"] for row in ask(f"ledger journal {run} --kind fee")} == {"fee"}
    owed = ask(f"ledger journal {run} --account payable --date 2026-03-07")
    assert owed
    assert owed == [
        row
        for row in every
        if row["clearing_date"] == "2026-03-07" and any(p["account"].startswith("payable:") for p in row["postings"])
    ]
    assert ask(f"ledger journal {run} --account pay") == []


def test_a_trial_balance_is_of_a_date(run: str, ours: dict[str, int]) -> None:
    """Through the first date it is that date's journal; through the second it is everything."""
    first = ask(f"ledger trial-balance {run} --on 2026-03-06")
    sums: dict[str, int] = {}
    for entry in ask(f"ledger journal {run} --date 2026-03-06"):
        for posting in entry["postings"]:
            sums[posting["account"]] = sums.get(posting["account"], 0) + posting["minor"]
    assert {row["account"]: row["minor"] for row in first["accounts"]} == sums
    assert first["total_minor"] == 0
    last = ask(f"ledger trial-balance {run} --on 2026-03-07")
    assert {row["account"]: row["minor"] for row in last["accounts"]} == ours


NASTY = "x=1;  [2026-01-01] date:1, ünï|%20\ta"


def nasty_books(decimals: int) -> Books:
    """One entry of the largest amount, with names that mean something to somebody; and its reversal for another date."""
    largest = 2**62 + 7
    sums = {f"deferred:house:{NASTY}": largest, "receivable:bank": -largest + 1, "receivable:bank:Gap": -1}
    postings = tuple(Posting(account, minor) for account, minor in sums.items())
    entries = [
        Entry(WEDNESDAY, "sale", NASTY, "tariff, 1", bytes(32), postings, 3, "Süd", NASTY),
        Entry(
            THURSDAY,
            "fee",
            "a | b",
            "r",
            bytes(32),
            (Posting("pool", 1), Posting("journeys", -1)),
            0,
            "",
            "",
            WEDNESDAY,
        ),
    ]
    balances = sums | {"pool": 1, "journeys": -1}
    named = iter([Named(name_of(entry), entry) for entry in entries])
    return Books('"A" \\ town', "XTS", decimals, WEDNESDAY, THURSDAY, balances, named)


@pytest.mark.parametrize("decimals", [0, 2, 3])
def test_names_and_amounts_come_through_whatever_they_are(decimals: int, tmp_path: Path) -> None:
    """Signs that each format gives a meaning to, and nineteen digits."""
    for form, tool, command in (
        ("hledger", "hledger", ["-f", "{}", "check", "--strict"]),
        ("beancount", "bean-check", ["{}"]),
    ):
        file = tmp_path / f"nasty.{form}"
        file.write_text("".join(f"{line}\n" for line in FORMS[form](nasty_books(decimals))), "utf-8")
        assert tell(tool, *(part.format(file) for part in command)) == ""
    file = tmp_path / "nasty.hledger"
    tags = tell("hledger", "-f", str(file), "tags", "cause", "--values").splitlines()
    assert sorted(map(unquote, tags)) == sorted([NASTY, "a | b"])
    accounts = {unquote(name) for name in tell("hledger", "-f", str(file), "accounts", "--used").splitlines()}
    assert f"deferred:house:{NASTY}" in accounts


PARTS = st.text(st.characters(codec="utf-8", exclude_characters=":"), min_size=1, max_size=8)


@given(accounts=st.lists(st.lists(PARTS, min_size=1, max_size=2).map(":".join), min_size=2, max_size=2, unique=True))
def test_no_two_accounts_have_one_name(accounts: list[str]) -> None:
    one, other = (f"payable:{account}" for account in accounts)
    assert bean_named(one) != bean_named(other)
    assert unquote(hledger_named(one)) == one


def test_every_kind_of_account_has_its_type() -> None:
    assert TYPES.keys() >= {*_OWNED, *_UNOWNED}


def exported(run: str, form: str, folder: Path) -> Path:
    """The journal in a file."""
    path = folder / f"books.{form}"
    ask(f"ledger export --to {form} --out {path} {run}")
    return path


def first_rows(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """The first posting of each entry."""
    return list({row["entry"]: row for row in reversed(rows)}.values())[::-1]


def minor_of(amount: str, decimals: int) -> int:
    """What hledger writes for an amount, in minor units; a plain 0 has no currency."""
    whole, _, part = amount.split(" ")[0].partition(".")
    return int(whole + part.ljust(decimals, "0"))


def one_unit_more(line: str) -> str:
    """The asserted balance with its last digit another."""
    amount, _, currency = line.rpartition(" ")
    return f"{amount[:-1]}{(int(amount[-1]) + 1) % 10} {currency}"


def tell(tool: str, *arguments: str, code: int = 0) -> str:
    """What a program of others says."""
    done = subprocess.run([program(tool), *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    return done.stdout + (done.stderr if code else "")
