"""The README keeps its word: every command in it runs, in its order, and says what is printed there.

`make` and `source` set the machine up and are left out. A line of three dots in an output stands for any lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from goldens.told import ROOT, WRITE, elided, fits, say

README = ROOT / "README.md"
_BLOCK = re.compile(r"(?<=\n```console\n).*?(?=```\n)", re.DOTALL)
_SETS_UP = ("make ", "source ")


class Spoken(NamedTuple):
    """A command and the lines printed under it."""

    command: str
    expected: list[str]


def spoken(block: str) -> Iterator[Spoken]:
    """The commands of a block."""
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, *expected = part.splitlines()
        yield Spoken(command, expected)


def test_every_command_does_what_is_printed(tmp_path: Path) -> None:
    """One test, because each command may stand on those before it."""
    (tmp_path / "afc").symlink_to(ROOT / "afc")
    text = README.read_text("utf-8")
    heard = {block: list(rehearse(block, tmp_path)) for block in _BLOCK.findall(text)}
    assert len(heard) > 5
    if WRITE:
        for block, lines in heard.items():
            text = text.replace(block, "".join(line + "\n" for line in lines))
        README.write_text(text, "utf-8")


def rehearse(block: str, folder: Path) -> Iterator[str]:
    """Run the commands of a block and give it back as it ought to stand in the README."""
    for command, expected in spoken(block):
        yield f"$ {command}"
        if command.startswith(_SETS_UP):
            yield from expected
            continue
        told, code = say(command, folder)
        lines = told.splitlines()
        assert code == 0 or told.startswith("refused ("), f"$ {command}\n{told}"
        right = fits(expected, lines)
        assert right or WRITE, f"$ {command}\n{told}\nThe README says:\n" + "\n".join(expected)
        yield from expected if right else elided(expected, lines)
