"""The pages that say what holds name real code and real tests, each law once and each danger once."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LAWS, DANGERS = ROOT / "docs" / "laws.md", ROOT / "docs" / "not-modelled.md"
THREATS = [*range(1, 41), 46, 47, 49, 50, 51]
FAULTS = [*range(1, 43), *range(69, 93), *range(94, 99)]


def rows(text: str) -> list[list[str]]:
    """The rows of all tables in a page, cell by cell, without headings."""
    lines = [line for line in text.splitlines() if line.startswith("| ") and not line.startswith("| ---")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


@cache
def names_in(path: Path) -> set[str]:
    """Every function and every constant of a file."""
    tree = ast.parse(path.read_text("utf-8"))
    functions = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    assigned = [node.targets for node in tree.body if isinstance(node, ast.Assign)]
    return functions | {name.id for targets in assigned for name in targets if isinstance(name, ast.Name)}


def named_tests(text: str) -> list[tuple[str, str]]:
    return re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", text)


@pytest.mark.parametrize("page", [LAWS, DANGERS], ids=lambda page: page.name)
def test_every_test_that_is_named_exists(page: Path) -> None:
    """A page that rests on a test that was renamed rests on nothing."""
    named = named_tests(page.read_text("utf-8"))
    assert len(named) > 40
    assert [name for name in named if not (ROOT / name[0]).exists() or name[1] not in names_in(ROOT / name[0])] == []


def test_every_function_that_keeps_a_law_exists() -> None:
    """Behind each file stand the functions in it that do it."""
    found = 0
    for _, statement, kept_by, _ in (row for row in rows(LAWS.read_text("utf-8")) if re.fullmatch(r"I\d+", row[0])):
        assert statement.endswith(".")
        for link, functions in re.findall(r"\]\(\.\./([\w/]+\.py)\)((?: `\w+`)*)", kept_by):
            missing = set(re.findall(r"`(\w+)`", functions)) - names_in(ROOT / link)
            assert not missing, f"{link} has no {missing}"
            found += 1
    assert found > 26


def test_every_law_has_its_row_and_a_test_or_says_what_is_missing() -> None:
    laws = [row for row in rows(LAWS.read_text("utf-8")) if re.fullmatch(r"I\d+", row[0])]
    assert [row[0] for row in laws] == [f"I{number}" for number in range(1, 27)]
    assert [row[0] for row in laws if not named_tests(row[3]) and "not kept yet" not in row[2]] == []


def test_every_danger_stands_once_with_a_test_or_with_what_it_would_take() -> None:
    """What is left out in silence is what happens."""
    tried, not_tried = DANGERS.read_text("utf-8").split("## Not tried")
    numbered = [row for part in (tried, not_tried) for row in rows(part) if re.fullmatch(r"[TF]\d+", row[0])]
    expected = [f"T{number}" for number in THREATS] + [f"F{number}" for number in FAULTS]
    assert sorted(row[0] for row in numbered) == sorted(expected)
    assert [row[0] for row in rows(tried) if row[0][1:].isdecimal() and not named_tests(row[2])] == []
    assert [row[0] for row in rows(not_tried) if row[0][1:].isdecimal() and not all(row[2:4])] == []
