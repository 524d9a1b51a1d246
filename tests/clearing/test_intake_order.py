"""However batches travel, the log ends the same, and every sender holds the same receipt for the same bytes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from databases import KINDS, place
from hypothesis import given, settings
from hypothesis import strategies as st
from office import HERE, NOON_US, Reader, served

from afc.answers import AnswerKind
from afc.batch import digest_of, open_sealed
from afc.keys import KeyRing
from clearing.audit import audit, gaps
from clearing.intake import Intake
from clearing.store import Store

RING = KeyRing.from_seed(7, HERE)
READERS = (1, 2, 3)
FEW = settings(max_examples=1 + settings.default.max_examples // 5)  # each begins books in a file, and syncs them
RUBBISH = [b"", b"rubbish" * 40]


@cache
def travelling() -> tuple[bytes, ...]:
    """Four batches each of three readers."""
    readers = [Reader(RING, device) for device in READERS]
    return tuple(reader.batch(taps=1 + (turn + reader.device) % 3) for turn in range(4) for reader in readers)


@cache
def contested() -> tuple[bytes, ...]:
    """Three batches of one reader, and three of its copy, which was restored after the first."""
    mine = Reader(RING, 1)
    first = mine.batch()
    copy = mine.twin()
    return first, mine.batch(), mine.batch(taps=1), copy.batch(amount=900), copy.batch(amount=1), copy.batch(taps=3)


def journeys(batches: int) -> st.SearchStrategy[list[list[int]]]:
    """Calls of batches by number, in any order and as often as they like; a negative number is rubbish; at last all come."""
    number = st.integers(-len(RUBBISH), batches - 1)
    calls = st.lists(st.lists(number, min_size=1, max_size=2 * batches), max_size=8)
    return st.builds(lambda some, last: [*some, last], calls, st.permutations(range(batches)))


def begin(where: str) -> None:
    """Books in which these readers are registered and nothing else stands."""
    with Store.open(where, environment=HERE) as store, store.begin():
        store.register_devices([served(RING, device) for device in READERS])


@cache
def fresh_books() -> bytes:
    """The file of such books."""
    with TemporaryDirectory() as folder, place("sqlite", Path(folder), begin) as where:
        return Path(where).read_bytes()


@contextmanager
def begun(kind: str) -> Iterator[str]:
    """Such books, in a file or on a server."""
    with TemporaryDirectory() as folder, place(kind, Path(folder), None if kind == "sqlite" else begin) as where:
        if kind == "sqlite":
            Path(where).write_bytes(fresh_books())
        yield where


def travel(where: str, batches: tuple[bytes, ...], calls: list[list[int]]) -> tuple[Store, dict[int, list]]:
    """The answers to each batch, call by call; before the last call the house is shut and opened again.

    The house's own clock jumps back at every other call, as it does when somebody sets it: it orders nothing.
    """
    told = defaultdict(list)
    store = Store.open(where, environment=HERE)
    for turn, call in enumerate(calls, start=1):
        if turn == len(calls):
            store.close()
            store = Store.open(where, environment=HERE)
        sealed = [batches[number] if number >= 0 else RUBBISH[number] for number in call]
        for number, answer in zip(
            call, Intake(store, RING, HERE).take(sealed, NOON_US + turn * 1_000_000 * (-1) ** turn), strict=True
        ):
            told[number].append(answer)
    return store, told


@pytest.mark.parametrize("kind", KINDS)
@FEW
@given(calls=journeys(len(travelling())))
def test_any_order_repetition_and_grouping_ends_in_one_log(kind, calls):
    """Twelve batches over a bad line: what arrives, and how often, decides nothing but the order in the log."""
    batches = travelling()
    with begun(kind) as where:
        store, told = travel(where, batches, calls)
        with store:
            assert {sealed for _, sealed in store.accepted(1, store.high()[0])} == set(batches)
            assert store.high()[0] == len(batches)
            assert gaps(store) == list(store.quarantined()) == []
            assert [finding for finding in audit(store, RING.receipt_public()) if not finding.ok] == []
    for number, sealed in enumerate(batches):
        kinds = [answer.kind for answer in told[number]]
        assert kinds == [AnswerKind.ACCEPTED] + [AnswerKind.DUPLICATE] * (len(kinds) - 1)
        assert len({answer.receipt for answer in told[number]}) == 1
        assert {answer.digest for answer in told[number]} == {digest_of(sealed)}
    rubbish = [answer for number, answers in told.items() if number < 0 for answer in answers]
    assert {(answer.kind, answer.receipt) for answer in rubbish} <= {(AnswerKind.REJECTED, None)}


@pytest.mark.parametrize("kind", KINDS)
@FEW
@given(calls=journeys(len(contested())))
def test_what_stands_first_stands_and_every_answer_is_given_again(kind, calls):
    """A reader and its copy send at the same time. Who is first is chance; that only one is believed is not."""
    batches = contested()
    with begun(kind) as where:
        store, told = travel(where, batches, calls)
        with store:
            log = {sealed for _, sealed in store.accepted(1, store.high()[0])}
            aside = {row.content for row in store.quarantined()}
            failed = {f.invariant for f in audit(store, RING.receipt_public()) if not f.ok}
    assert failed <= {"I8"}, "a copy may leave a gap; nothing else is wrong with the books"
    assert log | aside == set(batches)
    assert not log & aside
    taken = [seq for sealed in log for seq in open_sealed(sealed, RING.device_public, HERE).taps["seq"].tolist()]
    assert len(taken) == len(set(taken))
    for number, sealed in enumerate(batches):
        first, *again = told[number]
        assert (first.kind is AnswerKind.ACCEPTED) == (sealed in log)
        assert {answer.receipt for answer in again} <= {first.receipt}
        expected = AnswerKind.DUPLICATE if sealed in log else first.kind
        assert {answer.kind for answer in again} <= {expected}
