"""split.toml: how the money of a journey is shared among those who carried it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from afc.pack.form import Finding, Form, Known
from afc.pack.ids import ServiceId
from afc.pack.prices import order_checks
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
    """How many of the best paths between two gates riders are spread over."""
    transfer_penalty_s: Seconds
    """Seconds that a change of line counts for."""
    spread_s: Annotated[int, Field(ge=1, le=86_400)]
    """Seconds by which a path must be longer to be taken by a third as many (1/e)."""
    entry_gate_bp: BasisPoints
    """Part of the owner of the gate of entry, in basis points."""
    first_boarding_bp: BasisPoints
    """Part of whoever ran the first train, in basis points."""
    passenger_km_bp: BasisPoints
    """Part shared by passenger-kilometres, in basis points. The three sum to 10000."""

    def checks(self, known: Known) -> Iterable[Iterable[Finding]]:
        return (self._whole(),)

    def _whole(self) -> Iterable[Finding]:
        total = self.entry_gate_bp + self.first_boarding_bp + self.passenger_km_bp
        if total != 10_000:
            what = f"the three shares sum to {total} basis points"
            yield Finding((), "SHARES_NOT_WHOLE", what, "They must sum to 10000.")


class SplitVersion(Form):
    """One agreement among the operators."""

    id: Id
    """The version's own name, which nothing else in the file has."""
    from_: date = Field(alias="from")
    """The first service date on which it is in force."""
    source: Text
    """Who agreed on it, and where that can be read."""
    between: Literal[
        "boarding_operator", "per_boarding", "first_boarding", "standalone_base", "distance", "pool", "service_weight"
    ]
    """How a journey's money is shared among its legs."""
    weights: Mapping[ServiceId, Annotated[int, Field(ge=0, le=1_000_000)]] = Field(default_factory=dict)
    """With "service_weight": what a leg of each service weighs. Default none."""
    within: Mapping[ServiceId, Literal["paths", "entry_gate"]] = Field(default_factory=dict)
    """By service with gates that several operators run: by "paths", or all to the owner of the "entry_gate". Default
    none."""
    paths: Paths | None = None
    """How riders are spread over the paths between two gates."""
    missing_tap: Literal["leg_operator"] = "leg_operator"
    """Who has what is collected for a missing tap: the operator of that leg. Default "leg_operator"."""

    def checks(self, known: Known) -> Iterable[Iterable[Finding]]:
        return self._by_paths(), self._by_weights()

    def _by_paths(self) -> Iterable[Finding]:
        by_path = [service for service, rule in self.within.items() if rule == "paths"]
        if by_path and self.paths is None:
            what = f"{by_path[0]} is split by paths, and `paths` is missing"
            yield Finding(("within", by_path[0]), "KEY_MISSING", what, "Write [version.paths].")

    def _by_weights(self) -> Iterable[Finding]:
        if (self.between == "service_weight") != bool(self.weights):
            what = '`weights` and between = "service_weight" belong together'
            yield Finding(
                ("weights",) if self.weights else ("between",), "SPLIT_UNCLEAR", what, "Write both or neither."
            )


class SplitFile(Form):
    """The whole of split.toml."""

    version: Annotated[tuple[SplitVersion, ...], Field(min_length=1, max_length=1000)]
    """The agreements, in the order of their first dates."""

    def checks(self, known: Known) -> Iterable[Iterable[Finding]]:
        return order_checks(self)
