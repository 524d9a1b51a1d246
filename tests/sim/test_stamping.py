"""The way from the street to the books, next door and over three processes: the same bytes, whoever waits for whom."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from street import Clerk

from afc.city import City
from afc.denylist import sign_denylist
from afc.keys import KeyRing
from clearing.house import BOOKS
from clearing.store import Store
from sim.run import execute
from sim.scenario import Scenario
from sim.world import Estate, Office, OfficeElsewhere, Stamping, stamping

HANBIT = Path(__file__).resolve().parents[1] / "data" / "hanbit"
WEDNESDAY = Scenario("line", str(HANBIT), date(2026, 3, 4), scale=0.2, torn=0.05)


def log_of(folder: Path) -> tuple[int, bytes]:
    """How many batches the house has, and the digest that chains them all."""
    with Store.open(str(folder / BOOKS)) as store, store.reading():
        return store.high()


def test_over_three_processes_every_byte_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And however few taps are stamped together."""
    for days in (1, 2):
        next_door = log_of(execute(replace(WEDNESDAY, days=days), tmp_path / "one", workers=1))
        assert next_door[0] > 100
        assert log_of(execute(replace(WEDNESDAY, days=days), tmp_path / "two", workers=2)) == next_door
    monkeypatch.setattr(stamping, "TOGETHER_TAPS", 7)
    assert log_of(execute(replace(WEDNESDAY, days=2), tmp_path / "few", workers=1)) == next_door


def test_every_tap_has_its_cards_mac(hanbit: City, ring: KeyRing, taps_of: Callable[..., np.ndarray]) -> None:
    """Two readers take the same card, one before the other reports; what each seals is verified with the ring."""
    clerk, estate = Clerk(ring), Estate(hanbit, hanbit.network, ring, 7)
    office = Stamping(ring, Office(estate, clerk.take))
    unstamped = np.concatenate([taps_of([5, 6], device=1), taps_of([5], device=2)])
    unstamped["mac"] = 0
    office.take_in(unstamped[:2])
    office.report([1], 0)
    office.take_in(unstamped[2:])
    office.report([1, 2], 0)
    unstamped["card"] = 9  # the street uses its buffer again
    assert office.news() == ([], 2)
    taps = clerk.taps()
    assert (taps["card"].tolist(), ring.macs_ok(taps).all()) == ([5, 6, 5], True)


def test_receipts_are_waited_for_when_they_are_needed(
    hanbit: City, ring: KeyRing, taps_of: Callable[..., np.ndarray]
) -> None:
    """A report goes out before the house has answered the one before it, and has nothing in it that is on its way already."""
    clerk, asked = Clerk(ring), list[str]()

    def send(batches: Sequence[bytes], now_us: int) -> Iterator[bytes | None]:
        asked.append(f"sent {now_us}")

        def receipts() -> Iterator[bytes | None]:
            asked.append(f"receipts {now_us}")
            yield from clerk.take(list(batches), now_us)

        return receipts()

    office = Office(Estate(hanbit, hanbit.network, ring, 7), send)
    for now_us, device, first_seq in ((1, 1, 1), (2, 2, 1), (3, 2, 2), (4, 1, 2)):
        office.take_in(taps_of([5], device=device, first_seq=first_seq))
        office.report([device], now_us)
    assert asked == ["sent 1", "sent 2", "receipts 1", "sent 3", "receipts 2", "sent 4", "receipts 3"]
    assert office.batches == 4
    nobody = np.zeros(0, np.uint64)
    message = sign_denylist(ring.list_private(), version=1, issued_us=5, cards=nobody, environment=ring.environment)
    office.deliver([1], message)
    assert asked[-1] == "receipts 4"
    assert office.news() == ([], 4)


@contextmanager
def broken_office() -> Iterator[Office]:
    raise ZeroDivisionError("nobody has the key")
    yield


def test_an_office_that_fails_says_why() -> None:
    office = OfficeElsewhere(broken_office)
    with pytest.raises(RuntimeError, match=r"the office failed:[\s\S]*nobody has the key"):
        office.news()
    office.close()
