"""Labels: what was really done, noted where it was done. The clearing house never reads them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

LABELS = "labels.jsonl"


@dataclass
class Label:
    """One fault: who, which taps and batches, and the money that it is about in minor units.

    `rows` are the taps by their place in the day, until sealing has given them their numbers.
    """

    kind: str
    about: str
    amount_minor: int = 0
    cards: list[str] = field(default_factory=list)
    devices: list[int] = field(default_factory=list)
    operators: list[str] = field(default_factory=list)
    taps: list[str] = field(default_factory=list)
    batches: list[str] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)


def write_labels(folder: Path, labels: Iterable[Label]) -> None:
    """One JSON object a line."""
    lines = []
    for label in labels:
        facts = asdict(label)
        del facts["rows"]
        lines.append(json.dumps(facts, ensure_ascii=False) + "\n")
    (folder / LABELS).write_text("".join(lines), "utf-8")


def read_labels(folder: Path) -> list[Label]:
    """The labels of a run."""
    text = (folder / LABELS).read_text("utf-8")
    return [Label(**json.loads(line)) for line in text.splitlines()]
