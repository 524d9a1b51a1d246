"""Some days of a small town whose readers report whenever they find a signal: the days ridden, and the books they end in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from riding import WEDNESDAY, Street, cards_of

from afc.answers import AnswerKind
from afc.batch import digest_of, seal
from afc.city import City
from afc.keys import NO_DIGEST, KeyRing
from afc.moment import DAY_US, HOUR_US, day_start_us
from clearing import detail
from clearing.close import Closed, close_day
from clearing.dealing import SHARDS_MIN, shard_of
from clearing.house import ISSUED, House
from clearing.intake import Intake
from clearing.settle import settle_day
from clearing.store import FOREVER_US, Device, Store
from sim.run import party_row

HERE = "sim-test"
Plan = Sequence[Mapping[int, str]]
"""For each day what each card does."""


class Sealed(NamedTuple):
    """A batch of one tap, the day on which it was made, and whose tap it is."""

    day: int
    card: int
    counter: int
    sealed: bytes


class Days(NamedTuple):
    """What readers wrote on some days, and the register that it is judged by."""

    batches: list[Sealed]
    register: np.ndarray
    cards: tuple[int, ...]
    days: int


class Books(NamedTuple):
    """Where the books end: sums by service date, kind, service, product and account; cards after the last close; accounts."""

    sums: dict[tuple[str, str, str, str, str], int]
    carried: tuple[bytes, ...]
    accounts: dict[str, int]
    closed: tuple[Closed, ...]


def ride(city: City, ring: KeyRing, plan: Plan, spoil: Callable[[np.ndarray], None] = lambda _taps: None) -> Days:
    """Let cards ride as planned, one day after another from Wednesday on; every tap in a batch of its own.

    `spoil` changes what readers write down, before it is signed.
    """
    cards = tuple(sorted({card for day in plan for card in day}))
    street = Street(city, cards_of(*cards))
    batches: list[Sealed] = []
    last: dict[int, tuple[int, bytes]] = {}
    for d, doings in enumerate(plan):
        following = Street(city, street.cards, WEDNESDAY + timedelta(days=d))
        following.readers, street = street.readers, following
        for card, story in doings.items():
            if story:
                street.go(card, story)
        taps = street.taps(ring)
        spoil(taps)
        taps["mac"] = ring.macs(taps)
        for tap in taps:
            device, (number, previous) = int(tap["device"]), last.get(int(tap["device"]), (0, NO_DIGEST))
            sealed = seal(
                ring.device_private(device), device=device, epoch=1, number=number + 1, previous=previous,
                taps=np.array([tap]), environment=HERE,
            )  # fmt: skip
            last[device] = number + 1, digest_of(sealed)
            batches.append(Sealed(d, int(tap["card"]), int(tap["counter"]), sealed))
    return Days(batches, street.register(), cards, len(plan))


def books(
    days: Days,
    city: City,
    ring: KeyRing,
    folder: Path,
    delays: Sequence[int],
    end: int,
    run: Any = map,
    between: Callable[[House, int], None] = lambda _house, _day: None,
) -> Books:
    """A clearing house takes each batch `delays` days after its own and closes the first `end` dates, by which all
    has come."""
    issue(folder, days.cards)
    with Store.open(str(folder / "clearing.db"), environment=HERE, city=city.digest) as store:
        register(store, city, ring, days.register)
        house, intake, closed = House(store, city, ring, folder), Intake(store, ring, HERE), []
        arrive = [one.day + delay for one, delay in zip(days.batches, delays, strict=True)]
        assert max(arrive) < end
        for d in range(end):
            come = [one.sealed for one, at in zip(days.batches, arrive, strict=True) if at == d]
            if come:
                for answer in intake.take(come, evening_us(city, d)):
                    assert answer.kind is AnswerKind.ACCEPTED, answer
            between(house, d)
            closed.append(closed_at_last(house, d, run))
            settle_day(house, closed[-1])
        last = WEDNESDAY + timedelta(days=d)
        carried = tuple(row.digest for row in store.shards(last) if row.kind == "carry")
        return Books(sums_of(store), carried, accounts_of(store), tuple(closed))


def closed_at_last(house: House, d: int, run: Any) -> Closed:
    """Close a date, and begin again where that is cut short."""
    day = WEDNESDAY + timedelta(days=d)
    try:
        return close_day(house, day, run)
    except KeyboardInterrupt:
        return close_day(house, day, run)


def sums_of(store: Store) -> dict[tuple[str, str, str, str, str], int]:
    """What all entries come to, by the date that they are about."""
    sums: Counter[tuple[str, str, str, str, str]] = Counter()
    for entry in store.entries():
        for account, minor in entry.postings:
            sums[entry.about.isoformat(), entry.kind, entry.service, entry.product, account] += minor
    return {name: minor for name, minor in sums.items() if minor}


def accounts_of(store: Store) -> dict[str, int]:
    """Every account that holds anything."""
    return {account: minor for account, minor in store.balances().items() if minor}


def evening_us(city: City, d: int) -> int:
    """After everybody's last tap of a day, whose hours go on to the next morning."""
    return day_start_us(WEDNESDAY, city.zone, city.day_cut_s) + d * DAY_US + 24 * HOUR_US - 1


def issue(folder: Path, numbers: Sequence[int]) -> None:
    """The cards as their issuer registered them, over the shards."""
    issued, cards = folder / "detail" / ISSUED, cards_of(*numbers)
    issued.mkdir(parents=True)
    for s in range(SHARDS_MIN):
        detail.write_array(issued / f"cards-{s:02d}.npy", cards[shard_of(cards["card"], SHARDS_MIN) == s])


def register(store: Store, city: City, ring: KeyRing, rows: np.ndarray) -> None:
    """Parties and readers."""
    with store.begin():
        store.register_parties([party_row(number, party) for number, party in enumerate(city.parties)])
        store.register_devices(
            [
                Device(d, 0, FOREVER_US, operator, vehicle, service, -1, "bus", ring.device_public(d))
                for d, _, operator, vehicle, service in rows.tolist()
            ]
        )
