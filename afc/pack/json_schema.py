"""JSON Schema of a pack's files, for editors that complete keys and mark mistakes while somebody types.

The forms are the one source: a schema says what a form takes, key by key, in the words of the form. What only a whole pack
can tell, such as a service that no file declares, is left to `afc city check`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from afc.pack.form import Form
from afc.pack.schema import CasesFile, CityFile, ContractsFile, DemandFile, SplitFile, TariffFile
from afc.refusal import Refused, nearest

FORMS: dict[str, type[Form]] = {
    "city": CityFile,
    "tariff": TariffFile,
    "split": SplitFile,
    "contracts": ContractsFile,
    "demand": DemandFile,
    "cases": CasesFile,
}


class _Written(GenerateJsonSchema):
    """As people write TOML: a key is there or left out and never null, and names need no second title."""

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        told = super().default_schema(schema)
        return {key: value for key, value in told.items() if key != "default" or value is not None}

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        told = super().dict_schema(schema)
        return told | {"additionalProperties": False} if "patternProperties" in told else told

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def file_name(name: str) -> str:
    """What the schema of a file is called beside others."""
    return f"{name}.schema.json"


def schema_of(name: str) -> dict[str, Any]:
    """The schema of one file, by its name without `.toml`."""
    if name not in FORMS:
        raise Refused("FILE_UNKNOWN", f'a pack has no file "{name}"', cure=nearest(name, FORMS) or known_names())
    told = one_line(FORMS[name].model_json_schema(schema_generator=_Written))
    head = {"$schema": GenerateJsonSchema.schema_dialect, "$id": file_name(name)}
    return {**head, **told, "title": f"{name}.toml"}


def schemas(names: Iterable[str] = FORMS) -> dict[str, dict[str, Any]]:
    """The schemas of several files, by name; each has an `$id` of its own, so that its references stay inside it."""
    return {name: schema_of(name) for name in names}


def known_names() -> str:
    """The names to choose from, as a cure."""
    return f"Known: {', '.join(FORMS)}."


def one_line(schema: Any) -> Any:
    """Descriptions without the line breaks of the source."""
    if isinstance(schema, dict):
        return {
            key: " ".join(value.split()) if key == "description" and isinstance(value, str) else one_line(value)
            for key, value in schema.items()
        }
    return [one_line(value) for value in schema] if isinstance(schema, list) else schema
