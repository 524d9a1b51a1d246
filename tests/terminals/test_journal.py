"""What a reader remembers when the power goes."""

from __future__ import annotations

import os
from io import BytesIO
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afc.limits import journal_taps_max
from afc.refusal import Refused
from afc.tap import TAP
from terminals.frames import FRAMES_FROM, SECTOR
from terminals.journal import Journal, Seal


def numbers(journal: Journal) -> list[int]:
    return journal.unsent()["seq"].tolist()


def seal_of(number: int, first: int, last: int) -> Seal:
    return Seal(number, first, last, bytes([number % 256]) * 32)


def test_what_was_written_is_there_after_the_power_was_off(tmp_path, taps_of):
    """The driver turns the key, and the morning's fares must still be in the reader."""
    with open(tmp_path / "flash", "w+b") as flash:
        Journal(flash, 100).append(taps_of([5, 6, 7]))
    with open(tmp_path / "flash", "r+b") as flash:
        again = Journal(flash, 100)
        assert np.array_equal(again.unsent(), taps_of([5, 6, 7]))
        assert again.next_seq == 4


def test_a_tap_is_on_the_medium_before_the_gate_opens(tmp_path, taps_of, monkeypatch):
    """What only the operating system knows is lost with the power; each act must wait for the medium."""
    synced = []
    monkeypatch.setattr(os, "fsync", lambda number: synced.append(os.fstat(number).st_size))
    with open(tmp_path / "flash", "w+b") as flash:
        journal = Journal(flash, 100)
        for act in (
            lambda: journal.append(taps_of([5, 6])),
            lambda: journal.mark_sealed([seal_of(1, 1, 2)]),
            lambda: journal.acknowledge(2),
        ):
            synced.clear()
            act()
            assert synced
            assert synced[-1] == (tmp_path / "flash").stat().st_size


def test_a_file_cut_at_any_byte_keeps_every_tap_written_before_the_cut(tmp_path, taps_of, monkeypatch):
    """The power goes in the middle of a write; what was written before must be whole, and numbers must not come twice."""
    monkeypatch.setattr(os, "fsync", lambda _: None)  # the cuts are made here, so there is no disk to wait for
    path, sizes = tmp_path / "flash", [FRAMES_FROM]
    with open(path, "w+b", buffering=0) as flash:
        journal = Journal(flash, 100)
        for first, last in ((1, 2), (3, 3), (4, 6)):
            journal.append(taps_of([5] * (last - first + 1), first_seq=first))
            sizes.append(path.stat().st_size)
        journal.mark_sealed([seal_of(1, 1, 3)])
        sizes.append(path.stat().st_size)
    whole = path.read_bytes()
    kept, sealed = {0: 0, 1: 2, 2: 3, 3: 6, 4: 6}, {0: 0, 1: 0, 2: 0, 3: 0, 4: 1}
    for size in range(FRAMES_FROM, len(whole) + 1):
        path.write_bytes(whole[:size])
        frames = sum(size >= end for end in sizes[1:])
        with open(path, "r+b", buffering=0) as flash:
            journal = Journal(flash, 100)
            assert numbers(journal) == list(range(1, kept[frames] + 1)), f"cut after byte {size}"
            assert len(journal.seals) == sealed[frames]
            journal.append(taps_of([8], first_seq=journal.next_seq))
        assert numbers(Journal(BytesIO(path.read_bytes()), 100)) == list(range(1, kept[frames] + 2))


def test_a_reader_cut_off_in_its_first_second_starts_again(taps_of):
    """Before the journal is made no card is taken, so there is nothing to lose and nothing to refuse."""
    flash = BytesIO()
    Journal(flash, 100)
    for size in range(FRAMES_FROM):
        journal = Journal(BytesIO(flash.getvalue()[:size]), 100)
        assert (numbers(journal), journal.next_seq) == ([], 1)


class Tape(BytesIO):
    """A medium that remembers every write and cut, so that the power can be turned off inside each of them."""

    def __init__(self) -> None:
        super().__init__()
        self.steps: list[tuple[int, bytes | None]] = []

    def write(self, data):
        self.steps.append((self.tell(), bytes(data)))
        return super().write(data)

    def truncate(self, size=None):
        self.steps.append((size, None))
        return super().truncate(size)

    def torn_in(self, step: int):
        """Every image that the medium may have when the power goes in this step."""
        image = bytearray()
        for at, data in self.steps[:step]:
            apply(image, at, data)
        at, data = self.steps[step]
        for written in range(len(data) + 1) if data is not None else (0, 1):
            torn = bytearray(image)
            if data is None and written:
                apply(torn, at, None)
            elif data:
                apply(torn, at, data[:written])
            yield bytes(torn)


