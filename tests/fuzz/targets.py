# ruff: noqa: PT017 - these are no tests: what a refusal says is looked at where it is caught
"""Everything that reads bytes from outside, each with what must hold for whatever bytes there are.

A target raises where something is wrong; otherwise it says whether the bytes were accepted. Accepted are only bytes that the
right key signed, that a second reader, which was written from the format's page alone, reads alike, and that are the one
way to write down what was read. `mend` makes damaged bytes look genuine up to a point, with sizes put right and signed again
with the right key, so that what lies behind the signature is reached too.
"""

from __future__ import annotations

import asyncio
import gzip
import sys
import zlib
from collections.abc import Callable, Iterator
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from fastapi import Request

from afc.actionlist import ACTIONS, open_actions, sign_actions
from afc.actions import ACTION
from afc.answers import AnswerKind, BatchRefused, Distrust, MessageRefused, Reason
from afc.batch import HEADER, batch_bytes_max, open_sealed, seal
from afc.denylist import HEADER as LIST_HEADER
from afc.denylist import open_denylist, sign_denylist
from afc.keys import NO_DIGEST, SIGNATURE_BYTES, KeyRing, pack_environment, sha256
from afc.limits import denylist_cards_max
from afc.orders import ORDER, EpochOrder, open_order, sign_order
from afc.parameters import PARAMETERS, Parameters, open_parameters, sign_parameters
from afc.receipt import FIELDS, Receipt, open_receipt, sign_receipt
from afc.refusal import Refused
from afc.tap import TAP, UNCOUNTED, WITHOUT_CARD, TapKind, decode, encode
from clearing.api.body import read_sealed
from clearing.api.problem import Problem
from clearing.custody import Register, doubts
from clearing.store import FOREVER_US, Device
from terminals.frames import find_mark
from terminals.journal import Journal
from terminals.sam import Sam
from terminals.uplink import Uplink

TESTS = Path(__file__).resolve().parents[1]
CORPUS = TESTS / "fuzz" / "corpus"
sys.path.append(str(TESTS / "vectors"))
import outsider  # noqa: E402

HERE = "sim-fuzz"
RING = KeyRing.from_seed(7, HERE)
DEVICES = {device: RING.device_public(device) for device in (1, 2)}
REGISTER = Register([Device(d, 0, FOREVER_US, 0, -1, 0, -1, "bus", key) for d, key in DEVICES.items()])
RECEIPT_KEY, LIST_KEY = RING.receipt_public(), RING.list_public()
RECEIPT_PRIVATE = RING.receipt_private()
LIST_PRIVATE = RING.list_private()
COMMAND_KEY, COMMAND_PRIVATE = RING.command_public(), RING.command_private()
SIGNERS = {device: RING.device_private(device) for device in DEVICES}
MORNING_US = 1_772_582_400_000_000
JOURNAL_TAPS = 1_000


class Target(NamedTuple):
    """What is fuzzed, its seeds, and how damaged bytes are mended."""

    run: Callable[[bytes], bool]
    mend: Callable[[bytes], bytes]
    seeds: Callable[[], dict[str, bytes]]


# -- the batch ---------------------------------------------------------------------------------------------------------


def batch(data: bytes) -> bool:
    """`open_sealed`: a signature of the device that the header names, or a refusal from the list."""
    try:
        opened = open_sealed(data, DEVICES.get, HERE)
    except BatchRefused as refused:
        assert isinstance(refused.reason, Reason)
        assert refused.reason.kind in (AnswerKind.REJECTED, AnswerKind.QUARANTINED)
        if refused.reason.kind is AnswerKind.QUARANTINED:
            outsider.open_signed(data, DEVICES[HEADER.unpack_from(data)[3]])
        return False
    read = outsider.read_batch(data, DEVICES[opened.device], HERE)
    for field in ("device", "epoch", "number", "first_seq", "last_seq", "previous", "digest", "key_version", "parameters",
                  "lists"):  # fmt: skip
        assert read[field] == getattr(opened, field), f"two readings of {field}"
    assert read["taps"] == [{name: int(tap[name]) for name in TAP.names} for tap in opened.taps], (
        "two readings of the taps"
    )
    flaws = {flaw.row: flaw.reason.name for flaw in opened.flaws}
    assert read["flaws"] == [flaws.get(row, "") for row in range(len(opened.taps))], "two readings of what cannot be"
    assert decode(opened.sound.tobytes()).tobytes() == opened.sound.tobytes(), "a tap is taken that cannot be"
    list(doubts(opened, DEVICES[opened.device], REGISTER, MORNING_US))
    if flaws:  # nobody seals such taps on purpose, so there is nothing to compare with
        return True
    again = seal(
        RING, device=opened.device, epoch=opened.epoch, number=opened.number, previous=opened.previous, taps=opened.taps,
        environment=opened.environment, parameters=opened.parameters, lists=opened.lists,
    )  # fmt: skip
    assert again == data, "another way to write down the same batch"
    return True


