"""The pages keep up with the code: what is generated is fresh, links lead somewhere, commands have their example."""

from __future__ import annotations

import importlib.util
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import click
import pytest

from sim.cli import NOUNS, Nouns, main

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
_LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)\s]+)\)")
_FENCED = re.compile(r"```.*?```", re.DOTALL)


def load_generator() -> ModuleType:
    """docs/make.py, which is a script and no part of a package."""
    spec = importlib.util.spec_from_file_location("docs_make", ROOT / "docs" / "make.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_generated_pages_are_fresh() -> None:
    """A limit or a refusal that was added stands on its page, and the tour quotes what the line prints today."""
    for path, text in load_generator().pages().items():
        assert path.read_text("utf-8") == text, f"{path.name} is stale: make docs"


def test_examples_of_fares_stand_where_the_page_says() -> None:
    """A key is quoted from the very line of the tariff that is named beside it."""
    page = (ROOT / "docs" / "fares.md").read_text("utf-8")
    quoted = re.findall(r"\| `([\w-]+) = [^|]*<br>(\w+), tariff\.toml:(\d+) \|", page)
    assert len(quoted) > 100
    for key, city, line in quoted:
        lines = (ROOT / "afc" / "cities" / city / "tariff.toml").read_text("utf-8").splitlines()
        assert f"{key} =" in lines[int(line) - 1], f"{city}, tariff.toml:{line} has no {key}"


def anchors(page: Path) -> set[str]:
    """The places in a page that a link may name, as the usual renderers make them from headings."""
    headings = re.findall(r"^#+ (.+)$", _FENCED.sub("", page.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in _LINK.findall(_FENCED.sub("", page.read_text("utf-8"))):
        if link.startswith("https://"):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.exists(), f"{page.name} links to {link}"
        assert not anchor or anchor in anchors(target), f"{page.name} links to {link}, and there is no such heading"


def test_every_page_can_be_found() -> None:
    """A page that nothing links to is read by nobody."""
    linked = {
        (page.parent / link.partition("#")[0]).resolve()
        for page in PAGES
        for link in _LINK.findall(page.read_text("utf-8"))
    }
    assert not [page.name for page in PAGES[1:] if page not in linked]


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, by its words."""
    assert isinstance(main, Nouns)
    for noun in sorted(NOUNS):
        command = main.get_command(click.Context(main), noun)
        assert command
        yield from below(noun, command)


def below(words: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    """A command, or all that a group holds, however deep."""
    if not isinstance(command, click.Group):
        yield words, command
        return
    for verb in sorted(command.commands):
        yield from below(f"{words} {verb}", command.commands[verb])


@pytest.mark.parametrize(("words", "command"), [pytest.param(*found, id=found[0]) for found in commands()])
def test_every_command_answers_programs_and_shows_an_example(words: str, command: click.Command) -> None:
    options = {name for parameter in command.params for name in parameter.opts}
    assert "--json" in options
    assert command.help
    example = (command.epilog or "").removeprefix("Example:").split()
    assert example[: 1 + len(words.split())] == ["afc", *words.split()]
    arguments = shlex.split((command.epilog or "").removeprefix("Example:"))[1 + len(words.split()) :]
    command.make_context(words, arguments, **main.context_settings)  # click remembers the names of the help option


def test_every_noun_says_what_it_is_about() -> None:
    for noun, (module, sentence) in NOUNS.items():
        assert re.fullmatch(r"[A-Z].{10,60}\.", sentence), noun
        assert module.startswith(f"sim.commands.{noun}:")


def product_files() -> Iterator[Path]:
    """Everything that people get, but not what machines left lying about."""
    for name in ("afc", "terminals", "clearing", "sim", "tests", "docs"):
        for path in sorted((ROOT / name).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path
    yield from (ROOT / name for name in ("README.md", "Makefile", "pyproject.toml"))


def test_no_file_knows_the_machine_it_was_written_on() -> None:
    local = re.compile(rb"(?<![\w.])/(?:work|home|root|Users|tmp|var)/\w")
    known = [path.relative_to(ROOT) for path in product_files() if local.search(path.read_bytes())]
    assert not known
