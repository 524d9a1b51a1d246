"""What a clerk is told about a mistake in a pack: its name, its place, one sentence, and what to do.

The mistakes and the wording are in tests/data/mistakes.txt, for people to read.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from hanbit_pack import copied

from afc.city import load_city
from afc.pack.findings import SeveralRefused
from afc.refusal import Refused

MISTAKES = Path(__file__).resolve().parent.parent / "data" / "mistakes.txt"


class Mistake(NamedTuple):
    """One change to one file, and everything said about it."""

    file: str
    out: str
    into: str
    said: str


def mistakes() -> Iterator[Mistake]:
    """The blocks of mistakes.txt."""
    for block in MISTAKES.read_text("utf-8").split("\n\n"):
        lines = block.strip("\n").split("\n")
        if lines[0].endswith((".toml", ".txt")):
            parts = {sign: [line[2:] for line in lines[1:] if line[:1] == sign] for sign in "-+>"}
            yield Mistake(lines[0], *("\n".join(parts[sign]) for sign in "-+>"))


def said_about(pack: Path) -> str:
    """All refusals of a pack, as mistakes.txt writes them."""
    with pytest.raises(Refused) as told:
        _ = load_city(pack).network
    each = told.value.refusals if isinstance(told.value, SeveralRefused) else (told.value,)
    return "\n".join("\n".join(filter(None, (f"{one.code} {one.where}", one.what, one.cure))) for one in each)


@pytest.mark.parametrize(
    "mistake", list(mistakes()), ids=lambda mistake: f"{mistake.file} {mistake.into or mistake.out}"
)
def test_a_mistake_is_told_with_its_place_and_cure(mistake: Mistake, tmp_path: Path) -> None:
    pack = copied(tmp_path)
    text = (pack / mistake.file).read_text("utf-8")
    old, new = (f"{part}\n" if not mistake.into else part for part in (mistake.out, mistake.into))
    assert old in text, "the mistake is made in a line that Hanbit has"
    (pack / mistake.file).write_text(text.replace(old, new if mistake.into else "", 1), "utf-8")
    said = said_about(pack)
    if os.environ.get("AFC_WRITE_MISTAKES"):
        rewrite(mistake, said)
        pytest.fail("the wording was written down: read the difference, then run without AFC_WRITE_MISTAKES")
    assert said == mistake.said


def rewrite(mistake: Mistake, said: str) -> None:
    """Put the present wording into mistakes.txt."""
    old, new = ("".join(f"> {line}\n" for line in text.split("\n")) for text in (mistake.said, said))
    head = "\n".join([mistake.file, *(f"- {line}" for line in mistake.out.split("\n"))])
    head += "".join(f"\n+ {line}" for line in mistake.into.split("\n") if mistake.into)
    MISTAKES.write_text(MISTAKES.read_text("utf-8").replace(f"{head}\n{old}", f"{head}\n{new}", 1), "utf-8")
