"""What an adoption does to the registers: rows that come, rows that change, rows that end; done, and thought away again.

A manifest vouches for the registers as they stood when its date was closed, so what came later has to be thought away.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from clearing.store import FOREVER_US, Adoption, Device, Party, Store


class Change(NamedTuple):
    """New and changed parties, what the changed ones were; new rows of readers; (reader, moment) of rows that end."""

    parties: tuple[Party, ...] = ()
    was: tuple[Party, ...] = ()
    devices: tuple[Device, ...] = ()
    ended: tuple[tuple[int, int], ...] = ()

    def told(self) -> dict[str, Any]:
        """As JSON can say it."""
        return {
            "parties": [list(party) for party in self.parties], "was": [list(party) for party in self.was],
            "devices": [[part.hex() if isinstance(part, bytes) else part for part in row] for row in self.devices],
            "ended": [list(one) for one in self.ended],
        }  # fmt: skip


def change_of(adoption: Adoption) -> Change:
    """What an adoption did, as it was noted."""
    told = adoption.changes
    parties, was = ([Party(*row)._replace(roles=tuple(row[3])) for row in told[key]] for key in ("parties", "was"))
    devices = [Device(*row)._replace(public_key=bytes.fromhex(row[8])) for row in told["devices"]]
    return Change(tuple(parties), tuple(was), tuple(devices), tuple((device, at_us) for device, at_us in told["ended"]))


def carry_out(store: Store, change: Change) -> None:
    """Change the registers; called inside a transaction."""
    store.register_parties(change.parties)
    for device, at_us in change.ended:
        store.end_device(device, at_us)
    store.register_devices(change.devices)


def without(store: Store, adoptions: Iterable[Adoption]) -> tuple[list[Party], list[Device]]:
    """The registers as if these, the newest adoptions, had not been."""
    parties = {party.number: party for party in store.parties()}
    devices = {(row.device, row.from_us): row for row in store.devices()}
    for adoption in sorted(adoptions, reverse=True):
        change = change_of(adoption)
        for party in change.parties:
            del parties[party.number]
        parties |= {party.number: party for party in change.was}
        for row in change.devices:
            del devices[row.device, row.from_us]
        ended = set(change.ended)
        devices |= {
            at: row._replace(to_us=FOREVER_US) for at, row in devices.items() if (row.device, row.to_us) in ended
        }
    return [parties[number] for number in sorted(parties)], [devices[at] for at in sorted(devices)]


def registers_on(store: Store, day: date) -> tuple[Sequence[Party], Sequence[Device]]:
    """The registers as they stood when a closed date was closed, or as they stand for one that is not."""
    closed = [one.clearing_date for one in store.days() if one.state == "closed"]
    turn = closed.index(day) if day in closed else len(closed)
    return without(store, [one for one in store.adoptions() if one.closings > turn])
