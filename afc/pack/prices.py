"""Prices: one amount, an amount for each period of the day, or a table with a column for each rider category."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Any, Protocol

from pydantic import Discriminator, GetJsonSchemaHandler, SerializerFunctionWrapHandler, Tag, model_serializer
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from afc.pack.checks import duplicates, each
from afc.pack.form import Finding, Form, Known
from afc.pack.ids import required_ids
from afc.pack.words import Charge, Id
from afc.refusal import near, nearest

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


def period_findings(price: Any, periods: Iterable[str]) -> Iterable[Finding]:
    """A price by period names every period, and no other."""
    if isinstance(price, int):
        return
    names = list(periods)
    for name in price:
        if name not in names:
            cure = nearest(name, names) or f"Known: {', '.join(names)}."
            yield Finding((name,), "UNKNOWN_PERIOD", f'there is no period "{name}"', cure)
    meant = {near(name, names) for name in price if name not in names}
    for name in names:
        if name not in price and name not in meant:
            yield Finding((), "PRICE_MISSING", f'the price in period "{name}" is missing', "Name every period.")


class ByCategory(Form):
    """A table whose other keys are rider categories, each with its amount."""

    price: Mapping[str, Charge]
    """Minor units for each rider category, written as one key for each: `adult = 100`. Every category of the city is
    named."""

    def checks(self, known: Known) -> Iterable[Iterable[Finding]]:
        return self._strays(known), self._every_category(known)

    def _strays(self, known: Known) -> Iterable[Finding]:
        keys = self.known_keys(known)
        for key in self.price:
            if known.get("category") is not None and key not in keys:
                what = f"`{key}` is neither a key of this table nor a category"
                yield Finding((key,), "UNKNOWN_KEY", what, nearest(key, keys))

    def _every_category(self, known: Known) -> Iterable[Finding]:
        meant = self.misspelt(dict.fromkeys(self.price), known)
        yield from required_ids(self.price, "category", known, "PRICE_MISSING", meant)

    @classmethod
    def by_field(cls, table: dict[str, Any]) -> dict[str, Any]:
        """The categories' amounts gathered under `price`."""
        fixed = {key: value for key, value in table.items() if key in cls._own()}
        return {**fixed, "price": {key: value for key, value in table.items() if key not in fixed}}

    @classmethod
    def known_keys(cls, known: Known) -> list[str]:
        """Its own keys and the city's categories."""
        return [*cls._own(), *(known.get("category") or ())]

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
        return [name for name in cls.model_fields if name != "price"]


class Dated(Protocol):
    """Anything in force from a date until the next of its kind."""

    @property
    def id(self) -> str: ...
    @property
    def from_(self) -> date: ...


class DatedFile(Protocol):
    """A file of versions."""

    @property
    def version(self) -> tuple[Dated, ...]: ...


def order_checks(file: DatedFile) -> Iterable[Iterable[Finding]]:
    """Versions stand in the order of their dates and no two share a date or an id."""
    return _dates_in_order(file), _ids_differ(file)


def _ids_differ(file: DatedFile) -> Iterable[Finding]:
    yield from duplicates(("version",), file.version, "version")


def _dates_in_order(file: DatedFile) -> Iterable[Finding]:
    before: list[Dated] = []

    def dated(_: int, later: Dated) -> Iterable[Finding]:
        day, earlier = later.from_, before[-1] if before else None
        before.append(later)
        if earlier is not None and day == earlier.from_:
            what = f"{day} is already the first day of version {earlier.id}"
            yield Finding(("from",), "VERSIONS_OVERLAP", what, "Exactly one version is in force at any instant.")
        if earlier is not None and day < earlier.from_:
            what = f"{day} is before {earlier.from_} of version {earlier.id}"
            yield Finding(("from",), "VERSIONS_UNSORTED", what, "Put the versions into the order of their dates.")

    yield from each(("version",), file.version, dated)
