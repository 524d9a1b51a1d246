"""Writes `fares.md` below its hand-written opening: worked examples, lints, every key with a line of a real tariff, and which
city has which feature.

What a key means stands with the key, in the forms of `afc/pack`; examples are looked up in the packs. So a key that is added,
or a pack, is on the page after the next `make docs`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from afc.fares.features import FEATURES, features_of
from afc.fares.lint import CODES
from afc.pack.keys import Key, Use, keys_below, uses_in
from afc.pack.lines import lines_of
from afc.pack.schema_cases import CasesFile
from afc.pack.schema_tariff import TariffFile

CITIES = Path(__file__).resolve().parent.parent / "afc" / "cities"
MARK = "<!-- From here on `make docs` writes this page. -->"
WIDTH, LINES = 100, 9
CASE = "wellington", "W8:"
"""The worked example that the page shows: its pack, and how its name begins."""
IDEAS = {
    "Price of a ride": ("base", "periods", "distance", "fare", "pair", "sections", "ceiling", "hold", "accepts"),
    "Journeys": ("journey", "transfer", "group", "repeat_window_s"),
    "Changes of the price": ("modifier", "early", "free_day"),
    "Memory": ("cap", "quota", "product", "rebate"),
    "Missing taps and long stays": ("missing_tap_out", "overstay"),
    "Purse": ("purse",),
    "Versions": ("id", "from", "source", "until", "standby", "meant"),
}


class Pack(NamedTuple):
    """A city's tariff as text, as tables, and where each key stands."""

    folder: str
    city: str
    text: str
    versions: list[dict[str, Any]]
    lines: dict[tuple[str | int, ...], int]
    uses: tuple[Use, ...]


class Example(NamedTuple):
    """A key in a tariff, with what stands there."""

    pack: Pack
    use: Use

    @property
    def line(self) -> int:
        return self.pack.lines[self.use.path]

    @property
    def place(self) -> str:
        return f"{self.pack.folder}, tariff.toml:{self.line}"


@cache
def packs() -> tuple[Pack, ...]:
    """Every shipped pack, by the alphabet."""
    found = []
    for path in sorted(CITIES.glob("*/tariff.toml")):
        text = path.read_text("utf-8")
        table = tomllib.loads(text)
        city = tomllib.loads((path.parent / "city.toml").read_text("utf-8"))["name"]
        uses = tuple(uses_in(TariffFile, table))
        found.append(Pack(path.parent.name, city, text, table["version"], lines_of(text), uses))
    return tuple(found)


@cache
def examples() -> dict[str, Example]:
    """The first use of each key, by its name below `version`."""
    first: dict[str, Example] = {}
    for pack in packs():
        for use in pack.uses:
            first.setdefault(use.name.removeprefix("version."), Example(pack, use))
    return first


def fares_page(page: str) -> str:
    """The page with everything below the mark written anew."""
    opening, mark, _ = page.partition(MARK)
    assert mark, "the page says where its opening ends"
    return "\n\n".join([opening + MARK, *examples_part(), *lints_part(), *keys_part(), *cities_part()]) + "\n"


def examples_part() -> Iterator[str]:
    """How cases.toml says what a ride ought to cost."""
    folder, name = CASE
    text = (CITIES / folder / "cases.toml").read_text("utf-8")
    case = next(told for told in text.split("[[case]]") if told.startswith(f'\nname = "{name}'))
    line = text[: text.index(case)].count("\n") + 1
    shown = "[[case]]" + case.partition("\n\n")[0].rstrip()
    keys = [key for key in keys_below(CasesFile) if "." in key.name]
    meanings = {key.name: key.meaning for key in keys}
    required = {key.name for key in keys if is_required(key)}
    yield "## Worked examples"
    yield (
        "Beside the tariff stands `cases.toml`: rides whose price somebody has published, each with its source. `afc city "
        "check CITY` works every one out and says which do not hold. Write them before the tariff, from the operator's own "
        "page: a case that was only worked out by the same tariff proves nothing."
    )
    yield f"```toml\n# {folder}, cases.toml:{line}\n{shown}\n```"
    yield (
        "A leg without `out` was not tapped out. A time without a date is on the day of the leg before. `charges` has one "
        "amount for each leg, its tap-in and its tap-out together. Instead of `from` and `to` a leg may say what it counts, "
        "such as `zones = 3`."
    )
    yield "\n".join(["| key | means |", "| --- | --- |", *(
        f"| {key_cell(name, name in required)} | {cell(meaning)} |" for name, meaning in meanings.items()
    )])  # fmt: skip


def lints_part() -> Iterator[str]:
    """Every lint with its sentence."""
    yield "## What lint looks for"
    yield (
        "`afc fare lint CITY` finds what a tariff says without being wrong. What the decree itself causes is named in the "
        "version's `meant`, and is not shown again but with `--all`."
    )
    rows = [f"| `{code}` | {cell(sentence)} |" for code, sentence in CODES.items()]
    yield "\n".join(["| lint | finds |", "| --- | --- |", *rows])


def is_required(key: Key) -> bool:
    """Must a table that has the key's form have the key? Amounts by category are required of every category."""
    return key.form.model_fields[key.field].is_required()


def key_cell(name: str, required: bool) -> str:
    """A key, marked if its table must have it."""
    return f"`{name}`, required" if required else f"`{name}`"


