"""Signed messages of the scheme: lists of orders, parameters, and orders to single readers."""

from __future__ import annotations

import numpy as np
import pytest

from afc.actionlist import HEADER as ACTIONS_HEADER
from afc.actionlist import open_actions, rows_of_orders, sign_actions
from afc.actions import ACTION
from afc.answers import Distrust, MessageRefused
from afc.keys import sha256
from afc.limits import action_list_orders_max
from afc.message import sign_message
from afc.orders import ORDER as ORDER_FORM
from afc.orders import EpochOrder, open_order, sign_order
from afc.parameters import HEADER as PARAMETERS_HEADER
from afc.parameters import Parameters, open_parameters, sign_parameters
from afc.refusal import Refused

HERE = "sim-test"
NOW_US = 1_772_582_400_000_000
ORDERS = np.array([(7, 1, NOW_US, 0, 4, 3), (5, 2, NOW_US, 0, 2, 0), (5, 1, NOW_US, 500, 1, 0)], ACTION)
TOLD = Parameters(3, NOW_US, NOW_US + 5, 2, 7, 4, 1, 300, 90, 3_600, 50, 10**9, b"t" * 32, b"d" * 32, b"a" * 32, (4, 9))
ORDER = EpochOrder(9, 2, 4_000_000_000, 5, NOW_US)


def signed(ring, kind, environment=HERE):
    if kind == "actions":
        return sign_actions(ring.list_private(), version=3, issued_us=NOW_US, orders=ORDERS, environment=environment)
    if kind == "parameters":
        return sign_parameters(ring.list_private(), TOLD, environment)
    return sign_order(ring.command_private(), ORDER, environment)


def opened(ring, kind, data, environment=HERE):
    if kind == "order":
        return open_order(data, ring.command_public(), environment)
    return (open_actions if kind == "actions" else open_parameters)(data, ring.list_public(), environment)


def why(ring, kind, data, environment=HERE):
    with pytest.raises(MessageRefused) as refusal:
        opened(ring, kind, data, environment)
    return refusal.value.reason


KINDS = pytest.mark.parametrize("kind", ["actions", "parameters", "order"])


def test_what_was_signed_comes_out_again(ring):
    assert opened(ring, "parameters", signed(ring, "parameters")) == TOLD
    assert opened(ring, "order", signed(ring, "order")) == ORDER
    told = opened(ring, "actions", signed(ring, "actions"))
    assert (told.version, told.issued_us) == (3, NOW_US)
    assert [(row["card"], row["control"]) for row in told.orders] == [(5, 1), (5, 2), (7, 1)]


@KINDS
def test_no_bit_can_be_changed(ring, kind):
    """Messages are carried by the same computers that are paid by the ride."""
    data = signed(ring, kind)
    for bit in range(8 * len(data)):
        forged = bytearray(data)
        forged[bit // 8] ^= 1 << bit % 8
        why(ring, kind, bytes(forged))


@KINDS
def test_no_message_can_be_cut_or_made_longer(ring, kind):
    data = signed(ring, kind)
    for forged in (data[:-1], data + b"\0", data[:70], b""):
        assert why(ring, kind, forged) is Distrust.LENGTH_WRONG


@KINDS
def test_every_reason_has_its_turn(ring, kind):
    """The first reason that fits is the one that is told."""
    data = signed(ring, kind)[:-1] + b"?"
    assert why(ring, kind, data) is Distrust.SIGNATURE_WRONG
    assert why(ring, kind, data, "sim-other") is Distrust.ENVIRONMENT_FOREIGN
    data = data[:4] + b"\2" + data[5:]
    assert why(ring, kind, data, "sim-other") is Distrust.FORMAT_UNKNOWN
    assert why(ring, kind, b"AFCR" + data[4:], "sim-other") is Distrust.NOT_THIS_KIND


@pytest.mark.parametrize(
    "rows",
    [
        [(5, 2, 0, 0, 2, 0), (5, 1, 0, 0, 2, 0)],
        [(6, 1, 0, 0, 2, 0), (5, 1, 0, 0, 2, 0)],
        [(5, 1, 0, 0, 2, 0), (5, 1, 0, 0, 3, 0)],
        [(0, 1, 0, 0, 2, 0)],
        [(5, 0, 0, 0, 2, 0)],
        [(5, 1, 0, 0, 0, 0)],
        [(5, 1, 0, 0, 5, 0)],
        [(5, 1, 0, 0, 1, 0)],
        [(5, 1, 0, -1, 1, 0)],
        [(5, 1, 0, 9, 2, 0)],
        [(5, 1, 0, 0, 2, 1)],
    ],
    ids=[
        "control",
        "card",
        "twice",
        "no card",
        "no control",
        "no action",
        "unknown",
        "nothing",
        "less",
        "blocked",
        "category",
    ],
)
def test_an_order_that_none_can_be_is_refused_even_when_it_is_signed(ring, rows):
    """Out of order, twice, for nobody, or a load of nothing: a reader would guess."""
    body = np.array(rows, ACTION).tobytes()
    head = signed(ring, "actions")[: ACTIONS_HEADER.size]
    head = head[:28] + len(rows).to_bytes(4, "little") + head[32:]
    data = head + body + ring.list_private().sign(sha256(head + body))
    assert why(ring, "actions", data) is Distrust.CONTENT_WRONG


def test_the_office_refuses_a_list_that_no_reader_would_take():
    with pytest.raises(Refused, match=f"order {len(ORDERS) + 1}: card {ORDERS['card'][0]} has control number .* twice"):
        rows_of_orders(np.concatenate([ORDERS, ORDERS[:1]]))
    with pytest.raises(Refused, match="250001 orders"):
        rows_of_orders(np.zeros(action_list_orders_max + 1, ACTION))


@pytest.mark.parametrize(
    ("at", "value"),
    [(24, 0), (32, 0), (40, 2**63 - 1), (48, 256), (60, 0), (60, 256), (80, 2**63)],
    ids=["version", "issued", "valid", "tariff", "no key", "key", "ceiling"],
)
def test_parameters_that_cannot_be_are_refused_even_when_they_are_signed(ring, at, value):
    data = bytearray(signed(ring, "parameters")[:-64])
    width = 8 if at in (32, 40, 80) else 4
    data[at : at + width] = value.to_bytes(width, "little")
    assert (
        why(ring, "parameters", bytes(data) + ring.list_private().sign(sha256(bytes(data)))) is Distrust.CONTENT_WRONG
    )


@pytest.mark.parametrize("canary", [(9, 4), (4, 4), (0, 4)])
def test_each_trial_reader_stands_once_and_in_order(ring, canary):
    data = signed(ring, "parameters")[: PARAMETERS_HEADER.size] + np.array(canary, "<u4").tobytes()
    assert why(ring, "parameters", data + ring.list_private().sign(sha256(data))) is Distrust.CONTENT_WRONG


@pytest.mark.parametrize("wrong", [{"lost_from": 4_000_000_001}, {"epoch": 0}, {"epoch": 65_536}])
def test_an_order_loses_nothing_behind_its_own_end(ring, wrong):
    data = sign_message(ORDER_FORM, ring.command_private(), HERE, tuple(ORDER._replace(**wrong)))
    assert why(ring, "order", data) is Distrust.CONTENT_WRONG
