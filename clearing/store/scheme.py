"""Generations of the scheme's keys: which are in force, which are still honoured, which were taken back.

The secrets are not here. What is here decides whether taps made under a generation are still believed when they arrive.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select, update

from afc.refusal import Refused
from clearing.store import tables
from clearing.store.ground import Ground
from clearing.store.tables import FOREVER_US, GRACE_US


class SchemeKey(NamedTuple):
    """One generation; after `to_us` what arrives within `grace_us` is still honoured."""

    purpose: str
    version: int
    from_us: int
    to_us: int = FOREVER_US
    grace_us: int = GRACE_US


class SchemeKeys(Ground):
    """Questions about generations of keys."""

    def scheme_keys(self) -> list[SchemeKey]:
        """Every generation, by purpose and version."""
        column = tables.scheme_key.c
        rows = self._rows(select(tables.scheme_key).order_by(column.purpose, column.version))
        return [SchemeKey(*row) for row in rows]

    def register_scheme_keys(self, keys: Sequence[SchemeKey]) -> None:
        """Take over the generations of other books into new ones."""
        known = {(key.purpose, key.version) for key in self.scheme_keys()}
        self._insert(tables.scheme_key, [key for key in keys if (key.purpose, key.version) not in known])
        column = tables.scheme_key.c
        for key in keys:
            row = (column.purpose == key.purpose) & (column.version == key.version)
            self._do(update(tables.scheme_key).where(row).values(to_us=key.to_us, grace_us=key.grace_us))
        self._registers_changed()

    def roll_scheme_key(self, purpose: str, version: int, now_us: int) -> None:
        """The next generation begins, and the one before it ends with the usual grace."""
        newest = max((key.version for key in self.scheme_keys() if key.purpose == purpose), default=0)
        if version != newest + 1:
            what = f"{purpose} keys are at generation {newest}, so {version} is not the next"
            raise Refused("GENERATION_UNKNOWN", what, cure="Are key store and books of the same environment?")
        column = tables.scheme_key.c
        before = (column.purpose == purpose) & (column.to_us == FOREVER_US)
        self._do(update(tables.scheme_key).where(before).values(to_us=now_us))
        self._insert(tables.scheme_key, [SchemeKey(purpose, version, now_us)])
        self._registers_changed()

    def revoke_scheme_key(self, purpose: str, version: int, now_us: int) -> None:
        """What arrives from now on under this generation is not believed any more, whatever its own clock says."""
        column = tables.scheme_key.c
        row = (column.purpose == purpose) & (column.version == version)
        found = [key for key in self.scheme_keys() if (key.purpose, key.version) == (purpose, version)]
        if not found:
            raise Refused("GENERATION_UNKNOWN", f"there is no generation {version} of {purpose} keys")
        ended_us = min(found[0].to_us, now_us)
        end = {"to_us": ended_us, "grace_us": min(found[0].grace_us, now_us - ended_us)}
        self._do(update(tables.scheme_key).where(row).values(**end))
        self._registers_changed()

    def _registers_changed(self) -> None:
        self._do(update(tables.meta).values(registers=tables.meta.c.registers + 1))
