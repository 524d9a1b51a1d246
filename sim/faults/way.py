"""Faults on the way: sealed bytes flipped, repeated, lost, late, out of order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from afc.batch import HEADER, digest_of
from afc.moment import HOUR_US, MINUTE_US
from afc.tap import TAP, is_ride
from sim.faults.label import Label
from sim.faults.sealing import Sent
from sim.faults.street import Street

Done = tuple[list[Label], list[Sent], list[Sent]]
"""Labels, what arrives in its order, and what is held back until the day is closed."""
HELD_US = 48 * HOUR_US


def cut_apart(street: Street, n: int, rng: np.random.Generator, _city: Any) -> list[Label]:
    """Some readers seal in smaller batches, so that one of theirs can be missing or late between others."""
    worth = [rows for rows in street.of_devices().values() if len(rows) >= 2]
    for i in rng.permutation(len(worth))[: 4 * n].tolist():
        rows = worth[i]
        street.cut[rows[rng.integers(len(rows) - 1)]] = True
    return []


def altered_batch(street: Street, sent: list[Sent], n: int, rng: np.random.Generator) -> Done:
    """A bit of a tap flips; the reader has no receipt and sends its own copy an hour later."""
    labels = []
    for i in chosen(street, sent, range(len(sent)), n, rng):
        one, bad = sent[i], bytearray(sent[i].sealed)
        at = int(rng.integers(HEADER.size, HEADER.size + len(one.rows) * TAP.itemsize))
        bad[at] ^= 1 << int(rng.integers(8))
        labels.append(label("altered_batch", f"bit flipped in byte {at}", one, street, 0))
        labels[-1].batches = [digest_of(bytes(bad)).hex()]
        sent.append(one._replace(moment_us=one.moment_us + HOUR_US))
        sent[i] = one._replace(sealed=bytes(bad))
    return labels, in_order(sent), []


def duplicated_batch(street: Street, sent: list[Sent], n: int, rng: np.random.Generator) -> Done:
    """The same bytes once more, a quarter of an hour later."""
    labels = []
    for i in chosen(street, sent, range(len(sent)), n, rng):
        sent.append(sent[i]._replace(moment_us=sent[i].moment_us + 15 * MINUTE_US))
        labels.append(label("duplicated_batch", "handed over twice", sent[i], street, fares(street, sent[i])))
    return labels, in_order(sent), []


def lost_batch(street: Street, sent: list[Sent], n: int, rng: np.random.Generator) -> Done:
    """Never arrives; one after it does."""
    lost = chosen(street, sent, followed(sent), n, rng)
    labels = [label("lost_batch", "never arrives", sent[i], street, fares(street, sent[i])) for i in lost]
    return labels, [one for i, one in enumerate(sent) if i not in set(lost)], []


def late_batch(street: Street, sent: list[Sent], n: int, rng: np.random.Generator) -> Done:
    """Held back for two days."""
    late = chosen(street, sent, range(len(sent)), n, rng)
    labels = [label("late_batch", "held back two days", sent[i], street, fares(street, sent[i])) for i in late]
    held = [sent[i]._replace(moment_us=sent[i].moment_us + HELD_US) for i in late]
    return labels, [one for i, one in enumerate(sent) if i not in set(late)], held


def reordered_batches(street: Street, sent: list[Sent], n: int, rng: np.random.Generator) -> Done:
    """A batch overtakes the one that it follows."""
    labels = []
    follower = followed(sent)
    for i in chosen(street, sent, follower, n, rng):
        behind = sent[follower[i]].moment_us + 10 * MINUTE_US
        labels.append(label("reordered_batches", "overtaken by the next", sent[i], street, 0))
        sent[i] = sent[i]._replace(moment_us=behind)
    return labels, in_order(sent), []


def followed(sent: list[Sent]) -> dict[int, int]:
    """The batches that have another of their reader's after them, and which that is."""
    last: dict[int, int] = {}
    found = {}
    for i, one in enumerate(sent):
        if one.device in last:
            found[last[one.device]] = i
        last[one.device] = i
    return found


def chosen(street: Street, sent: list[Sent], among: Iterable[int], n: int, rng: np.random.Generator) -> list[int]:
    """Some of these batches, one a reader, those in which riders paid first; sorted."""
    pool = list(among)
    drawn = [pool[i] for i in rng.permutation(len(pool)).tolist()]
    drawn.sort(key=lambda i: fares(street, sent[i]) == 0)
    of_reader = dict[int, int]()
    for i in drawn:
        of_reader.setdefault(sent[i].device, i)
    return sorted(list(of_reader.values())[:n])


def in_order(sent: list[Sent]) -> list[Sent]:
    """By arrival."""
    return sorted(sent, key=lambda one: (one.moment_us, one.order))


def fares(street: Street, one: Sent) -> int:
    """What riders paid at the taps of a batch."""
    taps = street.taps[one.rows]
    return int(taps["amount"][is_ride(taps["kind"])].sum(dtype=np.int64))


def label(kind: str, about: str, one: Sent, street: Street, minor: int) -> Label:
    """What was done to one batch."""
    taps = [row for row in one.rows.tolist() if street.taps["counter"][row] > 0]
    digest = digest_of(one.sealed).hex()
    return Label(kind, about, minor, devices=[one.device], batches=[digest], rows=taps)


KINDS: dict[str, Callable[[Street, list[Sent], int, np.random.Generator], Done]] = {
    "altered_batch": altered_batch,
    "duplicated_batch": duplicated_batch,
    "lost_batch": lost_batch,
    "late_batch": late_batch,
    "reordered_batches": reordered_batches,
}
