"""The file with the scheme's secrets: who can open it, and what becomes of it."""

from __future__ import annotations

import json
import pickle
from typing import Any

import numpy as np
import pytest

from afc.keys import KeyRing
from afc.keystore import KeyStore, make_store, open_store, rotated, seal_store
from afc.refusal import Refused
from afc.tap import TAP

WORDS = "five words nobody would guess"


def stamped(ring: KeyRing, version: int) -> np.ndarray:
    """A tap under a generation of keys, MAC and all."""
    tap = np.zeros(1, TAP)
    tap["kind"], tap["card"], tap["counter"], tap["key_version"] = 1, 7, 1, version
    tap["mac"] = ring.macs(tap)
    return tap


def test_what_was_sealed_comes_out_again() -> None:
    store = make_store("seoul", 5)
    assert open_store(seal_store(store, WORDS), WORDS) == store
    assert store.versions() == {"record": 1, "device": 1, "receipt": 1, "list": 1, "command": 1, "statement": 1}


def test_the_file_tells_whose_it_is_and_no_secret() -> None:
    store = make_store("seoul", 5)
    sealed = seal_store(store, WORDS)
    assert json.loads(sealed)["environment"] == "seoul"
    assert not any(one.secret in sealed or one.secret.hex().encode() in sealed for one in store.generations)
    assert sealed != seal_store(store, WORDS), "the same store is sealed with another salt each time"


def test_a_wrong_passphrase_opens_nothing() -> None:
    with pytest.raises(Refused) as refused:
        open_store(seal_store(make_store("seoul", 5), WORDS), WORDS + "!")
    assert refused.value.code == "KEY_STORE_CLOSED"


@pytest.mark.parametrize("change", ["environment", "sealed", "nonce"])
def test_keys_of_one_city_cannot_be_passed_off_as_anothers(change: str) -> None:
    """Whoever edits the name in the open, or a byte of the seal, has a file that does not open."""
    told = json.loads(seal_store(make_store("seoul", 5), WORDS))
    told[change] = "busan" if change == "environment" else told[change][:8] + "AAAA" + told[change][12:]
    with pytest.raises(Refused, match="does not open"):
        open_store(json.dumps(told).encode(), WORDS)


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b"\xff", b'{"format": "afc-keys/2"}', b"[" * 100_000])
def test_anything_else_is_no_key_store(data: bytes) -> None:
    with pytest.raises(Refused) as refused:
        open_store(data, WORDS)
    assert refused.value.code in ("KEY_STORE_BROKEN", "KEY_STORE_FOREIGN")


@pytest.mark.parametrize("salt", [None, 5, "not base64!", "é"])
def test_a_store_whose_salt_was_cut_out_or_spoilt_is_no_key_store(salt: Any) -> None:
    """Somebody has tidied up the file by hand."""
    told = json.loads(seal_store(make_store("seoul", 5), WORDS))
    del told["scrypt"]["salt"]
    if salt is not None:
        told["scrypt"]["salt"] = salt
    with pytest.raises(Refused) as refused:
        open_store(json.dumps(told).encode(), WORDS, "keys.json")
    assert (refused.value.code, refused.value.where) == ("KEY_STORE_BROKEN", "keys.json")


def test_costs_of_guessing_cannot_be_lowered_or_raised_in_the_file() -> None:
    """A file that asks for a terabyte of memory, or for none."""
    told = json.loads(seal_store(make_store("seoul", 5), WORDS))
    for n in (2, 1 << 40):
        told["scrypt"]["n"] = n
        with pytest.raises(Refused) as refused:
            open_store(json.dumps(told).encode(), WORDS)
        assert refused.value.code == "KEY_STORE_FOREIGN"


def test_a_short_passphrase_is_refused() -> None:
    with pytest.raises(Refused, match="the passphrase has 6 signs"):
        seal_store(make_store("seoul", 5), "secret")


def test_a_simulated_city_has_no_store_and_a_real_one_no_seed() -> None:
    with pytest.raises(Refused, match="simulated environment"):
        make_store("sim-seoul", 5)
    with pytest.raises(Refused, match="not a simulated environment"):
        KeyRing.from_seed(7, "seoul")


def test_after_a_rotation_old_taps_still_hold_and_new_ones_are_made_under_the_new_key() -> None:
    first = make_store("seoul", 5)
    second = rotated(first, "record", 9)
    old, new = stamped(first.ring(), 1), stamped(second.ring(), 2)
    assert second.ring().record_version == 2
    assert second.ring().macs_ok(np.concatenate([old, new])).all()
    assert first.ring().macs_ok(np.concatenate([old, new])).tolist() == [True, False]
    assert old["mac"] != new["mac"]


def test_a_generation_that_never_was_vouches_for_nothing() -> None:
    """A tap that names generation 9 with any MAC, also the MAC 0 of a table that was never filled in."""
    ring = make_store("seoul", 5).ring()
    forged = stamped(ring, 1)
    for version in (0, 9):
        forged["key_version"], forged["mac"] = version, 0
        assert not ring.macs_ok(forged).any()


def test_each_purpose_rolls_alone() -> None:
    first = make_store("seoul", 5)
    second = rotated(first, "receipt", 9)
    assert second.ring().receipt_public() != first.ring().receipt_public()
    assert second.ring().list_public() == first.ring().list_public()
    assert second.ring().device_public(3) == first.ring().device_public(3)


def test_a_store_older_than_a_purpose_gets_its_first_generation() -> None:
    """Manifests are signed since the fifth purpose; a city that has had its keys for longer makes one."""
    old = make_store("seoul", 5)
    old = old._replace(generations=tuple(one for one in old.generations if one.purpose != "statement"))
    new = rotated(old, "statement", 9)
    assert (new.versions()["statement"], new.ring().statement_version) == (1, 1)
    assert new.ring().receipt_public() == old.ring().receipt_public()


def test_no_other_purpose() -> None:
    with pytest.raises(Refused, match='no keys are for "recipt"') as refused:
        rotated(make_store("seoul", 5), "recipt", 9)
    assert refused.value.cure == 'Did you mean "receipt"?'


def test_a_ring_can_be_handed_to_another_process() -> None:
    store: KeyStore = make_store("seoul", 5)
    assert pickle.loads(pickle.dumps(store.ring())).receipt_public() == store.ring().receipt_public()
    assert repr(store.ring()) == "KeyRing('seoul', secret keys)"
