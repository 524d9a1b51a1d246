"""`afc kit` at the command line: a batch from a text file, read back, matched with a receipt."""

from __future__ import annotations

from pathlib import Path

import pytest
from commandline import ask, say

HANBIT = Path(__file__).resolve().parents[1] / "data" / "hanbit"
WORLD = f"--world {HANBIT}"
TAPS = """kind,card,time,stop,amount,balance
ENTRY,1,2026-03-04T08:00:00+09:00,NG,1550,18450
EXIT,1,2026-03-04T08:12:00+09:00,HB,0,
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("taps.csv").write_text(TAPS)
    return tmp_path


def test_sealed_by_hand_and_read_back(here: Path) -> None:
    told = say(f"kit sign {WORLD} --device 5 --records taps.csv --out a.afc")
    assert told.startswith("a.afc: batch 1 of device 5, epoch 1: taps 1–2, 296 bytes, sim-hanbit")
    assert "category the pack's first; clock SYNCED;" in told
    told = say(f"kit inspect a.afc {WORLD}")
    assert "2026-03-04T08:00:00+09:00  ENTRY  card 1 counter 1  adult on hancard, tariff 1  at NG" in told
    assert "✓ MACs" in told
    facts = ask(f"kit inspect a.afc {WORLD}")
    assert facts["header"]["tap_count"] == 2
    assert facts["taps"][1]["balance"] == 18450
    assert {check["ok"] for check in facts["checks"]} == {True}
    assert {check["ok"] for check in ask("kit inspect a.afc")["checks"]} == {True, None}


def test_a_batch_comes_through_stdin_and_goes_on(here: Path) -> None:
    tap = '{"kind": "ENTRY", "card": 1, "time": "2026-03-04T08:00:00+09:00"}\n'
    say(f"kit sign {WORLD} --device 5 --records - --out a.afc", given=tap)
    say(f"kit sign {WORLD} --device 5 --records - --out b.afc --previous a.afc", given=tap)
    first, second = (ask(f"kit inspect {name}.afc {WORLD}") for name in "ab")
    assert second["header"]["previous"] == first["digest"]
    assert second["header"]["number"] == 2


def test_what_is_there_is_not_written_over(here: Path) -> None:
    sign = f"kit sign {WORLD} --device 5 --records taps.csv --out a.afc"
    say(sign)
    assert "refused (OUT_EXISTS): a.afc: there is a file already. Add --force" in say(sign, 3)
    say(f"{sign} --force")


def test_nothing_is_written_when_anything_is_wrong(here: Path) -> None:
    Path("taps.csv").write_text(TAPS.replace("stop,", "stpo,"))
    errors = ask(f"kit sign {WORLD} --device 5 --records taps.csv --out a.afc", 3)
    assert [error["path"] for error in errors] == ["taps.csv:2", "taps.csv:3"]
    assert errors[0]["hint"] == 'Did you mean "stop"?'
    assert not Path("a.afc").exists()


@pytest.mark.parametrize(
    ("command", "code", "told"),
    [
        ("inspect none.afc", 3, "FILE_UNREADABLE"),
        ("inspect taps.csv", 3, "NOT_THIS_KIND"),
        ("inspect a.afc --public 00", 3, "KEY_MALFORMED"),
        (f"inspect a.afc --public {'00' * 32} {WORLD}", 3, "KEY_TWICE"),
        (f"inspect a.afc --public {'01' * 32}", 4, "SIGNATURE_WRONG"),
        (f"inspect a.afc {WORLD} --seed 8", 4, "SIGNATURE_WRONG"),
        (f"inspect short.afc {WORLD}", 4, "TOO_SHORT"),
        ("inspect a.afc --world nowhere", 3, "CITY_UNKNOWN"),
        ("verify-receipt a.afc --batch a.afc", 3, "KEY_MISSING"),
        (f"verify-receipt a.afc --batch a.afc {WORLD}", 3, "NOT_THIS_KIND"),
    ],
)
def test_what_does_not_hold_has_its_exit_code(here: Path, command: str, code: int, told: str) -> None:
    say(f"kit sign {WORLD} --device 5 --records taps.csv --out a.afc")
    Path("short.afc").write_bytes(Path("a.afc").read_bytes()[:200])
    assert told in say(f"kit {command}", code)
