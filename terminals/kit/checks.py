"""Checks of a message: one sentence each, made as a reader or the clearing house makes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from cryptography.exceptions import InvalidSignature

from afc.answers import Distrust, Reason
from afc.flaws import Flaw
from afc.keys import SIGNATURE_BYTES, KeyRing, check_signature, sha256


class Check(NamedTuple):
    """One thing that was looked at; `ok` None means that a key to check it with was not given."""

    name: str
    ok: bool | None
    told: str = ""


class Trust(NamedTuple):
    """Whom to believe: a simulated environment's ring, or one public key for the signature alone, or nobody yet."""

    ring: KeyRing | None = None
    public: bytes | None = None

    def key(self, of_ring: Callable[[KeyRing], bytes]) -> bytes | None:
        """The public key for a message, if any is at hand."""
        return of_ring(self.ring) if self.ring else self.public


def environment_of(packed: bytes) -> str:
    """The name of an environment as it stands in a message."""
    return packed.rstrip(b"\0").decode("ascii", "replace")


def foreign(version: int, environment: bytes, trust: Trust) -> Distrust | None:
    """The reason against a message of another format or, where a ring is at hand, of another environment."""
    if version != 1:
        return Distrust.FORMAT_UNKNOWN
    if trust.ring and environment_of(environment) != trust.ring.environment:
        return Distrust.ENVIRONMENT_FOREIGN
    return None


def signature(data: bytes, public: bytes | None) -> Check:
    """Is the message signed by whoever has the other half of this key?"""
    if public is None:
        return Check("signature", None, "give --world or --public to check it")
    try:
        check_signature(public, data[-SIGNATURE_BYTES:], sha256(data[:-SIGNATURE_BYTES]))
    except InvalidSignature:
        return said("signature", Reason.SIGNATURE_WRONG)
    return Check("signature", True, f"by {public.hex()}")


def macs(taps: np.ndarray, ring: KeyRing | None) -> Check:
    """Does every tap carry the MAC that its card would have made?"""
    if ring is None:
        return Check("MACs", None, "give --world to check them")
    if not len(taps):
        return Check("MACs", None, "there is no tap")
    good = ring.macs_ok(taps)
    wrong = ", ".join(str(seq) for seq in taps["seq"][~good].tolist())
    return Check("MACs", bool(good.all()), f"of {len(taps)} taps" if good.all() else f"wrong at sequence {wrong}")


def flaw(taps: np.ndarray, one: Flaw) -> Check:
    """A tap that will be kept aside; the rest of its batch is taken."""
    return said(f"tap {taps['seq'][one.row]}", one.reason)


def said(name: str, reason: Reason | Distrust | None) -> Check:
    """A check that a reason from the closed lists was found against, or none."""
    if reason is None:
        return Check(name, True)
    return Check(name, False, f"{reason.name}: {reason.sentence if isinstance(reason, Reason) else reason.value}")
