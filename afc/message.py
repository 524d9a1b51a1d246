"""Messages of the scheme to its readers: lists, parameters, orders. All have one envelope, and one way to be opened.

The envelope is the kind (4 letters), the version of its form, the environment, the fields, the rows that they promise, and a
signature of 64 bytes over the SHA-256 of all of it. Opening is checking: whoever holds the fields holds what the scheme said.
"""

from __future__ import annotations

from struct import Struct
from typing import Any, Final, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from afc.answers import Distrust, MessageRefused
from afc.keys import SIGNATURE_BYTES, check_signature, pack_environment, sha256

FORM_VERSION: Final = 1
ENVELOPE: Final = "<4sI16s"


class Form(NamedTuple):
    """A kind of message: its letters, its whole header, and its rows; where there are rows, the second field counts them."""

    magic: bytes
    header: Struct
    row_bytes: int = 0
    rows_max: int = 0

    @property
    def bytes_max(self) -> int:
        """The longest message of this kind."""
        return self.header.size + self.row_bytes * self.rows_max + SIGNATURE_BYTES


class Opened(NamedTuple):
    """What the scheme said: the fields behind the environment, and the bytes of the rows."""

    fields: tuple[Any, ...]
    rows: bytes


def sign_message(
    form: Form, private: Ed25519PrivateKey, environment: str, fields: tuple[Any, ...], rows: bytes = b""
) -> bytes:
    """The bytes of a message that we made; what stands in it is ours to get right."""
    assert len(rows) <= form.row_bytes * form.rows_max, "more rows than the form has"
    assert not form.row_bytes or fields[1] * form.row_bytes == len(rows), "the second field counts the rows"
    signed = form.header.pack(form.magic, FORM_VERSION, pack_environment(environment), *fields) + rows
    return signed + private.sign(sha256(signed))


def open_message(form: Form, data: bytes, public: bytes, environment: str) -> Opened:
    """The message inside, or `MessageRefused` with the first reason that fits. What its fields mean is for the kind to say."""
    size = form.header.size
    if not size + SIGNATURE_BYTES <= len(data) <= form.bytes_max:
        raise MessageRefused(Distrust.LENGTH_WRONG)
    magic, version, its_environment, *fields = form.header.unpack_from(data)
    if magic != form.magic:
        raise MessageRefused(Distrust.NOT_THIS_KIND)
    if version != FORM_VERSION:
        raise MessageRefused(Distrust.FORMAT_UNKNOWN)
    if its_environment != pack_environment(environment):
        raise MessageRefused(Distrust.ENVIRONMENT_FOREIGN)
    rows = fields[1] if form.row_bytes else 0
    if len(data) != size + form.row_bytes * rows + SIGNATURE_BYTES:
        raise MessageRefused(Distrust.LENGTH_WRONG)
    try:
        check_signature(public, data[-SIGNATURE_BYTES:], sha256(data[:-SIGNATURE_BYTES]))
    except InvalidSignature:
        raise MessageRefused(Distrust.SIGNATURE_WRONG) from None
    return Opened(tuple(fields), data[size:-SIGNATURE_BYTES])


def content_wrong() -> MessageRefused:
    """Signed, and saying what cannot be."""
    return MessageRefused(Distrust.CONTENT_WRONG)
