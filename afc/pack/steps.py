"""Prices by distance: steps of metres, each costing an amount, and surcharges for stretches of their own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated

from pydantic import Field, field_validator, model_validator

from afc.pack.form import Finding, Form, duplicates, refuse
from afc.pack.ids import SectionId
from afc.pack.prices import ByCategory
from afc.pack.words import Charge, Distinct, Metres, Signed


class Step(ByCategory):
    """From so many metres on, each started `step_m` costs the category's amount."""

    from_m: Metres
    """Where the band begins, in metres."""
    step_m: Annotated[int, Field(ge=1, le=10_000_000)]
    """Length of a step, in metres. Each step that is begun costs the amount."""


def step_findings(steps: tuple[Step, ...], at: tuple[str | int, ...] = ("bands",)) -> Iterable[Finding]:
    """Bands begin at growing distances."""
    for i in range(1, len(steps)):
        if steps[i].from_m <= steps[i - 1].from_m:
            what = f"a band from {steps[i].from_m} m comes after one from {steps[i - 1].from_m} m"
            yield Finding((*at, i, "from_m"), "BANDS_UNSORTED", what, "Bands begin at growing distances.")


class Distance(Form):
    """What the metres of a lone ride cost on top of the base."""

    bands: Annotated[tuple[Step, ...], Field(min_length=1, max_length=16)]
    """The bands, at growing distances; within each, every started step costs its amount."""
    max: Charge | None = None
    """The most that the metres of a ride cost, in minor units. Without it there is no maximum."""

    @model_validator(mode="after")
    def _ascend(self) -> Distance:
        refuse(step_findings(self.bands))
        return self


class SectionAmount(ByCategory):
    """The surcharge when the shortest path uses exactly these fare sections."""

    uses: Annotated[tuple[SectionId, ...], Field(min_length=1), Distinct]
    """The exact set of the network's fare sections that the ride's path touches."""
    price: Mapping[str, Signed]  # below zero where using two sections together costs less than each alone
    """Minor units for each rider category, written as one key for each. Below zero where two sections together cost
    less than each alone."""


class Sections(Form):
    """Surcharges by fare section."""

    amounts: Annotated[tuple[SectionAmount, ...], Field(min_length=1, max_length=64)]
    """One row for each set of sections with a surcharge. A path whose set has no row pays none."""

    @field_validator("amounts")
    @classmethod
    def _differ(cls, amounts: tuple[SectionAmount, ...]) -> tuple[SectionAmount, ...]:
        twins = duplicates(amounts, "the set of sections", key=lambda amount: "+".join(sorted(amount.uses)))
        refuse(Finding((*twin.at, "uses"), *twin[1:]) for twin in twins)
        return amounts
