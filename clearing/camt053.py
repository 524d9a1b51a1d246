"""camt.053: the bank's statement of the settlement account, line by line. It alone is proof that money moved."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple
from xml.etree.ElementTree import Element

from clearing.strict_xml import Message

VERSIONS = frozenset({"camt.053.001.02", "camt.053.001.08"})
_NO_ID = ("", "NOTPROVIDED")


class Booked(NamedTuple):
    """One movement: `minor` above zero came in, below zero went out. `text` is all that the payer wrote."""

    end_to_end: str
    minor: int
    on_date: date
    reference: str
    account: str
    text: str


class AccountStatement(NamedTuple):
    """One statement of one account; balances in minor units."""

    form: str
    name: str
    account: str
    opening: int
    closing: int
    closing_date: date
    booked: tuple[Booked, ...]


def read_camt053(content: bytes, where: str, currency: str, decimals: int) -> list[AccountStatement]:
    """Every statement in a file. What is only announced, and not booked, is left out."""
    file = Message(content, VERSIONS, where)
    found = [_statement(file, one, currency, decimals) for one in file.all(file.root, "BkToCstmrStmt/Stmt")]
    return found or file.refuse("there is no statement in it")


def _statement(file: Message, below: Element, currency: str, decimals: int) -> AccountStatement:
    balances: dict[str, tuple[int, date]] = {}
    for one in file.all(below, "Bal"):
        signed = _signed(file, one, "Amt", currency, decimals)
        balances[file.needed(one, "Tp/CdOrPrtry/Cd")] = signed, file.day(one, "Dt")
    opening = balances.get("OPBD") or balances.get("PRCD")
    if opening is None or "CLBD" not in balances:
        file.refuse("it does not say what the account held before and after")
    lines = (line for one in file.all(below, "Ntry") for line in _entry(file, one, currency, decimals))
    name, account = file.needed(below, "Id"), _account(file, below, "Acct")
    return AccountStatement(file.version, name, account, opening[0], *balances["CLBD"], tuple(lines))


def _entry(file: Message, below: Element, currency: str, decimals: int) -> Iterator[Booked]:
    """The payments behind one booking; where the bank shows them they have to sum to it."""
    if (file.text(below, "Sts/Cd") or file.needed(below, "Sts")) != "BOOK":
        return
    minor, on_date = _signed(file, below, "Amt", currency, decimals), file.day(below, "BookgDt")
    reference = file.text(below, "AcctSvcrRef") or file.text(below, "NtryRef")
    details = file.all(below, "NtryDtls/TxDtls")
    if not details:
        yield Booked(_id(file.text(below, "NtryRef")), minor, on_date, reference, "", file.text(below, "AddtlNtryInf"))
        return
    sign, sums = (1 if minor > 0 else -1), 0
    for one in details:
        amounts = file.all(one, "Amt") or file.all(one, "AmtDtls/TxAmt/Amt")
        if not amounts and len(details) > 1:
            file.refuse("a booking of several payments does not say how much each was")
        part = sign * file.minor(amounts[0], currency, decimals) if amounts else minor
        sums += part
        name, own = file.text(one, "Refs/EndToEndId"), file.text(one, "Refs/AcctSvcrRef")
        other = _account(file, one, "RltdPties/DbtrAcct" if minor > 0 else "RltdPties/CdtrAcct")
        yield Booked(_id(name), part, on_date, own or reference, other, _text(file, one))
    if sums != minor:
        file.refuse(f"a booking of {abs(minor)} minor units is of payments that sum to {abs(sums)}")


def _signed(file: Message, below: Element, path: str, currency: str, decimals: int) -> int:
    amounts, way = file.all(below, path), file.needed(below, "CdtDbtInd")
    if not amounts or way not in ("CRDT", "DBIT"):
        file.refuse("an amount or its direction is missing")
    minor = file.minor(amounts[0], currency, decimals)
    return minor if way == "CRDT" else -minor


def _account(file: Message, below: Element, path: str) -> str:
    word = file.text(below, f"{path}/Id/IBAN") or file.text(below, f"{path}/Id/Othr/Id")
    return "".join(word.split()).upper()


def _text(file: Message, below: Element) -> str:
    words = [*file.all(below, "RmtInf/Ustrd"), *file.all(below, "RmtInf/Strd/CdtrRefInf/Ref")]
    return " ".join((word.text or "").strip() for word in words)


def _id(word: str) -> str:
    return "" if word in _NO_ID else word
