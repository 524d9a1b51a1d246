"""Files that are missing or unreadable, and mistakes in several at once: all are told, nothing is half read."""

from __future__ import annotations

from pathlib import Path

import pytest
from hanbit_pack import copied

from afc.city import load_city
from afc.pack.findings import Findings, SeveralRefused
from afc.refusal import Refused


def refused(pack: Path) -> Refused:
    with pytest.raises(Refused) as told:
        load_city(pack)
    return told.value


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    pack = copied(tmp_path)
    (pack / "split.toml").unlink()
    told = refused(pack)
    assert (told.code, told.where, told.what) == ("FILE_MISSING", "hanbit/split.toml", "the file is missing")


def test_a_pack_without_a_network_is_refused(tmp_path: Path) -> None:
    pack = copied(tmp_path)
    (pack / "network").rename(pack / "netz")
    told = refused(pack)
    assert (told.code, told.where) == ("FOLDER_MISSING", "hanbit/network")


def test_latin_1_is_refused_with_its_line(tmp_path: Path) -> None:
    pack = copied(tmp_path)
    file = pack / "contracts.toml"
    file.write_bytes(file.read_bytes().replace(b"Retail agreement", "Café".encode("latin-1")))
    told = refused(pack)
    assert (told.code, told.where) == ("FILE_NOT_UTF8", "hanbit/contracts.toml:26")


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("id = ", "hanbit/split.toml:1"),
        ('\n\n[version]\nid = "a"\nid = "b"\n', "hanbit/split.toml:5"),
        ("x = " + "[" * 100_000, "hanbit/split.toml"),
        ("x = " + "9" * 5000, "hanbit/split.toml"),
        ('x = "\x00"', "hanbit/split.toml:1"),
    ],
    ids=["no value", "a key twice", "a hundred thousand brackets", "five thousand digits", "NUL"],
)
def test_what_is_not_toml_is_refused(text: str, where: str, tmp_path: Path) -> None:
    pack = copied(tmp_path)
    (pack / "split.toml").write_text(text, "utf-8")
    told = refused(pack)
    assert told.code == "TOML_BROKEN"
    assert told.where.startswith(where)
    assert "this is not TOML" in told.what


def test_a_file_of_endless_length_is_refused_unread(tmp_path: Path) -> None:
    pack = copied(tmp_path)
    (pack / "split.toml").write_bytes(b"#" * 8_000_001)
    assert refused(pack).code == "FILE_TOO_LARGE"


def test_windows_line_ends_and_a_byte_order_mark_change_nothing(tmp_path: Path) -> None:
    pack = copied(tmp_path)
    for file in pack.rglob("*.t*t"):
        file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
    for file in pack.glob("*.toml"):
        file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
    assert len(load_city(pack).network.stop_ids) == 13


def test_the_mistakes_of_all_files_are_told_together(tmp_path: Path) -> None:
    pack = copied(tmp_path)
    for file, old, new in (
        ("tariff.toml", "windo", "windwo"),
        ("split.toml", "metro", "metr"),
        ("demand.toml", "NG =", "NX ="),
    ):
        text = (pack / file).read_text("utf-8")
        (pack / file).write_text(text.replace(old, new, 1), "utf-8")
    told = refused(pack)
    assert isinstance(told, SeveralRefused)
    assert {one.where.split(":")[0] for one in told.refusals} == {
        "hanbit/tariff.toml",
        "hanbit/split.toml",
        "hanbit/demand.toml",
    }
    assert "things to put right:\n" in str(told)


def test_findings_stand_in_the_order_of_lines_and_an_endless_list_is_cut() -> None:
    found = Findings()
    for line in range(70, 0, -1):
        found.add("X", f"thing {line}", file="a.toml", line=line)
    with pytest.raises(SeveralRefused) as told:
        found.refuse()
    shown = str(told.value).splitlines()
    assert shown[:2] == ["70 things to put right:", "a.toml:1: thing 1"]
    assert shown[-1] == "and 20 more"
    assert len(told.value.refusals) == 70
