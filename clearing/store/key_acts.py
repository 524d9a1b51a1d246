"""Acts about generations of keys: two people take one back, and say why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select

from clearing.store import tables
from clearing.store.scheme import SchemeKeys


class KeyAct(NamedTuple):
    """What was done to a generation of the keys of a purpose, by whom, why and when."""

    purpose: str
    version: int
    step: str
    first: str
    second: str
    because: str
    at_us: int


class KeyActs(SchemeKeys):
    """Questions about such acts."""

    def key_act(self, act: KeyAct) -> None:
        """Note one; a generation is taken back once."""
        self._insert(tables.key_act, [act])

    def key_acts(self) -> list[KeyAct]:
        """Every act, by purpose and version."""
        column = tables.key_act.c
        rows = self._rows(select(tables.key_act).order_by(column.purpose, column.version, column.step))
        return [KeyAct(*row) for row in rows]

    def register_key_acts(self, acts: Sequence[KeyAct]) -> None:
        """Take over the acts of other books into new ones."""
        self._insert(tables.key_act, acts)
