"""Keys: who can make a tap, a batch or a receipt, and who can only check one.

A card's taps carry a MAC under a key of that card alone, which the operator of the bus never has. A reader signs its
batches and the clearing house its receipts with keys of which everybody may have the public half. All arithmetic is done
by the `cryptography` package; this file only says which key is for what.

>>> KeyRing.from_seed(7, "sim-doc")
KeyRing('sim-doc', throw-away keys)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from itertools import repeat
from typing import Final

import numpy as np
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import AES, AES128
from cryptography.hazmat.primitives.cmac import CMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from numpy.typing import NDArray

from afc.records import rows_at, rows_where
from afc.refusal import Refused
from afc.tap import MACED, TAP

FIRST_VERSION: Final = 1
"""Keys are counted by generation, from 1."""
ENVIRONMENT_BYTES: Final = 16
SIGNATURE_BYTES: Final = 64
DIGEST_BYTES: Final = 32
NO_DIGEST: Final = bytes(DIGEST_BYTES)
_SEEDS: Final = 1 << 64
_KEY_BYTES: Final = 16
PURPOSES: Final = ("record", "device", "receipt", "list", "command", "statement")
"""What keys are for: taps, batches of readers, receipts of the clearing house, lists and parameters of the scheme, its orders
to single readers, and manifests of the clearing house."""
_DIVERSIFIER: Final = np.dtype([("purpose", "<u1"), ("key_version", "<u1"), ("zero", "<u2", 3), ("id", "<u8")])
"""One AES block: what a key is for, its generation, and the card or device that it belongs to."""


class KeyPurpose(IntEnum):
    """Whose record key it is: a card's, or a reader's own for what it writes without a card."""

    CARD = 1
    DEVICE = 2


Roots = Callable[[str, int], bytes | None]
"""The secret behind all keys of a purpose and generation; None for a generation that was never made."""


@dataclass(frozen=True)
class _OneRoot:
    """The same secret for everything: a seed."""

    root: bytes

    def __call__(self, purpose: str, version: int) -> bytes | None:
        return self.root


class KeyRing:
    """Every key of one environment, as the security manager holds them.

    A reader gets what is its own through its SAM; the clearing house gets the record keys and its receipt key. `versions`
    says under which generation of each purpose new things are made.
    """

    def __init__(self, environment: str, roots: Roots, versions: Mapping[str, int], *, throw_away: bool) -> None:
        self.environment, self.throw_away = environment, throw_away
        self._roots, self._versions = roots, dict(versions)
        self._publics = dict[str, bytes]()  # every SAM is given the same

    @classmethod
    def from_seed(cls, seed: int, environment: str) -> KeyRing:
        """The same throw-away keys every time; refused for anything but a simulated environment.

        They protect nothing: anybody with the seed has all of them.
        """
        pack_environment(environment)
        if not environment.startswith("sim-"):
            raise Refused(
                "ENVIRONMENT_NOT_SIMULATED",
                f"keys from a seed are throw-away keys, and {environment!r} is not a simulated environment.",
                where="environment",
                cure="Give it a name that begins with sim-.",
            )
        if not 0 <= seed < _SEEDS:
            raise Refused("SEED_OUT_OF_RANGE", "a seed is a whole number of 64 bits.", where="seed")
        root = seed.to_bytes(8, "little")
        return cls(environment, _OneRoot(root), dict.fromkeys(PURPOSES, FIRST_VERSION), throw_away=True)

    def __repr__(self) -> str:
        return f"KeyRing({self.environment!r}, {'throw-away' if self.throw_away else 'secret'} keys)"

    @property
    def record_version(self) -> int:
        """The generation of scheme keys that new taps are made under."""
        return self._versions["record"]

    def knows(self, key_version: int) -> bool:
        """Was there ever such a generation of record keys?"""
        return key_version >= FIRST_VERSION and self._roots("record", key_version) is not None

    def card_keys(self, cards: NDArray[np.uint64], key_version: int = FIRST_VERSION) -> bytes:
        """The record keys of these cards, 16 bytes each, in one call of the cipher."""
        return self._record_keys(KeyPurpose.CARD, key_version, cards)

    def device_keys(self, devices: NDArray[np.uint64], key_version: int = FIRST_VERSION) -> bytes:
        """The record keys under which readers write what has no card, such as the end of a vehicle trip."""
        return self._record_keys(KeyPurpose.DEVICE, key_version, devices)

    def macs(self, taps: NDArray[np.void]) -> NDArray[np.uint64]:
        """The MAC that each tap ought to carry."""
        assert taps.dtype == TAP, "taps are TAP records"
        macs = np.empty(len(taps), np.uint64)
        generation = taps["key_version"].astype(np.uint16) * 2 + (taps["card"] == 0)
        for one in np.unique(generation).tolist():
            rows = np.flatnonzero(generation == one)
            key_version, of_device = divmod(one, 2)
            ids = taps["device" if of_device else "card"][rows].astype(np.uint64)
            order = np.argsort(ids)  # whose tap comes first does not matter, so the sort need not be stable
            ids, rows = ids[order], rows[order]
            starts = np.flatnonzero(np.concatenate(([True], ids[1:] != ids[:-1])))
            purpose = KeyPurpose.DEVICE if of_device else KeyPurpose.CARD
            keys = self._record_keys(purpose, key_version, ids[starts])
            macs[rows] = _macs(rows_at(taps, rows), np.diff(starts, append=len(rows)).tolist(), keys)
        return macs

    def macs_ok(self, taps: NDArray[np.void]) -> NDArray[np.bool_]:
        """Which taps carry the MAC that they ought to."""
        versions = taps["key_version"]
        known = [version for version in np.unique(versions).tolist() if self.knows(version)]
        ok: NDArray[np.bool_] = np.isin(versions, known)
        ok[ok] = self.macs(rows_where(taps, ok)) == taps["mac"][ok]
        return ok

    def device_private(self, device: int) -> Ed25519PrivateKey:
        """What the SAM of this reader signs batches with."""
        return self._signing_key("device", f"/{device}")

    def device_public(self, device: int) -> bytes:
        """What the device register says about this reader."""
        return self.device_private(device).public_key().public_bytes_raw()

    def receipt_private(self) -> Ed25519PrivateKey:
        """What the clearing house signs receipts with."""
        return self._signing_key("receipt")

    def receipt_public(self) -> bytes:
        """What every reader checks receipts with."""
        return self._public("receipt")

    def list_private(self) -> Ed25519PrivateKey:
        """What the scheme signs lists and parameters with."""
        return self._signing_key("list")

    def list_public(self) -> bytes:
        """What every reader checks lists and parameters with."""
        return self._public("list")

    def command_private(self) -> Ed25519PrivateKey:
        """What the scheme signs orders to single readers with."""
        return self._signing_key("command")

    def command_public(self) -> bytes:
        """What every reader checks orders with."""
        return self._public("command")

    def statement_private(self) -> Ed25519PrivateKey:
        """What the clearing house signs the manifest of a closed day with."""
        return self._signing_key("statement")

    def statement_public(self) -> bytes:
        """What every party checks a manifest with."""
        return self._public("statement")

    @property
    def statement_version(self) -> int:
        """The generation of keys that manifests are signed under."""
        return self._versions["statement"]

    def pseudonyms(self, cards: NDArray[np.uint64], reader: int, day: int) -> NDArray[np.uint64]:
        """Other numbers for cards, the same for one reader of one day's detail and not to be turned back without the key.

        One block of AES for each card, of which 64 bits are kept; another reader or day gets other numbers, so that nobody
        can put two extracts together.
        """
        blocks = np.empty((len(cards), 2), "<u8")
        blocks[:, 0], blocks[:, 1] = cards, reader << 32 | day
        key = self._derived("statement", self._versions["statement"], "/pseudonyms", _KEY_BYTES)
        made = Cipher(AES(key), modes.ECB()).encryptor().update(blocks.tobytes())
        return np.frombuffer(made, "<u8")[::2].astype(np.uint64)

    def _record_keys(self, purpose: KeyPurpose, key_version: int, ids: NDArray[np.uint64]) -> bytes:
        blocks = np.zeros(len(ids), _DIVERSIFIER)
        blocks["purpose"], blocks["key_version"], blocks["id"] = purpose, key_version, ids
        scheme_key = self._derived("record", key_version, f"/{key_version}", _KEY_BYTES)
        return Cipher(AES(scheme_key), modes.ECB()).encryptor().update(blocks.tobytes())

    def _signing_key(self, purpose: str, whose: str = "") -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self._derived(purpose, self._versions[purpose], whose, 32))

    def _public(self, purpose: str) -> bytes:
        if purpose not in self._publics:
            self._publics[purpose] = self._signing_key(purpose).public_key().public_bytes_raw()
        return self._publics[purpose]

    def _derived(self, purpose: str, version: int, whose: str, length: int) -> bytes:
        salt, info = pack_environment(self.environment), f"afc/1/{purpose}{whose}".encode()
        root = self._roots(purpose, version)
        assert root is not None, "nothing is made under a generation of keys that does not exist"
        return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(root)


def _macs(taps: NDArray[np.void], counts: list[int], keys: bytes) -> NDArray[np.uint64]:
    """MACs of taps sorted by key: one keyed context per key, copied for each of its taps but the last, which uses it up."""
    maced = np.ascontiguousarray(taps.view(np.uint8).reshape(len(taps), TAP.itemsize)[:, :MACED])
    record = iter(maced.view(f"V{MACED}").ravel().tolist()).__next__
    each_key: list[bytes] = np.frombuffer(keys, f"V{_KEY_BYTES}").tolist()
    cipher, tags = AES128(keys[:_KEY_BYTES]), list[bytes]()
    for key, count in zip(each_key, counts, strict=True):
        # A new cipher object for each key would only check again that 16 bytes are 16 bytes, and cost a fifth of the rate.
        cipher.key = key
        keyed = CMAC(cipher)
        for _ in repeat(None, count - 1):
            one = keyed.copy()
            one.update(record())
            tags.append(one.finalize())
        keyed.update(record())
        tags.append(keyed.finalize())
    return np.frombuffer(b"".join(tags), "<u8")[::2]


def pack_environment(environment: str) -> bytes:
    """The name of an environment as it stands in every signed message: 16 bytes, filled up with zeros."""
    packed = environment.encode("ascii", "replace")
    if not environment.isprintable() or not environment.isascii() or not 1 <= len(packed) <= ENVIRONMENT_BYTES:
        raise Refused(
            "ENVIRONMENT_NAME",
            f"{environment!r} is not the name of an environment.",
            where="environment",
            cure=f"Use 1 to {ENVIRONMENT_BYTES} printable ASCII characters.",
        )
    return packed.ljust(ENVIRONMENT_BYTES, b"\0")


def sim_environment(city_id: str) -> str:
    """The environment of a simulated city: the mark of throw-away keys, and as much of the city's id as has room."""
    return f"sim-{city_id}"[:ENVIRONMENT_BYTES]


def sha256(data: bytes | memoryview) -> bytes:
    """The digest that names these bytes."""
    digest = hashes.Hash(hashes.SHA256())
    digest.update(data)
    return digest.finalize()


def check_signature(public: bytes, signature: bytes, digest: bytes) -> None:
    """Nothing, or `cryptography.exceptions.InvalidSignature`."""
    Ed25519PublicKey.from_public_bytes(public).verify(signature, digest)
