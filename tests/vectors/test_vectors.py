"""The bytes are a contract with other people's readers: these files must not change by accident."""

from __future__ import annotations

import json
import re
from pathlib import Path
from struct import calcsize
from typing import Any

import make
import numpy as np
import outsider
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.cmac import CMAC

from afc.actionlist import HEADER as ACTIONS_HEADER
from afc.actionlist import open_actions
from afc.answers import Reason
from afc.batch import HEADER, Batch, open_sealed
from afc.denylist import HEADER as LIST_HEADER
from afc.denylist import open_denylist
from afc.keys import KeyRing
from afc.orders import HEADER as ORDER_HEADER
from afc.orders import EpochOrder, open_order
from afc.parameters import HEADER as PARAMETERS_HEADER
from afc.parameters import Parameters, open_parameters
from afc.receipt import FIELDS as RECEIPT_FIELDS
from afc.receipt import Receipt, open_receipt
from afc.tap import TAP, decode

HERE = Path(__file__).parent
SEED, ENVIRONMENT = make.SEED, make.ENVIRONMENT
RING = KeyRing.from_seed(SEED, ENVIRONMENT)
MADE = make.make()


def stored(name: str) -> Any:
    return json.loads((HERE / name).read_text())


def rows_under(heading: str) -> list[list[str]]:
    """The rows of the first table under this heading of the format's page."""
    page = (HERE.parents[1] / "docs" / "format.md").read_text()
    table = page.split(f"\n{heading}\n")[1].split("\n| ---")[1].split("\n\n")[0]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in table.splitlines()[1:]]


def test_the_page_has_every_field_where_it_is():
    """Whoever writes a reader has only the page, and a wrong offset costs a month."""
    for heading, struct_of, names in (
        ("## Tap", "<BBBBBBBBIHBBIIqQIHHIiqQ", list(TAP.names)),
        (
            "## Batch",
            HEADER.format,
            ["magic", "version", "environment", *Batch._fields[:6], "tap_count", "key_version", "parameters", "lists"],
        ),
        ("## Receipt", RECEIPT_FIELDS.format, ["magic", "version", "environment", *Receipt._fields[:-1]]),
        ("## Denylist", LIST_HEADER.format, []),
        ("## Action list", ACTIONS_HEADER.format, []),
        ("## Parameters", PARAMETERS_HEADER.format, list(Parameters._fields[:-1])),
        ("## Order", ORDER_HEADER.format, list(EpochOrder._fields)),
    ):
        at, types = 0, re.findall(r"\d*[a-zA-Z]", struct_of)
        rows = rows_under(heading)
        assert len(rows) == len(types)
        for (offset, type_, field, _), code in zip(rows, types, strict=True):
            width = calcsize("<" + code)
            kind = "b" if code[-1] == "s" else "u" if code.isupper() else "i"
            assert (int(offset), type_) == (at, f"{kind}{width}"), f"{heading}: {field}"
            at += width
        assert {row[2] for row in rows} >= set(names) - {"digest"}


def test_the_page_has_every_reason_in_its_order():
    """The one who is refused looks the word up."""
    rows = rows_under("### Why a batch is not taken")
    assert rows == [
        [str(r.rank), f"`{r.name}`", r.kind.name, "a tap" if r.of_one_tap else "the batch", r.sentence] for r in Reason
    ]


@pytest.mark.parametrize("name", MADE)
def test_what_we_write_today_is_what_we_wrote_then(name):
    """A reader in the field cannot be updated the night that we change a byte."""
    assert MADE[name] == stored(name), f"the format changed: see {name}, and tests/vectors/make.py if it was meant"


def test_the_ciphers_do_what_their_documents_say():
    """Everything else rests on these three, so they are checked against the RFCs and a second hand."""
    published = stored("published.json")
    aes = published["aes_cmac"]
    key = bytes.fromhex(aes["key"])
    assert [subkey.hex() for subkey in outsider.cmac_subkeys(key)] == [aes["k1"], aes["k2"]]
    for example in aes["examples"]:
        message = bytes.fromhex(example["message"])
        library = CMAC(AES(key))
        library.update(message)
        assert library.finalize().hex() == outsider.cmac(key, message).hex() == example["mac"]
    kdf = published["hkdf_sha256"]
    parts = [bytes.fromhex(kdf[part]) for part in ("input", "salt", "info")]
    assert outsider.hkdf(*parts, 42).hex() == kdf["output"]
    signing = published["ed25519"]
    private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(signing["private"]))
    assert private.public_key().public_bytes_raw().hex() == signing["public"]
    assert private.sign(bytes.fromhex(signing["message"])).hex() == signing["signature"]


