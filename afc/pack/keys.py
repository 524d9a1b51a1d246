"""Keys: every key that a file of a pack may have, by its way down from the head, and where a file has it.

>>> from afc.pack.schema import TariffFile
>>> [key.name for key in keys_below(TariffFile) if key.name.startswith("version.overstay")]
['version.overstay', 'version.overstay.SERVICE.after_s', 'version.overstay.SERVICE.add']
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, NamedTuple, get_args, get_origin

from afc.pack import ids
from afc.pack.form import Form
from afc.pack.prices import ByCategory

Place = tuple[str | int, ...]
_COLUMNS = (
    (ids.ServiceId, "SERVICE"),
    (ids.CategoryId, "CATEGORY"),
    (ids.MediumId, "MEDIUM"),
    (ids.DayTypeId, "DAY_TYPE"),
    (ids.StopId, "STOP"),
)


class Key(NamedTuple):
    """A key of a form: its dotted name from the head of the file, and what it means."""

    name: str
    form: type[Form]
    field: str
    meaning: str


class Use(NamedTuple):
    """A key in a file that somebody wrote."""

    name: str
    path: Place
    value: Any


def keys_below(form: type[Form], head: str = "") -> Iterator[Key]:
    """Every key of a form and of the forms below it, in their order."""
    for field, known in form.model_fields.items():
        name = head + written_name(form, field)
        yield Key(name, form, field, " ".join((known.description or "").split()))
        for inner, steps in forms_in(known.annotation):
            yield from keys_below(inner, ".".join([name, *steps]) + ".")


def uses_in(form: type[Form], table: Mapping[str, Any], head: str = "", at: Place = ()) -> Iterator[Use]:
    """Every key that a table has, with its place; the table must have been read successfully before."""
    fields = {known.alias or field: field for field, known in form.model_fields.items()}
    for key, value in table.items():
        field = fields.get(key, "price")
        name = head + written_name(form, field)
        yield Use(name, (*at, key), value)
        for inner, steps in forms_in(form.model_fields[field].annotation):
            for row, place in rows_of(value, len(steps), (*at, key)):
                yield from uses_in(inner, row, ".".join([name, *steps]) + ".", place)


def written_name(form: type[Form], field: str) -> str:
    """A key as it stands in the file; the amounts of a table by category stand under the categories' own ids."""
    if issubclass(form, ByCategory) and field == "price":
        return "CATEGORY"
    return form.model_fields[field].alias or field


def forms_in(annotation: Any, steps: tuple[str, ...] = ()) -> Iterator[tuple[type[Form], tuple[str, ...]]]:
    """The forms that a key's value is made of, each with the tables of free keys on the way to it."""
    if isinstance(annotation, type) and issubclass(annotation, Form):
        yield annotation, steps
        return
    inner = get_args(annotation)
    if get_origin(annotation) is Annotated:
        inner = inner[:1]
    elif isinstance(get_origin(annotation), type) and issubclass(get_origin(annotation), Mapping):
        steps, inner = (*steps, column_name(inner[0])), inner[1:]
    for part in inner:
        yield from forms_in(part, steps)


def column_name(kind: Any) -> str:
    """What the free keys of a table are, in capitals."""
    return next((name for id_type, name in _COLUMNS if kind == id_type), "NAME")


def rows_of(value: Any, depth: int, at: Place) -> Iterator[tuple[Mapping[str, Any], Place]]:
    """The tables in a value: itself or its rows, below so many tables of free keys."""
    if isinstance(value, list | tuple):
        for i, row in enumerate(value):
            yield from rows_of(row, depth, (*at, i))
    elif isinstance(value, Mapping) and depth:
        for key, inner in value.items():
            yield from rows_of(inner, depth - 1, (*at, key))
    elif isinstance(value, Mapping):
        yield value, at
