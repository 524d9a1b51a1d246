"""The registers: who the parties are, which device stood where for whom and when, which cards were issued.

A device that changes hands ends in one row and begins in the next, so that a tap of last month is still judged by last
month's row; no row is overwritten. A party keeps its number and its id; its name, roles and accounts are those of today.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import insert, select, update

from afc.refusal import Refused
from clearing.store import tables
from clearing.store.commands import Commands
from clearing.store.ground import IntegrityError
from clearing.store.tables import FOREVER_US


class Party(NamedTuple):
    """A company or office; its number is its place in the city pack and never changes. Dates are ISO texts, "" where there is
    none; after its last date `merged_into` goes on with its work."""

    number: int
    id: str
    name: str
    roles: tuple[str, ...] = ()
    iban: str = ""
    other: str = ""
    from_date: str = ""
    until_date: str = ""
    merged_into: str = ""

    def is_there(self, day: date) -> bool:
        """Is it a party on this clearing date?"""
        return self.from_date <= day.isoformat() <= (self.until_date or "9999-12-31")


class Device(NamedTuple):
    """A reader from one moment to another: whose it was, where it stood, its key, and with which epoch it began. What only
    forwards has no key."""

    device: int
    from_us: int
    to_us: int
    operator: int
    vehicle: int
    service: int
    stop: int
    kind: str
    public_key: bytes
    brand: str = ""
    collector: int = -1
    spot: str = ""
    first_epoch: int = 1


class CardFile(NamedTuple):
    """An issuer's register of its cards as of one date, by content; over how many shards they are dealt."""

    date: date
    issuer: str
    digest: bytes
    path: str
    shards: int


class Meta(NamedTuple):
    """Whose books these are; `registers` rises with every change of a register."""

    environment: str
    city: str
    registers: int


_META = select(tables.meta.c.environment, tables.meta.c.city, tables.meta.c.registers)


class Registers(Commands):
    """Questions about who and what."""

    def meta(self) -> Meta:
        row = self._row(_META)
        assert row is not None, "books without their first row were never opened by us"
        return Meta(*row)

    def register_parties(self, parties: Sequence[Party]) -> None:
        """Add parties or correct their names and accounts; a number once given stays with its party."""
        known = {party.number: party for party in self.parties()}
        by_id = {party.id: party for party in known.values()}
        for party in parties:
            before = known.get(party.number) or by_id.get(party.id) or party
            if (before.number, before.id) != (party.number, party.id):
                raise Refused(
                    "PARTY_RENUMBERED",
                    f'party {party.number} is "{party.id}" and was "{before.id}", number {before.number}',
                    cure="New parties go to the end of the list.",
                )
            values = party._asdict() | {"roles": " ".join(party.roles)}
            if party.number not in known:
                self._do(insert(tables.party).values(values))
            elif party != before:
                self._do(update(tables.party).where(tables.party.c.number == party.number).values(values))
        self._registers_changed()

    def parties(self) -> list[Party]:
        """Every party in the order of their numbers."""
        rows = self._rows(select(tables.party).order_by(tables.party.c.number))
        return [Party(*row)._replace(roles=tuple(row.roles.split())) for row in rows]

    def register_devices(self, devices: Sequence[Device]) -> None:
        """Add rows; two rows of one device never overlap."""
        try:
            self._insert(tables.device, devices)
        except IntegrityError as error:
            raise Refused(
                "DEVICE_ROW_WRONG", str(error.orig), cure="End the device's row before it begins anew."
            ) from None
        self._registers_changed()

    def end_device(self, device: int, at_us: int) -> None:
        """The device leaves its present place at `at_us`."""
        open_row = (tables.device.c.device == device) & (tables.device.c.to_us == FOREVER_US)
        if not self._do(update(tables.device).where(open_row, tables.device.c.from_us < at_us).values(to_us=at_us)):
            raise Refused("DEVICE_NOT_IN_SERVICE", f"device {device} has no open row that began before {at_us}")
        self._registers_changed()

    def devices(self) -> Iterator[Device]:
        """The whole register, by device and time."""
        rows = self._rows(select(tables.device).order_by(tables.device.c.device, tables.device.c.from_us))
        return (Device(*row) for row in rows)

    def register_cards(self, file: CardFile) -> None:
        """Note which cards an issuer says exist; the same file twice is one file, another file for the date is refused."""
        known = {(row.date, row.issuer): row.digest for row in self.card_files()}
        if (file.date, file.issuer) in known:
            if known[file.date, file.issuer] != file.digest:
                cure = "A correction is a file of a later date."
                raise Refused("CARD_FILE_DIFFERS", f"{file.issuer} has given another file for {file.date}", cure=cure)
            return
        self._insert(tables.card_register, [(file.date.isoformat(), *file[1:])])
        self._registers_changed()

    def card_files(self) -> list[CardFile]:
        """Every issuer's files, oldest first."""
        rows = self._rows(
            select(tables.card_register).order_by(tables.card_register.c.date, tables.card_register.c.issuer)
        )
        return [CardFile(date.fromisoformat(row.date), row.issuer, row.digest, row.path, row.shards) for row in rows]
