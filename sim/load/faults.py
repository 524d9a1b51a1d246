"""Faults of the way: what goes wrong between readers and house while a load runs. A short list, each drawn from the seed.

duplicates=5%    so many of the batches are sent a second time, a moment later
reorder=5%       so many change places with the next batch of the same reader
cut=5%           so many connections are hung up in the middle of the batch, or before its answer; the batch is sent again
outage=2000@30s  so many batches come all at once, as when buses are on line again; of as many readers as there are
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from afc.refusal import Refused, nearest
from sim.load.offer import parse_span

KINDS = ("duplicates", "reorder", "cut", "outage")
SHARE_MAX, OUTAGE_MAX = 0.5, 100_000
_SHARE, _OUTAGE = re.compile(r"(\d+(?:\.\d+)?)%"), re.compile(r"([\d_,]+)@(\S+)")


class Faults(NamedTuple):
    """Shares of the batches, and a burst of so many at a moment; nothing is 0."""

    duplicates: float = 0.0
    reorder: float = 0.0
    cut: float = 0.0
    outage: int = 0
    outage_s: float = 0.0


NONE = Faults()


def faults_of(words: Sequence[str], seconds: float) -> Faults:
    """Faults as they stand on the command line, for a run of so many seconds.

    >>> faults_of(["cut=5%", "outage=2,000@30s"], 60)
    Faults(duplicates=0.0, reorder=0.0, cut=0.05, outage=2000, outage_s=30.0)
    """
    faults = NONE
    for word in words:
        kind, _, value = word.partition("=")
        if kind not in KINDS:
            cure = f"{nearest(kind, KINDS)} Faults of a load: {', '.join(KINDS)}.".strip()
            raise Refused("FAULT_UNKNOWN", f'there is no fault "{kind}"', where="--fault", cure=cure)
        if kind == "outage":
            batches, at_s = outage_of(value, seconds)
            faults = faults._replace(outage=batches, outage_s=at_s)
        else:
            shares: dict[str, Any] = {kind: share_of(kind, value)}
            faults = faults._replace(**shares)
    return faults


def share_of(kind: str, value: str) -> float:
    """A part of 1."""
    found = _SHARE.fullmatch(value)
    share = float(found[1]) / 100 if found else -1.0
    if not 0 <= share <= SHARE_MAX:
        cure = f"A share of the batches, at most {SHARE_MAX:.0%}: {kind}=5%."
        raise Refused("FAULT_MALFORMED", f'"{kind}={value}" names no share', where="--fault", cure=cure)
    return share


def outage_of(value: str, seconds: float) -> tuple[int, float]:
    """How many batches come at once, and when."""
    found, cure = _OUTAGE.fullmatch(value), "Batches and a moment inside the run: outage=2000@30s."
    batches = int(found[1].replace(",", "").replace("_", "")) if found else 0
    at_s = parse_span(found[2], "--fault") if found else 0.0
    if not 0 < batches <= OUTAGE_MAX or at_s > seconds:
        raise Refused("FAULT_MALFORMED", f'"outage={value}" is no burst of this run', where="--fault", cure=cure)
    return batches, at_s
