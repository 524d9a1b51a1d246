"""Forms: what every table of a pack has in common, and the words, clocks and amounts that fill it.

A form is strict (a whole number is not 1.0), frozen, and knows no key that is not written down. Ids that point elsewhere
(a service, a category, a stop) are checked against the `Known` that is handed in, so an unknown name is told together
with every other mistake of the file.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict, ValidationInfo, model_validator
from pydantic_core import PydanticCustomError

from afc.refusal import nearest


@dataclass
class Known:
    """The ids that other files may name, by kind; a kind that is absent is not checked."""

    ids: dict[str, Collection[str]] = field(default_factory=dict)
    forms: dict[int, type[Form]] = field(default_factory=dict)  # which form each table was read as, for near misses

    hints_left: int = 40  # looking for near names among thousands is slow, and nobody reads more hints than this

    def get(self, kind: str) -> Collection[str] | None:
        """The declared ids of a kind."""
        return self.ids.get(kind)

    def hint(self, name: str, names: Collection[str]) -> str:
        """The nearest of some names."""
        self.hints_left -= 1
        return nearest(name, names) if self.hints_left >= 0 else ""


class Form(BaseModel):
    """A table of a pack."""

    model_config = ConfigDict(
        strict=True, frozen=True, extra="forbid", allow_inf_nan=False, use_attribute_docstrings=True
    )

    @model_validator(mode="before")
    @classmethod
    def _remember(cls, table: Any, info: ValidationInfo) -> Any:
        if isinstance(table, dict) and isinstance(info.context, Known):
            info.context.forms[id(table)] = cls
        return table

    @classmethod
    def known_keys(cls) -> list[str]:
        """The keys that this table may have, as they are written in the file."""
        return [known.alias or name for name, known in cls.model_fields.items()]


class Finding(NamedTuple):
    """One thing wrong below a table: where (keys from the table down), its name, a sentence, a cure."""

    at: tuple[str | int, ...]
    code: str
    what: str
    cure: str = ""


def refuse(findings: Iterable[Finding]) -> None:
    """Stop a validator with everything it found; nothing happens if it found nothing."""
    found = tuple(findings)
    if found:
        raise PydanticCustomError("FINDINGS", "several", {"found": found})


def wrong(code: str, what: str, cure: str = "") -> PydanticCustomError:
    """A named mistake at the very value that is being read."""
    return PydanticCustomError("FINDINGS", "one", {"found": (Finding((), code, what, cure),)})


def known_of(info: ValidationInfo) -> Known:
    """What the rest of the pack has declared."""
    return info.context if isinstance(info.context, Known) else Known()


def duplicates(items: Iterable[Any], what: str, key: Callable[[Any], str] = lambda item: item.id) -> Iterable[Finding]:
    """One finding for each item whose id was used by an earlier one."""
    seen: dict[str, int] = {}
    for i, item in enumerate(items):
        if key(item) in seen:
            yield Finding((i,), "DUPLICATE_ID", f'{what} "{key(item)}" is there twice', "Ids must differ.")
        seen.setdefault(key(item), i)
