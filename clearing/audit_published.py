"""Checks of what left the house: detail, manifests, and what others have kept of them. Nobody can put their copies right.

Each yields once for each thing that it looks at: None where it is right, a sentence where it is not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from afc.receipt import Receipt, open_receipt
from afc.refusal import Refused
from clearing import manifest
from clearing.audit import Finding, find
from clearing.detail import content, read_columns
from clearing.house import DETAIL, REPRICED, House
from clearing.operated import CALLS, CHECKS
from clearing.pages import Pages
from clearing.standing import AGAIN
from clearing.trips import TRIPS


def audit_published(house: House, handed: Sequence[Path] = ()) -> list[Finding]:
    """The detail behind the entries, the manifests beside the statements, and what others hand in: manifests and receipts."""
    with house.store.reading():
        found = [
            find("I13", "the detail is what the entries were made of", detail_stands(house)),
            find("I18", "manifests are signed and say what the books say", manifests_stand(house)),
        ]
        if handed:
            found.append(find("I18", "what others have kept fits the books", handed_fits(house, handed)))
        return found


def detail_stands(house: House) -> Iterator[str | None]:
    """I13: each shard's files have the content whose digest is in every entry made of them."""
    for day in closed_days(house):
        for row in house.store.shards(day):
            if row.kind in (DETAIL, REPRICED):
                where = f"the detail of {day}, shard {row.shard}"
                pages = Pages(
                    house.detail(day.isoformat()), row.shard, row.digest, AGAIN if row.kind == REPRICED else ""
                )
                yield page_fault(pages, where)
            elif row.kind in (TRIPS, CALLS, CHECKS):
                path = house.folder / row.file
                same = path.is_file() and content(*read_columns(path).values()) == row.digest
                yield None if same else f"the detail of {day}: {path.name} is not what was closed"


def page_fault(pages: Pages, where: str) -> str | None:
    """Which file of a shard is not what was closed, or None."""
    try:
        for name in pages.listed:
            if pages.path(name, "parquet").is_file():
                pages.table(name)
            else:
                pages.whole(name)
    except Refused as refused:
        return f"{where}: {Path(refused.where).name}: {refused.what}"
    return None


def manifests_stand(house: House) -> Iterator[str | None]:
    """I18: each closed date's manifest is there, signed, and fits the books."""
    for day in closed_days(house):
        path = house.folder / manifest.file_of(day)
        yield from manifest_faults(house, path) if path.is_file() else [f"the manifest of {day} is gone"]


def manifest_faults(house: House, path: Path) -> Iterator[str | None]:
    """One manifest against the books."""
    ring = house.ring
    try:
        facts = manifest.open_manifest(path.read_bytes(), ring.statement_public(), ring.environment, path.name)
    except Refused as refused:
        yield f"{path.name}: {refused.what}"
        return
    day = date.fromisoformat(facts["clearing_date"])
    told = f"the manifest of {day}"
    frozen = house.store.find_day(day)
    if frozen is None or frozen.state != "closed":
        yield f"{told} was published, and these books have not closed that date: an older state was put back"
        return
    yield manifest.chain_fault(facts) or None
    high, _ = house.store.high()
    through = facts["log"]["through_position"]
    yield f"{told} ends at position {through}, the log at {high}: its tail was cut" if through > high else None
    books = manifest.from_books(house, day)
    apart = [name for name in books if books[name] != facts[name]]
    if apart:
        yield f"{told} and the books say different things of: {', '.join(apart)}"


def handed_fits(house: House, handed: Sequence[Path]) -> Iterator[str | None]:
    """I18: manifests and receipts that others kept. A state of yesterday fits to itself, and not to what they hold."""
    for path in files_in(handed):
        if path.suffix == ".json":
            yield from manifest_faults(house, path)
        else:
            yield receipt_fault(house, path)


def files_in(handed: Sequence[Path]) -> Iterator[Path]:
    """Manifests and receipts, of folders all that are in them."""
    for path in handed:
        if path.is_dir():
            yield from sorted([*path.rglob("manifest*.json"), *path.rglob("*.receipt")])
        else:
            yield path


def receipt_fault(house: House, path: Path) -> str | None:
    """What the log has against a receipt that somebody kept."""
    ring = house.ring
    try:
        receipt = open_receipt(path.read_bytes(), ring.receipt_public(), ring.environment)
    except (Refused, OSError) as error:
        return f"{path.name} is no receipt of this house: {error}"
    if receipt.position == 0:
        return None  # kept aside: it has no place in the log
    return place_fault(house, receipt, path.name)


def place_fault(house: House, receipt: Receipt, name: str) -> str | None:
    """Is the batch at the place of the log, and under the head, that its receipt names?"""
    rows = house.store.names(receipt.position, receipt.position)
    high, _ = house.store.high()
    if not rows:
        return f"{name} is for position {receipt.position}, the log ends at {high}: cut, or an older state"
    if rows[0][2] != receipt.digest or house.store.head_at(receipt.position) != receipt.head:
        return f"{name} is for another batch than the one at position {receipt.position}: the log was written anew"
    return None


def closed_days(house: House) -> list[date]:
    """Every date that is closed."""
    return [day.clearing_date for day in house.store.days() if day.state == "closed"]
