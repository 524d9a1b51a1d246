"""Imports run downhill, one place knows the database, one knows the simulator, and no city is in the code."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("afc", "terminals", "clearing", "sim")
DOOR = ("sim/cli.py", "sim/commands/")
"""Here an example names a city, so that the first command somebody types works."""
ORDINARY_WORDS = {"agents", "bank", "banco", "city", "shops", "suburban", "suma"}
"""Ids of parties that are words as well."""


def sources() -> Iterator[tuple[str, ast.Module]]:
    """Every file of the product, parsed."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text("utf-8"))


def test_imports_run_downhill() -> None:
    """The contracts stand in pyproject.toml. They are checked in a process of their own, where `sim` is the product's."""
    linter = [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo"]
    told = subprocess.run(linter, cwd=ROOT, check=False, capture_output=True, text=True)
    assert told.returncode == 0, told.stdout + told.stderr


@pytest.mark.parametrize(("library", "home"), [("sqlalchemy", "clearing/store/"), ("simpy", "sim/world/")])
def test_a_library_has_one_home(library: str, home: str) -> None:
    importers = {path for path, tree in sources() if library in imported(tree)}
    assert importers
    assert all(path.startswith(home) for path in importers), importers


def imported(tree: ast.Module) -> set[str]:
    """The outermost names of everything imported anywhere in a file, also inside functions."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return names


def city_names() -> set[str]:
    """Ids and names of the cities that come with the product, and of everybody in them."""
    names = set()
    for file in (ROOT / "afc" / "cities").glob("*/city.toml"):
        city = tomllib.loads(file.read_text("utf-8"))
        names |= {city["id"], city["name"]} | {party["id"] for party in city["party"]}
        names |= {re.sub(r" \(.*", "", party["name"]) for party in city["party"]}
    return {name.casefold() for name in names} - ORDINARY_WORDS - {"settlement bank"}


def test_no_city_is_in_the_code() -> None:
    """A rule for one city is a key that any city may use. Comments and docstrings may give examples; code may not."""
    wanted = re.compile(rf"(?<![a-z])(?:{'|'.join(map(re.escape, sorted(city_names())))})(?![a-z])")
    found = [
        f"{path}: {said}"
        for path, tree in sources()
        for said in spoken(tree, at_the_door=path.startswith(DOOR))
        if wanted.search(said.casefold())
    ]
    assert not found


def spoken(tree: ast.Module, *, at_the_door: bool) -> Iterator[str]:
    """Names and texts in code. Left out: docstrings, examples of a time zone or command, and at the door any example."""
    silent = {id(text) for node in ast.walk(tree) for text in texts_beside_code(node, at_the_door=at_the_door)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in silent:
            yield re.sub(r"\b[A-Z]\w+/[A-Z]\w+|\bafc demo \w+", "", node.value)


def texts_beside_code(node: ast.AST, *, at_the_door: bool) -> Iterator[ast.AST]:
    """Docstrings; and the examples and defaults that a command is declared with."""
    if isinstance(node, ast.Expr):
        yield node.value
    if at_the_door and isinstance(node, ast.keyword) and node.arg in ("epilog", "default"):
        yield node.value
