"""What counts as lost: every way in which a house may break its word under load, each planted once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from afc.answers import AnswerKind
from afc.batch import digest_of, header_of
from afc.city import City
from afc.keys import NO_DIGEST, KeyRing
from afc.receipt import Receipt, sign_receipt
from clearing.house import BOOKS
from clearing.intake import Intake
from clearing.store import Store
from sim.load.checks import custody, unexplained_minor
from sim.load.closing import closed_otherwise_minor
from sim.load.door import Door, null_door
from sim.load.faults import NONE
from sim.load.link import Broken, Cut, Link, Told
from sim.load.offer import Offer
from sim.load.own import begun, clock_of
from sim.load.pace import Pace
from sim.load.plan import plan_of
from sim.load.pool import Pool, devices_in, money_in
from sim.load.result import facts_of
from sim.scenario import find_scenario

HANBIT = Path(__file__).resolve().parent.parent / "data" / "hanbit"
BATCHES = 12


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Pool:
    """A small morning of Hanbit."""
    scenario = find_scenario(None, str(HANBIT)).changed(scale=0.05)
    pool = begun(scenario, tmp_path_factory.mktemp("house"))
    pool.take(0, BATCHES, lambda *_: None)
    return pool


@dataclass
class House:
    """A house that answers as it is told to: by the place of a batch, and how often it came before."""

    ring: KeyRing
    answer: Callable[[House, bytes, int], Told]
    seen: dict[bytes, int]

    async def send(self, sealed: bytes, device: int, cut: Cut) -> Told:
        before = self.seen.get(sealed, 0)
        self.seen[sealed] = before + 1
        return self.answer(self, sealed, before)

    async def close(self) -> None:
        pass

    def receipt(self, sealed: bytes, position: int = 1, digest: bytes = b"") -> bytes:
        h = header_of(sealed)
        facts = (
            digest or digest_of(sealed),
            h.device,
            h.epoch,
            h.last_seq,
            position,
            NO_DIGEST,
            1,
            self.ring.environment,
        )
        return sign_receipt(self.ring.receipt_private(), Receipt(AnswerKind.ACCEPTED, *facts))


def honest(house: House, sealed: bytes, before: int) -> Told:
    return Told("DUPLICATE" if before else "ACCEPTED", "", house.receipt(sealed))


def offered(pool: Pool, answer: Callable[[House, bytes, int], Told], copies: int = 0, drain_s: float = 0.3) -> Pace:
    """All batches at once to a house that answers like this, the first ones once more."""
    batches = pool.sealed[:BATCHES]
    n = BATCHES + copies
    plan = plan_of(Offer(1_000_000, 1), NONE, batches, np.random.default_rng(1))._replace(
        due_s=np.zeros(n), batch=np.arange(n) % BATCHES, cut=np.zeros(n, np.int64), again=np.arange(n) >= BATCHES
    )
    pace = Pace(plan, batches, devices_in(batches).tolist())
    house = House(pool.ring, answer, {})

    async def open_link() -> Link:
        return house

    asyncio.run(pace.run(open_link, 1, drain_s))
    return pace


def door(shown: Callable[[Sequence[bytes]], list[bool]] = lambda digests: [True] * len(digests)) -> Door:
    return Door("a house", links=None, shows=shown)  # type: ignore[arg-type]


def lost(pool: Pool, pace: Pace, at: Door | None = None) -> tuple[int, int, int]:
    found = custody(pace, pool.ring, at or door())
    assert found.lost == found.unanswered + found.wrong + found.not_shown
    return found.unanswered, found.wrong, found.not_shown


def test_an_honest_house_loses_nothing(pool: Pool) -> None:
    pace = offered(pool, honest, copies=3)
    assert lost(pool, pace) == (0, 0, 0)
    facts = facts_of(pace, custody(pace, pool.ring, door()))
    assert facts["batches"]["answers"] == {"ACCEPTED": BATCHES, "DUPLICATE": 3}
    assert (facts["metrics"]["duplicates"], facts["metrics"]["rejected"], facts["metrics"]["retried"]) == (3, 0, 0)
    assert facts["custody"]["receipts_checked"] == BATCHES + 3


def test_a_batch_without_an_answer_is_lost_and_counts_as_waiting(pool: Pool) -> None:
    """It is sent again and again; each is a try, and in the end nobody has it."""

    def deaf(house: House, sealed: bytes, before: int) -> Told:
        if sealed == pool.sealed[3]:
            raise Broken("no answer came")
        return honest(house, sealed, before)

    pace = offered(pool, deaf, drain_s=0.5)
    assert lost(pool, pace) == (1, 0, 0)
    facts = facts_of(pace, custody(pace, pool.ring, door()))
    assert facts["metrics"]["receipt.max"] >= 500.0, "it waits until the end of the load"
    assert facts["metrics"]["retried"] >= 1
    assert facts["generator"]["connections_broken"] == facts["metrics"]["retried"]


@pytest.mark.parametrize(
    "receipt",
    [
        pytest.param(lambda house, sealed: b"", id="none"),
        pytest.param(lambda house, sealed: house.receipt(sealed)[:-1] + b"!", id="signed by somebody else"),
        pytest.param(lambda house, sealed: house.receipt(sealed, digest=bytes(32)), id="of another batch"),
    ],
)
def test_a_receipt_that_is_none_is_a_loss(pool: Pool, receipt: Callable[[House, bytes], bytes]) -> None:
    def wrong(house: House, sealed: bytes, before: int) -> Told:
        return (
            Told("ACCEPTED", "", receipt(house, sealed)) if sealed == pool.sealed[0] else honest(house, sealed, before)
        )

    assert lost(pool, offered(pool, wrong)) == (0, 1, 0)


def test_a_second_receipt_has_to_be_the_first(pool: Pool) -> None:
    def forgetful(house: House, sealed: bytes, before: int) -> Told:
        return Told("DUPLICATE" if before else "ACCEPTED", "", house.receipt(sealed, position=1 + before))

    assert lost(pool, offered(pool, forgetful, copies=2)) == (0, 2, 0)


def test_what_was_receipted_and_is_not_there_afterwards_is_lost(pool: Pool) -> None:
    gone = digest_of(pool.sealed[5])
    at = door(lambda digests: [digest != gone for digest in digests])
    assert lost(pool, offered(pool, honest), at) == (0, 0, 1)


def test_what_is_not_taken_is_told_and_is_not_lost(pool: Pool) -> None:
    def strict(house: House, sealed: bytes, before: int) -> Told:
        return (
            Told("QUARANTINED", "TOO_LATE", house.receipt(sealed))
            if sealed == pool.sealed[0]
            else honest(house, sealed, before)
        )

    pace = offered(pool, strict)
    assert lost(pool, pace) == (0, 0, 0)
    facts = facts_of(pace, custody(pace, pool.ring, door()))
    assert (facts["metrics"]["rejected"], facts["batches"]["reasons"]) == (1, {"TOO_LATE": 1})


def test_a_house_that_says_later_is_asked_again_when_it_says(pool: Pool) -> None:
    def busy(house: House, sealed: bytes, before: int) -> Told:
        return (
            Told("RETRY", "DATABASE_BUSY", retry_s=0.05) if before < 2 else Told("ACCEPTED", "", house.receipt(sealed))
        )

    pace = offered(pool, busy, drain_s=10)
    assert lost(pool, pace) == (0, 0, 0)
    assert pace.retried == 2 * BATCHES
    assert (pace.tries == 3).all()


def test_who_waits_behind_a_slow_answer_is_counted_from_when_his_batch_was_due(pool: Pool) -> None:
    """One connection, twelve batches due at once, 20 ms each: the last has waited for all of them."""
    batches = pool.sealed[:BATCHES]
    zeros = np.zeros(BATCHES)
    plan = plan_of(Offer(1_000_000, 1), NONE, batches, np.random.default_rng(1))._replace(due_s=zeros)
    pace = Pace(plan, batches, devices_in(batches).tolist())

    class Slow(House):
        async def send(self, sealed: bytes, device: int, cut: Cut) -> Told:
            await asyncio.sleep(0.02)
            return honest(self, sealed, 0)

    async def open_link() -> Link:
        return Slow(pool.ring, honest, {})

    asyncio.run(pace.run(open_link, 1, 30))
    assert pace.took_s.max() >= 0.02 * BATCHES
    assert pace.most_waiting >= BATCHES - 1


@pytest.fixture
def books(pool: Pool, tmp_path: Path) -> Path:
    """New books of the same house."""
    begun(pool.scenario, tmp_path)
    return tmp_path / BOOKS


def given(pool: Pool, books: Path, batches: Sequence[bytes]) -> None:
    city: City = pool.scenario.load()
    with Store.open(str(books)) as store:
        answers = Intake(store, pool.ring, pool.ring.environment).take(batches, clock_of(pool.scenario, city))
        assert {answer.kind for answer in answers} == {AnswerKind.ACCEPTED}


def test_money_that_the_books_lack_or_have_too_much_is_unexplained(pool: Pool, books: Path) -> None:
    """Receipted and not there; there and never sent."""
    pace = offered(pool, honest)
    found = custody(pace, pool.ring, door())
    rich = max(range(BATCHES), key=lambda i: money_in(pool.sealed[i]))
    assert money_in(pool.sealed[rich]) > 0
    given(pool, books, [sealed for i, sealed in enumerate(pool.sealed[:BATCHES]) if i != rich])
    assert unexplained_minor(pace, found, str(books), 0) == money_in(pool.sealed[rich])
    given(pool, books, [pool.sealed[rich]])
    assert unexplained_minor(pace, found, str(books), 0) == 0
    pool.hold(3 * BATCHES, lambda *_: None, 0)
    strangers = [one for one in pool.sealed[BATCHES:] if header_of(one).device in pace.devices and money_in(one)][:2]
    given(pool, books, strangers)
    assert unexplained_minor(pace, found, str(books), 0) == sum(map(money_in, strangers)) > 0


def test_closed_books_that_lack_a_batch_post_other_money(
    pool: Pool, books: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    before = tmp_path_factory.mktemp("before")
    begun(pool.scenario, before)
    given(pool, books, pool.sealed[:BATCHES])
    assert closed_otherwise_minor(pool, before, books.parent, pool.sealed[:BATCHES]) == 0
    assert closed_otherwise_minor(pool, before, books.parent, pool.sealed[: BATCHES // 2]) > 0


def test_the_null_server_answers_every_batch(pool: Pool) -> None:
    batches = pool.sealed[:BATCHES]
    plan = plan_of(Offer(1_000_000, 1), NONE, batches, np.random.default_rng(1))
    pace = Pace(plan, batches, devices_in(batches).tolist())

    async def run(at: Door) -> None:
        async with at.links() as open_link:
            await pace.run(open_link, 3, 30)

    with null_door() as at:
        asyncio.run(run(at))
        assert lost(pool, pace, at) == (0, 0, 0)
    assert pace.answered == BATCHES
