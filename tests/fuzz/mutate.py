"""A plain fuzzer for every day: seeds, damaged at random in the ways that find things. `explore.py` is the clever one."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import chain, repeat

from targets import Target

EDGES = [bytes([n]) for n in (0, 1, 0x7F, 0x80, 0xFF)] + [
    n.to_bytes(size, "little")
    for size in (2, 4, 8)
    for n in (0, 1, (1 << 8 * size - 1) - 1, 1 << 8 * size - 1, (1 << 8 * size) - 1)
]


def mutations(target: Target, seeds: Sequence[bytes], rng: random.Random) -> Iterator[bytes]:
    """Damaged seeds without an end; every other one is mended afterwards."""
    for seed, mended in zip(
        chain.from_iterable(repeat(seeds)), chain.from_iterable(repeat((False, True))), strict=False
    ):
        data = rng.choice(seeds) if rng.random() < 0.5 else seed
        for _ in range(rng.choice((1, 1, 2, 4, 8))):
            data = damaged(data, seeds, rng)
        yield target.mend(data) if mended else data


def damaged(data: bytes, seeds: Sequence[bytes], rng: random.Random) -> bytes:
    """One thing wrong: a bit, a field at its edge, a piece lost, doubled, moved, or out of another seed."""
    at, length = rng.randrange(len(data) + 1), rng.choice((1, 4, 8, 16, 72))
    match rng.randrange(7):
        case 0 if data:
            at = min(at, len(data) - 1)
            return data[:at] + bytes([data[at] ^ 1 << rng.randrange(8)]) + data[at + 1 :]
        case 1 | 2:
            edge = rng.choice(EDGES)
            return data[:at] + edge + data[at + len(edge) :]
        case 3:
            return data[:at] + data[at + length :]
        case 4:
            return data[:at] + data[at : at + length] + data[at:]
        case 5:
            other = rng.choice(seeds)
            return data[:at] + other[at:]
        case _:
            return data[:at] + rng.randbytes(length) + data[at + length :]
