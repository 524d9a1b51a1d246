"""Forms: what every table of a pack has in common, and the words, clocks and amounts that fill it.

A form is strict (a whole number is not 1.0), frozen, and knows no key that is not written down. Ids that point elsewhere
(a service, a category, a stop) are checked against the `Known` that is handed in, so an unknown name is told together
with every other mistake of the file.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, NamedTuple, Self, TypeAlias

from pydantic import BaseModel, ConfigDict, ValidationInfo, model_validator
from pydantic_core import PydanticCustomError

from afc.refusal import near, nearest

HINTS_MAX = 40  # looking for near names among thousands is slow, and nobody reads more hints than this

Place: TypeAlias = tuple[str | int, ...]


@dataclass
class Known:
    """The ids that other files may name, by kind; a kind that is absent is not checked."""

    ids: dict[str, Collection[str]] = field(default_factory=dict)
    forms: dict[int, type[Form]] = field(default_factory=dict)  # which form each table was read as, for near misses
    hints_left: int = HINTS_MAX

    def get(self, kind: str) -> Collection[str] | None:
        """The declared ids of a kind."""
        return self.ids.get(kind)

    def hint(self, name: str, names: Collection[str]) -> str:
        """The nearest of some names."""
        self.hints_left -= 1
        return nearest(name, names) if self.hints_left >= 0 else ""


class Finding(NamedTuple):
    """One thing wrong below a table: where (keys from the table down), its name, a sentence, a cure."""

    at: Place
    code: str
    what: str
    cure: str = ""


class Unread(AttributeError):
    """A value was asked for that nobody could read, because there is a mistake in it."""


class Form(BaseModel):
    """A table of a pack."""

    model_config = ConfigDict(
        strict=True, frozen=True, extra="forbid", allow_inf_nan=False, use_attribute_docstrings=True
    )

    def checks(self, known: Known) -> Iterable[Iterable[Finding]]:
        """What the fields say together, a generator for each question, so that one which cannot be answered for a
        mistake elsewhere stops no other. Nothing is asked of the fields before a generator is run."""
        return ()

    @model_validator(mode="before")
    @classmethod
    def _remember(cls, table: Any, info: ValidationInfo) -> Any:
        if not isinstance(table, dict):
            return table
        if isinstance(info.context, Known):
            info.context.forms[id(table)] = cls
        return cls.by_field(table)

    @model_validator(mode="after")
    def _agree(self, info: ValidationInfo) -> Self:
        found = tuple(chain.from_iterable(self.checks(known_of(info))))
        if found:
            raise PydanticCustomError("FINDINGS", "several", {"found": found})
        return self

    if not TYPE_CHECKING:  # a partial form lacks the values that nobody could read

        def __getattr__(self, name: str) -> Any:
            if name in type(self).model_fields:
                raise Unread(name)
            return super().__getattr__(name)

    @classmethod
    def by_field(cls, table: dict[str, Any]) -> dict[str, Any]:
        """A table as it stands in the file, by the names of the fields."""
        return table

    @classmethod
    def known_keys(cls, known: Known) -> list[str]:
        """The keys that this table may have, as they are written in the file."""
        return [field.alias or name for name, field in cls.model_fields.items()]

    @classmethod
    def misspelt(cls, table: Mapping[str, Any], known: Known) -> set[str]:
        """Keys that one of a table's unknown keys was probably meant to be: those that it lacks, and lists and tables of
        which the misspelt key holds another part."""
        keys = cls.known_keys(known)
        unknown = (key for key in table if key not in keys)
        meant = {near(key, keys) for key in islice(unknown, HINTS_MAX)}
        return {key for key in meant if key not in table or isinstance(table[key], dict | tuple)}


def wrong(code: str, what: str, cure: str = "") -> PydanticCustomError:
    """A named mistake at the very value that is being read."""
    return PydanticCustomError("FINDING", "one", {"found": Finding((), code, what, cure)})


def known_of(info: ValidationInfo) -> Known:
    """What the rest of the pack has declared."""
    return info.context if isinstance(info.context, Known) else Known()
