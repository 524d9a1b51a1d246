"""contracts.toml: what parties are paid beside or instead of fares, what they pay, and when money moves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field

from afc.pack.checks import duplicates, each
from afc.pack.form import Finding, Form, Known
from afc.pack.ids import PartyId
from afc.pack.schema_fees import Concession, Fee, PassUse
from afc.pack.schema_pay import POOL, Contract, Fine, Index, Performance
from afc.pack.words import Distinct, Money
from afc.refusal import nearest


class Pool(Form):
    """The pot into which fares go, and who fills or empties it."""

    trust: PartyId
    """The party that keeps the pot."""
    shortfall: PartyId
    """The party that fills it when contracts cost more than fares bring."""
    surplus: PartyId
    """The party that has what is left over."""
    funding_per_day: Money | None = None
    """The most that `shortfall` pays in a day. What is missing then is owed, and paid first when the pool has more.
    Default whatever is missing."""
    members: Annotated[tuple[PartyId, ...], Distinct] = ()  # those whose shares go in, where not everybody's do
    """Operators whose shares go into the pot. Default all."""


class Settlement(Form):
    """When net positions are paid, through which bank, in which message."""

    cycle: Annotated[str, Field(pattern=r"^(T|weekly:(MON|TUE|WED|THU|FRI|SAT|SUN))\+[0-9]$")]
    """Which dates are paid together, and how many days later: "T+1" each by itself, "weekly:FRI+2" seven that end on a Friday.
    Banks work on the calendar's ordinary working days; what falls on another moves to the next."""
    bank: PartyId
    """The bank that holds the settlement account."""
    pain: Literal["pain.001.001.03", "pain.001.001.09"]
    """The message in which payments are ordered, after ISO 20022."""
    netting: Literal["multilateral", "bilateral"] = "multilateral"
    """"multilateral": one amount between each party and the settlement account; "bilateral": one between each two parties."""
    instruct: Literal["close", "hand"] = "close"
    """When the payment file is written: with the "close" of a cycle's last date, or by "hand": `afc settlement instruct`."""
    late_after: Annotated[int, Field(ge=0, le=30)] = 2
    """Banking days without an answer after which a payment or a call is late."""


class ContractsFile(Form):
    """The whole of contracts.toml."""

    contract: Annotated[tuple[Contract, ...], Field(max_length=1000)] = ()
    """What operators are paid for work. Default nothing."""
    concession: Annotated[tuple[Concession, ...], Field(max_length=100)] = ()
    """What is paid for rides that riders do not pay. Default nothing."""
    index: Annotated[tuple[Index, ...], Field(max_length=100)] = ()
    """Indices that rates of contracts follow. Default none."""
    performance: Annotated[tuple[Performance, ...], Field(max_length=100)] = ()
    """Scales by which pay follows the quality of service. Default none."""
    fine: Annotated[tuple[Fine, ...], Field(max_length=100)] = ()
    """What is lost for service that was not operated. Default nothing."""
    pass_use: Annotated[tuple[PassUse, ...], Field(max_length=100)] = ()
    """When the money of passes is earned. Default only by hand."""
    pool: Pool | None = None
    """The pot into which fares go. Without it each operator keeps its share."""
    fee: Annotated[tuple[Fee, ...], Field(max_length=1000)] = ()
    """What parties keep of fares, top-ups and sales. Default nothing."""
    settlement: Settlement
    """When and how net positions are paid."""

    def checks(self, known: Known) -> Iterable[Iterable[Finding]]:
        return (
            self._pooled("contract", "payer"),
            self._pooled("fee", "payer"),
            self._pooled("fine", "to"),
            self._twins("index", "index"),
            self._twins("performance", "scale"),
            self._named(),
        )

    def _pooled(self, table: str, key: str) -> Iterable[Finding]:
        def paid(_: int, row: Contract | Fee | Fine) -> Iterable[Finding]:
            if self.pool is None and getattr(row, key) == POOL:
                what = "the pool pays or is paid, and there is no pool"
                yield Finding((key,), "POOL_MISSING", what, "Write [pool], or name a party.")

        yield from each((table,), getattr(self, table), paid)

    def _twins(self, table: str, what: str) -> Iterable[Finding]:
        yield from duplicates((table,), getattr(self, table), what)

    def _named(self) -> Iterable[Finding]:
        """Contracts follow indices and scales that there are."""
        indices, scales = [index.id for index in self.index], [scale.id for scale in self.performance]

        def known(_: int, row: Contract) -> Iterable[Finding]:
            for i, weight in enumerate(row.index):
                if weight.id not in indices:
                    what, cure = f'there is no index "{weight.id}"', nearest(weight.id, indices)
                    yield Finding(("index", i, "id"), "UNKNOWN_INDEX", what, cure)
            if row.performance is not None and row.performance not in scales:
                what, cure = f'there is no scale "{row.performance}"', nearest(row.performance, scales)
                yield Finding(("performance",), "UNKNOWN_SCALE", what, cure)

        yield from each(("contract",), self.contract, known)
