"""The key store: a file with the secrets of one environment, which a passphrase opens.

Each purpose has generations, each with 256 random bits of its own, from which all keys of that purpose are derived. The file
says in the open whose it is and how it is sealed; that much is bound into the seal, so nobody can pass off one city's keys
as another's.

>>> store = make_store("morgen", now_us=0)
>>> [(g.purpose, g.version) for g in rotated(store, "receipt", now_us=5).generations if g.purpose == "receipt"]
[('receipt', 1), ('receipt', 2)]
"""

from __future__ import annotations

import base64
import json
import secrets
from dataclasses import dataclass
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from afc.keys import FIRST_VERSION, PURPOSES, KeyRing, pack_environment
from afc.refusal import Refused, nearest

FORMAT = "afc-keys/1"
VERSION_MAX = 255  # a tap names the generation of its key in one byte
_SECRET_BYTES, _SALT_BYTES, _NONCE_BYTES = 32, 16, 12
_SCRYPT = {"n": 1 << 15, "r": 8, "p": 1}  # a tenth of a second and 32 MB for each guess of a passphrase
_PASSPHRASE_MIN = 12


class Generation(NamedTuple):
    """The secret of a purpose from one moment on."""

    purpose: str
    version: int
    from_us: int
    secret: bytes


@dataclass(frozen=True)
class _Roots:
    """The secrets by purpose and generation."""

    secret_of: dict[tuple[str, int], bytes]

    def __call__(self, purpose: str, version: int) -> bytes | None:
        return self.secret_of.get((purpose, version))


class KeyStore(NamedTuple):
    """All generations of one environment, oldest first within a purpose."""

    environment: str
    generations: tuple[Generation, ...]

    def versions(self) -> dict[str, int]:
        """The newest generation of each purpose, under which new things are made."""
        return {one.purpose: one.version for one in sorted(self.generations, key=lambda one: one.version)}

    def ring(self) -> KeyRing:
        """The keys themselves."""
        roots = _Roots({(one.purpose, one.version): one.secret for one in self.generations})
        return KeyRing(self.environment, roots, self.versions(), throw_away=False)


def make_store(environment: str, now_us: int) -> KeyStore:
    """The first generation of every purpose; simulated environments have throw-away keys and need no store."""
    pack_environment(environment)
    if environment.startswith("sim-"):
        what = f'"{environment}" is a simulated environment, whose keys come from a seed'
        raise Refused("ENVIRONMENT_SIMULATED", what, cure="Give the environment a name that does not begin with sim-.")
    return KeyStore(environment, tuple(_fresh(purpose, FIRST_VERSION, now_us) for purpose in PURPOSES))


def rotated(store: KeyStore, purpose: str, now_us: int) -> KeyStore:
    """The same with one more generation of a purpose; the ones before it stay, to check what was made under them."""
    if purpose not in PURPOSES:
        raise Refused("PURPOSE_UNKNOWN", f'no keys are for "{purpose}"', cure=nearest(purpose, PURPOSES) or _KNOWN)
    version = store.versions().get(purpose, 0) + 1  # a store may be older than a purpose
    if version > VERSION_MAX:
        raise Refused(
            "GENERATIONS_SPENT", f"{purpose} keys have had {VERSION_MAX} generations", cure="Begin a new environment."
        )
    return store._replace(generations=(*store.generations, _fresh(purpose, version, now_us)))


def _fresh(purpose: str, version: int, now_us: int) -> Generation:
    return Generation(purpose, version, now_us, secrets.token_bytes(_SECRET_BYTES))


_KNOWN = f"Known: {', '.join(PURPOSES)}."


def seal_store(store: KeyStore, passphrase: str) -> bytes:
    """The file's bytes."""
    if len(passphrase) < _PASSPHRASE_MIN:
        what = f"the passphrase has {len(passphrase)} signs"
        raise Refused(
            "PASSPHRASE_SHORT", what, cure=f"Take {_PASSPHRASE_MIN} or more: five words that nobody would guess."
        )
    salt, nonce = secrets.token_bytes(_SALT_BYTES), secrets.token_bytes(_NONCE_BYTES)
    head = {
        "format": FORMAT,
        "environment": store.environment,
        "scrypt": _SCRYPT | {"salt": _text(salt)},
        "nonce": _text(nonce),
    }
    inside = [[one.purpose, one.version, one.from_us, one.secret.hex()] for one in store.generations]
    sealed = _cipher(passphrase, salt).encrypt(nonce, json.dumps(inside).encode(), _bound(head))
    return json.dumps(head | {"sealed": _text(sealed)}, indent=2).encode() + b"\n"


def open_store(data: bytes, passphrase: str, where: str = "") -> KeyStore:
    """The store inside; refused for a wrong passphrase and for a file of which one bit was changed, which look alike."""
    try:
        head: dict[str, Any] = json.loads(data)
        sealed = base64.b64decode(head.pop("sealed"), validate=True)
        nonce, known = base64.b64decode(head["nonce"], validate=True), head["format"] == FORMAT
        costs = {name: head["scrypt"][name] for name in _SCRYPT}
        salt = base64.b64decode(head["scrypt"]["salt"], validate=True)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Refused("KEY_STORE_BROKEN", "this is not a key store", where=where, cure="Take the copy.") from None
    if not known or costs != _SCRYPT:
        raise Refused("KEY_STORE_FOREIGN", "a key store of a form that is not known here", where=where)
    try:
        inside = json.loads(_cipher(passphrase, salt).decrypt(nonce, sealed, _bound(head)))
    except (InvalidTag, ValueError):
        cure = "Type the passphrase again; if it is right, the file was changed: take the copy."
        raise Refused(
            "KEY_STORE_CLOSED", "the passphrase does not open this key store", where=where, cure=cure
        ) from None
    return KeyStore(head["environment"], tuple(Generation(p, v, at, bytes.fromhex(s)) for p, v, at, s in inside))


def _cipher(passphrase: str, salt: bytes) -> ChaCha20Poly1305:
    return ChaCha20Poly1305(Scrypt(salt=salt, length=32, **_SCRYPT).derive(passphrase.encode()))


def _bound(head: dict[str, Any]) -> bytes:
    return json.dumps(head, sort_keys=True).encode()


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
