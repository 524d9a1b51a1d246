"""A second reader of the formats, written from `docs/format.md` alone: it imports nothing of this project.

It is slow and says what is wrong by an assertion. Whoever writes another implementation can begin from it.
"""

from __future__ import annotations

import hashlib
import hmac
import struct
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import AES

TAP_FIELDS = {
    "version": "B", "kind": "B", "clock": "B", "key_version": "B", "medium": "B", "category": "B", "product": "B",
    "group": "B", "device": "I", "epoch": "H", "tariff": "B", "state": "B", "seq": "I", "counter": "I",
    "time_us": "q", "card": "Q", "stop": "I", "pattern": "H", "stop_seq": "H", "trip": "I", "amount": "i",
    "balance": "q", "mac": "Q",
}  # fmt: skip
TAP = struct.Struct("<" + "".join(TAP_FIELDS.values()))


def aes_block(key: bytes, block: bytes) -> bytes:
    """One block of AES-128, which nobody writes themselves."""
    return Cipher(AES(key), modes.ECB()).encryptor().update(block)


def cmac_subkeys(key: bytes) -> tuple[bytes, bytes]:
    """K1 and K2 of RFC 4493, section 2.3."""

    def double(block: bytes) -> bytes:
        shifted = int.from_bytes(block) << 1
        return ((shifted ^ 0x87 if shifted >> 128 else shifted) & (2**128 - 1)).to_bytes(16)

    k1 = double(aes_block(key, bytes(16)))
    return k1, double(k1)


def cmac(key: bytes, message: bytes) -> bytes:
    """AES-CMAC of RFC 4493, section 2.4."""
    k1, k2 = cmac_subkeys(key)
    whole = bool(message) and len(message) % 16 == 0
    padded = message if whole else message + b"\x80" + bytes(-(len(message) + 1) % 16)
    last = xor(padded[-16:], k1 if whole else k2)
    chain = bytes(16)
    for at in range(0, len(padded) - 16, 16):
        chain = aes_block(key, xor(chain, padded[at : at + 16]))
    return aes_block(key, xor(chain, last))


def xor(a: bytes, b: bytes) -> bytes:
    """Two blocks, bit by bit."""
    return bytes(x ^ y for x, y in zip(a, b, strict=True))


