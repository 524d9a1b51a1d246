"""Fees, concessions and passes: what those who serve the system keep, and what is paid for rides that riders do not pay."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field

from afc.pack.form import Finding, Known
from afc.pack.ids import CategoryId, MediumId, PartyId, ProductId, ServiceId
from afc.pack.schema_pay import OPERATORS, POOL, Dated, payer_checks
from afc.pack.words import BasisPoints, Distinct, Money, Text
from afc.refusal import nearest


class Fee(Dated):
    """What a party keeps of fares, top-ups or sales, or for each of them."""

    party: PartyId
    """The party that keeps the fee."""
    of: Literal["fares", "top_ups", "sales"]
    """What is counted: "fares" earned, "top_ups" loaded, or "sales" of passes."""
    bp: BasisPoints | None = None
    """The share, in basis points."""
    each: Money | None = None
    """Minor units for each boarding, top-up or sale."""
    media: Annotated[tuple[MediumId, ...], Field(min_length=1), Distinct] | None = None
    """Only with these media. Default all."""
    services: Annotated[tuple[ServiceId, ...], Field(min_length=1), Distinct] | None = None
    """Only on these services. Default all."""
    payer: str
    """The party that pays it, "pool" or "operators"."""
    source: Text
    """Where the agreement can be read."""

    def checks(self, known: Known) -> Iterable[Iterable[Finding]]:
        return payer_checks(self, (POOL, OPERATORS), known), self.date_checks(), self._one()

    def _one(self) -> Iterable[Finding]:
        if (self.bp is None) == (self.each is None):
            yield Finding((), "FEE_UNCLEAR", "a fee is a share or an amount for each", "Write either `bp` or `each`.")
        if self.services is not None and self.of != "fares":
            what = f"`services` has no meaning with of = {self.of}"
            yield Finding(("services",), "FEE_UNCLEAR", what, "Leave it out: kiosks belong to no service.")


class Concession(Dated):
    """Paid by somebody for riders of some categories: for rides, for what they pay less, or for what is loaded."""

    of: Literal["free_rides", "notional", "loaded"] = "free_rides"
    """"free_rides": each boarding that cost the rider nothing. "notional": what riders paid less than a notional fare.
    "loaded": each product that is loaded, used or not. Default "free_rides"."""
    categories: Annotated[tuple[CategoryId, ...], Field(min_length=1), Distinct] | None = None
    """Rider categories, for "free_rides" and "notional"."""
    per_boarding: Money | None = None
    """Minor units for each boarding; with "notional" the fare that it is compared with."""
    services: Annotated[tuple[ServiceId, ...], Field(min_length=1), Distinct] | None = None
    """Only boardings of these services. Default all."""
    product: ProductId | None = None
    """The product, for "loaded"."""
    per_loaded: Money | None = None
    """Minor units for each that is loaded."""
    to: PartyId | None = None
    """Who is paid for what is loaded."""
    payer: PartyId
    """The party that pays."""
    source: Text
    """Where the agreement can be read."""

    def checks(self, known: Known) -> Iterable[Iterable[Finding]]:
        return self.date_checks(), self._keys()

    def _keys(self) -> Iterable[Finding]:
        ridden, loaded = ("categories", "per_boarding"), ("product", "per_loaded", "to")
        due = loaded if self.of == "loaded" else ridden
        for key in (*ridden, *loaded):
            given = getattr(self, key) is not None
            if key in due and not given:
                yield Finding((), "KEY_MISSING", f"`{key}` is missing from a concession of {self.of}")
            if given and key not in due:
                yield Finding((key,), "CONCESSION_UNCLEAR", f"`{key}` has no meaning with of = {self.of}")


class PassUse(Dated):
    """When the money of a pass is earned: by use, and what is left over when it has run out."""

    product: ProductId
    """The pass that is earned."""
    per_boarding: Money
    """Minor units that each boarding on it earns its operator, as far as the money of sold passes goes."""
    after_days: Annotated[int, Field(ge=1, le=1000)]
    """Days after its sale when what is left of a pass is earned in any case."""
    rest: str
    """Who has what is left then: "operators", by the boardings on the pass of that day, or a party."""
    source: Text
    """Where the agreement can be read."""

    def checks(self, known: Known) -> Iterable[Iterable[Finding]]:
        return self.date_checks(), self._rest(known)

    def _rest(self, known: Known) -> Iterable[Finding]:
        parties = known.get("party")
        if parties is not None and self.rest not in (*parties, OPERATORS):
            cure = nearest(self.rest, [*parties, OPERATORS])
            yield Finding(("rest",), "UNKNOWN_PARTY", f'there is no party "{self.rest}"', cure)
