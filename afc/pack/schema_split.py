"""split.toml: how the money of a journey is shared among those who carried it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from afc.pack.form import Finding, Form, refuse
from afc.pack.ids import ServiceId
from afc.pack.prices import index_on, order_findings
from afc.pack.words import BasisPoints, Id, Seconds, Text

Between = Literal[
    "boarding_operator",
    "per_boarding",
    "first_boarding",
    "standalone_base",
    "distance",
    "pool",
    "service_weight",
]


class Paths(Form):
    """Riders between two gates are spread over the k best paths; credit mixes gate, first train and distance."""

    k: Annotated[int, Field(ge=1, le=16)]
    transfer_penalty_s: Seconds
    spread_s: Annotated[int, Field(ge=1, le=86_400)]
    entry_gate_bp: BasisPoints
    first_boarding_bp: BasisPoints
    passenger_km_bp: BasisPoints

    @model_validator(mode="after")
    def _whole(self) -> Paths:
        total = self.entry_gate_bp + self.first_boarding_bp + self.passenger_km_bp
        if total != 10_000:
            what = f"the three shares sum to {total} basis points"
            refuse([Finding((), "SHARES_NOT_WHOLE", what, "They must sum to 10000.")])
        return self


class SplitVersion(Form):
    """One agreement among the operators."""

    id: Id
    from_: date = Field(alias="from")
    source: Text
    between: Literal[
        "boarding_operator", "per_boarding", "first_boarding", "standalone_base", "distance", "pool", "service_weight"
    ]
    weights: Mapping[ServiceId, Annotated[int, Field(ge=0, le=1_000_000)]] = Field(default_factory=dict)
    within: Mapping[ServiceId, Literal["paths", "entry_gate"]] = Field(default_factory=dict)
    paths: Paths | None = None
    missing_tap: Literal["leg_operator"] = "leg_operator"

    @model_validator(mode="after")
    def _agree(self) -> SplitVersion:
        refuse(self._findings())
        return self

    def _findings(self) -> Iterable[Finding]:
        by_path = [service for service, rule in self.within.items() if rule == "paths"]
        if by_path and self.paths is None:
            what = f"{by_path[0]} is split by paths, and `paths` is missing"
            yield Finding(("within", by_path[0]), "KEY_MISSING", what, "Write [version.paths].")
        if (self.between == "service_weight") != bool(self.weights):
            what = '`weights` and between = "service_weight" belong together'
            yield Finding(
                ("weights",) if self.weights else ("between",), "SPLIT_UNCLEAR", what, "Write both or neither."
            )


class SplitFile(Form):
    """The whole of split.toml."""

    version: Annotated[tuple[SplitVersion, ...], Field(min_length=1, max_length=1000)]

    @field_validator("version")
    @classmethod
    def _ordered(cls, versions: tuple[SplitVersion, ...]) -> tuple[SplitVersion, ...]:
        refuse(order_findings(versions))
        return versions

    def index_on(self, day: date) -> int:
        """The number of the version in force on a service date."""
        return index_on(self.version, day, "split")
