"""What an edition says: rows of a list, or the fields of parameters as JSON; and the signed message made of it."""

from __future__ import annotations

import json

import numpy as np

from afc.actionlist import sign_actions
from afc.actions import ACTION
from afc.denylist import sign_denylist
from afc.keys import KeyRing
from afc.parameters import NO_PARAMETERS, Parameters, sign_parameters
from clearing.store import Edition


def message_of(ring: KeyRing, edition: Edition, at_us: int, canary: tuple[int, ...]) -> bytes:
    """The message as readers get it from this moment on; parameters name the readers that they are for."""
    private, environment, version = ring.list_private(), ring.environment, edition.version
    if edition.kind == "parameters":
        told = parameters_in(edition)._replace(issued_us=at_us, canary=canary)
        return sign_parameters(private, told, environment)
    if edition.kind == "denylist":
        cards = np.frombuffer(edition.content, "<u8")
        return sign_denylist(private, version=version, issued_us=at_us, cards=cards, environment=environment)
    orders = np.frombuffer(edition.content, ACTION)
    return sign_actions(private, version=version, issued_us=at_us, orders=orders, environment=environment)


def parameters_in(edition: Edition | None) -> Parameters:
    """The parameters of an edition; those of a reader that never got any where there is none."""
    if edition is None:
        return NO_PARAMETERS
    told = json.loads(edition.content)
    digests = {name: bytes.fromhex(told[name]) for name in told if name.endswith("_digest")}
    return Parameters(edition.version, edition.at_us, **told | digests)


def as_json(told: Parameters) -> bytes:
    """The fields of parameters as the books keep them; number, moment and trial stand in the edition itself."""
    fields = told._asdict()
    kept = {key: value for key, value in fields.items() if key not in ("version", "issued_us", "canary")}
    plain = {key: value.hex() if isinstance(value, bytes) else value for key, value in kept.items()}
    return json.dumps(plain, sort_keys=True).encode()
