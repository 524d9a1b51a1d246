"""The bank file: whoever is owed money is paid, in the ISO 20022 message pain.001, in the version that the bank reads.

Every payment has an end-to-end id made from cycle and party, so the same payment sent twice is the same payment. Amounts
are written from whole minor units; there is no binary fraction anywhere.
"""

from __future__ import annotations

import hashlib
import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from zoneinfo import ZoneInfo

from afc.moment import from_us
from afc.refusal import Refused
from clearing.statement import amount_text
from clearing.store import Party, Payment

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:"
PAIN = "pain.001.001.09"
ID_MAX = 35
NAME_MAX = 140
_FOREIGN = re.compile(r"[^A-Za-z0-9+?/:().,' -]")  # what SWIFT's character set does not have


class Instruction(NamedTuple):
    """Pay this party so much."""

    end_to_end: str
    party: Party
    minor: int
    text: str


def instructions(payments: Sequence[Payment], parties: Sequence[Party]) -> list[Instruction]:
    """One for each payment, in the same order; calls are nothing that a bank is told."""
    known = {party.id: party for party in parties}
    made = []
    for payment in payments:
        party = known.get(payment.party)
        if payment.kind == "call":
            continue
        if party is None or not (party.iban or party.other):
            cure = "Write it in city.toml under `account`."
            raise Refused("ACCOUNT_MISSING", f"{payment.party} is owed money and has no account", cure=cure)
        made.append(Instruction(payment.end_to_end, party, payment.minor, f"Clearing {payment.cycle}"))
    return made


def short_id(text: str) -> str:
    """An id of at most 35 plain characters: the text itself, or its beginning and a digest of all of it.

    >>> short_id("2026-03-04-bus-co")
    '2026-03-04-bus-co'
    >>> len(short_id("2026-03-04-the-very-long-name-of-an-operator"))
    35
    """
    if len(text) <= ID_MAX and not _FOREIGN.search(text):
        return text
    mark = hashlib.sha256(text.encode()).hexdigest()[:12]
    return f"{_FOREIGN.sub('-', text)[: ID_MAX - len(mark) - 1]}-{mark}"


def pain001(
    payments: Sequence[Instruction],
    *,
    debtor: Party,
    message_id: str,
    created_us: int,
    execution: date,
    currency: str,
    decimals: int,
    version: str = PAIN,
) -> bytes:
    """The message: one debtor, one day, all payments."""
    if not payments:
        raise Refused("NOTHING_TO_PAY", "nobody is owed anything, and a payment file needs a payment")
    count, total = str(len(payments)), amount_text(sum(payment.minor for payment in payments), decimals)
    created = from_us(created_us, ZoneInfo("UTC")).strftime("%Y-%m-%dT%H:%M:%SZ")
    document = ET.Element("Document", xmlns=NAMESPACE + version)
    message = ET.SubElement(document, "CstmrCdtTrfInitn")
    _add(message, "GrpHdr", MsgId=short_id(message_id), CreDtTm=created, NbOfTxs=count, CtrlSum=total)
    _name(ET.SubElement(message[0], "InitgPty"), debtor)
    batch = _add(
        message, "PmtInf", PmtInfId=short_id(message_id), PmtMtd="TRF", BtchBookg="false", NbOfTxs=count, CtrlSum=total
    )
    day = ET.SubElement(batch, "ReqdExctnDt")
    (ET.SubElement(day, "Dt") if version == PAIN else day).text = execution.isoformat()
    _name(ET.SubElement(batch, "Dbtr"), debtor)
    _account(ET.SubElement(batch, "DbtrAcct"), debtor)
    _add(ET.SubElement(ET.SubElement(batch, "DbtrAgt"), "FinInstnId"), "Othr", Id="NOTPROVIDED")
    for payment in payments:
        transfer = ET.SubElement(batch, "CdtTrfTxInf")
        _add(transfer, "PmtId", EndToEndId=payment.end_to_end)
        amount = ET.SubElement(ET.SubElement(transfer, "Amt"), "InstdAmt", Ccy=currency)
        amount.text = amount_text(payment.minor, decimals)
        _name(ET.SubElement(transfer, "Cdtr"), payment.party)
        _account(ET.SubElement(transfer, "CdtrAcct"), payment.party)
        _add(transfer, "RmtInf", Ustrd=payment.text[:NAME_MAX])
    ET.indent(document)
    return bytes(ET.tostring(document, encoding="UTF-8", xml_declaration=True)) + b"\n"


def read_pain001(message: bytes, decimals: int) -> dict[str, int]:
    """End-to-end ids and minor units of a message of ours: what really went to the bank."""
    found = {}
    for transfer in ET.fromstring(message).iterfind(".//{*}CdtTrfTxInf"):
        name = transfer.findtext("{*}PmtId/{*}EndToEndId") or ""
        whole, _, part = (transfer.findtext("{*}Amt/{*}InstdAmt") or "0").partition(".")
        found[name] = int(whole + part.ljust(decimals, "0"))
    return found


def _add(parent: ET.Element, tag: str, **texts: str) -> ET.Element:
    element = ET.SubElement(parent, tag)
    for name, text in texts.items():
        ET.SubElement(element, name).text = text
    return element


def _name(element: ET.Element, party: Party) -> None:
    ET.SubElement(element, "Nm").text = party.name[:NAME_MAX]


def _account(element: ET.Element, party: Party) -> None:
    identification = ET.SubElement(element, "Id")
    if party.iban:
        ET.SubElement(identification, "IBAN").text = party.iban
    else:
        _add(identification, "Othr", Id=party.other)
