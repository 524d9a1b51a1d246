"""What a statement says beside money, written down: an object for programs, rows for a spreadsheet, lines for people."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from clearing.cells import cell

if TYPE_CHECKING:
    from clearing.custody_told import Custody
    from clearing.store import Consent

HOLES_TOLD = 100
"""So many gaps are named; how many there are, and of how many taps, is told in any case."""

_COLUMNS = ("clearing_date", "party", "about", "what", "value")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def facts(custody: Custody) -> dict[str, Any]:
    """For a program: digests in hex, moments in RFC 3339, money in minor units."""
    waiting, holes = custody.waiting, custody.holes
    return {
        "log": {
            "from_position": custody.log.from_position,
            "through_position": custody.log.through_position,
            "head_before": custody.log.head_before.hex(),
            "head": custody.log.head.hex(),
        },
        "versions": custody.versions._asdict(),
        "received": {"batches": sum(custody.received.values())} | dict(custody.received),
        "rejected_of_all": custody.rejected,
        "waiting": {
            "count": waiting.things,
            "taps": waiting.taps,
            "bound_minor": waiting.bound_minor,
            "since": moment(waiting.since_us) if waiting.things else None,
            "age_s": max(custody.as_of_us - waiting.since_us, 0) // 1_000_000 if waiting.things else None,
        },
        "gaps": {
            "count": len(holes),
            "taps": custody.missing_taps,
            "declared_lost": sum(hole.waiver > 0 for hole in holes),
            "first": [
                {
                    "device": hole.device,
                    "epoch": hole.epoch,
                    "first_seq": hole.first_seq,
                    "last_seq": hole.last_seq,
                    "declared_lost": hole.waiver > 0,
                }
                for hole in holes[:HOLES_TOLD]
            ],
        },
        "extract_sha256": custody.extract.hex() or None,
    } | ({"closed_incomplete": consent_facts(custody.consent)} if custody.consent else {})


def consent_facts(consent: Consent) -> dict[str, str]:
    """Who let a date be closed although taps of it may be missing, and why."""
    return {"by": consent.first, "second": consent.second, "because": consent.because, "at": moment(consent.at_us)}


def as_csv(custody: Custody, clearing_date: str, party: str) -> bytes:
    """For a spreadsheet: a row a fact. No cell can be a formula: words of people are told apart, and nothing else begins like
    one."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for about, what, value in rows(facts(custody)):
        writer.writerow([clearing_date, party, about, what, value])
    return out.getvalue().encode()


def rows(told: dict[str, Any]) -> list[tuple[str, str, Any]]:
    """Subject, fact and value; gaps one a row."""
    found: list[tuple[str, str, Any]] = []
    for about in ("log", "versions", "received", "waiting"):
        found += [(about, what, "" if value is None else value) for what, value in told[about].items()]
    found.append(("received", "rejected_of_all", told["rejected_of_all"]))
    found += [("gaps", what, told["gaps"][what]) for what in ("count", "taps", "declared_lost")]
    for hole in told["gaps"]["first"]:
        found.append(
            ("gaps", f"device {hole['device']} epoch {hole['epoch']}", f"{hole['first_seq']}..{hole['last_seq']}")
        )
    found += [("closed_incomplete", what, cell(words)) for what, words in told.get("closed_incomplete", {}).items()]
    return [*found, ("extract", "sha256", told["extract_sha256"] or "")]


def lines(told: dict[str, Any], bound: str) -> list[str]:
    """For a person; `bound` is the money that waits, as people write it."""
    log, got, waiting, gaps = told["log"], told["received"], told["waiting"], told["gaps"]
    consent = told.get("closed_incomplete")
    answers = ", ".join(f"{count} {answer}" for answer, count in got.items() if answer != "batches")
    since = f", the oldest since {waiting['since']} ({waiting['age_s'] // 86_400} days)" if waiting["count"] else ""
    missing = [f"device {g['device']}, epoch {g['epoch']}: {g['first_seq']}–{g['last_seq']}" for g in gaps["first"][:3]]
    return [
        f"log        positions {log['from_position']}–{log['through_position']}, head {log['head']}",
        f"versions   tariff {told['versions']['tariff']}, split {told['versions']['split']},"
        f" city pack {told['versions']['city']}",
        f"received   {got['batches']} batches of your readers: {answers}; {told['rejected_of_all']} of nobody rejected",
        f"waiting    {waiting['count']} kept aside, {waiting['taps']} taps, at most {bound}{since}",
        f"gaps       {gaps['count']}, {gaps['taps']} taps missing, {gaps['declared_lost']} declared lost"
        + "".join(f"; {one}" for one in missing),
        *(
            [f"incomplete closed so by {consent['by']} and {consent['second']}: {consent['because']}"]
            if consent
            else []
        ),
        f"extract    {told['extract_sha256'] or 'none: no rides'}",
    ]


def moment(t_us: int) -> str:
    """A moment in UTC, exactly.

    >>> moment(1_772_582_400_000_001)
    '2026-03-04T00:00:00.000001Z'
    """
    return (_EPOCH + timedelta(microseconds=t_us)).isoformat().replace("+00:00", "Z")
