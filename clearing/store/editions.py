"""Editions: every version of a list or of the parameters, as it was proposed, approved, tried, published and withdrawn.

Nothing here is ever changed: what is done about an edition is a row of its own, with who did it and why.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import func, select

from afc.refusal import Refused
from clearing.store import tables
from clearing.store.ground import IntegrityError
from clearing.store.key_acts import KeyActs


class Edition(NamedTuple):
    """One version as proposed: `changed` of `issued` cards would be treated otherwise than under the one before."""

    kind: str
    version: int
    changed: int
    issued: int
    canary: tuple[int, ...]
    by: str
    because: str
    at_us: int
    content: bytes


class EditionAct(NamedTuple):
    """A step in the life of an edition; `message` is what readers are sent from then on."""

    kind: str
    version: int
    step: str
    by: str
    second: str
    because: str
    at_us: int
    grace_us: int = 0
    message: bytes = b""


class Offer(NamedTuple):
    """What a step gave to readers: to all of them, or on trial to `canary`."""

    kind: str
    version: int
    step: str
    canary: tuple[int, ...]


class Editions(KeyActs):
    """Questions about what readers were told."""

    def propose_edition(self, edition: Edition) -> None:
        """Note a version that nobody has approved yet."""
        row = edition._replace(canary=" ".join(map(str, edition.canary)))  # type: ignore[arg-type]
        self._insert(tables.edition, [row])
        self._registers_changed()

    def edition_act(self, act: EditionAct) -> None:
        """Note a step; each is taken once."""
        try:
            self._insert(tables.edition_act, [act])
        except IntegrityError as error:
            raise Refused("EDITION_STEP_WRONG", f"{act.kind} {act.version}: {error.orig}") from None
        self._registers_changed()

    def editions(self, kind: str = "") -> list[Edition]:
        """Every version that was ever proposed, or those of one kind, by kind and number."""
        asked = select(tables.edition).order_by(tables.edition.c.kind, tables.edition.c.version)
        rows = self._rows(asked.where(tables.edition.c.kind == kind) if kind else asked)
        return [Edition(*row)._replace(canary=tuple(map(int, row.canary.split()))) for row in rows]

    def edition_acts(self) -> list[EditionAct]:
        """Every step, in order of time."""
        column = tables.edition_act.c
        rows = self._rows(select(tables.edition_act).order_by(column.at_us, column.kind, column.version, column.step))
        return [EditionAct(*row) for row in rows]

    def edition_steps(self) -> list[EditionAct]:
        """The same without the messages, which may have megabytes each."""
        column = tables.edition_act.c
        light = [one for one in column if one.name != "message"]
        rows = self._rows(select(*light).order_by(column.at_us, column.kind, column.version, column.step))
        return [EditionAct(*row) for row in rows]

    def edition_offers(self) -> list[Offer]:
        """Every step by which readers are given something, by kind and version; what is for all comes after its trial. What was
        withdrawn, and all before it, is given to nobody."""
        edition, act = tables.edition.c, tables.edition_act.c
        same = (edition.kind == act.kind) & (edition.version == act.version)
        back = tables.edition_act.alias().c
        withdrawn = (
            select(func.coalesce(func.max(back.version), 0))
            .where(back.kind == act.kind, back.step == "withdraw")
            .correlate(tables.edition_act)
            .scalar_subquery()
        )
        rows = self._rows(
            select(act.kind, act.version, act.step, edition.canary)
            .join(tables.edition, same)
            .where(act.step.in_(("all", "canary")), act.version > withdrawn)
            .order_by(act.kind, act.version, act.step.desc())
        )
        return [Offer(*row)._replace(canary=tuple(map(int, row.canary.split()))) for row in rows]

    def edition_message(self, kind: str, version: int, step: str) -> bytes:
        """What readers are sent since that step."""
        column = tables.edition_act.c
        this = (column.kind == kind) & (column.version == version) & (column.step == step)
        return bytes(self._row(select(column.message).where(this)).message)

    def register_editions(self, editions: Sequence[Edition], acts: Sequence[EditionAct]) -> None:
        """Take over what other books have told their readers."""
        for edition in editions:
            self.propose_edition(edition)
        for act in acts:
            self.edition_act(act)
