"""Keys of the network interface: whose they are, and from when to when they hold.

The secret itself is told once, when the key is made, and kept by its owner; here stands only its digest.
"""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import select, update

from afc.refusal import Refused, nearest
from clearing.store import tables
from clearing.store.ground import Ground, IntegrityError
from clearing.store.tables import FOREVER_US


class ApiKey(NamedTuple):
    """A key by its name; `party` is a number, `digest` the SHA-256 of the secret."""

    id: str
    party: int
    digest: bytes
    from_us: int
    to_us: int = FOREVER_US


class ApiKeys(Ground):
    """Questions about who may speak to the office."""

    def add_api_key(self, key: ApiKey) -> None:
        """Note a key; its name and its secret are of it alone."""
        try:
            self._insert(tables.api_key, [key])
        except IntegrityError:
            what = f'there is already a key "{key.id}"'
            raise Refused("API_KEY_TAKEN", what, cure="Give it another name; an ended key keeps its own.") from None

    def end_api_key(self, name: str, at_us: int) -> None:
        """The key opens nothing from `at_us` on."""
        column = tables.api_key.c
        open_row = (column.id == name) & (column.to_us == FOREVER_US) & (column.from_us < at_us)
        if not self._do(update(tables.api_key).where(open_row).values(to_us=at_us)):
            names = [key.id for key in self.api_keys() if key.to_us == FOREVER_US]
            raise Refused("API_KEY_UNKNOWN", f'there is no key "{name}" in force', cure=nearest(name, names))

    def api_keys(self) -> list[ApiKey]:
        """Every key that there ever was, by name."""
        return [ApiKey(*row) for row in self._rows(select(tables.api_key).order_by(tables.api_key.c.id))]
