"""An operator that trusts nobody: honest statements come out to the unit, and each lie is named, whoever signed it."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from commandline import ask, say
from published import FRIDAY, HANBIT, SATURDAY, Facts, Liar, verified

from afc.city import load_city
from clearing import extract
from clearing.verify.custody import Custody
from clearing.verify.evidence import read_evidence
from clearing.verify.figures import Figures

Hand = Callable[..., Path]


@pytest.fixture
def bus(handed: Hand, tmp_path: Path) -> Path:
    """The bus company's folder of Friday, to be changed."""
    return Path(shutil.copytree(handed("hanbit-bus"), tmp_path / "bus"))


@pytest.mark.parametrize("day", [FRIDAY, SATURDAY])
@pytest.mark.parametrize("party", ["hanbit-bus", "hanbit-metro", "corner-shops", "hancard", "city"])
def test_an_honest_statement_comes_out_to_the_unit(party: str, day: str, handed: Hand) -> None:
    """Saturday's has taps that waited over the cut, and journeys that were under way at it."""
    folder = handed(party, day)
    assert verified(folder) == {}
    told = ask(f"statement verify {folder}/statement.json --evidence {folder} --city {HANBIT}")
    checked = {check["name"]: check["checked"] for check in told["checks"]}
    if party.startswith("hanbit"):
        assert min(checked["your taps"], checked["your figures"], checked["the lines"], checked["your batches"]) > 5
    assert any("only these operators can tell" in note for note in told["not_shown"])


def test_another_pack_than_the_house_closed_under_is_named_and_nothing_else_is_guessed(
    bus: Path, tmp_path: Path
) -> None:
    """Stops and patterns have numbers of their own in every pack; looked up in another one they used to be a traceback."""
    other = load_city("seoul")
    told = ask(f"statement verify {bus}/statement.json --evidence {bus} --city seoul", 4)
    names = {check["name"]: check for check in told["checks"]}
    assert other.digest[:16] in names["the pack"]["first"]
    assert [name for name, check in names.items() if not check["ok"]] == ["the pack"]
    assert not {"your taps", "your figures", "the lines"} & names.keys()


def test_no_raw_card_number_leaves_the_house(handed: Hand, weekend: Path) -> None:
    """T52: cards have another number for each operator and day."""
    cards: set[int] = set()
    for path in (weekend / "detail" / "issued").glob("cards-*.npy"):
        cards |= set(np.load(path)["card"].tolist())
    seen = []
    for party in ("hanbit-bus", "hanbit-metro"):
        for day in (FRIDAY, SATURDAY):
            parts = extract.read(handed(party, day) / "extract")
            seen.append({card for part in parts for rows in part[:3] for card in rows["card"].tolist()})
    assert all(numbers and not numbers & cards for numbers in seen)
    assert not any(one & other for i, one in enumerate(seen) for other in seen[:i])
    text = "".join(path.read_text("utf-8") for path in (weekend / "statements").rglob("*.*"))
    assert not [card for card in cards if f"{card:016x}" in text or str(card) in text]


def test_a_statement_that_was_edited_is_not_the_one_in_the_manifest(bus: Path) -> None:
    path = bus / "statement.json"
    path.write_bytes(path.read_bytes().replace(b'"quantity": 1', b'"quantity": 2', 1))
    assert "not the statement that the manifest vouches for" in verified(bus, 4)["the statement file"]


def test_a_manifest_that_was_edited_is_not_signed(bus: Path) -> None:
    path = bus / "manifest.json"
    path.write_bytes(path.read_bytes().replace(b'"decimals":0', b'"decimals":2'))
    command = f"statement verify {bus}/statement.json --evidence {bus} --city {HANBIT}"
    assert "refused (SIGNATURE_WRONG)" in say(command, 3)
    path.write_bytes(path.read_bytes().replace(b'"decimals":2', b'"decimals": 0'))
    assert "refused (MANIFEST_MALFORMED)" in say(command, 3)


def test_a_posting_that_was_lowered_is_named(bus: Path) -> None:
    """The house takes 100 off the shares, on paper and in the signed digest; its totals and entries say otherwise."""
    liar = Liar(bus)
    liar.line("share", -100)
    liar.sign()
    found = verified(bus, 4)
    assert found.keys() == {"the lines", "your entries"}
    assert found["your entries"].startswith(f"{FRIDAY} share bus:")


def test_totals_that_were_lowered_are_named(bus: Path) -> None:
    """The signed totals say it, too: what the operator works out from its taps and the extract does not."""
    liar = Liar(bus)
    row = next(row for row in liar.facts["totals"] if row[1] == "share" and row[2] == 1)
    row[7] -= 100
    liar.line("share", -100)
    liar.sign()
    found = verified(bus, 4)
    assert found["your figures"].startswith("share on ")
    assert found["the lines"].startswith("fee: "), "the liar forgot that a fee is taken of it"


def test_kilometres_are_the_vehicles_own(bus: Path) -> None:
    """The contract pays by the kilometre; the records are in the operator's own batches."""
    liar = Liar(bus)
    row = next(row for row in liar.facts["totals"] if row[1] == "metres" and row[2] == 1)
    row[6] -= 1000
    liar.sign()
    assert verified(bus, 4)["your figures"].startswith("metres, ")


