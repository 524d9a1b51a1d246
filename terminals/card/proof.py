"""Proofs between a card and a reader's SAM: whoever has the card's key can make one, and nobody else."""

from __future__ import annotations

from typing import Final

from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.cmac import CMAC

PROOF_BYTES: Final = 8
READ, COMMIT, DONE = b"R", b"C", b"D"
"""What a proof is for stands before what it covers, so that none is good for another use. A tap begins with its version,
which is none of these letters."""


def prove(key: bytes, use: bytes, *covered: bytes) -> bytes:
    """The proof over some bytes of fixed length."""
    mac = CMAC(AES(key))
    mac.update(use + b"".join(covered))
    return mac.finalize()[:PROOF_BYTES]
