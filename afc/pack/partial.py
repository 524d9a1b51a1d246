"""Partial forms: what can be known of a file with mistakes, so that its other mistakes are told in the same run.

A file is read piece by piece where it cannot be read as a whole: forms, lists and tables of free keys down to the values
that are wrong by themselves. A key that was left out has its default, unless a misspelt key was probably meant to be it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from afc.pack.checks import as_far_as_read, below
from afc.pack.form import Finding, Form, Known, Place
from afc.pack.unread import UNREAD, PartialList, PartialTable, with_values

F = TypeVar("F", bound=Form)
_STRICT = ConfigDict(strict=True, allow_inf_nan=False)


@dataclass
class Reading:
    """What a file's values are checked against, and what the checks of its partial forms have found."""

    known: Known
    found: list[Finding] = field(default_factory=list)


Read = Callable[[Any, Place, Reading], Any]


def partial(form: type[F], table: dict[str, Any], known: Known) -> tuple[F, list[Finding]]:
    """A table as far as it could be read, and what its forms' checks find in it."""
    reading = Reading(Known(known.ids, hints_left=0))  # whoever misspelt a name was given the hint before
    return _part(form, table, (), reading), reading.found


def _part(form: type[F], table: dict[str, Any], at: Place, reading: Reading) -> F:
    try:
        return form.model_validate(table, context=reading.known)
    except ValidationError:
        given, meant = form.by_field(table), form.misspelt(table, reading.known)
    values = {name: _value(form, name, given, meant, at, reading) for name in form.model_fields}
    part = with_values(form, {name: value for name, value in values.items() if value is not UNREAD})
    for check in part.checks(reading.known):
        reading.found.extend(below(at, as_far_as_read(check)))
    return part


def _value(form: type[Form], name: str, given: dict[str, Any], meant: set[str], at: Place, reading: Reading) -> Any:
    known = form.model_fields[name]
    key = known.alias or name
    value = _reader(form, name)(given[key], (*at, key), reading) if key in given else _default(known)
    return UNREAD if key in meant else value


def _default(known: FieldInfo) -> Any:
    return UNREAD if known.is_required() else known.get_default(call_default_factory=True)


@cache
def _reader(form: type[Form], name: str) -> Read:
    return _reader_of(form.model_fields[name].rebuild_annotation())


def _reader_of(kind: Any) -> Read:
    """How a kind of value is read as far as it goes: forms, lists and tables piece by piece, all else as a whole."""
    base, said = _parted(kind)
    if isinstance(base, type) and issubclass(base, Form):
        return lambda value, at, reading: _part(base, value, at, reading) if isinstance(value, dict) else UNREAD
    if get_origin(base) is tuple:
        return _list_reader(_reader_of(get_args(base)[0]), _whole(_joined(tuple[Any, ...], said)))
    if get_origin(base) is Mapping:
        keys: Any = get_args(base)[0]
        return _table_reader(_reader_of(get_args(base)[1]), _whole(_joined(Mapping[keys, Any], said)))
    if get_origin(base) in (Union, UnionType):
        return _choice_reader([part for part in get_args(base) if part is not NoneType], _whole(kind))
    return _whole(kind)


def _parted(kind: Any) -> tuple[Any, tuple[Any, ...]]:
    return (get_args(kind)[0], get_args(kind)[1:]) if get_origin(kind) is Annotated else (kind, ())


def _joined(kind: Any, said: tuple[Any, ...]) -> Any:
    return Annotated[(kind, *said)] if said else kind


def _whole(kind: Any) -> Read:
    adapter: TypeAdapter[Any] = TypeAdapter(kind, config=_STRICT)

    def read(value: Any, at: Place, reading: Reading) -> Any:
        try:
            return adapter.validate_python(value, context=reading.known)
        except ValidationError:
            return UNREAD

    return read


def _list_reader(entry: Read, shell: Read) -> Read:
    def read(value: Any, at: Place, reading: Reading) -> Any:
        if not isinstance(value, tuple):
            return UNREAD
        parts = tuple(entry(inner, (*at, i), reading) for i, inner in enumerate(value))
        if shell(value, at, reading) is UNREAD:
            return UNREAD
        return PartialList(parts) if any(part is UNREAD for part in parts) else parts

    return read


def _table_reader(entry: Read, shell: Read) -> Read:
    def read(value: Any, at: Place, reading: Reading) -> Any:
        if not isinstance(value, dict):
            return UNREAD
        parts = {key: entry(inner, (*at, key), reading) for key, inner in value.items()}
        if shell(value, at, reading) is UNREAD:
            return UNREAD
        return PartialTable(parts) if any(part is UNREAD for part in parts.values()) else parts

    return read


def _choice_reader(kinds: list[Any], whole: Read) -> Read:
    tables = [_reader_of(kind) for kind in kinds if _is_table(_parted(kind)[0])]
    lists = [_reader_of(kind) for kind in kinds if get_origin(_parted(kind)[0]) is tuple]

    def read(value: Any, at: Place, reading: Reading) -> Any:
        pieces = tables if isinstance(value, dict) else lists if isinstance(value, tuple) else []
        return (pieces[0] if pieces else whole)(value, at, reading)

    return read


def _is_table(kind: Any) -> bool:
    return get_origin(kind) is Mapping or (isinstance(kind, type) and issubclass(kind, Form))
