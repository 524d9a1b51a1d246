"""Prices: one amount, an amount for each period of the day, or a table with a column for each rider category."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Any, Protocol

from pydantic import (
    Discriminator,
    GetJsonSchemaHandler,
    SerializerFunctionWrapHandler,
    Tag,
    ValidationInfo,
    model_serializer,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from afc.pack.form import Finding, Form, known_of, refuse
from afc.pack.ids import required_ids
from afc.pack.words import Charge, Id
from afc.refusal import nearest

OFF_PEAK = "off_peak"  # the period that holds whenever no other does

Price = Annotated[
    Annotated[Charge, Tag("<amount>")] | Annotated[Mapping[Id, Charge], Tag("<periods>")],
    Discriminator(lambda value: "<periods>" if isinstance(value, dict | Mapping) else "<amount>"),
]


def price_in(price: int | Mapping[str, int], period: str) -> int:
    """What a price is in a period.

    >>> price_in(1550, "peak"), price_in({"off_peak": 1400, "peak": 1700}, "peak")
    (1550, 1700)
    """
    return price if isinstance(price, int) else price[period]


def period_findings(price: Any, periods: Iterable[str], at: tuple[str | int, ...]) -> Iterable[Finding]:
    """A price by period names every period, and no other."""
    if isinstance(price, int):
        return
    names = list(periods)
    for name in price:
        if name not in names:
            cure = nearest(name, names) or f"Known: {', '.join(names)}."
            yield Finding((*at, name), "UNKNOWN_PERIOD", f'there is no period "{name}"', cure)
    for name in names:
        if name not in price:
            yield Finding(at, "PRICE_MISSING", f'the price in period "{name}" is missing', "Name every period.")


class ByCategory(Form):
    """A table whose other keys are rider categories, each with its amount."""

    price: Mapping[str, Charge]
    """Minor units for each rider category, written as one key for each: `adult = 100`. Every category of the city is
    named."""

    @model_validator(mode="before")
    @classmethod
    def _columns(cls, table: Any) -> Any:
        if not isinstance(table, dict):
            return table
        fixed = {key: value for key, value in table.items() if key in cls._own()}
        return {**fixed, "price": {key: value for key, value in table.items() if key not in fixed}}

    @model_validator(mode="after")
    def _every_category(self, info: ValidationInfo) -> ByCategory:
        categories = known_of(info).get("category")
        if categories is not None:
            strays = [key for key in self.price if key not in categories]
            known = [*self._own(), *categories]
            what = "neither a key of this table nor a category"
            refuse(
                [Finding((key,), "UNKNOWN_KEY", f"`{key}` is {what}", nearest(key, known)) for key in strays]
                + list(required_ids(self.price, "category", info, "PRICE_MISSING"))
            )
        return self

    @model_serializer(mode="wrap")
    def _flat(self, dump: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """As it stands in the file: categories beside the other keys."""
        table: dict[str, Any] = dump(self)
        return {**{key: value for key, value in table.items() if key != "price"}, **table["price"]}

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """As it stands in the file: every key that is not one of its own is a category."""
        schema = handler(core)
        table = handler.resolve_ref_schema(schema)
        column = table["properties"].pop("price")
        table["required"].remove("price")
        table["additionalProperties"] = {"description": column["description"], **column["additionalProperties"]}
        return schema

    @classmethod
    def _own(cls) -> list[str]:
        return [key for key in cls.known_keys() if key != "price"]


class Dated(Protocol):
    """Anything in force from a date until the next of its kind."""

    @property
    def id(self) -> str: ...
    @property
    def from_(self) -> date: ...


def order_findings(versions: tuple[Dated, ...]) -> Iterable[Finding]:
    """Versions stand in the order of their dates and no two share a date or an id."""
    for i in range(1, len(versions)):
        earlier, later = versions[i - 1], versions[i]
        if later.from_ == earlier.from_:
            what = f"{later.from_} is already the first day of version {earlier.id}"
            yield Finding((i, "from"), "VERSIONS_OVERLAP", what, "Exactly one version is in force at any instant.")
        if later.from_ < earlier.from_:
            what = f"{later.from_} is before {earlier.from_} of version {earlier.id}"
            yield Finding((i, "from"), "VERSIONS_UNSORTED", what, "Put the versions into the order of their dates.")
        if any(later.id == version.id for version in versions[:i]):
            yield Finding((i, "id"), "DUPLICATE_ID", f'version "{later.id}" is there twice', "Ids must differ.")
