"""A bank clerk who writes status reports and statements by hand, and makes every mistake that he is asked to make.

He keeps one account and opens each statement with what the last one closed with, unless told to lie.
"""

from __future__ import annotations

from pathlib import Path

_ISO = "urn:iso:std:iso:20022:tech:xsd:"


class Banker:
    """One settlement account: `pay` and `receive` are booked, `statement` says so."""

    def __init__(self, folder: Path, account: str, currency: str, balance: int, version: str = "08") -> None:
        self.folder, self.account, self.currency, self.balance = folder, account, currency, balance
        self.version, self.lines, self.files = version, [], 0

    def pay(self, end_to_end: str, minor: int, day: str, account: str = "", text: str = "") -> None:
        """Money leaves the account."""
        self.lines.append(("DBIT", end_to_end, minor, day, account, text))

    def receive(self, end_to_end: str, minor: int, day: str, account: str = "", text: str = "") -> None:
        """Money arrives on the account."""
        self.lines.append(("CRDT", end_to_end, minor, day, account, text))

    def statement(self, day: str, closing: int | None = None) -> Path:
        """Everything since the last statement, in one."""
        moved = sum(minor if way == "CRDT" else -minor for way, _, minor, *_ in self.lines)
        closing = self.balance + moved if closing is None else closing
        self.files += 1
        name, entries = f"ST-{self.files}", "".join(map(self._entry, range(1, len(self.lines) + 1), self.lines))
        balances = self._balance("OPBD", self.balance, day) + self._balance("CLBD", closing, day)
        head = f"<GrpHdr><MsgId>{name}</MsgId><CreDtTm>{day}T23:00:00Z</CreDtTm></GrpHdr>"
        owner = f"<Acct><Id>{self._id(self.account)}</Id></Acct>"
        stamp = f"<ElctrncSeqNb>{self.files}</ElctrncSeqNb><CreDtTm>{day}T23:00:00Z</CreDtTm>"
        body = f"<BkToCstmrStmt>{head}<Stmt><Id>{name}</Id>{stamp}{owner}{balances}{entries}</Stmt></BkToCstmrStmt>"
        self.balance, self.lines = closing, []
        return self._write(name, f"camt.053.001.{self.version}", body)

    def status(self, message: str, group: str = "", **payments: str) -> Path:
        """What becomes of a message, or of payments in it: `end_to_end="RJCT AC04"`, with its blanks as underscores."""
        self.files += 1
        name, each = f"SR-{self.files}", ""
        for end_to_end, word in payments.items():
            code, _, reason = word.partition(" ")
            why = f"<StsRsnInf><Rsn><Cd>{reason}</Cd></Rsn></StsRsnInf>" if reason else ""
            end_to_end = end_to_end.replace("_", "-")
            each += (
                f"<TxInfAndSts><OrgnlEndToEndId>{end_to_end}</OrgnlEndToEndId><TxSts>{code}</TxSts>{why}</TxInfAndSts>"
            )
        each = f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>{message}</OrgnlPmtInfId>{each}</OrgnlPmtInfAndSts>" if each else ""
        whole = f"<GrpSts>{group}</GrpSts>" if group else ""
        original = f"<OrgnlMsgId>{message}</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>{whole}"
        head = f"<GrpHdr><MsgId>{name}</MsgId><CreDtTm>2026-03-05T09:00:00Z</CreDtTm></GrpHdr>"
        body = f"<CstmrPmtStsRpt>{head}<OrgnlGrpInfAndSts>{original}</OrgnlGrpInfAndSts>{each}</CstmrPmtStsRpt>"
        return self._write(name, "pain.002.001.03" if self.version == "02" else "pain.002.001.12", body)

    def _entry(self, number: int, line: tuple[str, str, int, str, str, str]) -> str:
        way, end_to_end, minor, day, account, text = line
        status = "BOOK" if self.version == "02" else "<Cd>BOOK</Cd>"
        amount = self._amount(minor)
        if self.version == "02":
            amount_of_one = f"<AmtDtls><TxAmt>{amount}</TxAmt></AmtDtls>"
        else:
            amount_of_one = f"{amount}<CdtDbtInd>{way}</CdtDbtInd>"
        other = "CdtrAcct" if way == "DBIT" else "DbtrAcct"
        party = f"<RltdPties><{other}><Id>{self._id(account)}</Id></{other}></RltdPties>" if account else ""
        note = f"<RmtInf><Ustrd>{text}</Ustrd></RmtInf>" if text else ""
        refs = f"<Refs><EndToEndId>{end_to_end or 'NOTPROVIDED'}</EndToEndId></Refs>"
        code = "<BkTxCd><Prtry><Cd>X</Cd></Prtry></BkTxCd>"
        details = f"<NtryDtls><TxDtls>{refs}{amount_of_one}{party}{note}</TxDtls></NtryDtls>"
        return (
            f"<Ntry>{amount}<CdtDbtInd>{way}</CdtDbtInd><Sts>{status}</Sts><BookgDt><Dt>{day}</Dt></BookgDt>"
            f"<AcctSvcrRef>REF-{self.files}-{number}</AcctSvcrRef>{code}{details}</Ntry>"
        )

    def _balance(self, code: str, minor: int, day: str) -> str:
        way, amount = "CRDT" if minor >= 0 else "DBIT", self._amount(abs(minor))
        kind = f"<Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
        return f"<Bal>{kind}{amount}<CdtDbtInd>{way}</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>"

    def _amount(self, minor: int) -> str:
        return f'<Amt Ccy="{self.currency}">{minor}</Amt>'

    def _id(self, account: str) -> str:
        return f"<IBAN>{account}</IBAN>" if account[:2].isalpha() else f"<Othr><Id>{account}</Id></Othr>"

    def _write(self, name: str, form: str, body: str) -> Path:
        path = self.folder / f"{name}-{form}.xml"
        path.write_text(f'<?xml version="1.0" encoding="UTF-8"?><Document xmlns="{_ISO}{form}">{body}</Document>')
        return path
