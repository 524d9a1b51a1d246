"""What a reader goes by: newest, complete, signed, in its time, and never back."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from afc.actionlist import sign_actions
from afc.actions import ACTION
from afc.answers import Distrust, MessageRefused
from afc.denylist import sign_denylist
from afc.keys import KeyRing, sha256
from afc.parameters import Parameters, sign_parameters
from terminals.standing import Standing, at, lacking, take

HERE = "sim-test"
NOW_US = 1_772_582_400_000_000
NEW = Standing(9)
CARDS = np.array([5, 6], "<u8")


def denylist(ring, version=1, cards=CARDS):
    return sign_denylist(ring.list_private(), version=version, issued_us=NOW_US, cards=cards, environment=HERE)


def actions(ring, version=1):
    orders = np.array([(5, 1, NOW_US, 500, 1, 0), (5, 2, NOW_US, 0, 2, 0), (7, 1, NOW_US, 0, 4, 3)], ACTION)
    return sign_actions(ring.list_private(), version=version, issued_us=NOW_US, orders=orders, environment=HERE)


def parameters(ring, version=1, valid_from_us=NOW_US, environment=HERE, **told):
    return sign_parameters(ring.list_private(), Parameters(version, NOW_US, valid_from_us, **told), environment)


def told(ring, *messages, held=NEW, now_us=NOW_US):
    for message in messages:
        held = take(held, message, ring.list_public(), HERE, now_us)
    return held


@pytest.mark.parametrize("order", list(permutations((1, 2, 3))))
def test_the_newest_parameters_win_in_whatever_order_they_come(ring, order):
    """A bus that slept in the depot hears of three versions at once."""
    held = told(ring, *(parameters(ring, version, repeat_window_s=version) for version in order))
    assert (held.parameters.version, held.parameters.repeat_window_s, held.coming) == (3, 3, ())


def test_old_parameters_are_not_put_back(ring):
    """Last month's parameters were cheaper for somebody."""
    held = told(ring, parameters(ring, 2), parameters(ring, 1, repeat_window_s=600))
    assert (held.parameters.version, held.parameters.repeat_window_s) == (2, 0)
    held = told(
        ring, parameters(ring, 4), denylist(ring, 4), denylist(ring, 3, CARDS[:0]), actions(ring, 2), actions(ring, 1)
    )
    assert (held.versions, held.actions.version, held.denylist.cards.tolist()) == ((4, 4), 2, [5, 6])


def test_parameters_hold_from_their_moment_on_and_not_before(ring):
    """Everybody's window changes at the same second, whenever the message came."""
    held = told(ring, parameters(ring, 1), parameters(ring, 2, valid_from_us=NOW_US + 10))
    assert held.parameters.version == at(held, NOW_US + 9).parameters.version == 1
    assert at(held, NOW_US + 10).versions == (2, 0)


def test_parameters_wait_for_the_tables_that_they_need(ring):
    """Half a change is worse than none: new parameters with the old list would let lost cards through."""
    digest = sha256(CARDS.tobytes())
    held = told(ring, parameters(ring, 1), parameters(ring, 2, denylist=3, denylist_digest=digest, actions=1))
    assert lacking(held, held.coming[0]) == ("denylist", "actions")
    held = told(ring, denylist(ring, 2), actions(ring, 1), held=held)
    assert held.versions == (1, 2)
    assert told(ring, denylist(ring, 3), held=held).versions == (2, 3)
    assert told(ring, denylist(ring, 4, CARDS[:1]), held=held).versions == (2, 4)


def test_a_list_of_the_right_number_with_other_content_is_not_the_one(ring):
    """Two lists with one number: the scheme signed both by mistake, and the parameters say which is meant."""
    wanted = parameters(ring, 1, denylist=3, denylist_digest=sha256(CARDS[:1].tobytes()))
    assert told(ring, denylist(ring, 3), wanted).versions == (0, 3)


def test_a_tariff_and_a_key_that_the_reader_does_not_have_are_waited_for(ring):
    """A reader without the new key would stamp taps that nobody believes after the grace."""
    held = told(ring, parameters(ring, 1, tariff=2, record_key=2))
    assert lacking(held, held.coming[0]) == ("tariff", "record_key")
    equipped = held._replace(tables=held.tables._replace(tariff=2, record_key=2))
    assert at(equipped, NOW_US).parameters.version == 1


def test_what_is_for_the_trial_is_for_nobody_else(ring):
    """Three gates try the new window for two hours; the city does not."""
    trial = parameters(ring, 1, canary=(9, 12))
    assert told(ring, trial).parameters.canary == (9, 12)
    with pytest.raises(MessageRefused) as refusal:
        told(ring, trial, held=Standing(10))
    assert refusal.value.reason is Distrust.READER_OTHER


def test_what_is_not_believed_changes_nothing(ring):
    """A stranger's list, another environment's parameters, and a message cut on the way."""
    stranger = KeyRing.from_seed(8, HERE)
    for forged, reason in (
        (denylist(stranger), Distrust.SIGNATURE_WRONG),
        (parameters(ring, environment="sim-other"), Distrust.ENVIRONMENT_FOREIGN),
        (actions(ring)[:-1], Distrust.LENGTH_WRONG),
        (b"AFCX" + actions(ring)[4:], Distrust.NOT_THIS_KIND),
    ):
        with pytest.raises(MessageRefused) as refusal:
            told(ring, forged)
        assert refusal.value.reason is reason
