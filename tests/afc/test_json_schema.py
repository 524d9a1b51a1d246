"""The JSON Schemas that editors read say what the forms say: shipped packs fit, misspelt ones do not."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner

from afc.pack.form import Form, Known
from afc.pack.json_schema import FORMS, schema_of, schemas
from afc.pack.keys import keys_below
from afc.pack.prices import ByCategory
from afc.pack.steps import Step
from sim.cli import main

CITIES = Path(__file__).resolve().parents[2] / "afc" / "cities"
PACKS = sorted(path.parent for path in CITIES.glob("*/city.toml"))


def told(value: Any) -> Any:
    """TOML as JSON has it: dates are texts."""
    if isinstance(value, dict):
        return {key: told(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [told(inner) for inner in value]
    return value.isoformat() if isinstance(value, date | datetime) else value


def problems(name: str, table: Any) -> list[str]:
    """What a validator that knows nothing of this program says to a table."""
    validator = jsonschema.Draft202012Validator(schema_of(name))
    return [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(told(table))]


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.name)
@pytest.mark.parametrize("name", FORMS)
def test_every_shipped_file_fits_its_schema(pack: Path, name: str) -> None:
    assert not problems(name, tomllib.loads((pack / f"{name}.toml").read_text("utf-8")))


@pytest.mark.parametrize("name", FORMS)
def test_a_schema_is_one_of_draft_2020_12(name: str) -> None:
    schema = schema_of(name)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize("name", FORMS)
def test_a_misspelt_key_does_not_fit(name: str) -> None:
    """In the head of a file and in each of its tables, `sorce` is no key."""
    table = tomllib.loads((PACKS[0] / f"{name}.toml").read_text("utf-8"))
    for misspelt in (table, *rows_of(table)):
        misspelt["sorce"] = "a notice"
        assert problems(name, table)
        del misspelt["sorce"]


def rows_of(table: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The first row of every list of tables of a file."""
    for value in table.values():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            yield value[0]


FLAT = {"id": "v1", "from": "2026-01-01", "source": "notice 1", "base": {"bus": {"adult": 100}}}
STEP = {"from_m": 0, "step_m": 5000}


@pytest.mark.parametrize(
    ("what", "change", "fits"),
    [
        ("a price of one unit and a half", {"base": {"bus": {"adult": 1.5}}}, False),
        ("a price below zero", {"base": {"bus": {"adult": -1}}}, False),
        ("a price in words", {"base": {"bus": {"adult": "100"}}}, False),
        ("a price by period", {"base": {"bus": {"adult": {"off_peak": 100, "peak": 120}}}}, True),
        ("hours that run over midnight", {"periods": {"late": {"weekday": ["22:00-05:00"]}}}, True),
        ("hours without a colon", {"periods": {"late": {"weekday": ["2200-0500"]}}}, False),
        ("a band's price for a category", {"distance": {"bus": {"bands": [STEP | {"adult": 10}]}}}, True),
        ("a band's price below zero", {"distance": {"bus": {"bands": [STEP | {"adult": -10}]}}}, False),
        ("a section that costs less", {"sections": {"amounts": [{"uses": ["a", "b"], "adult": -500}]}}, True),
        ("a service named twice", {"ceiling": [{"services": ["bus", "bus"], "price": 1}]}, False),
        ("an id with a blank", {"id": "version one"}, False),
        ("a date in words", {"from": 2026}, False),
        ("no source", {"source": ""}, False),
    ],
)
def test_amounts_clocks_and_names_are_exact(what: str, change: dict[str, Any], fits: bool) -> None:
    assert (not problems("tariff", {"version": [FLAT | change]})) == fits, what


@pytest.mark.parametrize("name", FORMS)
def test_a_schema_has_the_keys_of_the_forms_and_no_others(name: str) -> None:
    """Each with its sentence, which is the form's own."""
    schema = schema_of(name)
    tables = {FORMS[name].__name__: schema, **schema.get("$defs", {})}
    forms = {key.form.__name__: key.form for key in keys_below(FORMS[name])}
    assert tables.keys() == forms.keys()
    for title, form in forms.items():
        properties = tables[title]["properties"]
        assert set(properties) == set(form.known_keys(Known())) - ({"price"} if issubclass(form, ByCategory) else set())
        assert not [key for key, said in properties.items() if len(said.get("description", "")) < 10]


def test_any_category_may_be_a_column() -> None:
    """Keys of a band that are not its own are rider categories, each with an amount."""
    column = schema_of("tariff")["$defs"]["Step"]["additionalProperties"]
    assert column["type"] == "integer"
    assert column["description"] == sentence(Step, "price")


def sentence(form: type[Form], name: str) -> str:
    """What a form says of a key, on one line."""
    return " ".join((form.model_fields[name].description or "").split())


def test_the_command_prints_one_or_all_and_writes_them_for_editors(tmp_path: Path) -> None:
    one = CliRunner().invoke(main, ["fare", "schema", "tariff"])
    assert json.loads(one.stdout) == schema_of("tariff")
    assert json.loads(CliRunner().invoke(main, ["fare", "schema"]).stdout) == schemas()
    assert CliRunner().invoke(main, ["fare", "schema", "tarif"]).exit_code == 3
    CliRunner().invoke(main, ["fare", "schema", "--out", str(tmp_path / "schemas")])
    written = {path.name: json.loads(path.read_text("utf-8")) for path in (tmp_path / "schemas").iterdir()}
    assert written == {f"{name}.schema.json": schema for name, schema in schemas().items()}
