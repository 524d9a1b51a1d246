"""contracts.toml: what parties are paid beside or instead of fares, what they pay, and when money moves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, model_validator

from afc.pack.form import Finding, Form, known_of, refuse
from afc.pack.ids import CategoryId, PartyId
from afc.pack.words import BasisPoints, Distinct, Money, Text
from afc.refusal import nearest

POOL, OPERATORS = "pool", "operators"  # payers that are no single party
_RATE_OF = {"gross_km": "per_km", "gross_vehicle": "per_vehicle_day", "gross_passenger": "per_boarding"}


def _payer(name: str, others: tuple[str, ...], info: ValidationInfo) -> Iterable[Finding]:
    parties = known_of(info).get("party")
    if parties is not None and name not in parties and name not in others:
        cure = nearest(name, [*parties, *others])
        yield Finding(("payer",), "UNKNOWN_PARTY", f'there is no party "{name}"', cure)


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

    @model_validator(mode="after")
    def _agree(self, info: ValidationInfo) -> Contract:
        refuse([*self._rates(), *_payer(self.payer, (POOL,), info)])
        return self

    def _rates(self) -> Iterable[Finding]:
        due = _RATE_OF[self.kind]
        for key in _RATE_OF.values():
            given = getattr(self, key) is not None
            if key == due and not given:
                yield Finding((), "KEY_MISSING", f"`{key}` is missing from a contract of kind {self.kind}")
            if key != due and given:
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

    @model_validator(mode="after")
    def _agree(self, info: ValidationInfo) -> Fee:
        refuse(_payer(self.payer, (POOL, OPERATORS), info))
        return self


class Settlement(Form):
    """When net positions are paid, through which bank, in which message."""

    cycle: Annotated[str, Field(pattern=r"^T\+[0-9]$")]
    """How many days after the clearing date money moves, as T+1."""
    bank: PartyId
    """The party that pays."""
    pain: Literal["pain.001.001.09"]
    """The message in which payments are ordered, after ISO 20022."""


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

    @model_validator(mode="after")
    def _pooled(self) -> ContractsFile:
        if self.pool is None:
            rows = [("contract", i, row.payer) for i, row in enumerate(self.contract)]
            rows += [("fee", i, row.payer) for i, row in enumerate(self.fee)]
            what = "the pool pays, and there is no pool"
            refuse(
                Finding((key, i, "payer"), "POOL_MISSING", what, "Write [pool], or name a party.")
                for key, i, payer in rows
                if payer == POOL
            )
        return self
