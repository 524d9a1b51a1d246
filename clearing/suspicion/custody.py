"""Batches: numbers that are missing, told twice in two ways, altered, repeated, late or out of order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from afc.answers import Reason
from afc.batch import HEADER
from afc.keys import SIGNATURE_BYTES
from afc.moment import HOUR_US
from afc.tap import TAP
from clearing.suspicion.cards import money
from clearing.suspicion.evidence import DUPLICATE, REJECTED, Evidence
from clearing.suspicion.finding import CERTAIN, SHOWN_MAX, Suspicion

FORKED = ("SEQUENCE_TAKEN", "NUMBER_TAKEN", "CHAIN_BROKEN")
MISSING, WAIVED, UNREADABLE, AGAIN = 60, 30, 40, 20
"""A batch may still be under way; two people have looked; a link was cut, or a reader not yet enrolled; a receipt was lost."""
LATE_US = 26 * HOUR_US
"""A vehicle that finds no connection in the evening has one the next morning; later than this something held it back."""


def gaps(day: Evidence) -> Iterator[Suspicion]:
    """Numbers of a reader that never came. If its chain of batches goes on without a break, the reader itself left them out."""
    log = day.whole.columns
    if not len(log["device"]):
        return
    new = np.ones(len(log["device"]), bool)
    new[1:] = (np.diff(log["device"]) != 0) | (np.diff(log["epoch"]) != 0)
    through, number = np.roll(log["last_seq"], 1), np.roll(log["number"], 1)
    through[new] = number[new] = 0
    for at in np.flatnonzero(log["first_seq"] > through + 1).tolist():
        first, last = int(through[at]) + 1, int(log["first_seq"][at]) - 1
        dropped = int(log["number"][at]) == int(number[at]) + 1
        kind = "dropped_taps" if dropped else "lost_batch"
        lost = f"batches {number[at] + 1} to {log['number'][at] - 1} never came"
        why = "its batches follow on one another: the reader left them out" if dropped else lost
        text = f"taps {first} to {last} are missing, and {why}; what purses lost stands under missing_counter"
        device, epoch = int(log["device"][at]), int(log["epoch"][at])
        taps = tuple(f"T-{device}-{epoch}-{seq}" for seq in range(first, min(last, first + SHOWN_MAX - 1) + 1))
        batches = (day.whole.digest_at(int(log["position"][at])),)
        waived = any(
            (one.device, one.epoch) == (device, epoch) and one.first_seq <= first and last <= one.last_seq
            for one in day.whole.waivers
        )
        score = CERTAIN if dropped else WAIVED if waived else MISSING
        yield Suspicion(kind, score, 0, text, devices=(device,), taps=taps, batches=batches)


def forks(day: Evidence) -> Iterator[Suspicion]:
    """Other content under numbers that are taken. From the same batch before: two devices; from nowhere: one that forgot."""
    standing = {(kept.device, kept.epoch, kept.number): kept for kept in day.whole.kept}
    minor: dict[tuple[str, int], int] = defaultdict(int)
    digests: dict[tuple[str, int], list[str]] = defaultdict(list)
    first: dict[tuple[str, int], int] = {}
    for row in day.whole.aside:
        if row.seq or row.reason not in FORKED:
            continue
        header = HEADER.unpack_from(row.content)
        number, previous = header[5], header[10]
        before = standing.get((row.device, row.epoch, number))
        forked = number > 1 and before is not None and before.previous == previous
        key = ("cloned_reader" if forked else "reset_sequence", row.device)
        if row.reason == "CHAIN_BROKEN":  # goes on from a batch that was set aside
            key = ("cloned_reader", row.device) if ("cloned_reader", row.device) in first else key
            if key not in first:
                continue
        minor[key] += day.fares_in(np.frombuffer(row.content[HEADER.size : -SIGNATURE_BYTES], TAP))
        digests[key] += [row.digest.hex()]
        first.setdefault(key, number)
    for (kind, device), sum_minor in minor.items():
        many = len(digests[kind, device])
        how = "two batches go on from the same one" if kind == "cloned_reader" else "its numbers began again"
        text = f"{how} at batch {first[kind, device]}: {many} set aside, with fares of {money(day, sum_minor)}"
        yield Suspicion(
            kind, CERTAIN, sum_minor, text, devices=(device,), batches=tuple(digests[kind, device][:SHOWN_MAX])
        )


def altered_batches(day: Evidence) -> Iterator[Suspicion]:
    """Bytes that no reader vouches for. Whose they were cannot be known; only their digest is kept."""
    for said in day.whole.answers:
        if said.answer == REJECTED:
            text = f"line {said.line} of delivery {said.delivery} was rejected: {said.reason}"
            score = CERTAIN if said.reason == Reason.SIGNATURE_WRONG.name else UNREADABLE
            yield Suspicion("altered_batch", score, 0, text, batches=(said.digest.hex(),))


def duplicated_batches(day: Evidence) -> Iterator[Suspicion]:
    """The same batch again. It counts once; the fares in it would have counted twice."""
    for said in day.whole.answers:
        if said.answer == DUPLICATE and said.position:
            kept = day.whole.kept[said.position - 1]
            minor = int(day.whole.sums["fares"][said.position])
            text = (
                f"batch {kept.number} came again in delivery {said.delivery}; {money(day, minor)} of fares count once"
            )
            yield Suspicion(
                "duplicated_batch", AGAIN, minor, text, devices=(kept.device,), batches=(said.digest.hex(),)
            )


def late_batches(day: Evidence) -> Iterator[Suspicion]:
    """Batches that came long after their newest tap."""
    sums = day.whole.sums
    received_us = np.array([0] + [kept.received_us for kept in day.whole.kept], np.int64)
    late = (sums["newest_us"] > 0) & (received_us - sums["newest_us"] > LATE_US)
    for at in np.flatnonzero(late).tolist():
        kept, minor = day.whole.kept[at - 1], int(sums["fares"][at])
        hours = (kept.received_us - int(sums["newest_us"][at])) // HOUR_US
        text = f"batch {kept.number} came {hours} hours after its newest tap, with fares of {money(day, minor)}"
        yield Suspicion("late_batch", 90, minor, text, devices=(kept.device,), batches=(kept.digest.hex(),))


def reordered_batches(day: Evidence) -> Iterator[Suspicion]:
    """Batches that came after one that follows them."""
    log = day.whole.columns
    same = (np.diff(log["device"]) == 0) & (np.diff(log["epoch"]) == 0)
    for at in np.flatnonzero(same & (np.diff(log["position"]) < 0)).tolist():
        text = f"batch {log['number'][at]} came after batch {log['number'][at + 1]}, which follows it"
        digest = day.whole.digest_at(int(log["position"][at]))
        yield Suspicion("reordered_batches", 85, 0, text, devices=(int(log["device"][at]),), batches=(digest,))
