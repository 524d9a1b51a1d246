"""Where a key stands: a refusal that points at the wrong line is worse than one that points nowhere."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hanbit_pack import HANBIT
from hypothesis import given
from hypothesis import strategies as st

from afc.pack.lines import lines_of
from afc.pack.write import toml_text

TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
KEYS = st.one_of(st.from_regex(r"[a-z0-9_-]{1,8}", fullmatch=True), TEXTS)
VALUES = st.recursive(
    st.one_of(
        st.integers(-(2**62), 2**62), st.booleans(), TEXTS, st.dates(), st.floats(allow_nan=False, allow_infinity=False)
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=4)),
    max_leaves=12,
)


def paths(value: Any, at: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every key and element of a table."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in inner:
        yield (*at, key)
        yield from paths(below, (*at, key))


@given(st.dictionaries(KEYS, VALUES, max_size=6))
def test_what_is_written_is_read_back_and_every_key_is_found(table: dict[str, Any]) -> None:
    text = toml_text(table)
    read = tomllib.loads(text)
    assert read == table
    places = lines_of(text)
    for path in paths(read):
        line = text.split("\n")[places[path] - 1]
        name = next(step for step in reversed(path) if isinstance(step, str))
        if isinstance(path[-1], str):
            assert name in line or json.dumps(name, ensure_ascii=False) in line


@pytest.mark.parametrize("file", sorted(file.name for file in HANBIT.glob("*.toml")))
def test_every_key_of_a_real_file_stands_on_its_line(file: str) -> None:
    text = (HANBIT / file).read_text("utf-8")
    places = lines_of(text)
    for path in paths(tomllib.loads(text)):
        if isinstance(path[-1], str):
            assert path[-1] in text.splitlines()[places[path] - 1]


def test_texts_over_several_lines_comments_and_quotes_do_not_lose_the_count() -> None:
    text = (
        '''# [no] table = "here"
a = """
first # no comment
b = 1 ]"""   # a comment
"c.d" = 'x = 1'
e.f = [ # why
  1,
  { g = '''
        + "'''\nh = 2\n'''"
        + """ },
]
[[t]]
when = 2026-03-04 08:00:00
[t.u]
[[t]]
v = 1
"""
    )
    places = lines_of(text)
    assert tomllib.loads(text)["e"]["f"][1] == {"g": "h = 2\n"}
    assert places[("a",)] == 2
    assert places[("c.d",)] == 5
    assert places[("e", "f")] == 6
    assert places[("e", "f", 0)] == 7
    assert places[("e", "f", 1, "g")] == 8
    assert places[("t", 0, "when")] == 13
    assert places[("t", 0, "u")] == 14
    assert places[("t", 1, "v")] == 16
    assert ("b",) not in places


def test_comments_stand_above_what_they_explain() -> None:
    table = {"id": "x", "day": {"weekday": {"boardings": 5}}, "from": date(2026, 1, 1)}
    text = toml_text(table, {"": "Head.\nSecond line.", "id": "A name.", "day": "Days."})
    assert text.splitlines() == [
        "# Head.",
        "# Second line.",
        "# A name.",
        'id = "x"',
        "from = 2026-01-01",
        "",
        "# Days.",
        "[day]",
        "weekday = { boardings = 5 }",
    ]
