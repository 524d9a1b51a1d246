"""Prices by distance: steps of metres, each costing an amount, and surcharges for stretches of their own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Protocol

from pydantic import Field

from afc.pack.checks import duplicates, each
from afc.pack.form import Finding, Form, Known
from afc.pack.ids import SectionId
from afc.pack.prices import ByCategory
from afc.pack.words import Charge, Distinct, Metres, Signed


class Step(ByCategory):
    """From so many metres on, each started `step_m` costs the category's amount."""

    from_m: Metres
    """Where the band begins, in metres."""
    step_m: Annotated[int, Field(ge=1, le=10_000_000)]
    """Length of a step, in metres. Each step that is begun costs the amount."""


class Banded(Protocol):
    """Anything with bands."""

    @property
    def bands(self) -> tuple[Step, ...]: ...


def band_findings(form: Banded) -> Iterable[Finding]:
    """Bands begin at growing distances."""
    before: list[int] = []

    def grown(_: int, step: Step) -> Iterable[Finding]:
        if before and step.from_m <= before[-1]:
            what = f"a band from {step.from_m} m comes after one from {before[-1]} m"
            yield Finding(("from_m",), "BANDS_UNSORTED", what, "Bands begin at growing distances.")
        before.append(step.from_m)

    yield from each(("bands",), form.bands, grown)


class Distance(Form):
    """What the metres of a lone ride cost on top of the base."""

    bands: Annotated[tuple[Step, ...], Field(min_length=1, max_length=16)]
    """The bands, at growing distances; within each, every started step costs its amount."""
    max: Charge | None = None
    """The most that the metres of a ride cost, in minor units. Without it there is no maximum."""

    def checks(self, known: Known) -> Iterable[Iterable[Finding]]:
        return (band_findings(self),)


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

    def checks(self, known: Known) -> Iterable[Iterable[Finding]]:
        return (self._differ(),)

    def _differ(self) -> Iterable[Finding]:
        def shown(uses: Iterable[str]) -> str:
            return "+".join(sorted(uses))

        yield from duplicates(("amounts",), self.amounts, "the set of sections", "uses", shown)
