"""Facts: what taps are taken to say after what people have found out. The taps themselves stay as they were signed.

A correction is a ruling of two people. It holds for every close after it, and the first of them folds the cards that it
touches again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

import numpy as np

from afc.fares.compile import in_force
from clearing.admit import places_of
from clearing.store import Ruling

CORRECTIONS = ("stop", "clock", "operator", "tariff", "split")


class Facts(NamedTuple):
    """Corrections in force, in the order in which they were made."""

    corrections: tuple[tuple[str, dict[str, Any]], ...] = ()

    def judged(self, taps: np.ndarray) -> np.ndarray:
        """Taps as they are priced: with the stop and the time that were found out to be true."""
        if not self.of("stop", "clock"):
            return taps
        signed, taps = taps, taps.copy()
        for kind, fact in self.of("stop", "clock"):
            mine = touched(
                signed, kind, fact
            )  # what one correction moved, the next one still finds where it was signed
            if kind == "clock":
                taps["time_us"][mine] += fact["offset_us"]
                continue
            taps["stop"][mine] = fact["stop"]
            for pattern, seq in fact["places"].items():
                taps["stop_seq"][mine & (taps["pattern"] == int(pattern))] = seq
        return taps

    def places(self, taps: np.ndarray, register: np.ndarray, tables: Any) -> np.ndarray:
        """PLACE of judged taps, with the operator that was found out to be right."""
        places = places_of(taps, register, tables)
        for kind, fact in self.of("operator"):
            places["operator"][touched(taps, kind, fact)] = fact["operator"]
        return places

    def version(self, kind: str, versions: Sequence[Any], day: date) -> int:
        """Which version of a tariff or a split prices a date: the pack's, or the one that was put in its place."""
        later = [fact for _, fact in self.of(kind) if fact["first"] <= day.isoformat() <= fact["last"]]
        return int(later[-1]["version"]) if later else in_force(versions, day)

    def of(self, *kinds: str) -> list[tuple[str, dict[str, Any]]]:
        """The corrections of some kinds."""
        return [one for one in self.corrections if one[0] in kinds]


NONE = Facts()


def touched(taps: np.ndarray, kind: str, fact: dict[str, Any]) -> np.ndarray:
    """Which taps a correction is about: those of stops and clocks as they were signed, those of operators as judged."""
    mine: np.ndarray = taps["device"] == fact["device"]
    if kind == "stop":
        mine = mine & (taps["epoch"] == fact["epoch"])
        mine &= between(taps["seq"], fact["first_seq"], fact["last_seq"] + 1)
    else:
        mine = mine & between(taps["time_us"], fact["from_us"], fact["to_us"])
    return mine


def between(values: np.ndarray, first: int, end: int) -> np.ndarray:
    """Which values are at least `first` and below `end`."""
    inside: np.ndarray = (values >= first) & (values < end)
    return inside


def facts_of(rulings: Iterable[Ruling]) -> Facts:
    """The corrections among rulings."""
    return Facts(tuple((one.kind, one.decided) for one in rulings if one.kind in CORRECTIONS))
