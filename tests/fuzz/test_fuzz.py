"""Whatever bytes come in, nothing falls over, and nothing is believed that the right key did not sign.

A few seconds of plain mutations, the same ones every time; `make fuzz` looks for new ways with coverage as its guide.
"""

from __future__ import annotations

import os
import random

import pytest
from mutate import mutations
from targets import CORPUS, TARGETS, corpus

RUNS = int(os.environ.get("AFC_FUZZ_RUNS", "2500"))
SEED = int(os.environ.get("AFC_SEED", "1"))


@pytest.mark.parametrize("name", TARGETS)
def test_the_seeds_are_what_is_written_today(name: str) -> None:
    """A seed that is refused leads nowhere."""
    target = TARGETS[name]
    seeds = target.seeds()
    for seed, data in seeds.items():
        stored = CORPUS / name / seed
        assert stored.read_bytes() == data, f"python tests/fuzz/explore.py --seeds writes {stored.name} again"
        assert target.run(data) or seed == "bomb"
    assert not [path.name for path in (CORPUS / name).iterdir() if path.stat().st_size > 20_000], "seeds are small"


@pytest.mark.parametrize("name", TARGETS)
def test_what_was_ever_found_is_tried_again(name: str) -> None:
    """A find goes into the corpus with the mending of it, for good."""
    for data in corpus(name):
        TARGETS[name].run(data)
        TARGETS[name].run(TARGETS[name].mend(data))


@pytest.mark.parametrize("name", TARGETS)
def test_no_bytes_make_a_reader_of_bytes_fall_over(name: str) -> None:
    """Both kinds of answer have to come up, or nothing behind the signature was looked at."""
    target, rng = TARGETS[name], random.Random(f"{name} {SEED}")
    accepted = tried = 0
    for data in mutations(target, corpus(name), rng):
        try:
            accepted += target.run(data)
        except Exception:
            print(f"{name}: {data.hex()}")
            raise
        tried += 1
        if tried == RUNS:
            break
    print(f"\n  {name:<12}{tried:>10,} tried{accepted:>10,} accepted")
    assert accepted > RUNS // 100
    assert tried - accepted > RUNS // 100
