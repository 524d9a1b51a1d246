"""All lines come up together after three days: the house takes what it has room for, and everybody gets a turn."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from contextlib import contextmanager
from math import ceil
from random import Random

from office import HERE, NOON_US, served

from afc.answers import AnswerKind, Reason
from afc.moment import DAY_US
from clearing.audit import audit
from clearing.gaps import gaps
from clearing.intake import Intake
from clearing.reception import Reception
from clearing.store import Store

READERS, DAYS, A_DAY, ROOM = range(11, 51), 3, 3, 60


def test_three_days_of_forty_readers_drain_in_as_many_rounds_as_they_fill(store, ring, reader, where):
    """360 batches through a waiting room for 60: 6 rounds, and nobody waits for the second round with the first batch.

    Each reader sends its oldest batches first and sends again what found no room, in whatever order the lines come up.
    """
    with store.begin():
        store.register_devices([served(ring, device) for device in READERS])
    street = {device: reader(device) for device in READERS}
    unsent: dict[int, list[bytes]] = defaultdict(list)
    for day in range(DAYS):
        for device, one in street.items():
            unsent[device] += [one.batch(taps=3, at_us=NOON_US + day * DAY_US) for _ in range(A_DAY)]
    sent = {batch for batches in unsent.values() for batch in batches}
    lines, waited = Random(7), Counter[int]()

    @contextmanager
    def intake_of_its_own():
        with Store.open(where, environment=HERE) as books:
            yield Intake(books, ring, HERE)

    async def one_round(reception: Reception) -> None:
        up = [
            (rank, lines.random(), device, batch) for device, left in unsent.items() for rank, batch in enumerate(left)
        ]
        up.sort(key=lambda one: one[:2])
        answers = await asyncio.gather(*(reception.take(batch, f"reader {device}") for _, _, device, batch in up))
        for (_, _, device, batch), answer in zip(up, answers, strict=True):
            if answer.receipt:
                assert answer.kind is AnswerKind.ACCEPTED
                unsent[device].remove(batch)
            else:
                assert answer.reason is Reason.TOO_MANY_WAITING
        waited.update(device for device, left in unsent.items() if len(left) == DAYS * A_DAY)

    async def drain() -> int:
        async with Reception(intake_of_its_own, lambda: NOON_US + DAYS * DAY_US, waiting_max=ROOM) as reception:
            done = 0
            while any(unsent.values()):
                await one_round(reception)
                done += 1
            return done

    rounds = asyncio.run(drain())
    assert rounds == ceil(len(sent) / ROOM)
    assert not waited, "somebody had nothing taken in a whole round"
    assert {sealed for _, sealed in store.accepted(1, store.high()[0])} == sent
    assert gaps(store) == []
    assert [one for one in audit(store, ring.receipt_public()) if not one.ok] == []
    order = defaultdict(list)
    for kept in store.log():
        order[kept.device].append(kept.number)
    assert all(numbers == sorted(numbers) for numbers in order.values()), "oldest first, reader by reader"
