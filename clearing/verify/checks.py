"""The checks of a party that trusts nobody: each says what it compared with what, how many, and the first difference.

What they cannot show is said by `limits`, because a report that only lists what was right would say too much.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from clearing import manifest, repriced_told
from clearing.entry import written
from clearing.extract import whole
from clearing.netting import owner
from clearing.per_journey import MOVES
from clearing.verify.custody import Custody
from clearing.verify.evidence import Evidence, read_evidence
from clearing.verify.figures import Figures


class Check(NamedTuple):
    """One comparison; `first` is the first thing that is not right, or nothing."""

    name: str
    compared: str
    ok: bool
    checked: int
    first: str = ""


def verify(statement: Path, folder: Path, city: Any, keys: Path | None = None) -> list[Check]:
    """Every check of a statement against the evidence in a folder, and the rules of a pack."""
    evidence = read_evidence(statement, folder, keys)
    custody = Custody(evidence, city)
    checks: list[tuple[str, str, Callable[[], Iterator[str | None]]]] = [
        ("the manifest", "its signature, and the log's heads through its batches", lambda: manifest_holds(evidence)),
        (
            "the statement file",
            "with the digest in the manifest, and its total with its lines",
            lambda: statement_holds(evidence),
        ),
        (
            "the pack",
            "the digest of your pack with the one that the date was closed under",
            lambda: pack_holds(evidence, city),
        ),
        ("registers", "with the digest in the manifest", lambda: registers_hold(evidence)),
        ("your batches", "each of yours with its receipt, and with the manifest", custody.batches_stand),
        ("batches in your name", "each that the statement lists with those that you have", custody.nothing_invented),
        ("the extract", "with its digest in statement and manifest", lambda: extract_holds(evidence)),
    ]
    if evidence.statement.get("repriced") or any(about_earlier(evidence)):
        compared = "each line about an earlier date with the journeys that it lists"
        checks.append(("priced again", compared, lambda: again_adds_up(evidence)))
    found = [run(*check) for check in checks]
    if all(
        check.ok for check in found if check.name in ("the pack", "registers")
    ):  # stops have numbers in their pack alone
        compared = "each of yours that is due with the extract, field by field, and back"
        found.append(run("your taps", compared, custody.taps_stand))
        figures = Figures(evidence, city, custody)
        found.append(
            run("your figures", "worked out again from your taps and the extract, with the signed totals", figures.own)
        )
        found.append(run("the lines", "worked out again from the signed totals, with the statement", figures.lines))
    found.append(
        run("your entries", "in balance, with their digest, and summed with the lines", lambda: entries_hold(evidence))
    )
    return found


def run(name: str, compared: str, check: Callable[[], Iterator[str | None]]) -> Check:
    """Count what a check looks at, and keep the first thing that it finds."""
    count, first = 0, ""
    for fault in check():
        count += 1
        first = first or fault or ""
    return Check(name, compared, not first, count, first)


def limits(statement: Path, folder: Path) -> list[str]:
    """What these checks do not show, in words."""
    told = [
        "MACs of cards: no operator has their keys. That a tap is genuine is the scheme's word.",
        "Taps at other operators' readers in shared journeys: that they are as they were made, only these operators can tell, "
        "each with a check like this one. Your figures follow from what the house signed that they were.",
        "What journeys that were priced again brought before: the house's list; it adds up to the lines.",
        "What two people ruled by hand: the entries name them and their reason, and follow from nothing else.",
        "What others' fares, loads and kilometres come to, where a fee or a pool divides them: the house's signed totals.",
    ]
    if not (folder / "extract").is_dir():
        told.append(
            "Fares: a party that carries nobody gets no detail of riders. Its lines follow from the signed totals."
        )
    if (folder / "own").is_dir():
        told.append("The batches in own/ came from the house. Use those that your own readers and gateways have kept.")
    if statement.parent == folder:
        told.append("The keys in keys.json came with the rest: compare them with those that came with your readers.")
    return told


def manifest_holds(evidence: Evidence) -> Iterator[str | None]:
    """Opening it has checked the signature."""
    yield manifest.chain_fault(evidence.manifest) or None
    same = evidence.statement["clearing_date"] == evidence.manifest["clearing_date"]
    yield None if same else f"it is of {evidence.manifest['clearing_date']}, and the statement of another date"


def statement_holds(evidence: Evidence) -> Iterator[str | None]:
    told, party = evidence.statement, evidence.statement["party"]["id"]
    noted = evidence.manifest["statements"].get(party)
    if noted is None:
        yield f"the manifest knows of no statement for {party}"
        return
    same = hashlib.sha256(evidence.statement_bytes).hexdigest() == noted["statement_sha256"]
    yield None if same else "this is not the statement that the manifest vouches for"
    total = sum(line["minor"] for line in told["lines"])
    right = total == told["total"]["minor"] == noted["minor"]
    yield (
        None if right else f"its lines come to {total}, it says {told['total']['minor']}, the manifest {noted['minor']}"
    )
    if evidence.csv_bytes is not None:
        sheet = hashlib.sha256(evidence.csv_bytes).hexdigest()
        yield None if sheet == told["csv_sha256"] else "the CSV file is not the one that belongs to it"
    if evidence.again_bytes is not None:
        sheet = hashlib.sha256(evidence.again_bytes).hexdigest()
        yield (None if sheet == told.get("repriced_csv_sha256") else "the sheet of journeys priced again is another's")
    log = {name: evidence.manifest["log"][name] for name in told["custody"]["log"]}
    yield None if log == told["custody"]["log"] else "it tells of another part of the log than the manifest"


def again_adds_up(evidence: Evidence) -> Iterator[str | None]:
    """Each line about an earlier date that is made of journeys is the sum of those that the statement lists."""
    listed = repriced_told.summed(evidence.statement.get("repriced", []))
    for line in about_earlier(evidence):
        key = (line["service_date"], line["kind"], line["service"], line["product"])
        behind = listed.pop(key, 0)
        same = behind == line["minor"]
        yield None if same else f"{' '.join(filter(None, key))}: {behind} is listed, {line['minor']} is told"
    for key, behind in listed.items():
        yield f"{' '.join(filter(None, key))}: {behind} is listed, and no line tells it" if behind else None


def about_earlier(evidence: Evidence) -> Iterator[dict[str, Any]]:
    """The lines about earlier dates that are made of journeys and taps."""
    told = evidence.statement
    return (one for one in told["lines"] if one["kind"] in MOVES and one["service_date"] != told["clearing_date"])


def pack_holds(evidence: Evidence, city: Any) -> Iterator[str | None]:
    wanted = evidence.manifest["versions"]["city"]
    yield (
        None
        if city.digest == wanted
        else f"the date was closed under the pack {wanted[:16]}…, yours is {city.digest[:16]}…"
    )
    same = evidence.statement["custody"]["versions"] == evidence.manifest["versions"]
    yield None if same else "statement and manifest name other versions"


def registers_hold(evidence: Evidence) -> Iterator[str | None]:
    digest = hashlib.sha256(manifest.canonical(evidence.registers)).hexdigest()
    same = digest == evidence.manifest["registers_sha256"]
    yield None if same else "parties and readers are not those that the manifest vouches for"


def extract_holds(evidence: Evidence) -> Iterator[str | None]:
    noted = evidence.manifest["extracts_sha256"].get(evidence.statement["party"]["id"], "")
    if evidence.parts is None:
        yield f"there should be an extract with the digest {noted[:16]}…" if noted else None
        return
    digest = whole(part.digest for part in evidence.parts).hex()
    yield None if digest == noted else "the extract is not the one that the manifest vouches for"
    same = digest == evidence.statement["custody"]["extract_sha256"]
    yield None if same else "the extract is not the one that the statement names"


def entries_hold(evidence: Evidence) -> Iterator[str | None]:
    """I1, I13: each entry is in balance; together they are those of the manifest, and come to the statement's lines."""
    party, names = evidence.statement["party"]["id"], []
    sums: dict[tuple[str, ...], int] = {}
    for facts in evidence.entries:
        name = hashlib.sha256(in_one_form(facts)).digest()
        names.append(name)
        off = sum(minor for _, minor in facts[10])
        yield f"the entry {facts[2]} {facts[3]} is out of balance by {off}" if off else None
        key = (facts[1], facts[2], facts[5], facts[6])
        mine = [minor for account, minor in facts[10] if owner(account) == party]
        if mine:  # what the bank moved names the party, and is no part of what it is owed
            sums[key] = sums.get(key, 0) - sum(mine)
    noted = evidence.manifest["statements"][party]["entries_sha256"]
    same = manifest.digest_of_entries(names).hex() == noted
    yield None if same else "the entries are not those that the manifest vouches for"
    for line in evidence.statement["lines"]:
        key = (line["service_date"], line["kind"], line["service"], line["product"])
        posted = sums.pop(key, 0)
        yield (
            None
            if posted == line["minor"]
            else f"{' '.join(filter(None, key))}: {posted} is posted, {line['minor']} is told"
        )
    for untold, posted in sums.items():
        yield f"{' '.join(filter(None, untold))}: {posted} is posted, and no line tells it"


def in_one_form(facts: list[Any]) -> bytes:
    """The facts of an entry as the bytes that its identity is the digest of."""
    return written(facts[:2], facts[2:7], facts[7], bytes.fromhex(facts[8]), bytes.fromhex(facts[9]), facts[10])