def apply(image: bytearray, at: int, data: bytes | None) -> None:
    if data is None:
        del image[at:]
    elif data:
        image.extend(bytes(max(at - len(image), 0)))
        image[at : at + len(data)] = data


class State(NamedTuple):
    """All that a journal promises."""

    unsent: bytes
    seals: tuple[Seal, ...]
    receipted: Seal
    next_seq: int

    @classmethod
    def of(cls, journal: Journal) -> State:
        return cls(journal.unsent().tobytes(), journal.seals, journal.receipted, journal.next_seq)


def test_the_power_may_go_in_the_middle_of_anything(taps_of):
    """Not only appends are cut off: receipts and tidying are too. Afterwards it was done, or it was not begun.

    One morning: taps in blocks, two batches, receipts one by one, the room of forgotten taps used again, and all of it
    receipted in the end. The power goes after every single byte of it.
    """
    tape = Tape()
    journal = Journal(tape, 100)
    states, begins = [State.of(journal)], [0, len(tape.steps)]
    acts = [
        lambda: journal.append(taps_of([5, 6, 7])),
        lambda: journal.append(taps_of([8], first_seq=4)),
        lambda: journal.mark_sealed([seal_of(1, 1, 3), seal_of(2, 4, 4)]),
        lambda: journal.append(taps_of([9], first_seq=5)),
        lambda: journal.acknowledge(3),
        lambda: journal.mark_sealed([seal_of(3, 5, 5)]),
        lambda: journal.acknowledge(4),
        lambda: journal.append(taps_of([9], first_seq=6)),
        lambda: journal.acknowledge(6),
        lambda: journal.append(taps_of([5], first_seq=7)),
    ]
    for act in acts:
        act()
        states.append(State.of(journal))
        begins.append(len(tape.steps))
    assert any(data and at == FRAMES_FROM for at, data in tape.steps[begins[5] : begins[8]]), "the room was used again"
    images = 0
    for allowed, (begin, end) in enumerate(pairwise(begins)):
        for step in range(begin, end):
            for image in tape.torn_in(step):
                found = State.of(Journal(BytesIO(image), 100))
                assert found in states[max(allowed - 1, 0) : allowed + 1], f"act {allowed}, step {step}"
                images += 1
    assert images > 1_000


def test_a_journal_that_was_tidied_and_cut_off_does_not_show_old_taps_again(taps_of):
    """After the move to the front, old frames may still stand behind the copy; they are not the reader's any more."""
    tape = Tape()
    journal = Journal(tape, 100)
    for seq in range(1, 7):
        journal.append(taps_of([seq], first_seq=seq))
    journal.mark_sealed([seal_of(1, 1, 3), seal_of(2, 4, 5), seal_of(3, 6, 6)])
    journal.acknowledge(5)
    assert tape.steps[-1][1] is None, "the last step cuts off what stands behind the copy"
    *_, image, _ = tape.torn_in(len(tape.steps) - 1)
    again = Journal(BytesIO(image), 100)
    assert State.of(again) == State.of(journal)
    assert numbers(again) == [6]
    assert again.seals == (seal_of(3, 6, 6),)


@pytest.mark.parametrize("byte", [16, 20, 40])
def test_a_hole_in_the_middle_is_not_a_torn_end(tmp_path, taps_of, byte):
    """When the medium fails, cutting would throw away good taps behind the hole: the reader stops and says so."""
    with open(tmp_path / "flash", "w+b") as flash:
        journal = Journal(flash, 100)
        journal.append(taps_of([5]))
        journal.append(taps_of([6], first_seq=2))
    broken = bytearray((tmp_path / "flash").read_bytes())
    broken[FRAMES_FROM + byte] ^= 1
    (tmp_path / "flash").write_bytes(broken)
    with open(tmp_path / "flash", "r+b") as flash, pytest.raises(Refused, match="behind a broken one") as refusal:
        Journal(flash, 100)
    assert refusal.value.code == "JOURNAL_DAMAGED"
    assert (tmp_path / "flash").read_bytes() == broken


def test_a_hole_before_the_note_of_a_batch_is_seen_too(taps_of):
    """A batch that was sent and then forgotten would be sent again with other bytes."""
    flash = BytesIO()
    journal = Journal(flash, 100)
    journal.append(taps_of([5, 6]))
    journal.mark_sealed([seal_of(1, 1, 1)])
    first_end = len(flash.getvalue())
    journal.mark_sealed([seal_of(2, 2, 2)])
    broken = bytearray(flash.getvalue())
    broken[first_end - 1] ^= 1
    with pytest.raises(Refused, match="behind a broken one"):
        Journal(BytesIO(broken), 100)


