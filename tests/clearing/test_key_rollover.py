"""Keys roll in the middle of a day: who is still believed, and until when."""

from __future__ import annotations

import numpy as np
import pytest
from databases import Forbidden, Hand
from office import HERE, MORNING_US, NOON_US, Reader

from afc.answers import AnswerKind, Reason
from afc.batch import digest_of, seal
from afc.keys import KeyRing
from afc.limits import key_overlap_hours_max
from afc.moment import HOUR_US
from afc.refusal import Refused
from afc.tap import TAP
from clearing.intake import Intake
from clearing.store import FOREVER_US, Store

GRACE_US = key_overlap_hours_max * HOUR_US


def under(reader: Reader, version: int, at_us: int = MORNING_US) -> bytes:
    """A batch of one tap whose MAC is made under a generation of the record keys."""
    tap = np.zeros(1, TAP)
    tap["version"] = tap["kind"] = tap["group"] = tap["counter"] = tap["card"] = 1
    tap["key_version"], tap["device"], tap["epoch"], tap["time_us"] = version, reader.device, 1, at_us
    tap["seq"] = reader.seq + 1
    tap["mac"] = reader.ring.macs(tap)
    sealed = seal(
        reader.ring.device_private(reader.device), device=reader.device, epoch=1, number=reader.number + 1,
        previous=reader.previous, taps=tap, environment=HERE,
    )  # fmt: skip
    reader.number, reader.seq, reader.previous = reader.number + 1, reader.seq + 1, digest_of(sealed)
    return sealed


def test_both_generations_are_taken_while_they_overlap(store: Store, intake: Intake, ring: KeyRing) -> None:
    """Keys roll at noon. A bus with the old parameters comes home in the evening, a gate has the new ones already."""
    bus, gate = Reader(ring, 1), Reader(ring, 2)
    with store.begin():
        store.roll_scheme_key("record", 2, NOON_US)
    answers = intake.take([under(bus, 1), under(gate, 2)], NOON_US + HOUR_US)
    assert [answer.kind for answer in answers] == [AnswerKind.ACCEPTED] * 2


@pytest.mark.parametrize(("late_us", "reason"), [(GRACE_US - 1, None), (GRACE_US, Reason.KEY_WITHDRAWN)])
def test_the_old_generation_is_honoured_to_the_last_microsecond_of_grace(
    store: Store, intake: Intake, ring: KeyRing, late_us: int, reason: Reason | None
) -> None:
    """What counts is when the batch arrives: the reader's own clock, which says morning, vouches for nothing."""
    with store.begin():
        store.roll_scheme_key("record", 2, NOON_US)
    (answer,) = intake.take([under(Reader(ring, 1), 1)], NOON_US + late_us)
    assert answer.reason is reason


def test_a_generation_taken_back_is_not_honoured_any_more(store: Store, intake: Intake, ring: KeyRing) -> None:
    reader = Reader(ring, 1)
    before = under(reader, 1)
    assert intake.take([before], NOON_US)[0].kind is AnswerKind.ACCEPTED
    with store.begin():
        store.roll_scheme_key("record", 2, NOON_US)
        store.revoke_scheme_key("record", 1, NOON_US + 1)
    after, again = intake.take([under(reader, 1), before], NOON_US + 2)
    assert (after.kind, after.reason) == (AnswerKind.QUARANTINED, Reason.KEY_WITHDRAWN)
    assert again.kind is AnswerKind.DUPLICATE, "what was taken before stands, and its receipt with it"


def test_a_generation_that_was_never_announced_waits_for_a_person(intake: Intake, ring: KeyRing) -> None:
    (answer,) = intake.take([under(Reader(ring, 1), 9)], NOON_US)
    assert answer.reason is Reason.KEY_WITHDRAWN


def test_generations_follow_one_another(store: Store) -> None:
    with store.begin(), pytest.raises(Refused, match="generation 1, so 3 is not the next"):
        store.roll_scheme_key("record", 3, NOON_US)
    with store.begin(), pytest.raises(Refused, match="no generation 7"):
        store.revoke_scheme_key("record", 7, NOON_US)


def test_an_earlier_end_with_a_longer_grace_is_a_later_end(where: str, store: Store) -> None:
    """A microsecond sooner, with a year of grace: the stolen key would be honoured for a year."""
    with store.begin():
        store.roll_scheme_key("record", 2, NOON_US)
    with Hand(where) as other:
        with pytest.raises(Forbidden, match="never later"):
            other.execute("UPDATE scheme_key SET to_us = to_us - 1, grace_us = 31536000000000 WHERE version = 1")
        other.execute("UPDATE scheme_key SET to_us = to_us - 1, grace_us = grace_us - 1 WHERE to_us < 2000000000000000")


def test_the_database_itself_lets_no_key_live_longer(where: str, store: Store) -> None:
    """Somebody with another program gives a stolen key a second life."""
    with store.begin():
        store.roll_scheme_key("record", 2, NOON_US)
        store.revoke_scheme_key("record", 1, NOON_US + 1)
    with Hand(where) as other:
        for change in (f"to_us = {FOREVER_US}", "grace_us = 999"):
            with pytest.raises(Forbidden, match="never later"):
                other.execute(f"UPDATE scheme_key SET {change} WHERE purpose = 'record' AND version = 1")
        with pytest.raises(Forbidden, match="not deleted"):
            other.execute("DELETE FROM scheme_key")