@cache
def required_names() -> frozenset[str]:
    """The keys of a tariff that their tables must have."""
    return frozenset(key.name.removeprefix("version.") for key in keys_below(TariffFile) if is_required(key))


def keys_part() -> Iterator[str]:
    """Every key, by the idea that it belongs to."""
    meanings = {key.name.removeprefix("version."): key.meaning for key in keys_below(TariffFile)}
    del meanings["version"]
    heads = {name.partition(".")[0] for name in meanings}
    assert sorted(heads) == sorted(name for names in IDEAS.values() for name in names), "every key has its idea"
    yield "## Every key of a tariff"
    yield (
        "What stands below `[[version]]`, with the first line of a shipped city that has it. A dot goes into a table; words in "
        "capitals stand for ids of the city. A key marked `required` must stand in every table of its kind; the others may be "
        "left out."
    )
    for idea, names in IDEAS.items():
        yield f"### {idea}"
        if idea == "Versions":
            yield key_table(names, meanings)
            continue
        for name in names:
            yield from table_part(name, meanings)
    unused = [f"`{name}`" for name in meanings if name not in examples()]
    if unused:
        yield f"No shipped city uses {', '.join(unused)}."


def table_part(name: str, meanings: dict[str, str]) -> Iterator[str]:
    """One table of a version: what it is for, how a city writes it, and its keys."""
    yield f"#### {name}"
    yield meanings[name]
    if name in examples():
        example = examples()[name]
        row = (*example.use.path, 0) if isinstance(example.use.value, list) else example.use.path
        line = example.pack.lines[row]
        yield f"```toml\n# {example.pack.folder}, tariff.toml:{line}\n{excerpt(example.pack.text, line)}\n```"
    below = [key for key in meanings if key.startswith(f"{name}.")]
    if below:
        yield key_table(below, meanings)


def key_table(names: Iterable[str], meanings: dict[str, str]) -> str:
    """Keys with meaning and example, one a row."""
    rows = [
        f"| {key_cell(name, name in required_names())} | {cell(meanings[name])} | {example_cell(name)} |"
        for name in names
    ]
    return "\n".join(["| key | means | for example |", "| --- | --- | --- |", *rows])


def example_cell(name: str) -> str:
    """What a city wrote, and where."""
    if name not in examples():
        return "no shipped city"
    example = examples()[name]
    return f"`{cell(statement(example))}`<br>{example.place}"


def cell(text: str) -> str:
    """A text that does not end its cell."""
    return text.replace("|", "\\|")


def statement(example: Example) -> str:
    """The key and its value as they stand in the file, on one line; a table under a header is its header."""
    start = sum(len(line) + 1 for line in example.pack.text.split("\n")[: example.line - 1])
    end = example.pack.text.index("\n", start)
    key = str(example.use.path[-1])
    for found in re.finditer(rf'(?<![\w."-]){re.escape(key)}\s*=\s*', example.pack.text[start:end]):
        told = value_at(example.pack.text, start + found.end())
        if tomllib.loads(f"k = {told}")["k"] == example.use.value:
            return short(f"{key} = {' '.join(told.split())}")
    return short(example.pack.text[start:end].strip())


def value_at(text: str, start: int) -> str:
    """A TOML value from its first sign to its last, without comments."""
    told, depth, quote = "", 0, ""
    for sign in re.finditer(r"#[^\n]*|\\.|.", text[start:], re.DOTALL):
        if quote:
            quote = "" if sign[0] == quote else quote
        elif sign[0] in "\"'":
            quote = sign[0]
        elif sign[0].startswith("#"):
            continue
        elif depth == 0 and sign[0] in ",]}\n":
            break
        else:
            depth += (sign[0] in "[{") - (sign[0] in "]}")
        told += sign[0]
    return told.strip()


def excerpt(text: str, line: int) -> str:
    """A table as it stands in the file: its header and lines up to the next one, or one row of a list."""
    lines = text.split("\n")[line - 1 :]
    if lines[0].startswith("["):
        ends = (i for i, told in enumerate(lines) if i and (not told.strip() or told.startswith("[")))
        told = lines[: next(ends, len(lines))]
        while told[-1].startswith("#"):
            told.pop()  # it speaks of the next table
    else:
        row = lines[0].strip()
        told = (
            value_at("\n".join(lines), len(lines[0]) - len(lines[0].lstrip())).split("\n") if row[0] == "{" else [row]
        )
    shown = [short(one.rstrip()) for one in told[:LINES]]
    return "\n".join([*shown, "# …"] if len(told) > LINES else shown)


def short(text: str) -> str:
    """A line that fits the page."""
    return text if len(text) <= WIDTH else text[: WIDTH - 2].rstrip() + " …"


def cities_part() -> Iterator[str]:
    """The cities side by side: which has which feature, in any of its versions."""
    had = [features_of(pack.versions) for pack in packs()]
    rows = []
    for idea, features in FEATURES.items():
        rows.append(f"| **{idea}** |{' |' * len(had)}")
        rows += [f"| {row.words} | {' | '.join('•' if row.words in has else '' for has in had)} |" for row in features]
    yield "## Which city has which rule"
    yield "A mark where any version of the shipped tariff has it, in force today or not."
    yield "\n".join([f"| | {' | '.join(pack.city for pack in packs())} |", f"| --- |{' :-: |' * len(had)}", *rows])
