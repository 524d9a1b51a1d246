"""pain.002: what the bank says about a payment file before money moves: taken, waiting, or refused with a reason."""

from __future__ import annotations

from typing import NamedTuple
from xml.etree.ElementTree import Element

from clearing.strict_xml import Message

VERSIONS = frozenset(f"pain.002.001.{number}" for number in ("03", "10", "12", "14"))

REJECTED = frozenset({"RJCT", "CANC"})
TAKEN = frozenset({"RCVD", "ACTC", "ACCP", "ACFC", "ACSP", "ACWC", "ACWP", "ACSC", "ACCC", "PDNG", "PATC", "PART"})
"""What a status code means here. None of the second kind is proof of money: that is the statement's to give."""


class Status(NamedTuple):
    """What is said about one payment, or with an empty id about all of the message."""

    end_to_end: str
    code: str
    reason: str


class Report(NamedTuple):
    """The bank's word on one of our messages."""

    form: str
    name: str
    message: str
    lines: tuple[Status, ...]


def read_pain002(content: bytes, where: str) -> Report:
    """Read a status report; a code that nobody knows is refused, because guessing would move money.

    What is said about a whole message, or about its batch, holds for every payment that is not named.
    """
    file = Message(content, VERSIONS, where)
    body, *_ = file.all(file.root, "CstmrPmtStsRpt") or [file.root]
    name, message = file.needed(body, "GrpHdr/MsgId"), file.needed(body, "OrgnlGrpInfAndSts/OrgnlMsgId")
    lines = []
    for part, code in (("OrgnlGrpInfAndSts", "GrpSts"), ("OrgnlPmtInfAndSts", "PmtInfSts")):
        lines += [_status(file, one, code, "") for one in file.all(body, part) if file.text(one, code)]
    for one in file.all(body, "OrgnlPmtInfAndSts/TxInfAndSts"):
        lines.append(_status(file, one, "TxSts", file.needed(one, "OrgnlEndToEndId")))
    if not lines:
        file.refuse("it says nothing about any payment")
    return Report(file.version, name, message, tuple(lines))


def _status(file: Message, below: Element, path: str, end_to_end: str) -> Status:
    code = file.needed(below, path)
    if code not in REJECTED | TAKEN:
        file.refuse(f'{path} "{code}" is no status that is known')
    reasons = [file.text(below, f"StsRsnInf/Rsn/{kind}") for kind in ("Cd", "Prtry")]
    return Status(end_to_end, code, next(filter(None, reasons), file.text(below, "StsRsnInf/AddtlInf")))
