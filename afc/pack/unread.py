"""Values that nobody could read: forms, lists and tables that lack some, and say so when one of them is touched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

from afc.pack.form import Form, Unread

F = TypeVar("F", bound=Form)
UNREAD: Any = object()  # in the place of a value that nobody could read


class PartialList(Sequence[Any]):
    """A list of which some entries could not be read."""

    def __init__(self, values: Sequence[Any]) -> None:
        self._values = values

    def __getitem__(self, at: Any) -> Any:
        return PartialList(self._values[at]) if isinstance(at, slice) else _read(self._values[at])

    def __len__(self) -> int:
        return len(self._values)


class PartialTable(Mapping[str, Any]):
    """A table of free keys, all of them right, of which some values could not be read."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def __getitem__(self, key: str) -> Any:
        return _read(self._values[key])

    def __contains__(self, key: object) -> bool:
        return key in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


def with_values(form: type[F], values: dict[str, Any]) -> F:
    """A form that has these values and lacks all others."""
    part = form.__new__(form)
    for name, value in (("__dict__", values), ("__pydantic_fields_set__", set(values))):
        object.__setattr__(part, name, value)
    for name in ("__pydantic_extra__", "__pydantic_private__"):
        object.__setattr__(part, name, None)
    return part


def _read(value: Any) -> Any:
    if value is UNREAD:
        raise Unread
    return value
