"""The made-up town of Hanbit, and copies of it with one thing changed."""

from __future__ import annotations

import shutil
from pathlib import Path

HANBIT = Path(__file__).resolve().parent.parent / "data" / "hanbit"


def copied(folder: Path) -> Path:
    """A copy of the pack that a test may spoil."""
    pack = folder / "hanbit"
    shutil.copytree(HANBIT, pack)
    return pack


def changed(folder: Path, file: str, old: str, new: str) -> tuple[Path, int]:
    """A copy in which the first `old` of a file is `new`, and the line on which that stands."""
    pack = copied(folder)
    text = (pack / file).read_text("utf-8")
    assert old in text, f"{file} has no {old!r}"
    (pack / file).write_text(text.replace(old, new, 1), "utf-8")
    return pack, text[: text.index(old)].count("\n") + 1
