"""Sameness: the digests of a date are only the same where the same code, over the same libraries, works it out."""

from __future__ import annotations

import hashlib
import platform
import sys
from functools import cache
from importlib import metadata
from pathlib import Path

DECIDES = ("numpy", "numba", "pyarrow", "cryptography", "scipy")
"""Libraries that numbers or files of a shard pass through."""
_PACKAGES = ("afc", "clearing")


@cache
def made_of() -> dict[str, str]:
    """What this process works with: Python, the libraries, and the digest of the code that a shard runs through."""
    told = {"python": platform.python_version(), "byte order": sys.byteorder}
    return told | {name: metadata.version(name) for name in DECIDES} | {"code": code_digest()}


def code_digest() -> str:
    """SHA-256 over the sources of the packages that decide, 16 hexadecimal places."""
    digest, root = hashlib.sha256(), Path(__file__).resolve().parent.parent.parent
    for package in _PACKAGES:
        for source in sorted((root / package).rglob("*.py")):
            text = source.read_bytes()
            digest.update(f"{source.relative_to(root).as_posix()} {len(text)}\n".encode() + text)
    return digest.hexdigest()[:16]


def differences(theirs: dict[str, str]) -> list[str]:
    """In what another process differs from this one, in words."""
    ours = made_of()
    return [f"{name} {theirs.get(name, 'none')}, here {ours[name]}" for name in ours if theirs.get(name) != ours[name]]
