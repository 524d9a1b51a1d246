"""What the commands print is a promise: help texts, the block at the end of a run, and the answers to a program."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from told import check, masked, say

from sim.cli import NOUNS, Nouns, main

HERE = Path(__file__).resolve().parent
TINY = "afc scenario run ulaanbaatar-weekday --scale 0.002 --workers 1 -q"


def command_names() -> Iterator[tuple[str, ...]]:
    """`afc` itself, every noun, every verb, and what is below a verb."""
    assert isinstance(main, Nouns)
    yield ()
    for noun in sorted(NOUNS):
        command = main.get_command(click.Context(main), noun)
        assert command
        yield from below((noun,), command)


def below(words: tuple[str, ...], command: click.Command) -> Iterator[tuple[str, ...]]:
    """A command and, of a group, everything in it."""
    yield words
    if isinstance(command, click.Group):
        for verb in sorted(command.commands):
            yield from below((*words, verb), command.commands[verb])


@pytest.mark.parametrize("words", list(command_names()), ids="-".join)
def test_a_command_helps_in_these_words(words: tuple[str, ...]) -> None:
    told = CliRunner(env={"COLUMNS": "80"}).invoke(main, [*words, "--help"], prog_name="afc")
    assert told.exit_code == 0
    check(HERE / f"{'-'.join(('help', *words))}.txt", told.output)


@pytest.fixture(scope="module")
def tiny_run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A five-hundredth of a weekday, and what it said at its end."""
    folder = tmp_path_factory.mktemp("tiny")
    told, code = say(TINY, folder)
    assert code == 0, told
    return folder, told


def test_a_run_ends_with_this_block(tiny_run: tuple[Path, str]) -> None:
    """The layout is fixed: people compare runs line by line."""
    check(HERE / "run.txt", tiny_run[1])


@pytest.mark.parametrize("name", ["explain", "follow"])
def test_a_program_is_answered_like_this(name: str, tiny_run: tuple[Path, str]) -> None:
    command = {"explain": "afc fare explain last --json", "follow": "afc follow last --json"}[name]
    told, code = say(command, tiny_run[0])
    assert code == 0, told
    check(HERE / f"{name}.json", told)


def test_digests_do_not_make_a_golden_old() -> None:
    """The masks take what says nothing to a reader, and leave amounts and names alone."""
    assert masked("sha256 " + "ab" * 8 + "… run 20251105-0e49bf MAC " + "0f" * 8) == "sha256 … run 20251105-… MAC …"
    assert masked("00a0e9e7e026a779 11770290887 2025-11-05") == "00a0e9e7e026a779 11770290887 2025-11-05"


def test_sealed_bytes_are_read_aloud_like_this(tmp_path: Path) -> None:
    """The second batch of the vectors, and the receipt for it, as whoever has only a file sees them."""
    vectors = HERE.parent / "vectors"
    sealed = json.loads((vectors / "batch.json").read_text("utf-8"))[1]["sealed"]
    receipt = json.loads((vectors / "receipt.json").read_text("utf-8"))["bytes"]
    (tmp_path / "batch.afc").write_bytes(bytes.fromhex(sealed))
    (tmp_path / "batch.afc.receipt").write_bytes(bytes.fromhex(receipt))
    told, code = say("afc kit inspect batch.afc; afc kit inspect batch.afc.receipt", tmp_path)
    assert code == 0, told
    check(HERE / "inspect.txt", told)
