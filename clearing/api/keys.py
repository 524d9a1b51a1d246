"""Keys of the network interface: made once, told once, ended when their owner says so."""

from __future__ import annotations

import hashlib
import secrets
from typing import NamedTuple

from afc.refusal import Refused, nearest
from clearing.store import ApiKey, Store

SECRET_PREFIX = "afc_"  # so that a secret which lies about in a file or a log can be found
SECRET_BYTES = 32


class NewKey(NamedTuple):
    """A key as its owner gets it; the secret is nowhere else."""

    id: str
    party: str
    secret: str


def make_api_key(store: Store, party: str, name: str, now_us: int) -> NewKey:
    """A new key for a party of the register, in force from now on."""
    numbers = {row.id: row.number for row in store.parties()}
    if party not in numbers:
        raise Refused("UNKNOWN_PARTY", f'there is no party "{party}"', cure=nearest(party, numbers) or known(numbers))
    secret = SECRET_PREFIX + secrets.token_urlsafe(SECRET_BYTES)
    with store.begin():
        store.add_api_key(ApiKey(name, numbers[party], digest_of_secret(secret), now_us))
    return NewKey(name, party, secret)


def digest_of_secret(secret: str) -> bytes:
    """What the books keep of a secret. It has 256 random bits, so nobody finds it by trying."""
    return hashlib.sha256(secret.encode()).digest()


def known(names: dict[str, int]) -> str:
    """The names there are, for who has none near."""
    return f"Known: {', '.join(sorted(names))}."
