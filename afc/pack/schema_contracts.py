"""contracts.toml: what parties are paid beside or instead of fares, what they pay, and when money moves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field

from afc.pack.checks import each
from afc.pack.form import Finding, Form, Known
from afc.pack.ids import CategoryId, PartyId
from afc.pack.words import BasisPoints, Distinct, Money, Text
from afc.refusal import nearest

POOL, OPERATORS = "pool", "operators"  # payers that are no single party
_RATE_OF = {"gross_km": "per_km", "gross_vehicle": "per_vehicle_day", "gross_passenger": "per_boarding"}


def _payer(form: Contract | Fee, others: tuple[str, ...], known: Known) -> Iterable[Finding]:
    parties = known.get("party")
    if parties is not None and form.payer not in parties and form.payer not in others:
        cure = nearest(form.payer, [*parties, *others])
        yield Finding(("payer",), "UNKNOWN_PARTY", f'there is no party "{form.payer}"', cure)


class Contract(Form):
    """Pay for service rendered, whatever the fares bring."""

    party: PartyId
    """Who is paid."""
    kind: Literal["gross_km", "gross_vehicle", "gross_passenger"]
    """What is counted: "gross_km" driven, "gross_vehicle" days, or "gross_passenger" boardings."""
    per_km: Money | None = None
    """Minor units for each kilometre."""
    per_vehicle_day: Money | None = None
    """Minor units for each vehicle and day."""
    per_boarding: Money | None = None
    """Minor units for each boarding."""
    payer: str
    """The party that pays, or "pool"."""
    source: Text
    """Where the contract can be read."""

    def checks(self, known: Known) -> Iterable[Iterable[Finding]]:
        return *(self._rate(key) for key in _RATE_OF.values()), _payer(self, (POOL,), known)

    def _rate(self, key: str) -> Iterable[Finding]:
        due, given = key == _RATE_OF[self.kind], getattr(self, key) is not None
        if due and not given:
            yield Finding((), "KEY_MISSING", f"`{key}` is missing from a contract of kind {self.kind}")
        if given and not due:
            cure = "Write a contract of its own for each rate; several add up."
            yield Finding((key,), "CONTRACT_UNCLEAR", f"`{key}` has no meaning with kind {self.kind}", cure)


class Concession(Form):
    """Paid by somebody for each boarding of these categories that cost the rider nothing."""

    categories: Annotated[tuple[CategoryId, ...], Field(min_length=1), Distinct]
    """Rider categories who ride for nothing."""
    per_boarding: Money
    """Minor units for each of their boardings."""
    payer: PartyId
    """The party that pays."""
    source: Text
    """Where the agreement can be read."""


class Pool(Form):
    """The pot into which fares go, and who fills or empties it."""

    trust: PartyId
    """The party that keeps the pot."""
    shortfall: PartyId
    """The party that fills it when contracts cost more than fares bring."""
    surplus: PartyId
    """The party that has what is left over."""
    members: Annotated[tuple[PartyId, ...], Distinct] = ()  # those whose shares go in, where not everybody's do
    """Operators whose shares go into the pot. Default all."""


class Fee(Form):
    """A share of fares or top-ups that a party keeps."""

    party: PartyId
    """Who keeps the fee."""
    of: Literal["fares", "top_ups"]
    """A share of "fares" or of "top_ups"."""
    bp: BasisPoints
    """The share, in basis points."""
    payer: str
    """The party that pays it, "pool" or "operators"."""
    source: Text
    """Where the agreement can be read."""

    def checks(self, known: Known) -> Iterable[Iterable[Finding]]:
        return (_payer(self, (POOL, OPERATORS), known),)


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
    """What is paid for boardings that cost the rider nothing. Default nothing."""
    pool: Pool | None = None
    """The pot into which fares go. Without it each operator keeps its share."""
    fee: Annotated[tuple[Fee, ...], Field(max_length=1000)] = ()
    """Shares of fares or top-ups that parties keep. Default none."""
    settlement: Settlement
    """When and how net positions are paid."""

    def checks(self, known: Known) -> Iterable[Iterable[Finding]]:
        return self._pooled("contract"), self._pooled("fee")

    def _pooled(self, table: str) -> Iterable[Finding]:
        def paid(_: int, row: Contract | Fee) -> Iterable[Finding]:
            if self.pool is None and row.payer == POOL:
                what = "the pool pays, and there is no pool"
                yield Finding(("payer",), "POOL_MISSING", what, "Write [pool], or name a party.")

        yield from each((table,), getattr(self, table), paid)
