"""How well suspicions find what was injected: labels on one side, suspicions on the other, and what meets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from clearing.suspicion import Suspicion
from sim.faults.label import Label

TELLS: Mapping[str, tuple[str, ...]] = {"dropped_taps": ("missing_counter",), "lost_batch": ("missing_counter",)}
"""Kinds of suspicion that say what another kind's missing taps were worth."""


class Score(NamedTuple):
    """Of one kind: labels, those that were found, suspicions without a label, and the money on both sides.

    `others` are suspicions of other kinds with no label behind them: false alarms elsewhere.
    """

    kind: str
    injected: int
    found: int
    false_alarms: int
    others: int
    injected_minor: int
    found_minor: int

    @property
    def missed(self) -> int:
        """Labels that no suspicion of their kind names."""
        return self.injected - self.found

    @property
    def recall(self) -> float:
        """Of what was injected, the part that was found."""
        return self.found / self.injected if self.injected else 1.0

    @property
    def precision(self) -> float:
        """Of what was found, the part that was injected."""
        alarms = self.found + self.false_alarms
        return self.found / alarms if alarms else 1.0

    def facts(self) -> dict[str, Any]:
        """For programs."""
        more = {"missed": self.missed, "recall": self.recall, "precision": self.precision}
        return self._asdict() | more


def score(kind: str, labels: Sequence[Label], found: Iterable[Suspicion]) -> Score:
    """What was found of a kind. A suspicion is right when it names a tap, card, reader, operator or batch of a label."""
    hit: set[int] = set()
    false_alarms, others, minor = 0, 0, 0
    for one in found:
        mine = [i for i, label in enumerate(labels) if meets(label, one)]
        if one.kind != kind:
            others += not mine
            minor += one.minor if mine and one.kind in TELLS.get(kind, ()) else 0
            continue
        false_alarms += not mine
        minor += one.minor if mine else 0
        hit |= set(mine)
    return Score(kind, len(labels), len(hit), false_alarms, others, sum(label.amount_minor for label in labels), minor)


def meets(label: Label, one: Suspicion) -> bool:
    """Are they about the same thing? That they name one operator says so only where the suspicion is of the label's kind:
    most of what is wrong in a city has one of its few operators in it."""
    same = {*label.cards} & {*one.cards} or {*label.taps} & {*one.taps} or {*label.batches} & {*one.batches}
    accused = one.kind == label.kind and {*label.operators} & {*one.operators}
    return bool(same or {*label.devices} & {*one.devices} or accused)