def test_an_outsider_derives_the_same_keys():
    """A card issuer who personalises cards on its own machine must arrive at the keys that clearing checks with."""
    keys = stored("keys.json")
    for card in keys["card_keys"]:
        assert outsider.record_key(SEED, ENVIRONMENT, 1, card["key_version"], card["card"]).hex() == card["key"]
    for device in keys["device_keys"]:
        assert outsider.record_key(SEED, ENVIRONMENT, 2, 1, device["device"]).hex() == device["key"]
    name = f"device/{keys['device_private']['device']}"
    assert outsider.derived(SEED, ENVIRONMENT, name, 32).hex() == keys["device_private"]["private"]
    assert outsider.public_key(SEED, ENVIRONMENT, name).hex() == keys["device_public"]["public"]
    assert outsider.public_key(SEED, ENVIRONMENT, "receipt").hex() == keys["receipt_public"]
    assert outsider.public_key(SEED, ENVIRONMENT, "list").hex() == keys["list_public"]
    assert outsider.public_key(SEED, ENVIRONMENT, "command").hex() == keys["command_public"]
    assert outsider.public_key(SEED, ENVIRONMENT, "statement").hex() == keys["statement_public"]


def test_an_outsider_reads_the_same_taps():
    """An operator's own auditor reads its taps with its own program."""
    for vector in stored("tap.json"):
        data = bytes.fromhex(vector["bytes"])
        assert outsider.read_tap(data) == vector["fields"]
        assert outsider.mac_of(data, SEED, ENVIRONMENT) == vector["fields"]["mac"]
        assert outsider.cmac(bytes.fromhex(vector["mac_key"]), data[:64]).hex() == vector["cmac"]
        taps = decode(data)
        assert {name: int(taps[name][0]) for name in vector["fields"]} == vector["fields"]
        assert RING.macs_ok(taps).all()


def test_an_outsider_opens_the_same_batches():
    """The proof of a tap is its batch, and a court's expert will not use our program."""
    previous = bytes(32)
    for vector in stored("batch.json"):
        sealed = bytes.fromhex(vector["sealed"])
        theirs = outsider.read_batch(sealed, RING.device_public(make.DEVICE), ENVIRONMENT)
        ours = open_sealed(sealed, RING.device_public, ENVIRONMENT)
        assert theirs["digest"].hex() == ours.digest.hex() == vector["digest"]
        assert theirs["previous"] == ours.previous == previous
        assert b"".join(theirs["records"]) == ours.taps.tobytes()
        for field in ("device", "epoch", "number", "first_seq", "last_seq", "key_version"):
            assert theirs[field] == getattr(ours, field)
        previous = ours.digest


def test_an_outsider_believes_the_same_receipt_and_list():
    """A reader of another make has to obey the same office."""
    vector = stored("receipt.json")
    data = bytes.fromhex(vector["bytes"])
    theirs = outsider.read_receipt(data, RING.receipt_public())
    ours = open_receipt(data, RING.receipt_public(), ENVIRONMENT)._asdict()
    assert theirs == ours
    printable = {name: value.hex() if isinstance(value, bytes) else value for name, value in ours.items()}
    assert printable == vector["fields"]
    vector = stored("denylist.json")
    data = bytes.fromhex(vector["bytes"])
    listed = open_denylist(data, RING.list_public(), ENVIRONMENT)
    assert outsider.read_denylist(data, RING.list_public()) == (vector["version"], vector["issued_us"], vector["cards"])
    assert (listed.version, listed.issued_us) == (vector["version"], vector["issued_us"])
    assert np.array_equal(listed.cards, vector["cards"])


def test_an_outsider_obeys_the_same_parameters_lists_and_orders():
    """What a reader may do stands in these, whoever built it."""
    vector = stored("actions.json")
    data = bytes.fromhex(vector["bytes"])
    listed = open_actions(data, RING.list_public(), ENVIRONMENT)
    assert outsider.read_actions(data, RING.list_public()) == (vector["version"], vector["issued_us"], vector["orders"])
    assert [list(order) for order in listed.orders.tolist()] == vector["orders"]
    vector = stored("parameters.json")
    data = bytes.fromhex(vector["bytes"])
    theirs, ours = (
        outsider.read_parameters(data, RING.list_public()),
        open_parameters(data, RING.list_public(), ENVIRONMENT),
    )
    assert theirs == ours._asdict()
    printable = {name: value.hex() if isinstance(value, bytes) else value for name, value in ours._asdict().items()}
    assert printable | {"canary": list(ours.canary)} == vector["fields"]
    vector = stored("order.json")
    data = bytes.fromhex(vector["bytes"])
    theirs = outsider.read_order(data, RING.command_public())
    assert theirs == open_order(data, RING.command_public(), ENVIRONMENT)._asdict() == vector["fields"]


def test_the_page_begins_with_a_tap_that_holds():
    """Whoever tries a first program on the page's tap must not look for a mistake that is the page's."""
    page = (HERE.parents[1] / "docs" / "format.md").read_text()
    block = page.split("```text\n")[1].split("```")[0]
    quoted, _, key = block.partition("MAC key")
    vector = stored("tap.json")[0]
    assert "".join(quoted.split()[1:]) == vector["bytes"]
    assert key.strip() == vector["mac_key"]
