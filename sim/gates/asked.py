"""What a study is asked, from the command line: times with their unit, how many gates, and a wait that must hold."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from afc.moment import HOUR_US, MINUTE_US, SECOND_US
from afc.refusal import Refused
from sim.gates.figures import Figures

GATES_MAX = 1000
ROWS_MAX = 50
"""Numbers of gates in one study."""
UNITS_US = {"ms": SECOND_US // 1000, "s": SECOND_US, "m": MINUTE_US, "min": MINUTE_US, "h": HOUR_US}
_DURATION = re.compile(r"(\d{1,6}(?:\.\d{1,6})?)(ms|s|min|m|h)")
_RANGE = re.compile(r"(\d{1,4})(?:-(\d{1,4}))?")
_WAIT = re.compile(r"(mean|p50|p95|p99|max)\s*(<=?)\s*(\S+)")


VARIATION_MIN, VARIATION_MAX = 0.001, 3.0
"""Below the first, times of a second differ by less than a clock can tell."""


class Limit(NamedTuple):
    """A wait that must hold: which figure, and the most that it may be, to the microsecond."""

    text: str
    figure: str
    most_us: int

    def holds(self, figures: Figures) -> bool:
        """Does it?"""
        return figures.wait_us[self.figure] <= self.most_us


def duration_us(text: str, where: str, *, least_us: int = 1) -> int:
    """Whole microseconds of a time with its unit.

    >>> duration_us("2.4s", "--service"), duration_us("3m", "--every")
    (2400000, 180000000)
    """
    found = _DURATION.fullmatch(text)
    us = Decimal(found[1]) * UNITS_US[found[2]] if found else Decimal(0)
    if not found or us != int(us):
        cure = "Write it as 2.4s, 800ms, 3m or 1h."
        raise Refused("DURATION_MALFORMED", f'"{text}" is not a time with its unit', where=where, cure=cure)
    if us < least_us:
        raise Refused("DURATION_TOO_SHORT", f'"{text}" is too short', where=where, cure="Choose more than 0.")
    return int(us)


def variation_of(number: float) -> float:
    """The standard deviation of a passage over its mean, 0 for none."""
    if number != 0 and not VARIATION_MIN <= number <= VARIATION_MAX:
        cure = f"Choose 0, or from {VARIATION_MIN:g} to {VARIATION_MAX:g}."
        raise Refused("VARIATION_OUT_OF_RANGE", f"{number:g}", where="--variation", cure=cure)
    return number


def gates_of(text: str) -> range:
    """The numbers of gates to try.

    >>> list(gates_of("4-6")), list(gates_of("8"))
    ([4, 5, 6], [8])
    """
    found = _RANGE.fullmatch(text)
    if not found:
        raise Refused("GATES_MALFORMED", f'"{text}" is no number of gates', where="--gates", cure="Write 8, or 4-12.")
    least, most = int(found[1]), int(found[2] or found[1])
    if not 1 <= least <= most <= GATES_MAX or most - least >= ROWS_MAX:
        cure = f"Choose from 1 to {GATES_MAX}, the smaller number first, at most {ROWS_MAX} numbers."
        raise Refused("GATES_OUT_OF_RANGE", f"{text} gates", where="--gates", cure=cure)
    return range(least, most + 1)


def limit_of(text: str) -> Limit:
    """A wait that must hold.

    >>> limit_of("p95<30s")
    Limit(text='p95<30s', figure='p95', most_us=29999999)
    """
    found = _WAIT.fullmatch(text.strip())
    if not found:
        cure = "Write a figure (mean, p50, p95, p99, max), < or <=, and a time: 'p95<30s'."
        raise Refused("WAIT_MALFORMED", f'"{text}" is no limit for a wait', where="--wait", cure=cure)
    most_us = duration_us(found[3], "--wait") - (found[2] == "<")
    return Limit(text.strip(), found[1], most_us)
