"""What a reader goes by: its parameters, its lists and its tables, each the newest complete one that the scheme signed.

Messages come in any order, late, twice or cut. A version never goes back. Parameters wait until their moment has come and the
reader has every table that they ask for; until then it goes by the ones before, and its batches say so.
"""

from __future__ import annotations

from typing import NamedTuple, TypeVar

from afc.actionlist import MAGIC as ACTIONS_MAGIC
from afc.actionlist import NO_ACTION_LIST, ActionList, open_actions
from afc.answers import Distrust, MessageRefused
from afc.denylist import MAGIC as DENYLIST_MAGIC
from afc.denylist import NO_DENYLIST, Denylist, open_denylist
from afc.keys import FIRST_VERSION, NO_DIGEST
from afc.parameters import MAGIC as PARAMETERS_MAGIC
from afc.parameters import NO_PARAMETERS, Parameters, open_parameters

L = TypeVar("L", Denylist, ActionList)


class Tables(NamedTuple):
    """What else a reader holds: its tariff version with its digest, and the generation of its record keys."""

    tariff: int = 0
    tariff_digest: bytes = NO_DIGEST
    record_key: int = FIRST_VERSION


class Standing(NamedTuple):
    """`parameters` are in force; `coming` are newer ones whose moment or tables have not come."""

    device: int
    parameters: Parameters = NO_PARAMETERS
    coming: tuple[Parameters, ...] = ()
    denylist: Denylist = NO_DENYLIST
    actions: ActionList = NO_ACTION_LIST
    tables: Tables = Tables()

    @property
    def versions(self) -> tuple[int, int]:
        """What its batches say: versions of the parameters and of the denylist."""
        return self.parameters.version, self.denylist.version


def take(held: Standing, message: bytes, public: bytes, environment: str, now_us: int) -> Standing:
    """What to go by after a message came in; `MessageRefused` for one that is not believed, which changes nothing."""
    kind = message[:4]
    if kind == DENYLIST_MAGIC:
        held = held._replace(denylist=_newest(held.denylist, open_denylist(message, public, environment)))
    elif kind == ACTIONS_MAGIC:
        held = held._replace(actions=_newest(held.actions, open_actions(message, public, environment)))
    elif kind == PARAMETERS_MAGIC:
        held = _wait(held, open_parameters(message, public, environment))
    else:
        raise MessageRefused(Distrust.NOT_THIS_KIND)
    return at(held, now_us)


def at(held: Standing, now_us: int) -> Standing:
    """The same at a later moment: the newest parameters whose moment has come, and whose tables are there, are in force."""
    ready = [told for told in held.coming if told.valid_from_us <= now_us and not lacking(held, told)]
    if ready:
        held = held._replace(parameters=max(ready, key=lambda told: told.version))
    return held._replace(coming=tuple(told for told in held.coming if told.version > held.parameters.version))


def lacking(held: Standing, told: Parameters) -> tuple[str, ...]:
    """The tables that the reader would need for these parameters and does not have."""
    tables = held.tables
    have = {
        "tariff": (tables.tariff, tables.tariff_digest, told.tariff, told.tariff_digest),
        "denylist": (held.denylist.version, held.denylist.digest, told.denylist, told.denylist_digest),
        "actions": (held.actions.version, held.actions.digest, told.actions, told.actions_digest),
        "record_key": (tables.record_key, NO_DIGEST, told.record_key, NO_DIGEST),
    }
    return tuple(
        name for name, (version, digest, least, wanted) in have.items() if not _serves(version, digest, least, wanted)
    )


def _serves(version: int, digest: bytes, least: int, wanted: bytes) -> bool:
    """Is it newer than what is wanted, or exactly that?"""
    return version > least or (version == least and wanted in (NO_DIGEST, digest))


def _newest(held: L, arrived: L) -> L:
    return arrived if arrived.version > held.version else held


def _wait(held: Standing, told: Parameters) -> Standing:
    if not told.is_for(held.device):
        raise MessageRefused(Distrust.READER_OTHER, f"parameters {told.version}")
    known = told.version <= held.parameters.version or told.version in {one.version for one in held.coming}
    return held if known else held._replace(coming=(*held.coming, told))