def test_one_broken_mark_is_survived_and_two_are_not(taps_of):
    """The marks are written in turns so that a cut can only spoil one; with both gone nobody knows what was receipted."""
    flash = BytesIO()
    journal = Journal(flash, 100)
    journal.append(taps_of([5, 6, 7]))
    journal.mark_sealed([seal_of(1, 1, 2)])
    journal.acknowledge(2)
    image = bytearray(flash.getvalue())
    image[0] ^= 1  # the newer mark: the taps are sent once more, which does no harm
    assert numbers(Journal(BytesIO(image), 100)) == [1, 2, 3]
    image[SECTOR] ^= 1
    with pytest.raises(Refused, match="Both of its marks are broken"):
        Journal(BytesIO(image), 100)


def test_a_full_journal_refuses_and_forgets_nothing(taps_of):
    """A reader that overwrites its oldest taps gives away the operator's money; one that stops is merely a nuisance."""
    flash = BytesIO()
    journal = Journal(flash, 3)
    journal.append(taps_of([5, 6]))
    before = flash.getvalue()
    with pytest.raises(Refused, match="room for 1 taps, not for 2") as refusal:
        journal.append(taps_of([7, 8], first_seq=3))
    assert (refusal.value.code, flash.getvalue()) == ("JOURNAL_FULL", before)
    journal.append(taps_of([7], first_seq=3))
    assert journal.room == 0
    journal.acknowledge(1)
    assert journal.room == 1
    journal.append(taps_of([8], first_seq=4))
    assert numbers(journal) == [2, 3, 4]


@pytest.mark.parametrize("capacity", [0, journal_taps_max + 1])
def test_a_journal_has_a_size(capacity):
    """A reader is ordered with so much memory, and not more than anybody makes."""
    with pytest.raises(Refused, match="a journal holds 1 to 500000 taps"):
        Journal(BytesIO(), capacity)
    Journal(BytesIO(), journal_taps_max)


def test_numbers_go_on_after_everything_was_receipted(taps_of):
    """An empty journal is not a new one: a number that was used for one rider is never used for another."""
    flash = BytesIO()
    journal = Journal(flash, 3)
    journal.append(taps_of([5, 6]))
    journal.mark_sealed([seal_of(1, 1, 2)])
    journal.acknowledge(2)
    again = Journal(flash, 3)
    assert (numbers(again), again.next_seq, again.room) == ([], 3, 3)
    assert (again.receipted.number, again.receipted.digest) == (1, seal_of(1, 1, 2).digest)
    for wrong in (1, 2, 4):
        with pytest.raises(AssertionError):
            again.append(taps_of([5], first_seq=wrong))


def test_a_receipt_that_comes_twice_or_late_changes_nothing(taps_of):
    """The line repeats itself, and old news is not news."""
    journal = Journal(BytesIO(), 10)
    journal.append(taps_of([5, 6, 7]))
    for through in (2, 2, 1, 0):
        journal.acknowledge(through)
        assert numbers(journal) == [3]
    with pytest.raises(AssertionError):
        journal.acknowledge(4)


def test_only_the_news_can_be_asked_for(taps_of):
    """A reader that has sealed ninety taps does not read them again to seal the next ten."""
    journal = Journal(BytesIO(), 10)
    journal.append(taps_of([5, 6, 7]))
    journal.append(taps_of([8], first_seq=4))
    assert [journal.unsent(after)["seq"].tolist() for after in (0, 1, 3, 4)] == [[1, 2, 3, 4], [2, 3, 4], [4], []]


def test_batches_are_noted_in_order_and_receipted_whole(taps_of):
    """Half a batch cannot be sent again as the batch that it was."""
    journal = Journal(BytesIO(), 10)
    journal.append(taps_of([5, 6, 7]))
    journal.mark_sealed([seal_of(1, 1, 2)])
    for wrong in (seal_of(3, 3, 3), seal_of(2, 2, 3), seal_of(2, 3, 4), seal_of(2, 3, 2)):
        with pytest.raises(AssertionError):
            journal.mark_sealed([wrong])
    with pytest.raises(AssertionError):
        journal.acknowledge(1)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 12)), max_size=40))
@settings(max_examples=60)
def test_a_medium_does_not_grow_for_ever(taps_of, morning):
    """Taps come and receipts follow behind, all year, in the same few megabytes."""
    flash, capacity = BytesIO(), 20
    journal = Journal(flash, capacity)
    for arriving, receipted in morning:
        arriving = min(arriving, journal.room)
        journal.append(taps_of([5] * arriving, first_seq=journal.next_seq))
        journal.acknowledge(min(journal.next_seq - 1, journal.receipted.last_seq + receipted))
        assert len(flash.getvalue()) <= FRAMES_FROM + 3 * capacity * (TAP.itemsize + 16)
        assert State.of(Journal(BytesIO(flash.getvalue()), capacity)) == State.of(journal)
