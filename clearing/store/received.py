"""What came in by the time a date was closed, counted by reader: answers, and what is kept aside.

A date's part of the log ends with a position. Which calls belong to it is told by that position and never by a clock: those
up to the call that brought it. So a replay, which closes at another moment, counts the same.
"""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import and_, func, select

from clearing.store import tables
from clearing.store.acts import Acts


class Count(NamedTuple):
    """So many answers of a kind to one reader's batches; a batch that was rejected is nobody's, and has no device."""

    device: int | None
    answer: str
    batches: int


class Received(Acts):
    """Questions about how much came in."""

    def head_at(self, position: int) -> bytes:
        """The head of the log at a position; at 0 there was no log yet."""
        row = self._row(select(tables.batch.c.head).where(tables.batch.c.position == position))
        return row.head if row else bytes(32)

    def delivery_of(self, position: int) -> int:
        """The last call by which the log had come to a position, 0 where it is empty."""
        said, act = tables.submission.c, tables.act.c
        brought = select(func.max(said.delivery)).where(said.answer == "ACCEPTED", said.position <= position)
        before = select(func.max(act.delivery)).where(act.position <= position)
        return max(self._number(brought), self._number(before))

    def answers(self, after: int, through: int) -> list[Count]:
        """How the batches of some calls were answered, by reader and answer."""
        said, kept, aside = tables.submission.c, tables.batch.c, tables.quarantine.c
        device = func.coalesce(kept.device, aside.device)
        rows = self._rows(
            select(device, said.answer, func.count())
            .select_from(
                tables.submission.outerjoin(tables.batch, kept.position == said.position).outerjoin(
                    tables.quarantine, and_(aside.digest == said.digest, aside.seq == 0)
                )
            )
            .where(said.delivery > after, said.delivery <= through)
            .group_by(device, said.answer)
        )
        found = [Count(None if row[0] is None else int(row[0]), row[1], int(row[2])) for row in rows]
        return sorted(found, key=lambda row: (-1 if row.device is None else row.device, row.answer))

    def aside_since(self, delivery: int) -> set[bytes]:
        """The digests of batches that were first set aside by a later call than this."""
        said = tables.submission.c
        first = select(said.digest).where(said.answer.in_(("QUARANTINED", "CONFLICT"))).group_by(said.digest)
        return {row.digest for row in self._rows(first.having(func.min(said.delivery) > delivery))}

    def names(self, from_position: int, to_position: int) -> list[tuple[int, int, bytes]]:
        """Device, moment of arrival and digest of each batch between two positions, in the order of the log."""
        kept = tables.batch.c
        here = kept.position.between(from_position, to_position)
        rows = self._rows(select(kept.device, kept.received_us, kept.digest).where(here).order_by(kept.position))
        return [(row.device, row.received_us, row.digest) for row in rows]
