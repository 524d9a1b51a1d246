"""Lists, parameters and orders read aloud: every field, the rows as far as there are bytes for them, and what holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from afc.actionlist import ACTIONS, open_actions
from afc.actions import ACTION
from afc.answers import Distrust, MessageRefused
from afc.denylist import DENYLIST, open_denylist
from afc.keys import SIGNATURE_BYTES, KeyRing
from afc.message import Form
from afc.orders import ORDER, EpochOrder, open_order
from afc.parameters import PARAMETERS, Parameters, open_parameters
from terminals.kit.checks import Check, Trust, environment_of, foreign, said, signature

HEAD = ("magic", "format_version", "environment")
LIST_FIELDS = ("version", "count", "issued_us")


class Kind(NamedTuple):
    """How one kind of message is read; `rows` names what its rows are, and says each of them."""

    name: str
    form: Form
    fields: tuple[str, ...]
    key: Callable[[KeyRing], bytes]
    open: Callable[[bytes, bytes, str], object]
    rows: str = ""
    row: Callable[[bytes], Any] = bytes


def order_of(row: bytes) -> dict[str, int]:
    """One order for a card."""
    told = np.frombuffer(row, ACTION)[0]
    return {name: int(told[name]) for name in ACTION.names or ()}


def little(row: bytes) -> int:
    """One number."""
    return int.from_bytes(row, "little")


KINDS = {
    kind.form.magic: kind
    for kind in (
        Kind("denylist", DENYLIST, LIST_FIELDS, KeyRing.list_public, open_denylist, "cards", little),
        Kind("actions", ACTIONS, LIST_FIELDS, KeyRing.list_public, open_actions, "orders", order_of),
        Kind(
            "parameters", PARAMETERS, ("version", "count", *Parameters._fields[1:-1]), KeyRing.list_public, open_parameters,
            "canary", little,
        ),
        Kind("order", ORDER, EpochOrder._fields, KeyRing.command_public, open_order),
    )
}  # fmt: skip


def read_scheme(data: bytes, trust: Trust) -> tuple[str, dict[str, Any], tuple[Check, ...]]:
    """The kind, the fields with the rows under their name, and the checks that a reader would make."""
    kind = KINDS[data[:4]]
    form = kind.form
    if len(data) < form.header.size:
        return kind.name, {}, (said("structure", Distrust.LENGTH_WRONG),)
    fields = dict(zip((*HEAD, *kind.fields), form.header.unpack_from(data), strict=True))
    if form.row_bytes:
        whole = min(fields["count"], (len(data) - form.header.size) // form.row_bytes)
        starts = range(form.header.size, form.header.size + whole * form.row_bytes, form.row_bytes)
        fields[kind.rows] = [kind.row(data[at : at + form.row_bytes]) for at in starts]
    public = trust.key(kind.key)
    fault = find_fault(kind, data, fields, public, trust)
    checks = [said("structure", None if fault is Distrust.SIGNATURE_WRONG else fault)]
    if checks[0].ok:
        checks.append(signature(data, public))
    return kind.name, fields, tuple(checks)


def find_fault(kind: Kind, data: bytes, fields: dict[str, Any], public: bytes | None, trust: Trust) -> Distrust | None:
    """What a reader would say; a message without a key is held to its length and to what it says of itself."""
    if public is None:
        rows = kind.form.row_bytes and fields["count"] * kind.form.row_bytes
        wrong = len(data) != kind.form.header.size + rows + SIGNATURE_BYTES
        told = foreign(fields["format_version"], fields["environment"], trust)
        return told or (Distrust.LENGTH_WRONG if wrong else None)
    try:
        kind.open(data, public, trust.ring.environment if trust.ring else environment_of(fields["environment"]))
    except MessageRefused as refused:
        return refused.reason
    return None
