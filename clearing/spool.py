"""The spool: a folder into which gateways put sealed batches, and out of which they take receipts.

A batch is a file that ends in .afc, written under another name and then renamed, so that none is read half. When its answer
can no longer be lost the receipt stands beside it and the batch moves into `taken` or, where something was wrong with it,
into `aside`; a batch that has to come again stays. Doing it all over after a power cut is never wrong.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from afc.answers import AnswerKind
from afc.batch import batch_bytes_max
from clearing.detail import write_durably
from clearing.intake import Answer, Intake

CALL = 512  # files handed to the intake at once
_TAKEN = (AnswerKind.ACCEPTED, AnswerKind.DUPLICATE)


class Spooled(NamedTuple):
    """A file of the spool and what became of it."""

    name: str
    answer: Answer


def empty(folder: Path, intake: Intake, now_us: Callable[[], int]) -> Iterator[Spooled]:
    """Take what lies in the spool, oldest name first, and move it on; what comes meanwhile is for the next time."""
    names = sorted(entry.name for entry in os.scandir(folder) if entry.name.endswith(".afc") and entry.is_file())
    calls = [names[at : at + CALL] for at in range(0, len(names), CALL)]
    sealed = ([_read(folder / name) for name in call] for call in calls)
    for call, answers in zip(calls, intake.take_all(sealed, now_us), strict=True):
        for name, answer in zip(call, answers, strict=True):
            if answer.kind is not AnswerKind.RETRY:
                _move_on(folder, name, answer)
            yield Spooled(name, answer)


def _read(path: Path) -> bytes:
    """The file, and of one that is no batch no more than shows it."""
    with path.open("rb") as file:
        return file.read(batch_bytes_max + 1)


def _move_on(folder: Path, name: str, answer: Answer) -> None:
    """Receipt first, then the batch: after a power cut between the two, the batch is only asked about again."""
    target = folder / ("taken" if answer.kind in _TAKEN else "aside")
    target.mkdir(exist_ok=True)
    if answer.receipt is not None:
        write_durably(folder / f"{name}.receipt", answer.receipt)
    if answer.kind not in _TAKEN:
        reason = answer.reason and answer.reason.name
        told = {"answer": answer.kind.name, "reason": reason, "digest": answer.digest.hex()}
        write_durably(target / f"{name}.json", json.dumps(told).encode())
    (folder / name).rename(target / name)
