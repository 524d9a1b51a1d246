"""The batch: the taps of one reader, numbered, chained to the batch before and signed. It is the unit of custody.

Its name is the digest of everything but the signature. There is one way to make a batch and one to open it, and opening
is verifying: whoever holds a `Batch` holds taps that a known reader signed, in order, without a hole.
"""

from __future__ import annotations

from collections.abc import Callable
from struct import Struct
from typing import Final, NamedTuple

import numpy as np
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from numpy.typing import NDArray

from afc.answers import BatchRefused, Reason
from afc.flaws import Flaw, find_flaws, without
from afc.keys import NO_DIGEST, SIGNATURE_BYTES, KeyRing, check_signature, pack_environment, sha256
from afc.limits import batch_taps_max
from afc.tap import TAP, TAP_VERSION, encode

__all__ = [
    "Batch", "BatchRefused", "Header", "batch_bytes_max", "digest_of", "find_header_fault", "find_stranger", "open_sealed",
    "seal",
]  # fmt: skip

MAGIC: Final = b"AFCB"
BATCH_VERSION: Final = 1
HEADER: Final = Struct("<4sI16sIIIIIHH32sII")
batch_bytes_max: Final = HEADER.size + batch_taps_max * TAP.itemsize + SIGNATURE_BYTES
batch_bytes_min: Final = HEADER.size + TAP.itemsize + SIGNATURE_BYTES


class Header(NamedTuple):
    """The first 88 bytes, field by field."""

    magic: bytes
    version: int
    environment: bytes
    device: int
    epoch: int
    number: int
    first_seq: int
    last_seq: int
    tap_count: int
    key_version: int
    previous: bytes
    parameters: int
    lists: int


def header_of(sealed: bytes) -> Header:
    """What at least 88 bytes call themselves, believed or not."""
    return Header._make(HEADER.unpack_from(sealed))


class Batch(NamedTuple):
    """What a reader vouches for; `taps` is read-only, and some of them may have `flaws`.

    `parameters` and `lists` are the versions that the reader went by, 0 none.
    """

    device: int
    epoch: int
    number: int
    first_seq: int
    last_seq: int
    previous: bytes
    digest: bytes
    taps: NDArray[np.void]
    key_version: int
    environment: str
    parameters: int
    lists: int
    flaws: tuple[Flaw, ...] = ()

    @property
    def sound(self) -> NDArray[np.void]:
        """The taps that can be."""
        return without(self.taps, self.flaws)


def seal(
    signer: KeyRing | Ed25519PrivateKey | Callable[[bytes], bytes],
    *,
    device: int,
    epoch: int,
    number: int,
    previous: bytes,
    taps: NDArray[np.void],
    environment: str,
    parameters: int = 0,
    lists: int = 0,
) -> bytes:
    """The sealed bytes of taps that this reader made; `signer` is its SAM's `sign`, which is given all that the signature is
    to cover, the reader's key, or the ring that has it.

    `parameters` and `lists` are the versions of the reader's parameters and of its denylist, 0 before the first.
    """
    first_seq, last_seq, key_version = int(taps["seq"][0]), int(taps["seq"][-1]), int(taps["key_version"][0])
    header = Header(
        MAGIC, BATCH_VERSION, pack_environment(environment), device, epoch, number, first_seq, last_seq, len(taps),
        key_version, previous, parameters, lists,
    )  # fmt: skip
    signed = HEADER.pack(*header) + encode(taps)
    fault = find_header_fault(header, len(signed) + SIGNATURE_BYTES, environment) or find_stranger(taps, header)
    assert fault is None, fault
    key = signer.device_private(device) if isinstance(signer, KeyRing) else signer
    return signed + (key.sign(sha256(signed)) if isinstance(key, Ed25519PrivateKey) else key(signed))


def open_sealed(sealed: bytes, public_key_of: Callable[[int], bytes | None], environment: str) -> Batch:
    """The batch inside, or `BatchRefused` with the first reason that fits.

    `public_key_of` is asked once, with the device that the header names; None means that nobody enrolled it.
    """
    if len(sealed) > batch_bytes_max:
        raise BatchRefused(Reason.TOO_LARGE)
    if len(sealed) < batch_bytes_min:
        raise BatchRefused(Reason.TOO_SHORT)
    header = header_of(sealed)
    fault = find_header_fault(header, len(sealed), environment)
    if fault is not None:
        raise BatchRefused(fault)
    where = f"device {header.device}, epoch {header.epoch}, batch {header.number}"
    public = public_key_of(header.device)
    if public is None:
        raise BatchRefused(Reason.DEVICE_UNKNOWN, where)
    digest = digest_of(sealed)
    try:
        check_signature(public, sealed[-SIGNATURE_BYTES:], digest)
    except InvalidSignature:
        raise BatchRefused(Reason.SIGNATURE_WRONG, where) from None
    taps: NDArray[np.void] = np.frombuffer(sealed, TAP, header.tap_count, HEADER.size)
    fault = find_stranger(taps, header)
    if fault is not None:
        raise BatchRefused(fault, where)
    _, _, _, device, epoch, number, first_seq, last_seq, _, key_version, previous, parameters, lists = header
    numbers = (device, epoch, number, first_seq, last_seq)
    return Batch(*numbers, previous, digest, taps, key_version, environment, parameters, lists, find_flaws(taps))


def digest_of(sealed: bytes) -> bytes:
    """The name of a sealed batch, whether or not it can be believed: the digest of all but the signature."""
    return sha256(memoryview(sealed)[:-SIGNATURE_BYTES])


def find_header_fault(header: Header, sealed_bytes: int, environment: str) -> Reason | None:
    """The first reason why no reader of this environment made such a header, or None."""
    if header.magic != MAGIC:
        return Reason.NOT_A_BATCH
    if header.version != BATCH_VERSION:
        return Reason.FORMAT_UNKNOWN
    if header.environment != pack_environment(environment):
        return Reason.ENVIRONMENT_FOREIGN
    if not 1 <= header.tap_count <= batch_taps_max:
        return Reason.COUNT_WRONG
    if sealed_bytes != HEADER.size + header.tap_count * TAP.itemsize + SIGNATURE_BYTES:
        return Reason.LENGTH_WRONG
    if header.number < 1 or header.first_seq < 1 or header.last_seq - header.first_seq + 1 != header.tap_count:
        return Reason.NUMBERING_WRONG
    first = header.number == 1
    if first != (header.first_seq == 1) or first != (header.previous == NO_DIGEST):
        return Reason.CHAIN_START_WRONG
    if header.key_version == 0:
        return Reason.KEY_VERSION_ZERO
    return None


def find_stranger(taps: NDArray[np.void], header: Header) -> Reason | None:
    """The first reason why one of these taps does not belong under this header, or None.

    Then the reader that signed them is broken; a tap that only cannot be is a flaw (`afc.flaws`), and no other's matter.
    """
    if (taps["version"] != TAP_VERSION).any():
        return Reason.RECORD_FORMAT
    if (taps["key_version"] != header.key_version).any():
        return Reason.RECORD_KEY_VERSION
    if (taps["device"] != header.device).any() or (taps["epoch"] != header.epoch).any():
        return Reason.RECORD_DEVICE
    if (taps["seq"] != np.arange(header.first_seq, header.last_seq + 1)).any():
        return Reason.RECORD_SEQUENCE
    return None
