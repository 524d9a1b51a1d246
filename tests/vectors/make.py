"""Write the test vectors of the byte formats, from this implementation, beside this file.

    python tests/vectors/make.py

`outsider.py` reads them with nothing but the format's description; a change here that was not meant is a break of the
format. `published.json` is not written by this script: its vectors come from the documents that it names.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.cmac import CMAC

from afc.actionlist import sign_actions
from afc.actions import ACTION
from afc.answers import AnswerKind
from afc.batch import digest_of, seal
from afc.denylist import sign_denylist
from afc.keys import NO_DIGEST, KeyRing, pack_environment
from afc.orders import EpochOrder, sign_order
from afc.parameters import Parameters, sign_parameters
from afc.receipt import Receipt, sign_receipt
from afc.tap import MACED, NO_PATTERN, TAP, TapKind, encode

HERE = Path(__file__).parent
SEED, ENVIRONMENT = 20260304, "sim-vectors"
DEVICE, EPOCH = 4711, 3
MORNING_US = 1_772_582_400_000_000  # 2026-03-04 00:00:00 UTC
CARDS = (1, 1_010_012_345_678_901, 2**64 - 1)


def make() -> dict[str, Any]:
    """Every file's name and content."""
    ring = KeyRing.from_seed(SEED, ENVIRONMENT)
    taps = _taps()
    taps["mac"] = ring.macs(taps)
    first = _batch(ring, 1, NO_DIGEST, taps[:3])
    second = _batch(ring, 2, digest_of(first), taps[3:6])
    third = _batch(ring, 3, digest_of(second), taps[6:])
    return {
        "keys.json": _keys(ring),
        "tap.json": [_tap(ring, tap) for tap in taps],
        "batch.json": [_sealed(first), _sealed(second), _sealed(third)],
        "receipt.json": _receipt(ring, second),
        "denylist.json": _denylist(ring),
        "actions.json": _actions(ring),
        "parameters.json": _parameters(ring),
        "order.json": _order(ring),
    }


def _taps() -> np.ndarray:
    """A family of three in and out, a rider on a pass, a top-up, a pass, the end of the vehicle's trip, and a rider
    out who gets a hold back; a driver who logs on, two riders who pay in cash, an inspector, and an order of the action
    list carried out on a card that did not confirm."""
    entry, exit_, load, sale, trip, inspection, cash, log_on, action = TapKind
    taps = np.zeros(11, TAP)
    taps["version"], taps["key_version"], taps["device"], taps["epoch"] = 1, 1, DEVICE, EPOCH
    taps["seq"] = np.arange(1, 12)
    taps["kind"] = [entry, entry, exit_, load, sale, trip, exit_, log_on, cash, inspection, action]
    taps["clock"] = [0, 0, 0, 1, 1, 2, 0, 0, 0, 0, 0]
    taps["medium"] = [0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    taps["category"] = [2, 0, 2, 0, 0, 0, 0, 0, 0, 2, 2]
    taps["product"] = [0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1]
    taps["group"] = [3, 1, 3, 1, 1, 0, 1, 0, 2, 1, 1]
    taps["tariff"] = 5
    taps["state"] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]
    taps["counter"] = [17, 4_000_000_000, 18, 1, 19, 0, 2, 0, 0, 0, 20]
    taps["time_us"] = MORNING_US + np.array([0, 1, 1_234_567_890, *range(1_300_000_000, 2_100_000_000, 100_000_000)])
    taps["card"] = [CARDS[1], CARDS[2], CARDS[1], CARDS[0], CARDS[1], 0, CARDS[0], 0, 0, CARDS[1], CARDS[1]]
    taps["stop"] = [10, 10, 25, 7, 7, 40, 25, 40, 40, 39, 39]
    taps["pattern"] = [12, 12, 12, NO_PATTERN, NO_PATTERN, 12, 12, 13, 13, 13, NO_PATTERN]
    taps["stop_seq"] = [1, 1, 16, 0, 0, 31, 16, 0, 0, 1, 0]
    taps["trip"] = [90_210, 90_210, 90_210, 0, 0, 90_210, 90_211, 90_212, 90_212, 90_212, 5_501]
    taps["amount"] = [4_500, 0, 300, 10_000, 62_000, 18_450, -1_200, 0, 3_000, 0, 20_000]
    taps["balance"] = [45_500, 0, 45_200, 9_500, -16_800, 0, 10_700, 6_041, 0, -16_800, 3_200]
    return taps


