"""The corner shops took 5 000 won for a load, keep 40 and owe 4 960; and then they pay less, or nothing at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from banker import Banker
from commandline import say
from house import WEDNESDAY
from settling import TWO, Counter, counter
from town_bank import ACCOUNT

KIOSK, SHOPS, CALL = 65, "corner-shops", f"{WEDNESDAY}-corner-shops"
THURSDAY, AT = "2026-03-05", "--at 2026-03-06T09:00:00+09:00"


def loaded(folder: Path, **settlement: str) -> Counter:
    """One ride and one load on Wednesday, closed."""
    office = counter(folder, **settlement)
    kiosk = office.sealed("kiosk", KIOSK, "load 2 09:00 NG 5000 25000")
    assert office.answers(kiosk) == ["ACCEPTED"]
    office.close(WEDNESDAY)
    return office


@pytest.fixture
def office(tmp_path: Path) -> Counter:
    return loaded(tmp_path)


@pytest.fixture
def banker(tmp_path: Path) -> Banker:
    return Banker(tmp_path, ACCOUNT, "KRW", 1_000_000)


def calls(office: Counter, cycle: str = WEDNESDAY) -> dict[str, tuple[str, int]]:
    """Each party's payment or call."""
    rows = office.ask(f"settlement plan --cycle {cycle}")["payments"]
    return {row["party"]: (row["kind"], row["minor"]) for row in rows}


def test_a_shop_pays_in_what_it_took_less_its_fee(office: Counter, banker: Banker) -> None:
    """F97: the plan says how much cash stands behind the call; the statement has to bring just that."""
    [call] = [row for row in office.ask("settlement plan")["payments"] if row["party"] == SHOPS]
    assert (call["kind"], call["minor"]) == ("call", 4_960)
    assert call["why"] == {"cash:corner-shops": -5_000, "fees:corner-shops": 40}
    banker.pay(f"{WEDNESDAY}-hanbit-metro", 1_527, THURSDAY)
    banker.receive("", 4_960, THURSDAY, "001-0004")
    assert office.take("reconcile", [banker.statement(THURSDAY)], "2026-03-06") == []
    assert set(office.states().values()) == {"CONFIRMED"}
    assert office.audit() == {}


def test_what_a_shop_keeps_back_is_owed_with_the_next_cycle(office: Counter, banker: Banker) -> None:
    """60 won are missing: a break, and after two people have looked, a part of the shops' next position."""
    banker.receive(CALL, 4_900, THURSDAY, "001-0004")
    assert office.take("reconcile", [banker.statement(THURSDAY)], "2026-03-06", 5) == ["PARTIAL 60"]
    office.ask(f"settlement resolve B1 --as credit:{SHOPS} {TWO} {AT}")
    [day] = office.close(THURSDAY)
    assert day["positions"][SHOPS] == -60
    assert office.audit() == {}
    assert office.replay() == []


def test_a_call_that_nobody_pays_is_borne_by_whom_it_was_owed_to(office: Counter, banker: Banker) -> None:
    """The shops default after the order: the issuer, whose loads they had sold, has so much less with Thursday."""
    assert (CALL, "LATE", 3, 0) in office.breaks("2026-03-10")
    assert "ONE_PERSON" in say(
        f"party default {SHOPS} --from {WEDNESDAY} --by A --second A --because x --db {office.db}", 3
    )
    gone = office.ask(f"party default {SHOPS} --from {WEDNESDAY} {TWO} {AT}")
    assert gone["calls_given_up"] == [CALL]
    assert office.ask(f"party default {SHOPS} --from {WEDNESDAY} {TWO} {AT}")["from"] == WEDNESDAY, "once is once"
    assert office.ask(f"party default {SHOPS} --from {THURSDAY} {TWO} {AT}", 3)[0]["code"] == "DEFAULT_DIFFERS"
    [day] = office.close(THURSDAY)
    assert day["positions"] == {"(held)": 4_960, "hancard": -4_960}
    banker.receive(CALL, 4_960, "2026-03-09", "001-0004")  # and then they pay after all
    assert office.take("reconcile", [banker.statement("2026-03-09")], "2026-03-10", 5) == ["CONTRADICTED -4960"]
    assert office.audit() == {}
    assert office.replay() == []


def test_a_week_is_ordered_on_its_friday_pair_by_pair(tmp_path: Path) -> None:
    """Bilateral: the metro is paid by the issuer, the shops are called for the issuer. Before Friday nothing is due."""
    office = loaded(tmp_path, cycle="weekly:FRI+1", netting="bilateral", pain="pain.001.001.03")
    plan = office.ask("settlement plan")
    assert (plan["cycle"], plan["first_date"], plan["execution"]) == ("2026-03-06", "2026-02-28", "2026-03-09")
    assert (plan["status"], office.ask("settlement instruct")) == ("open", [])
    assert not office.file("2026-03-06").exists()
    office.close("2026-03-06")
    plan = office.ask("settlement plan")
    assert plan["status"] == "instructed"
    assert [(row["kind"], row["party"], row["counterparty"], row["minor"]) for row in plan["payments"]] == [
        ("call", SHOPS, "hancard", 4_960), ("pay", "hanbit-metro", "hancard", 1_527),
    ]  # fmt: skip
    assert "pain.001.001.03" in office.file("2026-03-06").read_text()
    assert office.audit() == {}
    assert office.replay() == []


def test_who_defaults_before_the_order_is_left_out_of_it(tmp_path: Path) -> None:
    """T51: entries in Saturday's books unwind the week that ended on Friday; all of it can be done again from the evidence."""
    office = loaded(tmp_path, cycle="weekly:FRI+1", instruct="hand")
    office.close("2026-03-06")
    assert calls(office, "2026-03-06") == {SHOPS: ("call", 4_960), "hanbit-metro": ("pay", 1_527)}
    office.ask(f"party default {SHOPS} --from {THURSDAY} {TWO} --at 2026-03-07T09:00:00+09:00")
    assert office.ask("settlement plan")["in_default"] == [SHOPS]
    [ordered] = office.ask("settlement instruct --at 2026-03-07T10:00:00+09:00")
    assert (ordered["payments"], ordered["calls"]) == (1, 0)
    assert calls(office, "2026-03-06") == {"hanbit-metro": ("pay", 1_527)}
    assert [row["in_default_from"] for row in office.ask("party list") if row["party"] == SHOPS] == [THURSDAY]
    office.close("2026-03-07")
    assert office.audit() == {}
    assert office.replay() == []


def test_cut_between_file_and_note_nothing_is_paid_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file was written and the books do not know it: the next attempt writes the same bytes under the same name."""
    from clearing.store import Store

    office = loaded(tmp_path, instruct="hand")

    def cut(*_: object) -> None:
        raise RuntimeError("power")

    with monkeypatch.context() as during:
        during.setattr(Store, "settle", cut)
        with pytest.raises(RuntimeError, match="power"):
            say(f"settlement instruct --db {office.db}", 1)
    written = office.file().read_bytes()
    assert office.ask("settlement plan")["status"] == "due"
    [ordered] = office.ask("settlement instruct")
    assert office.file().read_bytes() == written
    assert ordered["message"].encode() in written
    assert office.audit() == {}


def test_a_file_that_the_books_do_not_know_is_not_replaced(tmp_path: Path) -> None:
    """It may have been sent: somebody has to find out."""
    office = loaded(tmp_path, instruct="hand")
    office.file().parent.mkdir()
    office.file().write_text("<Document/>")
    assert "PAYMENT_FILE_DIFFERS" in say(f"settlement instruct --db {office.db}", 3)
    assert office.ask("settlement plan")["status"] == "due"
