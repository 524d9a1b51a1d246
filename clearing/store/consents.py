"""What people say to a close: that it may do without taps that have not come; and when a date came into its states."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from sqlalchemy import select

from clearing.store import tables
from clearing.store.ground import Ground


class Consent(NamedTuple):
    """Two people let a date be closed although taps of it may be missing."""

    clearing_date: date
    first: str
    second: str
    because: str
    at_us: int


class Consents(Ground):
    """Questions about closing as an act of people."""

    def consent(self, consent: Consent) -> None:
        """Note it with the date that begins to close."""
        self._insert(tables.consent, [(consent.clearing_date.isoformat(), *consent[1:])])

    def find_consent(self, clearing_date: date) -> Consent | None:
        """Who let a date be closed incomplete, if anybody had to."""
        row = self._row(select(tables.consent).where(tables.consent.c.clearing_date == clearing_date.isoformat()))
        return Consent(clearing_date, *row[1:]) if row else None

    def note_stage(self, clearing_date: date, state: str, at_us: int) -> None:
        """Note when a date came into a state. No digest covers it: the same books closed at another hour are the same books."""
        self._insert(tables.stage, [(clearing_date.isoformat(), state, at_us)])

    def stages(self) -> dict[tuple[date, str], int]:
        """The moment of each date's states, where anybody said it."""
        rows = self._rows(select(tables.stage))
        return {(date.fromisoformat(day), state): at_us for day, state, at_us in rows}
