"""What is taken from a bank, and everything that is not."""

from __future__ import annotations

from datetime import date

import pytest

from afc.refusal import Refused
from clearing.camt053 import read_camt053
from clearing.pain002 import read_pain002
from clearing.strict_xml import BYTES_MAX

ISO = "urn:iso:std:iso:20022:tech:xsd:"
LINE = (
    '<Ntry><Amt Ccy="MNT">12.5</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>'
    "<BookgDt><DtTm>2026-03-05T23:30:00+08:00</DtTm></BookgDt><AcctSvcrRef>R1</AcctSvcrRef>"
    '<NtryDtls><TxDtls><Refs><EndToEndId>c-bus</EndToEndId></Refs><Amt Ccy="MNT">12.50</Amt></TxDtls></NtryDtls></Ntry>'
)
WAITING = LINE.replace("BOOK<", "PDNG<")
TWO = LINE.replace("12.5<", "20<").replace(
    "</TxDtls>", '</TxDtls><TxDtls><Refs><EndToEndId>c-metro</EndToEndId></Refs><Amt Ccy="MNT">7.50</Amt></TxDtls>'
)


def balance(code: str, amount: str) -> str:
    kind = f"<Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
    return f'<Bal>{kind}<Amt Ccy="MNT">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-03-05</Dt></Dt></Bal>'


def statement(lines: str, more: str = "", version: str = "08") -> bytes:
    """A statement from 100.00 to 87.50 tögrög."""
    account = "<Acct><Id><Othr><Id>50 001</Id></Othr></Id></Acct>"
    body = f"<Stmt><Id>S1</Id>{account}{balance('OPBD', '100')}{balance('CLBD', '87.50')}{lines}</Stmt>"
    document = f'<Document xmlns="{ISO}camt.053.001.{version}"><BkToCstmrStmt>{body}</BkToCstmrStmt></Document>'
    return f'<?xml version="1.0" encoding="UTF-8"?>{more}{document}'.encode()


def test_a_statement_is_read_to_the_unit():
    """Half a tögrög is 50 minor units, whether written .5 or .50; what is only announced is left out."""
    [read] = read_camt053(statement(LINE + WAITING), "f", "MNT", 2)
    assert (read.account, read.opening, read.closing, read.closing_date) == ("50001", 10_000, 8_750, date(2026, 3, 5))
    [line] = read.booked
    assert (line.end_to_end, line.minor, line.on_date, line.reference) == ("c-bus", -1_250, date(2026, 3, 5), "R1")


def test_a_booking_of_several_payments_is_each_of_them():
    """Banks book a whole file in one line; the payments behind it count one by one."""
    [read] = read_camt053(statement(TWO), "f", "MNT", 2)
    assert [(line.end_to_end, line.minor) for line in read.booked] == [("c-bus", -1_250), ("c-metro", -750)]


ENTITY = '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
WRONG = {
    "a document type": (statement(LINE, ENTITY), "document type"),
    "an external one": (statement(LINE, '<!DOCTYPE d SYSTEM "file:///etc/passwd">'), "document type"),
    "an instruction": (statement(LINE, "<?run this?>"), "instruction"),
    "half a file": (statement(LINE)[:-30], "not well-formed"),
    "two roots": (statement(LINE) + b"<a/>", "not well-formed"),
    "no XML": (b"camt.053", "not well-formed"),
    "nothing": (b"", "not well-formed"),
    "an encoding that nobody has": (statement(LINE).replace(b"UTF-8", b"UTF-99"), "not well-formed"),
    "another message": (statement(LINE, version="99"), 'this is "camt.053.001.99"'),
    "another currency": (statement(LINE.replace("MNT", "USD")), "in USD"),
    "a part of the smallest unit": (statement(LINE.replace("12.5<", "12.505<")), "more decimals"),
    "a sum of another": (statement(TWO.replace("7.50", "7.00")), "sum to 1950"),
    "an amount below zero": (statement(LINE.replace("12.5<", "-12.5<")), "not an amount"),
    "other digits": (statement(LINE.replace("12.5<", "١٢<")), "not an amount"),
    "no such day": (statement(LINE.replace("2026-03-05T", "2026-02-30T")), "not a date"),
    "no direction": (statement(LINE.replace("DBIT", "BOTH")), "direction"),
    "no balance": (statement(LINE).replace(b"CLBD", b"ITBD"), "before and after"),
    "too deep": (statement("<a>" * 70 + "</a>" * 70), "deeper"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_not_a_statement_is_refused_with_its_reason(case):
    content, reason = WRONG[case]
    with pytest.raises(Refused, match=reason):
        read_camt053(content, "f", "MNT", 2)


def test_a_file_that_is_too_large_is_not_even_parsed():
    with pytest.raises(Refused, match="at most"):
        read_camt053(b" " * (BYTES_MAX + 1), "f", "MNT", 2)


@pytest.mark.parametrize(("currency", "decimals", "minor"), [("KRW", 0, 125), ("TND", 3, 125_000)])
def test_amounts_have_the_decimals_of_their_currency(currency, decimals, minor):
    """125 won, or dinars: the same text, a thousand times the units."""
    content = statement(LINE.replace("12.50", "125").replace("12.5<", "125<")).replace(b"MNT", currency.encode())
    [read] = read_camt053(content.replace(b"87.50", b"88"), "f", currency, decimals)
    assert [line.minor for line in read.booked] == [-minor]


def report(status: str) -> bytes:
    original = f"<OrgnlMsgId>M1</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>{status}"
    head = "<GrpHdr><MsgId>B1</MsgId></GrpHdr>"
    body = f"<CstmrPmtStsRpt>{head}<OrgnlGrpInfAndSts>{original}</OrgnlGrpInfAndSts></CstmrPmtStsRpt>"
    return f'<Document xmlns="{ISO}pain.002.001.10">{body}</Document>'.encode()


def test_a_status_that_nobody_knows_moves_nothing():
    """Guessing what a new code means would move money."""
    reason = "<GrpSts>RJCT</GrpSts><StsRsnInf><Rsn><Cd>FF01</Cd></Rsn></StsRsnInf>"
    [line] = read_pain002(report(reason), "f").lines
    assert (line.end_to_end, line.code, line.reason) == ("", "RJCT", "FF01")
    with pytest.raises(Refused, match="no status that is known"):
        read_pain002(report("<GrpSts>MAYB</GrpSts>"), "f")
    with pytest.raises(Refused, match="says nothing"):
        read_pain002(report(""), "f")
