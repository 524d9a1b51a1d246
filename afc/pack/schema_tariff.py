"""tariff.toml: what rides cost, as a list of dated versions.

A version is in force from the day cut of its date until the next version's. Everything a reader needs to price a ride is
in one version; the source says who decreed it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator, model_validator

from afc.pack.form import Finding, Form, duplicates, known_of, refuse
from afc.pack.ids import CategoryId, DayTypeId, ServiceId
from afc.pack.prices import OFF_PEAK, Price, index_on, order_findings, period_findings
from afc.pack.schema_fare import Ceiling, Fare, Media, Pair
from afc.pack.schema_journey import Early, Group, Journey, Transfer
from afc.pack.schema_modifier import Cap, InsteadByMedium, MissingTapOut, Modifier, Overstay
from afc.pack.schema_product import FreeDay, Product, Purse, Quota, Rebate
from afc.pack.steps import Distance, Sections
from afc.pack.tariff_sense import tariff_findings
from afc.pack.words import Band, Distinct, Id, Text, band_s

Identified = Quota | Product | Rebate | Modifier | Cap


class TariffVersion(Form):
    """One tariff as it was decreed."""

    id: Id
    from_: date = Field(alias="from")
    source: Text
    until: date | None = None
    standby: bool = False
    meant: Annotated[tuple[str, ...], Field(max_length=16), Distinct] = ()
    base: Mapping[ServiceId, Mapping[CategoryId, Price]] = Field(default_factory=dict)
    periods: Annotated[Mapping[Id, Mapping[DayTypeId, tuple[Band, ...]]], Field(max_length=8)] = Field(
        default_factory=dict
    )
    distance: Mapping[ServiceId, Distance] = Field(default_factory=dict)
    sections: Sections | None = None
    fare: Annotated[tuple[Fare, ...], Field(max_length=128)] = ()
    pair: Annotated[tuple[Pair, ...], Field(max_length=512)] = ()
    ceiling: Annotated[tuple[Ceiling, ...], Field(max_length=64)] = ()
    hold: Mapping[ServiceId, InsteadByMedium] = Field(default_factory=dict)
    accepts: Mapping[ServiceId, Media] = Field(default_factory=dict)
    journey: Journey | None = None
    transfer: Annotated[tuple[Transfer, ...], Field(max_length=256)] = ()
    group: Group | None = None
    early: Early | None = None
    modifier: Annotated[tuple[Modifier, ...], Field(max_length=64)] = ()
    cap: Annotated[tuple[Cap, ...], Field(max_length=16)] = ()
    overstay: Mapping[ServiceId, Overstay] = Field(default_factory=dict)
    missing_tap_out: MissingTapOut = Field(default_factory=MissingTapOut)
    quota: Annotated[tuple[Quota, ...], Field(max_length=16)] = ()
    product: Annotated[tuple[Product, ...], Field(max_length=250)] = ()
    rebate: Annotated[tuple[Rebate, ...], Field(max_length=32)] = ()
    free_day: Annotated[tuple[FreeDay, ...], Field(max_length=400)] = ()
    purse: Purse | None = None

    @property
    def period_ids(self) -> tuple[str, ...]:
        """Periods by number; 0 is `off_peak`, which holds whenever no other does."""
        return (OFF_PEAK, *(name for name in self.periods if name != OFF_PEAK))

    @field_validator("quota", "product", "rebate", "modifier", "cap")
    @classmethod
    def _differ(cls, rows: tuple[Identified, ...], info: ValidationInfo) -> tuple[Identified, ...]:
        refuse(Finding((*twin.at, "id"), *twin[1:]) for twin in duplicates(rows, info.field_name or ""))
        return rows

    @field_validator("base")
    @classmethod
    def _complete(
        cls, base: Mapping[str, Mapping[str, object]], info: ValidationInfo
    ) -> Mapping[str, Mapping[str, object]]:
        refuse(_base_findings(base, info))
        return base

    @model_validator(mode="after")
    def _agree(self) -> TariffVersion:
        refuse([*self._period_findings(), *self._price_findings(), *self._transfer_findings(), *tariff_findings(self)])
        return self

    def _period_findings(self) -> Iterable[Finding]:
        if any(self.periods.get(OFF_PEAK, {}).values()):
            what = f"`{OFF_PEAK}` has no hours of its own: it holds whenever no other period does"
            yield Finding(("periods", OFF_PEAK), "OFF_PEAK_HOURS", what, "Leave it out.")
        taken: dict[str, list[tuple[int, int]]] = {}
        for name, days in self.periods.items():
            for day_type, bands in days.items():
                for i, band in enumerate(bands):
                    begin, end = band_s(band)
                    spans = [(begin, end)] if begin < end else [(begin, 86_400), (0, end)]
                    others = taken.setdefault(day_type, [])
                    if any(a < other[1] and other[0] < b for a, b in spans for other in others):
                        at = ("periods", name, day_type, i)
                        yield Finding(
                            at, "PERIODS_OVERLAP", f"two periods hold at once on {day_type}", "Part the bands."
                        )
                    others.extend(spans)

    def _price_findings(self) -> Iterable[Finding]:
        for service, categories in self.base.items():
            for category, price in categories.items():
                yield from period_findings(price, self.period_ids, ("base", service, category))
        for i, transfer in enumerate(self.transfer):
            if transfer.price is not None:
                yield from period_findings(transfer.price, self.period_ids, ("transfer", i, "price"))

    def _transfer_findings(self) -> Iterable[Finding]:
        matrix = self.journey is not None and self.journey.pricing == "matrix"
        if self.transfer and (self.journey is None or self.journey.pricing == "integrated"):
            cure = 'Write `pricing = "matrix"` in `journey`, or leave `transfer` out.'
            yield Finding(
                ("transfer", 0), "TRANSFER_WITHOUT_MATRIX", "`transfer` prices belong to matrix pricing", cure
            )
        if matrix and not self.transfer:
            cure = "Write a [[version.transfer]] for each pair that transfers."
            yield Finding(("journey", "pricing"), "MATRIX_EMPTY", "matrix pricing has no `transfer`", cure)
        seen: set[tuple[str, str]] = set()
        for i, transfer in enumerate(self.transfer):
            pairs = {(a, b) for a in transfer.from_ for b in transfer.to}
            for a, b in sorted(pairs & seen):
                yield Finding(
                    ("transfer", i), "NAMED_TWICE", f"the transfer from {a} to {b} is priced twice", "Name it once."
                )
            seen |= pairs


def _base_findings(base: Mapping[str, Mapping[str, object]], info: ValidationInfo) -> Iterable[Finding]:
    cure = "Write it, with 0 if nothing is asked."
    for service, prices in base.items():
        for category in known_of(info).get("category") or ():
            if category not in prices:
                what = f'category "{category}" has no base price on {service}'
                yield Finding((service,), "BASE_MISSING", what, cure)


class TariffFile(Form):
    """The whole of tariff.toml."""

    version: Annotated[tuple[TariffVersion, ...], Field(min_length=1, max_length=1000)]

    @field_validator("version")
    @classmethod
    def _ordered(cls, versions: tuple[TariffVersion, ...]) -> tuple[TariffVersion, ...]:
        refuse(order_findings(versions))
        return versions

    def index_on(self, day: date) -> int:
        """The number of the version in force on a service date."""
        return index_on(self.version, day, "tariff")

    def index(self, version_id: str) -> int:
        """The number of a version by its id; the pack's own references are checked when it is read."""
        return [version.id for version in self.version].index(version_id)
