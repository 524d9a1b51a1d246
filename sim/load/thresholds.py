"""Thresholds: what a load run has to hold, written METRIC OP VALUE, as in 'receipt.p99<250ms' or 'lost==0'."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from afc.refusal import Refused, nearest

_SHAPE = re.compile(r"\s*([A-Za-z_.0-9]+?)\s*(<=|>=|==|!=|<|>)\s*(-?\d[\d_,]*(?:\.\d+)?)\s*(\S*)\s*")
_OPS: Mapping[str, Callable[[float, float], bool]] = {
    "<": operator.lt, "<=": operator.le, "==": operator.eq, "!=": operator.ne, ">=": operator.ge, ">": operator.gt,
}  # fmt: skip
_UNITS: Mapping[str, Mapping[str, float]] = {
    "ms": {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0},
    "/s": {"": 1.0, "/s": 1.0, "/min": 1 / 60},
    "": {"": 1.0},
}

METRICS: Mapping[str, tuple[str, str]] = {
    "receipt.p50": ("ms", "half of the receipts came within this, from the moment at which their batch was due"),
    "receipt.p90": ("ms", "90 of 100 receipts came within this"),
    "receipt.p95": ("ms", "95 of 100 receipts came within this"),
    "receipt.p99": ("ms", "99 of 100 receipts came within this"),
    "receipt.max": ("ms", "the longest that a receipt took"),
    "rate": ("/s", "taps receipted a second, from the beginning to the last receipt"),
    "lost": ("", "batches sent for which no true receipt came, or which the house does not show afterwards"),
    "duplicates": ("", "batches that the house had already, by its own answer"),
    "rejected": ("", "batches that were answered REJECTED, CONFLICT or QUARANTINED"),
    "retried": ("", "sendings that had to be made again: the house said RETRY, or the connection broke"),
    "unexplained_minor": ("", "minor units by which the books differ from what was sent"),
    "behind.p99": ("ms", "99 of 100 batches left the generator within this after they were due: its own lateness"),
}
"""Each metric's unit and meaning."""


class Threshold(NamedTuple):
    """A rule as it was written, and what it says; `value` is in the metric's own unit."""

    text: str
    metric: str
    op: str
    value: float

    def holds(self, measured: float) -> bool:
        """Is it kept by this measurement?"""
        return _OPS[self.op](measured, self.value)


class Verdict(NamedTuple):
    """A threshold, what was measured, and whether it holds."""

    threshold: str
    measured: float
    ok: bool


def threshold_of(text: str) -> Threshold:
    """A threshold as it stands on the command line.

    >>> threshold_of("receipt.p99<0.25s")[1:]
    ('receipt.p99', '<', 250.0)
    """
    found, known = _SHAPE.fullmatch(text), ", ".join(METRICS)
    if not found:
        cure = f"Write METRIC, one of < <= == != >= >, and a number: 'receipt.p99<250ms'. Metrics: {known}."
        raise Refused("THRESHOLD_MALFORMED", f'"{text}" is no threshold', where="--threshold", cure=cure)
    metric, op, number, unit = found.groups()
    if metric not in METRICS:
        cure = f"{nearest(metric, METRICS)} Metrics: {known}.".strip()
        raise Refused("METRIC_UNKNOWN", f'there is no metric "{metric}"', where="--threshold", cure=cure)
    units = _UNITS[METRICS[metric][0]]
    if unit not in units:
        named = " or ".join(name or "no unit" for name in units)
        what = f'"{text}" has the unit "{unit}"' if unit else f'"{text}" names no unit'
        raise Refused("UNIT_WRONG", what, where="--threshold", cure=f"{metric} takes {named}.")
    value = float(number.replace("_", "").replace(",", "")) * units[unit]
    return Threshold("".join(found.groups()), metric, op, value)


def judge(thresholds: Sequence[Threshold], measured: Mapping[str, Any]) -> list[Verdict]:
    """Every threshold against what was measured, in the order in which they were written."""
    return [Verdict(one.text, measured[one.metric], one.holds(measured[one.metric])) for one in thresholds]


def verdict_line(verdict: Verdict, metric: str) -> str:
    """One line: ✓ or ✗, the rule, the figure with its unit."""
    unit = METRICS[metric][0]
    figure = f"{verdict.measured:,.1f}" if unit else f"{verdict.measured:,}"
    return f"{'✓' if verdict.ok else '✗'} {verdict.threshold:<28} {figure}{' ' if unit == 'ms' else ''}{unit}"
