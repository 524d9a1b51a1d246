"""Steps: a price that grows by an amount for each started stretch of metres."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from afc.pack.form import Finding, Metres
from afc.pack.prices import ByCategory


class Step(ByCategory):
    """From so many metres on, each started `step_m` costs the category's amount."""

    from_m: Metres
    step_m: Annotated[int, Field(ge=1, le=10_000_000)]


def step_findings(steps: tuple[Step, ...], at: tuple[str | int, ...] = ("bands",)) -> Iterable[Finding]:
    """Bands begin at growing distances."""
    for i in range(1, len(steps)):
        if steps[i].from_m <= steps[i - 1].from_m:
            what = f"a band from {steps[i].from_m} m comes after one from {steps[i - 1].from_m} m"
            yield Finding((*at, i, "from_m"), "BANDS_UNSORTED", what, "Bands begin at growing distances.")
