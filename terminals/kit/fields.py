"""What a field of a tap may say: a number of its width, or a word that the city's pack knows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import IntEnum
from typing import Any, Final

import numpy as np

from afc.moment import to_us
from afc.refusal import Refused, nearest
from afc.tap import TAP, ClockQuality, TapKind, TapState

TEXTUAL: Final[dict[str, type[IntEnum]]] = {"kind": TapKind, "clock": ClockQuality, "state": TapState}
KEYS: Final = (*(name for name in TAP.names or () if name != "mac"), "time")
"""The fields that a record may name; `time` is `time_us` as people write it, and the MAC is the kit's to make."""


def number(key: str, value: Any) -> int:
    """A whole number that fits into the field; numbers may be written as text, also in hexadecimal."""
    if isinstance(value, str):
        try:
            value = int(value, 0 if value.lower().startswith("0x") else 10)
        except ValueError:
            raise Refused("NUMBER_MALFORMED", f'`{key}`: "{value}" is not a whole number') from None
    if isinstance(value, bool) or not isinstance(value, int):
        raise Refused("NUMBER_MALFORMED", f"`{key}`: {value!r} is not a whole number")
    bounds = np.iinfo(TAP.fields[key][0])  # type: ignore[index]
    if not bounds.min <= value <= bounds.max:
        raise Refused("NUMBER_OUT_OF_RANGE", f"`{key}`: {value} does not fit; {bounds.min} to {bounds.max}")
    return value


def named(key: str, value: Any, words: Sequence[str], first: int = 0) -> int:
    """A word's place in a list of the pack, counted from `first`; a number stands for itself."""
    if isinstance(value, str) and value in words:
        return words.index(value) + first
    if isinstance(value, str) and not _is_number(value):
        known = nearest(value, words) or f"Known: {', '.join(words[:12])}."
        raise Refused("WORD_UNKNOWN", f'`{key}`: there is no "{value}"', cure=known)
    place = number(key, value)
    if place >= len(words) + first:
        most = len(words) + first - 1
        raise Refused("NUMBER_OUT_OF_RANGE", f"`{key}`: {place} is none of the pack's; at most {most}")
    return place


def spoken(key: str, value: Any) -> int:
    """A kind, a state, or the quality of a clock, by name or number."""
    words = TEXTUAL[key]
    if isinstance(value, str) and not _is_number(value):
        if value.upper() in words.__members__:
            return int(words[value.upper()])
        known = nearest(value.upper(), words.__members__) or f"Known: {', '.join(words.__members__)}."
        raise Refused("WORD_UNKNOWN", f'`{key}`: there is no "{value}"', cure=known)
    if (place := number(key, value)) not in list(words):
        known = ", ".join(f"{word.value} {word.name}" for word in words)
        raise Refused("WORD_UNKNOWN", f"`{key}`: there is no {place}", cure=f"Known: {known}.")
    return place


def moment(value: Any) -> int:
    """Microseconds of an ISO 8601 moment that says its zone."""
    cure = "Write it as 2026-03-04T08:00:00+09:00, or give `time_us`."
    try:
        return to_us(datetime.fromisoformat(value))
    except (TypeError, ValueError):
        raise Refused("TIME_MALFORMED", f"`time`: {value!r} is not a moment with its zone", cure=cure) from None


def _is_number(text: str) -> bool:
    digits = text.removeprefix("-")
    return digits.isascii() and (digits.isdigit() or digits.lower().startswith("0x"))
