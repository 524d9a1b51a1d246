"""Ids that point elsewhere in a pack: each must have been declared where it belongs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, ValidationInfo

from afc.pack.form import Finding, Known, known_of, wrong


def declared(kind: str) -> AfterValidator:
    """An id that must have been declared elsewhere in the pack."""

    def check(name: str, info: ValidationInfo) -> str:
        known = known_of(info)
        names = known.get(kind)
        if names is not None and name not in names:
            cure = known.hint(name, names) or _listing(kind, names)
            raise wrong(f"UNKNOWN_{kind.upper().replace(' ', '_')}", f'there is no {kind} "{name}"', cure)
        return name

    return AfterValidator(check)


def _listing(kind: str, names: Collection[str]) -> str:
    if not names:
        return f"The pack declares no {kind} at all."
    return f"Known: {', '.join(sorted(names))}." if len(names) <= 12 else ""


def required_ids(
    table: Mapping[str, Any], kind: str, known: Known, code: str, meant: Collection[str] = ()
) -> Iterable[Finding]:
    """One finding for each declared id that a table leaves out; those that were only misspelt are told elsewhere."""
    for name in known.get(kind) or ():
        if name not in table and name not in meant:
            yield Finding((), code, f'{kind} "{name}" is missing', "Write it, with 0 if nothing is asked.")


PartyId = Annotated[str, declared("party")]
ServiceId = Annotated[str, declared("service")]
CategoryId = Annotated[str, declared("category")]
MediumId = Annotated[str, declared("medium")]
BrandId = Annotated[str, declared("brand")]
AttributeId = Annotated[str, declared("attribute")]
CriterionId = Annotated[str, declared("criterion")]
DayTypeId = Annotated[str, declared("day type")]
StopId = Annotated[str, declared("stop")]
ZoneId = Annotated[str, declared("zone")]
SectionId = Annotated[str, declared("section")]
ProductId = Annotated[str, declared("product")]
RebateId = Annotated[str, declared("rebate")]
TariffId = Annotated[str, declared("tariff version")]
