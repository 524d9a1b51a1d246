"""Imports run downhill, one place knows the database, and one knows the simulator."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("afc", "terminals", "clearing", "sim")


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