def mend_batch(data: bytes) -> bytes:
    """A batch of so many taps as there is room for, signed by a reader that is enrolled."""
    body = data[: max(0, len(data) - SIGNATURE_BYTES)].ljust(HEADER.size + TAP.itemsize, b"\0")
    count = min((len(body) - HEADER.size) // TAP.itemsize, 256)
    body = body[: HEADER.size + count * TAP.itemsize]
    _, _, _, device, epoch, number, first, _, _, key_version, previous, parameters, lists = HEADER.unpack_from(body)
    device, number, first, key_version = (
        1 + device % 2,
        number or 1,
        min(max(first, 1), 2**32 - count),
        key_version % 256 or 1,
    )
    if number == 1 or first == 1:
        number, first, previous = 1, 1, NO_DIGEST
    elif previous == NO_DIGEST:
        previous = b"p" * 32
    header = HEADER.pack(
        b"AFCB", 1, pack_environment(HERE), device, epoch, number, first, first + count - 1, count, key_version, previous,
        parameters, lists,
    )  # fmt: skip
    taps = np.frombuffer(body, TAP, count, HEADER.size).copy()
    if body[-1] % 4:  # mostly the taps' numbers are put right as well, or nothing behind them would be reached
        taps["device"], taps["epoch"], taps["key_version"] = device, epoch % 65_536, key_version
        taps["seq"], taps["version"] = np.arange(first, first + count), 1
    signed = header + taps.tobytes()
    return signed + SIGNERS[device].sign(sha256(signed))


def batch_seeds() -> dict[str, bytes]:
    """One tap; one of each kind in the middle of a chain; one that cannot be; a full batch is left to the machine."""
    middle = _sealed(_taps(len(TapKind), first_seq=9), number=3, previous=b"p" * 32)
    flawed = bytearray(middle[:-SIGNATURE_BYTES])
    flawed[HEADER.size + TAP.itemsize + TAP.fields["kind"][1]] = 99
    return {"first": _sealed(_taps(1)), "every-kind": middle, "flawed": bytes(flawed) + SIGNERS[1].sign(sha256(flawed))}


def _taps(count: int, first_seq: int = 1) -> np.ndarray:
    taps = np.zeros(count, TAP)
    taps["version"], taps["group"], taps["counter"] = 1, 1, 1
    taps["kind"] = [1 + i % len(TapKind) for i in range(count)]
    taps["card"] = np.arange(1, count + 1)
    taps["card"][np.isin(taps["kind"], WITHOUT_CARD)] = taps["counter"][np.isin(taps["kind"], UNCOUNTED)] = 0
    taps["device"], taps["epoch"], taps["amount"], taps["balance"] = 1, 1, 500, 4_500
    taps["seq"] = np.arange(first_seq, first_seq + count)
    taps["time_us"] = MORNING_US + np.arange(count)
    Sam(RING, 1).stamp(taps)
    return taps


def _sealed(taps: np.ndarray, number: int = 1, previous: bytes = NO_DIGEST) -> bytes:
    return seal(RING, device=1, epoch=1, number=number, previous=previous, taps=taps, environment=HERE)


# -- records without an envelope ---------------------------------------------------------------------------------------


def records(data: bytes) -> bool:
    """`decode`: taps as they lie in a row, such as tools read them."""
    try:
        taps = decode(data)
    except BatchRefused:
        return False
    assert encode(taps) == data
    assert not len(taps) or not taps.flags.writeable
    return True


def mend_records(data: bytes) -> bytes:
    """Whole records of the version that there is."""
    taps = np.frombuffer(data, TAP, len(data) // TAP.itemsize).copy()
    taps["version"] = 1
    taps["kind"] = 1 + taps["kind"] % 5
    return taps.tobytes()


# -- the receipt -------------------------------------------------------------------------------------------------------


def receipt(data: bytes) -> bool:
    """`open_receipt`: the word of the clearing house, or of nobody."""
    try:
        opened = open_receipt(data, RECEIPT_KEY, HERE)
    except MessageRefused as refused:
        assert isinstance(refused.reason, Distrust)
        return False
    assert outsider.read_receipt(data, RECEIPT_KEY) == opened._asdict()
    assert sign_receipt(RECEIPT_PRIVATE, opened) == data, "another way to write down the same receipt"
    return True


def mend_receipt(data: bytes) -> bytes:
    """Of the right length and kind, and signed."""
    body = data[: FIELDS.size].ljust(FIELDS.size, b"\0")
    signed = FIELDS.pack(b"AFCR", 1, pack_environment(HERE), *FIELDS.unpack(body)[3:])
    return signed + RECEIPT_PRIVATE.sign(sha256(signed))


def receipt_seeds() -> dict[str, bytes]:
    """For a batch of the log, and for one that was set aside."""
    kept = Receipt(AnswerKind.ACCEPTED, b"d" * 32, 1, 1, 200, 7, b"h" * 32, MORNING_US, HERE)
    aside = kept._replace(answer=AnswerKind.QUARANTINED, position=0, head=NO_DIGEST)
    return {"kept": sign_receipt(RECEIPT_PRIVATE, kept), "aside": sign_receipt(RECEIPT_PRIVATE, aside)}


# -- the denylist ------------------------------------------------------------------------------------------------------


def denylist(data: bytes) -> bool:
    """`open_denylist`: sorted cards under the scheme's signature."""
    try:
        opened = open_denylist(data, LIST_KEY, HERE)
    except MessageRefused as refused:
        assert isinstance(refused.reason, Distrust)
        return False
    assert outsider.read_denylist(data, LIST_KEY) == (opened.version, opened.issued_us, opened.cards.tolist())
    cards = opened.cards.tolist()
    assert all(a < b for a, b in pairwise([0, *cards]))
    version, issued_us = opened.version, opened.issued_us
    again = sign_denylist(LIST_PRIVATE, version=version, issued_us=issued_us, cards=opened.cards, environment=HERE)
    assert again == data, "another way to write down the same list"
    return True


def mend_denylist(data: bytes) -> bytes:
    """As long as its count says, and signed; now and then sorted as well."""
    body = data[: max(0, len(data) - SIGNATURE_BYTES)].ljust(LIST_HEADER.size, b"\0")
    _, _, _, version, _, issued_us = LIST_HEADER.unpack_from(body)
    count = min((len(body) - LIST_HEADER.size) // 8, denylist_cards_max)
    cards = np.frombuffer(body, "<u8", count, LIST_HEADER.size)
    cards = cards if version % 3 else np.unique(cards[cards > 0])
    signed = LIST_HEADER.pack(b"AFCD", 1, pack_environment(HERE), version, len(cards), issued_us) + cards.tobytes()
    return signed + LIST_PRIVATE.sign(sha256(signed))


def denylist_seeds() -> dict[str, bytes]:
    """Nobody, and three cards."""
    return {
        name: sign_denylist(
            LIST_PRIVATE, version=4, issued_us=MORNING_US, cards=np.array(cards, np.uint64), environment=HERE
        )
        for name, cards in {"nobody": [], "three": [5, 7, 2**64 - 1]}.items()
    }


# -- the other messages of the scheme ----------------------------------------------------------------------------------


def scheme(data: bytes) -> bool:
    """`open_actions`, `open_parameters`, `open_order`, by the first letters: what the scheme signed, or nothing."""
    open_, read, key, sign = SCHEME.get(data[:4], SCHEME[b"AFCA"])
    try:
        opened = open_(data, key, HERE)
    except MessageRefused as refused:
        assert isinstance(refused.reason, Distrust)
        return False
    told = (
        (opened.version, opened.issued_us, [list(one) for one in opened.orders.tolist()])
        if open_ is open_actions
        else None
    )
    assert read(data, key) == (told or opened._asdict()), "two readings of one message"
    assert sign(opened) == data, "another way to write down the same message"
    return True


def _sign_actions(told: Any) -> bytes:
    return sign_actions(
        LIST_PRIVATE, version=told.version, issued_us=told.issued_us, orders=told.orders, environment=HERE
    )


SCHEME: dict[bytes, tuple[Callable[..., Any], Callable[..., Any], bytes, Callable[[Any], bytes]]] = {
    b"AFCA": (open_actions, outsider.read_actions, LIST_KEY, _sign_actions),
    b"AFCP": (
        open_parameters, outsider.read_parameters, LIST_KEY, lambda told: sign_parameters(LIST_PRIVATE, told, HERE)
    ),
    b"AFCO": (open_order, outsider.read_order, COMMAND_KEY, lambda told: sign_order(COMMAND_PRIVATE, told, HERE)),
}  # fmt: skip
FORMS = {b"AFCA": ACTIONS, b"AFCP": PARAMETERS, b"AFCO": ORDER}


def mend_scheme(data: bytes) -> bytes:
    """As long as its count says, and signed; now and then possible as well."""
    magic = (b"AFCA", b"AFCP", b"AFCO")[data[0] % 3] if data[:4] not in FORMS else data[:4]
    form = FORMS[magic]
    body = data[: max(0, len(data) - SIGNATURE_BYTES)].ljust(form.header.size, b"\0")
    rows = body[form.header.size :]
    count = min(len(rows) // form.row_bytes, 50) if form.row_bytes else 0
    rows = rows[: count * form.row_bytes]
    fields = list(form.header.unpack_from(body))[3:]
    if form.row_bytes:
        fields[1] = count
    if body[-1] % 3:
        fields[0] = fields[0] or 1
        if magic == b"AFCP":
            fields[2], fields[3], fields[4], fields[7] = MORNING_US, MORNING_US, fields[4] % 256, fields[7] % 255 + 1
            fields[12], rows = abs(fields[12] + 1), np.arange(5, 5 + count, dtype="<u4").tobytes()
        elif magic == b"AFCO":
            fields[1], fields[3], fields[4] = fields[1] % 65_535 + 1, min(fields[3], fields[2]), MORNING_US
        else:
            orders = np.frombuffer(rows, ACTION).copy()
            orders["card"], orders["control"], orders["action"] = np.arange(1, count + 1), 1, 2
            orders["amount"] = orders["category"] = 0
            rows = orders.tobytes()
    signed = form.header.pack(magic, 1, pack_environment(HERE), *fields) + rows
    return signed + (COMMAND_PRIVATE if magic == b"AFCO" else LIST_PRIVATE).sign(sha256(signed))


def scheme_seeds() -> dict[str, bytes]:
    """Three orders for two cards, parameters for two readers, and an order to begin again."""
    orders = np.array([(5, 1, MORNING_US, 500, 1, 0), (5, 2, MORNING_US, 0, 2, 0), (7, 1, MORNING_US, 0, 4, 3)], ACTION)
    told = Parameters(3, MORNING_US, MORNING_US, denylist=4, canary=(1, 2))
    return {
        "actions": sign_actions(LIST_PRIVATE, version=4, issued_us=MORNING_US, orders=orders, environment=HERE),
        "parameters": sign_parameters(LIST_PRIVATE, told, HERE),
        "order": sign_order(COMMAND_PRIVATE, EpochOrder(1, 2, 200, 190, MORNING_US), HERE),
    }


# -- the body of a request ---------------------------------------------------------------------------------------------

_LOOP = asyncio.new_event_loop()
PACKINGS = (b"identity", b"gzip", b"GZIP", b"br", b"", b"gzip, gzip", b"\xb2")
LENGTHS = (b"0", b"1", b"18576", b"18577", b"9" * 30, b"-1", b"1e3", b"1_0", b" 5", b"\xb2", b"")


def body(data: bytes) -> bool:
    """`read_sealed`: never more than a batch, never other bytes than were sent, and every refusal a named problem.

    The first two bytes choose the headers and how the rest is cut into pieces.
    """
    choice, cuts, sent = data[0] if data else 0, data[1] if len(data) > 1 else 0, data[2:]
    packing = PACKINGS[choice % len(PACKINGS)]
    headers = [(b"content-encoding", packing)] if packing != b"identity" or choice & 64 else []
    if choice & 128:
        headers.append((b"content-length", LENGTHS[cuts % len(LENGTHS)]))
    size = max(1, len(sent) * (cuts >> 4) // 16)
    pieces = [sent[at : at + size] for at in range(0, len(sent), size)][:300] or [b""]
    sent = b"".join(pieces)
    try:
        read = _LOOP.run_until_complete(
            read_sealed(Request({"type": "http", "headers": headers}, _sender(pieces, cuts & 1)))
        )
    except Problem as problem:
        assert 400 <= problem.status < 500
        assert problem.cure
        return False
    assert len(read) <= batch_bytes_max
    assert read == (gzip.decompress(sent) if packing.lower() == b"gzip" else sent)
    return True


def _sender(pieces: list[bytes], hangs_up: int) -> Callable[[], Any]:
    left: Iterator[bytes] = iter(pieces)
    told = 0

    async def receive() -> dict[str, Any]:
        nonlocal told
        told += 1
        if hangs_up and told == len(pieces):
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": next(left), "more_body": told < len(pieces)}

    return receive


def mend_body(data: bytes) -> bytes:
    """Packed with gzip, as far as it goes."""
    packer = zlib.compressobj(wbits=31)
    return bytes([1, len(data) & 0xF0]) + packer.compress(data[2:]) + packer.flush()


def body_seeds() -> dict[str, bytes]:
    """A batch as it is, packed, and more zeros than a batch has bytes."""
    first = _sealed(_taps(1))
    return {
        "plain": b"\x00\x40" + first,
        "packed": b"\x01\x40" + gzip.compress(first, mtime=0),
        "bomb": b"\x01\xf0" + gzip.compress(bytes(1_000_000), mtime=0),
    }


# -- the reader's own memory -------------------------------------------------------------------------------------------


def journal(data: bytes) -> bool:
    """A medium on which anything may stand: the journal opens, or is refused by name and stays as it was."""
    medium = BytesIO(data)
    try:
        opened = Journal(medium, JOURNAL_TAPS)
    except Refused as refused:
        assert refused.code == "JOURNAL_DAMAGED"
        assert medium.getvalue() == data, "a damaged journal is evidence"
        return False
    seqs = opened.unsent()["seq"].tolist()
    assert seqs == list(range(opened.receipted.last_seq + 1, opened.next_seq))
    assert all(a.last_seq + 1 == b.first_seq for a, b in pairwise([opened.receipted, *opened.seals]))
    again = Journal(BytesIO(medium.getvalue()), JOURNAL_TAPS)
    assert (again.next_seq, again.seals, again.receipted) == (opened.next_seq, opened.seals, opened.receipted)
    return True


def mend_journal(data: bytes) -> bytes:
    """Cut as a power cut would cut it. Checksums are left alone: they are there against accidents, and keep no one out."""
    return data[: len(data) - data[-1] % 200] if data else data


def journal_seeds() -> dict[str, bytes]:
    """New; with taps, some of them in batches; and one that has forgotten."""
    media = {"new": BytesIO(), "busy": BytesIO(), "forgetful": BytesIO()}
    for name, medium in media.items():
        held = Journal(medium, JOURNAL_TAPS)
        if name != "new":
            uplink = Uplink(Sam(RING, 1), held, 1, 1, HERE)
            held.append(_taps(4))
            uplink.batches()
            held.append(_taps(2, 5))
        if name == "forgetful":
            held.acknowledge(4)
    assert find_mark(media["forgetful"].getvalue())
    return {name: medium.getvalue() for name, medium in media.items()}


TARGETS = {
    "batch": Target(batch, mend_batch, batch_seeds),
    "records": Target(records, mend_records, lambda: {"every-kind": _taps(5).tobytes()}),
    "receipt": Target(receipt, mend_receipt, receipt_seeds),
    "denylist": Target(denylist, mend_denylist, denylist_seeds),
    "scheme": Target(scheme, mend_scheme, scheme_seeds),
    "body": Target(body, mend_body, body_seeds),
    "journal": Target(journal, mend_journal, journal_seeds),
}


def corpus(name: str) -> list[bytes]:
    """The seeds of a target as they are stored, and every find that was ever put beside them."""
    return [path.read_bytes() for path in sorted((CORPUS / name).iterdir())]
