"""`afc clearing ingest`: sealed batches come in, an answer goes out for each, and a receipt beside the batch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from afc.answers import AnswerKind
from afc.refusal import Refused
from sim.commands.books import on_named_books
from sim.output import BREAKS, OK, UNAVAILABLE, Reply, answers

if TYPE_CHECKING:
    from clearing.intake import Answer
    from sim.houses import Opened

TAKEN = (AnswerKind.ACCEPTED, AnswerKind.DUPLICATE)


@click.command("ingest", epilog="Example:  afc clearing ingest batch.afc --db house/clearing.db")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--received-at", "received_at", metavar="TIME", help="When they came, ISO 8601 with zone (default: now).")
@answers("afc.clearing.ingest/1")
@on_named_books
def ingest(books: Opened, files: tuple[Path, ...], received_at: str | None) -> Reply:
    """Take sealed batches in, in order: files, and folders of *.afc. Each gets its answer, and NAME.receipt if it was kept.

    Exits with 5 if any batch was set aside or rejected, with 6 if the database could not take it now.
    """
    from afc.batch import batch_bytes_max
    from afc.limits import intake_batches_max
    from clearing.intake import Intake
    from sim.handed import bytes_of
    from sim.moments import moment_or_now

    received_us = moment_or_now(received_at, "--received-at")
    paths = list(batches_in(files))
    intake = Intake(books.house.store, books.house.ring, books.house.ring.environment)
    told: list[tuple[Path, Answer]] = []
    for at in range(0, len(paths), intake_batches_max):
        call = paths[at : at + intake_batches_max]
        sealed = [bytes_of(path, batch_bytes_max, "Nothing of its call was taken.") for path in call]
        told += zip(call, intake.take(sealed, received_us), strict=True)
    rows = [answered(path, answer) for path, answer in told]
    counts = {kind.name: sum(answer.kind is kind for _, answer in told) for kind in AnswerKind}
    summary = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
    text = "\n".join([*map(line, rows), f"in all {summary}"])
    return Reply({"answers": rows, "counts": counts}, text, exit_code([answer.kind for _, answer in told]))


def exit_code(kinds: Sequence[AnswerKind]) -> int:
    """All in custody, or something to look at, or something to send again."""
    if AnswerKind.RETRY in kinds:
        return UNAVAILABLE
    return OK if all(kind in TAKEN for kind in kinds) else BREAKS


def batches_in(files: Sequence[Path]) -> Iterator[Path]:
    """Files as they were named; of a folder its batches by name."""
    for path in files:
        if not path.is_dir():
            yield path
            continue
        found = sorted(path.glob("*.afc"))
        if not found:
            raise Refused("BATCHES_MISSING", "there is no *.afc in this folder", where=str(path))
        yield from found


def answered(path: Path, answer: Answer) -> dict[str, Any]:
    """An answer in words; its receipt is on disk when this returns."""
    from clearing.detail import write_durably

    receipt = path.with_name(path.name + ".receipt")
    if answer.receipt:
        write_durably(receipt, answer.receipt)
    return {
        "file": str(path),
        "answer": answer.kind.name,
        "reason": answer.reason.name if answer.reason else "",
        "sentence": answer.reason.sentence if answer.reason else answer.kind.sentence,
        "digest": answer.digest.hex(),
        "receipt": str(receipt) if answer.receipt else "",
    }


def line(row: dict[str, Any]) -> str:
    """One answer for a person."""
    word = f"{row['answer']} ({row['reason']})" if row["reason"] else row["answer"]
    return f"{row['file']}  {word}  {row['digest'][:16]}…  {row['sentence']}"
