"""Sealed bytes read aloud: everything that stands in a batch, a receipt or a message of the scheme, and which of it holds.

Reading is lenient, so that a damaged file shows as much as can still be read; believing is not: each check is the one that
a reader or the clearing house makes, and names its reason from their closed lists.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from afc.answers import AnswerKind, Distrust, Reason
from afc.batch import HEADER, MAGIC, Header, batch_bytes_max, digest_of, find_header_fault, find_stranger, header_of
from afc.flaws import find_flaws
from afc.keys import NO_DIGEST, SIGNATURE_BYTES, KeyRing, sha256
from afc.receipt import FIELDS as RECEIPT_FIELDS
from afc.receipt import MAGIC as RECEIPT_MAGIC
from afc.receipt import RECEIPT_BYTES
from afc.refusal import Refused
from afc.tap import TAP
from terminals.kit.checks import Check, Trust, environment_of, flaw, foreign, macs, said, signature
from terminals.kit.scheme import KINDS, read_scheme

RECEIPT_NAMES = (
    "magic", "version", "environment", "answer", "digest", "device", "epoch", "through_seq", "position", "head",
    "received_us",
)  # fmt: skip


class Reading(NamedTuple):
    """A message as far as it can be read."""

    kind: str
    data: bytes
    digest: bytes
    header: dict[str, Any]
    taps: np.ndarray
    cards: tuple[int, ...]
    checks: tuple[Check, ...]

    @property
    def holds(self) -> bool:
        """Did nothing that was checked turn out wrong?"""
        return all(check.ok is not False for check in self.checks)


def read_message(data: bytes, trust: Trust) -> Reading:
    """A batch, a receipt or a message of the scheme, told by its first four bytes."""
    readers = {MAGIC: read_batch, RECEIPT_MAGIC: read_receipt}
    readers |= dict.fromkeys(KINDS, read_other)
    reader = readers.get(data[:4])
    if reader is None:
        cure = "A batch begins with AFCB, a receipt with AFCR, a message of the scheme with AFCD, AFCA, AFCP or AFCO."
        raise Refused(Distrust.NOT_THIS_KIND.name, f"the file begins with {data[:4]!r}", cure=cure)
    return reader(data, trust)


def read_batch(data: bytes, trust: Trust) -> Reading:
    """Header and as many whole taps as there are bytes for, however damaged the rest is."""
    if len(data) < HEADER.size:
        short = said("structure", Reason.TOO_SHORT)
        return Reading("batch", data, digest_of(data), {}, np.empty(0, TAP), (), (short,))
    header = header_of(data)
    whole = min(header.tap_count, (len(data) - HEADER.size) // TAP.itemsize)
    taps = np.frombuffer(data, TAP, whole, HEADER.size)
    structure = _structure(data, header, trust)
    checks = [said("structure", structure)]
    if structure is None:
        checks.append(signature(data, trust.key(lambda ring: ring.device_public(header.device))))
        checks.append(said("records", find_stranger(taps, header)))
        checks += [flaw(taps, one) for one in find_flaws(taps)]
        told = "continues another batch" if header.previous != NO_DIGEST else "begins its epoch"
        checks.append(Check("chain start", True, told))
    checks.append(macs(taps, trust.ring))
    return Reading("batch", data, digest_of(data), _plain(header._asdict()), taps, (), tuple(checks))


def read_receipt(data: bytes, trust: Trust) -> Reading:
    """The fields of a receipt, if there are enough bytes for them."""
    if len(data) < RECEIPT_FIELDS.size:
        return _short("receipt", data)
    header = dict(zip(RECEIPT_NAMES, RECEIPT_FIELDS.unpack_from(data), strict=True))
    fault = None if len(data) == RECEIPT_BYTES else Distrust.LENGTH_WRONG
    fault = fault or foreign(header["version"], header["environment"], trust)
    if fault is None and header["answer"] not in [kind for kind in AnswerKind if kind.receipted]:
        fault = Distrust.CONTENT_WRONG
    checks = [said("structure", fault)]
    if fault is None:
        checks.append(signature(data, trust.key(KeyRing.receipt_public)))
    return Reading(
        "receipt", data, sha256(data[:-SIGNATURE_BYTES]), _plain(header), np.empty(0, TAP), (), tuple(checks)
    )


def read_other(data: bytes, trust: Trust) -> Reading:
    """A denylist, an action list, parameters, or an order."""
    kind, header, checks = read_scheme(data, trust)
    cards = tuple(header.pop("cards", ()))
    return Reading(kind, data, sha256(data[:-SIGNATURE_BYTES]), _plain(header), np.empty(0, TAP), cards, checks)


def _structure(data: bytes, header: Header, trust: Trust) -> Reason | None:
    """The first reason before the signature; without a ring the environment is taken for granted."""
    if len(data) > batch_bytes_max:
        return Reason.TOO_LARGE
    if len(data) < HEADER.size + TAP.itemsize + SIGNATURE_BYTES:
        return Reason.TOO_SHORT
    name = trust.ring.environment if trust.ring else environment_of(header.environment)
    try:
        return find_header_fault(header, len(data), name)
    except Refused:
        return Reason.ENVIRONMENT_FOREIGN


def _short(kind: str, data: bytes) -> Reading:
    checks = (said("structure", Distrust.LENGTH_WRONG),)
    return Reading(kind, data, sha256(data[:-SIGNATURE_BYTES]), {}, np.empty(0, TAP), (), checks)


def _plain(header: dict[str, Any]) -> dict[str, Any]:
    """Names as text and digests in hexadecimal."""
    told = dict(header)
    for key, value in header.items():
        if isinstance(value, bytes):
            told[key] = environment_of(value) if key in ("magic", "environment") else value.hex()
    return told
