"""The same taps, however they were batched, in whatever order they came and whoever closed the day: the same books."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from riding import WEDNESDAY, Street, cards_of

from afc.answers import AnswerKind
from afc.batch import digest_of, seal
from afc.city import City
from afc.keys import NO_DIGEST, KeyRing
from afc.moment import HOUR_US
from clearing import detail
from clearing.close import Closed, close_day
from clearing.dealing import SHARDS_MIN, shard_of
from clearing.house import ISSUED, House
from clearing.intake import Intake
from clearing.store import FOREVER_US, Device, Party, Store
from sim.engine.choose import mapper

HERE = "sim-test"
CARDS = range(1, 41)
WAYS = (
    "in NG 07:41, out HB 07:55, on 571 b-harbour 08:10, off 571 b-stadium 08:30",
    "on 12 b-market 08:00, in MK 12:00, out UN 12:20, load 3000 NG 13:00",
    "in NG 08:00, out AP 08:25, in AP 18:00, out NG 18:25, on 12 b-market 18:40, off 12 b-park 18:50",
    "on 30 b-park 09:00, off 30 b-univ 09:20, on 571 b-park 10:00",
)
FEW = settings(max_examples=max(5, settings.default.max_examples // 10 if settings.default else 5))


class Day(NamedTuple):
    """A day's taps by reader, and the register that they are judged by."""

    taps: dict[int, np.ndarray]
    register: np.ndarray


class Books(NamedTuple):
    """What must come out the same: shard digests, totals, entries, counts."""

    digests: tuple[bytes, ...]
    closed: Closed


@pytest.fixture(scope="module")
def day(hanbit: City, ring: KeyRing) -> Day:
    """Forty riders on four ways, a few seconds apart; no two presentations share a moment and a reader."""
    street = Street(hanbit, cards_of(*CARDS))
    for card in CARDS:
        street.go(card, WAYS[card % len(WAYS)])
    taps = street.taps(ring)
    return Day({int(d): taps[taps["device"] == d] for d in np.unique(taps["device"])}, street.register())


@pytest.fixture(scope="module")
def expected(day: Day, hanbit: City, ring: KeyRing, tmp_path_factory: pytest.TempPathFactory) -> Books:
    """Everything in large batches, in one call, by one worker."""
    batches = [sealed for device in day.taps for sealed in batched(day, ring, device, [200])]
    return close(day, hanbit, ring, tmp_path_factory.mktemp("plain"), [batches], map)


def batched(day: Day, ring: KeyRing, device: int, sizes: list[int]) -> list[bytes]:
    """A reader's taps sealed in batches of these sizes, over and over."""
    taps, previous, made = day.taps[device], NO_DIGEST, list[bytes]()
    while len(taps):
        n = sizes[len(made) % len(sizes)]
        sealed = seal(
            ring.device_private(device), device=device, epoch=1, number=len(made) + 1, previous=previous, taps=taps[:n],
            environment=HERE,
        )  # fmt: skip
        made.append(sealed)
        taps, previous = taps[n:], digest_of(sealed)
    return made


def close(day: Day, city: City, ring: KeyRing, folder: Path, calls: Iterable[list[bytes]], run: Any) -> Books:
    """A clearing house of its own takes the calls one after another and closes the day."""
    issue(folder)
    with Store.open(str(folder / "books.db"), environment=HERE, city=city.digest) as store:
        register(store, city, ring, day.register)
        intake = Intake(store, ring, HERE)
        for k, call in enumerate(calls):
            for answer in intake.take(call, int(day.register["from_us"][0]) + noon_us(day) + k):
                assert answer.kind in (AnswerKind.ACCEPTED, AnswerKind.DUPLICATE)
        closed = close_day(House(store, city, ring, folder), WEDNESDAY, run)
        return Books(tuple(shard.digest for shard in store.shards(WEDNESDAY)), closed)


def noon_us(day: Day) -> int:
    """After everybody's last tap."""
    return max(int(taps["time_us"].max()) for taps in day.taps.values()) + HOUR_US


def issue(folder: Path) -> None:
    """The cards as their issuer registered them, over the shards."""
    issued, cards = folder / "detail" / ISSUED, cards_of(*CARDS)
    issued.mkdir(parents=True)
    for s in range(SHARDS_MIN):
        detail.write_array(issued / f"cards-{s:02d}.npy", cards[shard_of(cards["card"], SHARDS_MIN) == s])


def register(store: Store, city: City, ring: KeyRing, rows: np.ndarray) -> None:
    """Parties and readers."""
    with store.begin():
        store.register_parties([Party(i, p.id, p.name, tuple(p.roles)) for i, p in enumerate(city.parties)])
        store.register_devices(
            [
                Device(d, 0, FOREVER_US, operator, vehicle, service, -1, "bus", ring.device_public(d))
                for d, _, operator, vehicle, service in rows.tolist()
            ]
        )


def backwards(function: Callable[[Any], Any], tasks: Iterable[Any]) -> list[Any]:
    """One worker that begins with the last shard."""
    return [function(task) for task in reversed(list(tasks))]


@FEW
@given(data=st.data())
def test_any_batching_order_and_repetition_ends_in_the_same_books(
    day: Day,
    expected: Books,
    hanbit: City,
    ring: KeyRing,
    tmp_path_factory: pytest.TempPathFactory,
    data: st.DataObject,
) -> None:
    """Buses report when they find a signal, some of them twice."""
    sizes = st.lists(st.integers(1, 60), min_size=1, max_size=3)
    batches = [sealed for device in day.taps for sealed in batched(day, ring, device, data.draw(sizes))]
    order = data.draw(st.permutations(batches)) + data.draw(st.lists(st.sampled_from(batches), max_size=5))
    at = data.draw(st.integers(0, len(order)))
    calls = [call for call in (order[:at], order[at:]) if call]
    assert close(day, hanbit, ring, tmp_path_factory.mktemp("mixed"), calls, map) == expected


def test_the_number_of_workers_and_their_order_change_nothing(
    day: Day, expected: Books, hanbit: City, ring: KeyRing, tmp_path_factory: pytest.TempPathFactory
) -> None:
    batches = [sealed for device in day.taps for sealed in batched(day, ring, device, [7, 50])]
    with mapper(2) as elsewhere:
        for run in (backwards, elsewhere):
            assert close(day, hanbit, ring, tmp_path_factory.mktemp("workers"), [batches], run) == expected


def test_the_day_is_worth_comparing(expected: Books) -> None:
    """Rides, transfers, a forgotten tap-out and a load are all in it."""
    counts = expected.closed.counts
    assert counts["taps"] == 170
    assert (counts["legs_complete"], counts["legs_no_tap_out"], counts["aside"]) == (70, 20, 0)
    assert expected.closed.clearing_date == date(2026, 3, 4)
    assert len(set(expected.digests)) > 1