def _keys(ring: KeyRing) -> dict[str, Any]:
    return {
        "seed": SEED,
        "environment": ENVIRONMENT,
        "salt": pack_environment(ENVIRONMENT).hex(),
        "card_keys": [
            {"key_version": version, "card": card, "key": ring.card_keys(np.array([card], np.uint64), version).hex()}
            for version in (1, 2)
            for card in CARDS
        ],
        "device_keys": [
            {"key_version": 1, "device": DEVICE, "key": ring.device_keys(np.array([DEVICE], np.uint64)).hex()}
        ],
        "device_private": {"device": DEVICE, "private": ring.device_private(DEVICE).private_bytes_raw().hex()},
        "device_public": {"device": DEVICE, "public": ring.device_public(DEVICE).hex()},
        "receipt_public": ring.receipt_public().hex(),
        "list_public": ring.list_public().hex(),
        "command_public": ring.command_public().hex(),
        "statement_public": ring.statement_public().hex(),
    }


def _tap(ring: KeyRing, tap: np.void) -> dict[str, Any]:
    of_device = tap["card"] == 0
    keys = ring.device_keys if of_device else ring.card_keys
    key = keys(np.array([tap["device" if of_device else "card"]], np.uint64))
    maced = CMAC(AES(key))
    maced.update(tap.tobytes()[:MACED])
    return {
        "fields": {field: int(tap[field]) for field in TAP.names or ()},
        "mac_key": key.hex(),
        "cmac": maced.finalize().hex(),
        "bytes": encode(tap.reshape(1)).hex(),
    }


def _batch(ring: KeyRing, number: int, previous: bytes, taps: np.ndarray) -> bytes:
    return seal(
        ring, device=DEVICE, epoch=EPOCH, number=number, previous=previous, taps=taps, environment=ENVIRONMENT,
        parameters=20 + number, lists=11 + number // 3,
    )  # fmt: skip


def _sealed(sealed: bytes) -> dict[str, Any]:
    return {"sealed": sealed.hex(), "digest": digest_of(sealed).hex()}


def _receipt(ring: KeyRing, sealed: bytes) -> dict[str, Any]:
    receipt = Receipt(
        AnswerKind.ACCEPTED, digest_of(sealed), DEVICE, EPOCH, 6, 8, bytes(range(32)), MORNING_US, ENVIRONMENT
    )
    fields = {name: value.hex() if isinstance(value, bytes) else value for name, value in receipt._asdict().items()}
    return {"fields": fields, "bytes": sign_receipt(ring.receipt_private(), receipt).hex()}


def _denylist(ring: KeyRing) -> dict[str, Any]:
    cards = np.array(CARDS[:2], np.uint64)
    signed = sign_denylist(ring.list_private(), version=12, issued_us=MORNING_US, cards=cards, environment=ENVIRONMENT)
    return {"version": 12, "issued_us": MORNING_US, "cards": cards.tolist(), "bytes": signed.hex()}


def _actions(ring: KeyRing) -> dict[str, Any]:
    until_us = MORNING_US + 86_400_000_000
    rows = [(CARDS[0], 7, until_us, 20_000, 1, 0), (CARDS[0], 8, until_us, 0, 3, 0), (CARDS[2], 1, until_us, 0, 4, 2)]
    private, orders = ring.list_private(), np.array(rows, ACTION)
    signed = sign_actions(private, version=4, issued_us=MORNING_US, orders=orders, environment=ENVIRONMENT)
    return {"version": 4, "issued_us": MORNING_US, "orders": [list(row) for row in rows], "bytes": signed.hex()}


def _parameters(ring: KeyRing) -> dict[str, Any]:
    told = Parameters(
        21, MORNING_US, MORNING_US + 3_600_000_000, 5, 12, 4, 1, 300, 90, 86_400, 500, 5_000_000, bytes(range(32)),
        bytes(range(32, 64)), bytes(32), (DEVICE, 4_800),
    )  # fmt: skip
    fields = {name: value.hex() if isinstance(value, bytes) else value for name, value in told._asdict().items()}
    fields["canary"] = list(told.canary)
    return {"fields": fields, "bytes": sign_parameters(ring.list_private(), told, ENVIRONMENT).hex()}


def _order(ring: KeyRing) -> dict[str, Any]:
    order = EpochOrder(DEVICE, EPOCH + 1, 11, 9, MORNING_US)
    return {"fields": order._asdict(), "bytes": sign_order(ring.command_private(), order, ENVIRONMENT).hex()}


if __name__ == "__main__":
    for name, content in make().items():
        (HERE / name).write_text(json.dumps(content, indent=1) + "\n")
