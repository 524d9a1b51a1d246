"""A small clearing house for worked examples: two operators, an agent, a city, and readers that seal batches."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import numpy as np
import pytest
from databases import Hand

from afc.batch import digest_of, seal
from afc.keys import NO_DIGEST, KeyRing
from afc.moment import HOUR_US
from afc.tap import TAP
from clearing.entry import Entry, Posting
from clearing.postings import Chart
from clearing.store import FOREVER_US, Device, Party, Store

HERE = "sim-test"

ON_A_FILE = pytest.mark.parametrize("where", ["sqlite"], indirect=True)
"""For tests that take long and say nothing about databases."""

MORNING_US = 1_772_582_400_000_000
NOON_US = MORNING_US + 4 * HOUR_US
WEDNESDAY = date(2026, 3, 4)
PARTIES = [
    Party(0, "bus", "Автобус ХК", ("service_operator",), other="5000123456"),
    Party(1, "metro", "Metro", ("service_operator",), other="5000654321"),
    Party(2, "house", "Clearing House", ("clearing_house",), other="4999000001"),
    Party(3, "issuer", "Card Issuer", ("card_issuer",), iban="GB33BUKB20201555555555"),
    Party(4, "agent", "Top-up Agent", ("top_up_agent",), other="4100000001"),
    Party(5, "city", "City", ("authority",), other="9000000001"),
]
CHART = Chart(
    parties=tuple(party.id for party in PARTIES),
    services=("city", "rail"),
    products=("month",),
    issuers=("issuer", "issuer"),
    postpaid=(False, True),
    owner="house",
    quotas=(("student44", "city"),),
)


class Reader:
    """A reader that seals batches one after another, as its SAM would."""

    def __init__(self, ring: KeyRing, device: int) -> None:
        self.ring, self.device = ring, device
        self.number, self.seq, self.previous = 0, 0, NO_DIGEST

    def batch(
        self, taps: int = 2, at_us: int | list[int] = MORNING_US, amount: int = 500, signed_by: int | None = None
    ) -> bytes:
        """The next batch of so many taps; a key other than the reader's own where `signed_by` names a device."""
        rows = np.zeros(taps, TAP)
        rows["version"] = rows["kind"] = rows["key_version"] = rows["group"] = rows["counter"] = 1
        rows["device"], rows["epoch"], rows["time_us"], rows["amount"] = self.device, 1, at_us, amount
        rows["card"] = np.arange(1, taps + 1)
        rows["seq"] = np.arange(self.seq + 1, self.seq + taps + 1)
        rows["mac"] = self.ring.macs(rows)
        sealed = seal(
            self.ring.device_private(signed_by or self.device),
            device=self.device, epoch=1, number=self.number + 1, previous=self.previous, taps=rows, environment=HERE,
        )  # fmt: skip
        self.number, self.seq, self.previous = self.number + 1, self.seq + taps, digest_of(sealed)
        return sealed

    def twin(self) -> Reader:
        """A copy of this reader as it is now, such as a restored flash or a clone makes."""
        twin = Reader(self.ring, self.device)
        twin.number, twin.seq, twin.previous = self.number, self.seq, self.previous
        return twin


def served(ring: KeyRing, device: int, *, operator: int = 0, from_us: int = 0, to_us: int = FOREVER_US) -> Device:
    return Device(device, from_us, to_us, operator, -1, 0, -1, "bus", ring.device_public(device))


def begin(where: str) -> None:
    """New books with parties and readers 1, 2 (bus) and 3 (metro), in service since for ever."""
    ring = KeyRing.from_seed(7, HERE)
    with Store.open(where, environment=HERE, city="ab" * 32) as store, store.begin():
        store.register_parties(PARTIES)
        store.register_devices([served(ring, device, operator=device // 3) for device in (1, 2, 3)])


def entry(kind: str, cause: str, /, clearing_date: date = WEDNESDAY, **postings: int) -> Entry:
    """An entry in one line: `entry("share", "x", journeys=700, payable_bus=-700)`."""
    lines = tuple(Posting(account.replace("_", ":"), minor) for account, minor in postings.items())
    return Entry(clearing_date, kind, cause, "tariff 2026-01-01", bytes(32), lines)


@contextmanager
def another_hand(where: str) -> Iterator[Hand]:
    """Somebody opens the books with another program and drops every law first."""
    with Hand(where) as hand:
        hand.drop_laws()
        yield hand
