"""No city, operator or currency is named in code: a rule for one city is a key that any city may use.

Names of time zones say nothing, and neither does the example that a command is declared with. Everything else is looked
through: names, texts and docstrings.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

from afc.city import demo_city, list_cities

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("afc", "terminals", "clearing", "sim")
CITIES = ROOT / "afc" / "cities"

ORDINARY = {"acquirer", "at", "bank", "banks", "city", "rail", "settlement bank", "settlement-bank", "shops", "state"}
"""Ids and names of parties that are words as well."""

ALLOWED: Mapping[tuple[str, str], str] = {
    ("afc/money.py", "COP"): "ISO 4217's decimals where the library's data differ, a row among many",
    ("afc/money.py", "KRW"): "an example in a docstring, of a currency without decimals",
    ("afc/money.py", "MNT"): "ISO 4217's decimals, as above, and an example of them",
}
"""What is named all the same: file and name, with the reason."""

_EXAMPLE = re.compile(r"(?:Example|Start with):  afc ")
_ZONE = re.compile(r"\b[A-Z]\w+/[A-Z]\w+")
Found = tuple[str, str]


@cache
def names() -> tuple[frozenset[str], frozenset[str]]:
    """Of all shipped packs: cities and parties by id and name, in small letters; and currencies."""
    packs = [tomllib.loads((CITIES / name / "city.toml").read_text("utf-8")) for name in list_cities()]
    parties = [party for pack in packs for party in pack["party"]]
    called = {pack["id"] for pack in packs} | {pack["name"] for pack in packs} | {party["id"] for party in parties}
    called |= {re.sub(r" \(.*", "", party["name"]) for party in parties}
    return frozenset(name.casefold() for name in called), frozenset(pack["currency"] for pack in packs)


def named(said: str) -> set[str]:
    """The names in a text or identifier, each as a word: `seoul_rules`, `SeoulRules` and "in Seoul" all name the city."""
    called, currencies = names()
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", _ZONE.sub("", said))
    found = {word.replace("_", "-") for word in words_of(called - ORDINARY).findall(parted.casefold())}
    return found | set(words_of(currencies).findall(parted))


@cache
def words_of(wanted: frozenset[str]) -> re.Pattern[str]:
    """A pattern for any of some names; a hyphen in an id is an underscore in an identifier."""
    longest_first = sorted(wanted, key=lambda name: (-len(name), name))
    either = "|".join(re.escape(name).replace(r"\-", "[-_]") for name in longest_first)
    return re.compile(rf"(?<![^\W_]){either and f'(?:{either})'}(?![^\W_])")


def spoken(tree: ast.Module) -> Iterator[str]:
    """Every name and text of a file, but for the examples that commands are declared with."""
    silent = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.keyword) and is_example(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in silent:
            yield node.value
        for field in ("id", "attr", "name", "asname", "arg", "module"):
            if isinstance(called := getattr(node, field, None), str):
                yield called


def is_example(node: ast.keyword) -> bool:
    """`epilog="Example:  afc ..."`."""
    return node.arg == "epilog" and isinstance(node.value, ast.Constant) and bool(_EXAMPLE.match(str(node.value.value)))


def everything_named() -> Iterator[Found]:
    """File and name, over the whole product."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            for said in spoken(ast.parse(path.read_text("utf-8"))):
                yield from ((path.relative_to(ROOT).as_posix(), name) for name in named(said))


def test_no_city_operator_or_currency_is_named() -> None:
    assert set(everything_named()) == set(ALLOWED), "name it in a pack, or allow it with a reason"


def test_ordinary_words_are_still_somebodys_name() -> None:
    """A word that no pack uses any more would only hide what is named later."""
    assert names()[0] >= ORDINARY


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("def seoul_night(): ...", {"seoul"}),
        ("class BogotaSplit: ...", {"bogota"}),
        ("from afc import athens", {"athens"}),
        ("x = rates.nz_bus", {"nz-bus"}),
        ("f(city='ulaanbaatar')", {"ulaanbaatar"}),
        ("f(currency='EUR')", {"EUR"}),
        ('"""As in Wellington."""', {"wellington"}),
        ("f(epilog='Example:  afc demo seoul')", set()),
        ("f(help='Like seoul.')", {"seoul"}),
        ("ZoneInfo('Asia/Seoul')", set()),
        ("at, city, rail = bank, 'the state of a cop', europe", set()),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_name_is_seen_wherever_it_stands(source: str, found: set[str]) -> None:
    assert {name for said in spoken(ast.parse(source)) for name in named(said)} == found


def test_one_pack_is_the_demo() -> None:
    """`afc demo` and `afc bench line` ask the packs which of them to run."""
    marked = [
        name for name in list_cities() if tomllib.loads((CITIES / name / "city.toml").read_text("utf-8")).get("demo")
    ]
    assert marked == [demo_city()]
