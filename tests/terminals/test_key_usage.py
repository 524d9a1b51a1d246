"""Each key is for one thing. Whatever it signs besides is worth nothing, however well it is signed."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from afc.actionlist import open_actions, sign_actions
from afc.actions import NO_ACTIONS
from afc.answers import AnswerKind
from afc.batch import open_sealed, seal
from afc.denylist import open_denylist, sign_denylist
from afc.keys import NO_DIGEST, KeyRing
from afc.limits import tap_time_us_min
from afc.orders import EpochOrder, open_order, sign_order
from afc.parameters import Parameters, open_parameters, sign_parameters
from afc.receipt import Receipt, open_receipt, sign_receipt
from afc.refusal import Refused

HERE = "sim-test"
KEYS = ("reader 9", "reader 10", "receipts", "lists", "orders", "manifests")


def private_key(ring: KeyRing, name: str) -> Ed25519PrivateKey:
    """The key of that name."""
    if name.startswith("reader"):
        return ring.device_private(int(name.split()[1]))
    keys = {"receipts": ring.receipt_private, "lists": ring.list_private, "orders": ring.command_private}
    return (keys | {"manifests": ring.statement_private})[name]()


def batch(ring: KeyRing, key: Ed25519PrivateKey, taps: np.ndarray) -> None:
    sealed = seal(key, device=9, epoch=1, number=1, previous=NO_DIGEST, taps=taps, environment=HERE)
    open_sealed(sealed, ring.device_public, HERE)


def receipt(ring: KeyRing, key: Ed25519PrivateKey, _taps: np.ndarray) -> None:
    said = sign_receipt(key, Receipt(AnswerKind.ACCEPTED, bytes(32), 9, 1, 1, 1, bytes(32), 1, HERE))
    open_receipt(said, ring.receipt_public(), HERE)


def denylist(ring: KeyRing, key: Ed25519PrivateKey, _taps: np.ndarray) -> None:
    told = sign_denylist(key, version=1, issued_us=1, cards=np.array([5], np.uint64), environment=HERE)
    open_denylist(told, ring.list_public(), HERE)


def actions(ring: KeyRing, key: Ed25519PrivateKey, _taps: np.ndarray) -> None:
    told = sign_actions(key, version=1, issued_us=1, orders=NO_ACTIONS, environment=HERE)
    open_actions(told, ring.list_public(), HERE)


def parameters(ring: KeyRing, key: Ed25519PrivateKey, _taps: np.ndarray) -> None:
    told = sign_parameters(key, Parameters(1, tap_time_us_min, tap_time_us_min), HERE)
    open_parameters(told, ring.list_public(), HERE)


def order(ring: KeyRing, key: Ed25519PrivateKey, _taps: np.ndarray) -> None:
    told = sign_order(key, EpochOrder(9, 2, 1, 0, tap_time_us_min), HERE)
    open_order(told, ring.command_public(), HERE)


USES = [
    (batch, "reader 9"), (receipt, "receipts"), (denylist, "lists"), (actions, "lists"), (parameters, "lists"),
    (order, "orders"),
]  # fmt: skip


@pytest.mark.parametrize(("use", "its_key"), USES)
@pytest.mark.parametrize("key", KEYS)
def test_a_key_is_good_for_its_own_use_and_for_no_other(
    ring: KeyRing, taps_of: Callable[..., np.ndarray], use: Callable[..., None], its_key: str, key: str
) -> None:
    """The clearing house cannot make a reader's batch, nor a reader a receipt, nor anybody but the scheme a list."""
    if key == its_key:
        use(ring, private_key(ring, key), taps_of([5]))
        return
    with pytest.raises(Refused) as refusal:
        use(ring, private_key(ring, key), taps_of([5]))
    assert refusal.value.code == "SIGNATURE_WRONG"
