"""A recalculator that shares no line with the product: sealed batches and receipts in, every figure of every statement out.

Written from docs/format.md and from the three small files in pack/, for one tariff: a flat fare for each boarding, and one
cheaper change between services within half an hour of the tap-in. It takes the registers as published and everything else from
signed bytes. `cryptography` checks the signatures; nothing of afc, terminals, clearing or sim is imported.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections import defaultdict
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

HEADER, TAP, RECEIPT = (
    struct.Struct("<4sI16sIIIIIHH32sII"),
    struct.Struct("<8BIHBBIIqQIHHIiqQ"),
    struct.Struct("<4sI16sI32sIIIq32sq"),
)
ENTRY, EXIT, LOAD, SALE, TRIP = 1, 2, 3, 4, 5
ACCEPTED, SIGNATURE = 1, 64
ADULT, YOUTH, SENIOR = 0, 1, 2

BASE = {"metro": (1550, 900, 0), "bus": (1500, 905, 0)}  # pack/tariff.toml, by category
LESS = {("metro", "bus"): 701, ("bus", "metro"): 333}
WINDOW_US = 1800 * 1_000_000
LEGS_MAX = 2
ZONE, DAY_CUT = timezone(timedelta(hours=9)), timedelta(hours=4)
OPEN_US = (
    3 * 3600 * 1_000_000
)  # a journey touched so shortly before the cut may go on, and is shared with the next date
PER_KM, PER_FREE_BOARDING, FEE_OF_FARES_BP, FEE_OF_LOADS_BP = 900, 700, 150, 80  # contracts.toml of the town
WORKER, FUNDER, ISSUER, AGENT = "hanbit-bus", "city", "hancard", "corner-shops"
SERVICE_OF = {"gate": "metro", "bus": "bus", "kiosk": ""}

Figures = dict[tuple[str, str, str], list[int]]  # party, kind, service -> quantity, minor units


class Tap(NamedTuple):
    """What of a tap decides about money."""

    kind: int
    category: int
    group: int
    device: int
    counter: int
    time_us: int
    card: int
    amount: int
    balance: int
    place: int  # of its batch in the log


class Leg(NamedTuple):
    """A boarding with its fare, and whose it is; `journey` counts those of the card."""

    card: int
    journey: int
    operator: str
    service: str
    category: int
    fare: int


class Reader(NamedTuple):
    """A row of the published register."""

    operator: str
    service: str
    vehicle: int
    key: bytes


class Card:
    """What the next fare depends on."""

    def __init__(self) -> None:
        self.service, self.in_us, self.legs, self.journey, self.touched_us = "", 0, 0, 0, 0

    def board(self, service: str, category: int, t_us: int) -> int:
        """The fare of a boarding, by the tariff's words: a change is cheaper if the pair is listed, the last tap-in is not
        more than half an hour ago, and the journey has not had its change yet."""
        less = LESS.get((self.service, service), 0)
        if less and t_us <= self.in_us + WINDOW_US and self.legs < LEGS_MAX:
            self.legs += 1
        else:
            less, self.legs, self.journey = 0, 1, self.journey + 1
        self.service, self.in_us = service, t_us
        return max(BASE[service][category] - less, 0)


def registers(path: Path) -> tuple[dict[int, Reader], list[str]]:
    """Readers by number, and the names of parties."""
    told = json.loads(path.read_text("utf-8"))
    names = [name for _, name, _ in told["parties"]]
    readers = {
        row["device"]: Reader(
            names[row["operator"]], SERVICE_OF[row["kind"]], row["vehicle"], bytes.fromhex(row["public_key"])
        )
        for row in told["devices"]
    }
    return readers, names


def place_of(receipt: bytes, digest: bytes) -> int:
    """Where the log has a batch, by its receipt; 0 where it was kept aside."""
    magic, version, _, answer, named, _, _, _, position, _, _ = RECEIPT.unpack_from(receipt)
    assert (magic, version, named) == (b"AFCR", 1, digest), "the receipt is for this batch"
    return int(position) if answer == ACCEPTED else 0


def taps_in(sealed: bytes, receipt: bytes, readers: dict[int, Reader]) -> list[Tap]:
    """The taps of one sealed batch, if its reader signed it."""
    magic, version, _, device, _, _, first, last, count, *_ = HEADER.unpack_from(sealed)
    assert (magic, version) == (b"AFCB", 1)
    assert len(sealed) == HEADER.size + count * TAP.size + SIGNATURE
    assert last - first + 1 == count
    digest = hashlib.sha256(sealed[:-SIGNATURE]).digest()
    Ed25519PublicKey.from_public_bytes(readers[device].key).verify(sealed[-SIGNATURE:], digest)
    place, found = place_of(receipt, digest), []
    for i in range(count):
        row = TAP.unpack_from(sealed, HEADER.size + i * TAP.size)
        version, kind, _, _, medium, category, product, group, device, _, _, _, _, counter, time_us, card = row[:16]
        _, _, _, _, amount, balance, _ = row[16:]
        assert version == 1
        assert product == 0
        assert medium in (0, 1)
        found.append(Tap(kind, category, group, device, counter, time_us, card, amount, balance, place))
    return found


def read(folders: list[Path], readers: dict[int, Reader]) -> list[Tap]:
    """Every tap below some folders, each batch once."""
    batches = {path.name: path for folder in folders for path in folder.rglob("*.afc")}
    found = []
    for path in batches.values():
        found += taps_in(path.read_bytes(), path.with_name(path.name + ".receipt").read_bytes(), readers)
    return found


def end_us(day: date) -> int:
    """When a service day ends."""
    cut = datetime(day.year, day.month, day.day, tzinfo=ZONE) + timedelta(days=1) + DAY_CUT
    return int(cut.timestamp()) * 1_000_000


class Books:
    """The figures of one date after another."""

    def __init__(self, readers: dict[int, Reader]) -> None:
        self.readers = readers
        self.cards: defaultdict[int, Card] = defaultdict(Card)
        self.open: list[Leg] = []

    def close(self, day: date, taps: list[Tap]) -> Figures:
        """What everybody is told about a date that takes these taps."""
        figures: Figures = defaultdict(lambda: [0, 0])
        legs = self.ride([tap for tap in taps if tap.kind in (ENTRY, EXIT)], figures)
        for tap in taps:
            if tap.kind == LOAD:
                add(figures, self.readers[tap.device].operator, "load", "", 1, -tap.amount)
                add(figures, ISSUER, "load", "", 1, tap.amount)
        self.share(day, legs, figures)
        self.work([tap for tap in taps if tap.kind == TRIP], figures)
        self.fees(figures)
        return {key: row for key, row in figures.items() if any(row)}

    def ride(self, taps: list[Tap], figures: Figures) -> list[Leg]:
        """Every card's taps in the order of its counter; a reader that took something else has not this tariff."""
        legs = []
        for tap in sorted(taps, key=lambda tap: (tap.card, tap.counter)):
            card, reader = self.cards[tap.card], self.readers[tap.device]
            card.touched_us = tap.time_us
            if tap.kind == EXIT:
                assert tap.amount == 0, "a flat fare is taken at the tap-in"
                continue
            fare = card.board(reader.service, tap.category, tap.time_us) * tap.group
            assert fare == tap.amount, (
                f"card {tap.card}, counter {tap.counter}: the tariff says {fare}, taken was {tap.amount}"
            )
            legs.append(Leg(tap.card, card.journey, reader.operator, reader.service, tap.category, fare))
            add(figures, reader.operator, "boarding", reader.service, 1, 0)
            if fare:
                add(figures, ISSUER, "charge", reader.service, 1, -fare)
            elif tap.category == SENIOR:
                add(figures, reader.operator, "free", reader.service, 1, 0)
                add(figures, reader.operator, "concession", "", 1, PER_FREE_BOARDING)
                add(figures, FUNDER, "concession", "", 1, -PER_FREE_BOARDING)
        return legs

    def share(self, day: date, legs: list[Leg], figures: Figures) -> None:
        """Each boarding's fare is its operator's, once the journey is over."""
        since_us = end_us(day) - OPEN_US
        waiting = []
        for leg in self.open + legs:
            card = self.cards[leg.card]
            if leg.journey == card.journey and card.touched_us >= since_us:
                waiting.append(leg)
            elif leg.fare:
                add(figures, leg.operator, "share", leg.service, 1, leg.fare)
        self.open = waiting

    def work(self, trips: list[Tap], figures: Figures) -> None:
        """Kilometres and vehicles, and what is paid for them; a metre short of a unit is not paid."""
        metres: defaultdict[str, int] = defaultdict(int)
        vehicles: defaultdict[str, set[int]] = defaultdict(set)
        for trip in trips:
            reader = self.readers[trip.device]
            metres[reader.operator] += trip.amount
            add(figures, reader.operator, "trip", "", 1, 0)
            vehicles[reader.operator].add(reader.vehicle)
        for operator, driven in metres.items():
            add(figures, operator, "metres", "", driven, 0)
            add(figures, operator, "vehicle_day", "", len(vehicles[operator]), 0)
        paid = metres[WORKER] * PER_KM // 1000
        add(figures, WORKER, "contract", "", metres[WORKER], paid)
        add(figures, FUNDER, "contract", "", metres[WORKER], -paid)

    def fees(self, figures: Figures) -> None:
        """Basis points of what each operator earned of fares, and of what was loaded; each rounded down."""
        earned: defaultdict[str, int] = defaultdict(int)
        for (party, kind, _), (_, minor) in list(figures.items()):
            if kind == "share":
                earned[party] += minor
        for party, minor in earned.items():
            fee = minor * FEE_OF_FARES_BP // 10_000
            add(figures, party, "fee", "", 0, -fee)
            add(figures, ISSUER, "fee", "", 0, fee)
        fee = figures[ISSUER, "load", ""][1] * FEE_OF_LOADS_BP // 10_000
        add(figures, ISSUER, "fee", "", 0, -fee)
        add(figures, AGENT, "fee", "", 0, fee)


def add(figures: Figures, party: str, kind: str, service: str, quantity: int, minor: int) -> None:
    """So many more of a kind."""
    row = figures[party, kind, service]
    row[0] += quantity
    row[1] += minor


def recalculate(folders: list[Path], register: Path, dates: dict[date, int]) -> dict[date, Figures]:
    """Every date's figures; `dates` says up to which place of the log each takes batches."""
    readers, _ = registers(register)
    left, books, found = read(folders, readers), Books(readers), {}
    for day, through in sorted(dates.items()):
        due = [tap for tap in left if 0 < tap.place <= through and tap.time_us < end_us(day)]
        left = [tap for tap in left if not (0 < tap.place <= through and tap.time_us < end_us(day))]
        found[day] = books.close(day, due)
    return found
