"""I8: from 1 to a reader's highest number everything has come, or was declared lost, or is open; nothing is two of these."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from office import NOON_US

from clearing.decision import Decision
from clearing.gaps import Gap, holes, missing_from, open_ranges
from clearing.lost import waive
from clearing.store import Kept, Waiver

BOTH = Decision("B. Dorj", "S. Kim", "burnt in the depot")


def kept(position: int, first: int, last: int) -> Kept:
    return Kept(position, bytes(32), 1, 1, position, first, last, last - first + 1, NOON_US, bytes(32), bytes(32))


def waiver(number: int, first: int, last: int, position: int = 0) -> Waiver:
    return Waiver(number, 1, 1, first, last, *BOTH, NOON_US, 0, position, 0)


@st.composite
def ranges(draw: st.DrawFn, at_most: int = 60) -> list[tuple[int, int]]:
    """Ranges that do not overlap, in any order."""
    ends = sorted(draw(st.sets(st.integers(1, at_most), max_size=16)))
    pairs = list(zip(ends[::2], ends[1::2], strict=False))
    return draw(st.permutations(pairs))


@given(ranges(), ranges())
def test_every_number_has_come_or_is_lost_or_is_open(came: list[tuple[int, int]], lost: list[tuple[int, int]]) -> None:
    log = [kept(position, first, last) for position, (first, last) in enumerate(came, 1)]
    waivers = [waiver(number, first, last) for number, (first, last) in enumerate(lost, 1)]
    high = max((last for _, last in came), default=0)
    found = holes(log, waivers)
    received = [seq for first, last in came for seq in range(first, last + 1)]
    told = [seq for gap, _ in found for seq in range(gap.first_seq, gap.last_seq + 1)]
    assert sorted(received + told) == list(range(1, high + 1))
    declared = {seq for first, last in lost for seq in range(first, last + 1)}
    for gap, who in found:
        assert (who is not None) == (gap.first_seq in declared) == (gap.last_seq in declared)
    assert [gap.taps for gap in missing_from(log)] == [gap.taps for gap, _ in holes(log, [])]


def test_what_was_open_when_the_log_was_so_long(store, intake, reader):
    """A date that closed through position 2 lacked 3 to 4; what came and what was declared later does not change that."""
    mine = reader(1)
    batches = [mine.batch() for _ in range(5)]
    intake.take([batches[0], batches[2]], NOON_US)
    intake.take([batches[4]], NOON_US)
    waive(store, Gap(1, 1, 7, 8), BOTH, NOON_US)
    intake.take([batches[1]], NOON_US)
    assert [open_ranges(store, position) for position in range(5)] == [
        [], [], [Gap(1, 1, 3, 4)], [Gap(1, 1, 3, 4)], [],
    ]  # fmt: skip