def hkdf(material: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    """HKDF-SHA256 of RFC 5869."""
    prk = hmac.digest(salt, material, "sha256")
    block, out = b"", b""
    while len(out) < length:
        block = hmac.digest(prk, block + info + bytes([len(out) // 32 + 1]), "sha256")
        out += block
    return out[:length]


def derived(seed: int, environment: str, name: str, length: int) -> bytes:
    """A key of a ring that was made from a seed."""
    return hkdf(struct.pack("<Q", seed), environment.encode().ljust(16, b"\0"), b"afc/1/" + name.encode(), length)


def record_key(seed: int, environment: str, purpose: int, key_version: int, number: int) -> bytes:
    """The key of one card (purpose 1) or one device (purpose 2) for MACs."""
    scheme_key = derived(seed, environment, f"record/{key_version}", 16)
    return aes_block(scheme_key, struct.pack("<BB6xQ", purpose, key_version, number))


def public_key(seed: int, environment: str, name: str) -> bytes:
    """The public half of a signing key: `device/4711`, `receipt`, `list` or `command`."""
    private = Ed25519PrivateKey.from_private_bytes(derived(seed, environment, name, 32))
    return private.public_key().public_bytes_raw()


def read_tap(data: bytes) -> dict[str, int]:
    """The fields of one tap."""
    return dict(zip(TAP_FIELDS, TAP.unpack(data), strict=True))


def mac_of(data: bytes, seed: int, environment: str) -> int:
    """The MAC that the 72 bytes of a tap ought to end with, as a number."""
    tap = read_tap(data)
    purpose, number = (2, tap["device"]) if tap["card"] == 0 else (1, tap["card"])
    key = record_key(seed, environment, purpose, tap["key_version"], number)
    return int.from_bytes(cmac(key, data[:64])[:8], "little")


def open_signed(data: bytes, public: bytes) -> tuple[bytes, bytes]:
    """What was signed, and its digest."""
    signed, signature = data[:-64], data[-64:]
    digest = hashlib.sha256(signed).digest()
    Ed25519PublicKey.from_public_bytes(public).verify(signature, digest)
    return signed, digest


def read_batch(sealed: bytes, public: bytes, environment: str) -> dict[str, Any]:
    """The header and the taps of a batch, and what is wrong with each of them: mostly nothing, ""."""
    signed, digest = open_signed(sealed, public)
    names = ("magic", "version", "environment", "device", "epoch", "number", "first_seq", "last_seq", "count",
             "key_version", "previous", "parameters", "lists")  # fmt: skip
    header = dict(zip(names, struct.unpack_from("<4sI16sIIIIIHH32sII", signed), strict=True))
    assert (header["magic"], header["version"]) == (b"AFCB", 1)
    assert header["environment"] == environment.encode().ljust(16, b"\0")
    assert len(signed) == 88 + 72 * header["count"]
    records = [signed[at : at + 72] for at in range(88, len(signed), 72)]
    taps = [read_tap(record) for record in records]
    assert [tap["seq"] for tap in taps] == list(range(header["first_seq"], header["last_seq"] + 1))
    for field in ("device", "epoch", "key_version"):
        assert {tap[field] for tap in taps} == {header[field]}
    assert {tap["version"] for tap in taps} == {1}
    return header | {"digest": digest, "taps": taps, "records": records, "flaws": [flaw_of(tap) for tap in taps]}


def flaw_of(tap: dict[str, int]) -> str:
    """The first reason why a tap cannot be."""
    alone, exit_ = tap["kind"] in (5, 7, 8), tap["kind"] == 2
    uncounted = alone or tap["kind"] == 6
    found = {
        "RECORD_KIND": not 1 <= tap["kind"] <= 9,
        "RECORD_CARD": (tap["card"] == 0) != alone or (tap["counter"] == 0) != uncounted,
        "RECORD_STATE": tap["state"] > 1 or (tap["state"] == 1 and uncounted),
        "RECORD_TIME": not 946_684_800 * 10**6 <= tap["time_us"] < 4_102_444_800 * 10**6 or tap["clock"] > 2,
        "RECORD_GROUP": tap["group"] > 60 or (tap["kind"] in (1, 2, 7) and tap["group"] == 0),
        "RECORD_AMOUNT": not (-(10**9) if exit_ else 0) <= tap["amount"] <= 10**9 or abs(tap["balance"]) > 10**12,
    }
    return next((reason for reason, fits in found.items() if fits), "")


def read_receipt(data: bytes, public: bytes) -> dict[str, Any]:
    """The fields of a receipt."""
    signed, _ = open_signed(data, public)
    names = ("magic", "version", "environment", "answer", "digest", "device", "epoch", "through_seq", "position",
             "head", "received_us")  # fmt: skip
    receipt = dict(zip(names, struct.unpack("<4sI16sI32sIIIq32sq", signed), strict=True))
    assert (receipt.pop("magic"), receipt.pop("version")) == (b"AFCR", 1)
    return receipt | {"environment": receipt["environment"].rstrip(b"\0").decode()}


def read_denylist(data: bytes, public: bytes) -> tuple[int, int, list[int]]:
    """Version, time of issue and cards of a denylist."""
    signed, _ = open_signed(data, public)
    magic, form, _, version, count, issued_us = struct.unpack_from("<4sI16sIIq", signed)
    assert (magic, form, len(signed)) == (b"AFCD", 1, 40 + 8 * count)
    return version, issued_us, list(struct.unpack_from(f"<{count}Q", signed, 40))


def read_actions(data: bytes, public: bytes) -> tuple[int, int, list[list[int]]]:
    """Version, time of issue and orders of an action list."""
    signed, _ = open_signed(data, public)
    magic, form, _, version, count, issued_us = struct.unpack_from("<4sI16sIIq", signed)
    assert (magic, form, len(signed)) == (b"AFCA", 1, 40 + 26 * count)
    return version, issued_us, [list(struct.unpack_from("<QIqiBB", signed, 40 + 26 * i)) for i in range(count)]


def read_parameters(data: bytes, public: bytes) -> dict[str, Any]:
    """The fields of parameters, `canary` with the readers that take them first."""
    signed, _ = open_signed(data, public)
    names = ("version", "count", "issued_us", "valid_from_us", "tariff", "denylist", "actions", "record_key",
             "repeat_window_s", "clock_step_s", "clock_held_s", "sam_count_max", "sam_minor_max", "tariff_digest",
             "denylist_digest", "actions_digest")  # fmt: skip
    magic, form, _, *values = struct.unpack_from("<4sI16sIIqqIIIIIIIIq32s32s32s", signed)
    told = dict(zip(names, values, strict=True))
    count = told.pop("count")
    assert (magic, form, len(signed)) == (b"AFCP", 1, 184 + 4 * count)
    return told | {"canary": struct.unpack_from(f"<{count}I", signed, 184)}


def read_order(data: bytes, public: bytes) -> dict[str, int]:
    """The fields of an order."""
    signed, _ = open_signed(data, public)
    magic, form, _, *values = struct.unpack("<4sI16sIIIIq", signed)
    assert (magic, form) == (b"AFCO", 1)
    return dict(zip(("device", "epoch", "closed_seq", "lost_from", "issued_us"), values, strict=True))