def test_a_tap_that_was_dropped_is_named(bus: Path) -> None:
    """One boarding is missing in the detail, and every digest fits."""
    liar, gone = Liar(bus), []

    def drop(parts: list[extract.Part]) -> None:
        shard, row = next(
            (s, int(np.flatnonzero(part.taps["mac"])[0])) for s, part in enumerate(parts) if part.taps["mac"].any()
        )
        tap = parts[shard].taps[row]
        gone.append(f"T-{tap['device']}-{tap['epoch']}-{tap['seq']}")
        parts[shard] = parts[shard]._replace(taps=np.delete(parts[shard].taps, row))

    liar.parts(drop)
    liar.sign()
    assert verified(bus, 4)["your taps"] == f"{gone[0]} of yours is not in the extract: it was dropped"


def test_a_tap_that_was_altered_is_named(bus: Path) -> None:
    liar = Liar(bus)

    def alter(parts: list[extract.Part]) -> None:
        part = next(part for part in parts if part.taps["mac"].any())
        part.taps["amount"][np.flatnonzero(part.taps["mac"])[0]] += 100

    liar.parts(alter)
    liar.sign()
    assert "amount was" in verified(bus, 4)["your taps"]


def test_a_batch_that_was_dropped_is_named(bus: Path) -> None:
    """The house has receipted it; its log, heads and all, now never had it."""
    own = json.loads((bus / "statement.json").read_bytes())["batches"]
    liar = Liar(bus)
    at = next(i for i, (_, _, digest) in enumerate(liar.facts["batches"]) if digest in own)
    digest = liar.facts["batches"][at][2]
    liar.statement["batches"].remove(digest)
    liar.drop(at)
    liar.sign()
    found = verified(bus, 4)
    assert "the manifest does not have it there" in found["your batches"]
    assert "of yours" in found["your taps"] or "never made at your reader" in found["your taps"]


def test_a_batch_in_its_name_is_named(bus: Path) -> None:
    """The operator lost a batch, or never made it: it cannot tell which, but it is told which one."""
    own = json.loads((bus / "statement.json").read_bytes())["batches"]
    for path in sorted((bus / "own").glob("*.afc")):
        if hashlib.sha256(path.read_bytes()[:-64]).hexdigest() in own:
            path.unlink()
            break
    assert "as yours that you do not have" in verified(bus, 4)["batches in your name"]


def test_another_rule_is_named(bus: Path, tmp_path: Path) -> None:
    """The operator's copy of the pack has another bus fare than the one that the house closed with."""
    pack = Path(shutil.copytree(HANBIT, tmp_path / "pack"))
    tariff = pack / "tariff.toml"
    tariff.write_text(tariff.read_text("utf-8").replace("adult = 1500", "adult = 1600"), "utf-8")
    found = verified(bus, 4, pack)
    assert "the date was closed under the pack" in found["the pack"]
    assert "the lines" not in found, "with other rules there is nothing to work out"


def test_an_entry_out_of_balance_is_named(bus: Path) -> None:
    path = bus / "entries.json"
    entries = json.loads(path.read_bytes())
    entries[0][10][0][1] += 1
    path.write_text(json.dumps(entries), "utf-8")
    assert "is out of balance by 1" in verified(bus, 4)["your entries"]


def test_another_operators_tap_is_for_that_operator_to_find(bus: Path, handed: Hand, tmp_path: Path) -> None:
    """Said plainly: the bus company cannot see that the house moved a metro rider's exit. The metro can."""
    moved: Facts = {}

    def move(parts: list[extract.Part]) -> None:
        for part in parts:
            for row in np.flatnonzero((part.taps["mac"] == 0) & (part.taps["kind"] == 2)):
                tap = part.taps[row]
                moved.update({name: int(tap[name]) for name in ("device", "epoch", "seq")})
                part.taps["balance"][row] += 1
                return

    liar = Liar(bus)
    liar.parts(move)
    liar.sign()
    assert verified(bus) == {}
    metro = Path(shutil.copytree(handed("hanbit-metro"), tmp_path / "metro"))

    def move_theirs(parts: list[extract.Part]) -> None:
        for part in parts:
            taps = part.taps
            same = (
                (taps["device"] == moved["device"]) & (taps["epoch"] == moved["epoch"]) & (taps["seq"] == moved["seq"])
            )
            part.taps["balance"][same] += 1

    other = Liar(metro)
    other.parts(move_theirs)
    other.sign()
    assert f"T-{moved['device']}-{moved['epoch']}-{moved['seq']}: balance was" in verified(metro, 4)["your taps"]


def test_what_is_taken_from_the_totals_is_not_taken_twice(bus: Path) -> None:
    """The figures that are compared are those of the operator's own kinds, and there are some of each."""
    evidence = read_evidence(bus / "statement.json", bus, None)
    city = load_city(str(HANBIT))
    figures = Figures(evidence, city, Custody(evidence, city))
    kinds = {row.kind for row in figures.signed if row.operator == evidence.party}
    assert {"share", "boarding", "charge", "metres", "vehicle_day"} <= kinds
    assert list(figures.own()) == [None] * len(list(figures.own()))
