"""Fields of a feed: each parser takes exactly what the format allows and raises ValueError otherwise.

Python's own int() also reads 1_000 and digits of every script; a timetable may not.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata

_WHOLE = re.compile(r"[0-9]{1,9}", re.ASCII)
_DECIMAL = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,20})?", re.ASCII)
_TIME = re.compile(r"([0-9]{1,2}):([0-5][0-9]):([0-5][0-9])", re.ASCII)
_DATE = re.compile(r"[0-9]{8}", re.ASCII)
NAME_MAX = 200  # longer names are descriptions
HOURS_MAX = 47  # a run that begins on one service date ends on the next at the latest


def whole(text: str) -> int:
    """A whole number, zero or more.

    >>> whole("12")
    12
    """
    if not _WHOLE.fullmatch(text):
        raise ValueError
    return int(text)


def label(text: str) -> str:
    """A name as people read it: composed letters, nothing invisible, nothing that turns the line round."""
    if len(text) > NAME_MAX or not text.isprintable() or unicodedata.normalize("NFC", text) != text:
        raise ValueError
    return text


def cleaned(text: str) -> str:
    """A published name made into such a one: NFC, plain blanks, nothing invisible.

    >>> cleaned("Gu\u200bell\u00a0Park")
    'Guell Park'
    """
    plain = "".join(" " if c.isspace() else c for c in unicodedata.normalize("NFC", text))
    return " ".join("".join(c for c in plain if c.isprintable()).split())[:NAME_MAX]


def decimal(text: str) -> float:
    """A number with a point."""
    if not _DECIMAL.fullmatch(text):
        raise ValueError
    return float(text)


def distance(text: str) -> float:
    """Metres or whatever unit the feed uses; nan where it does not say."""
    value = decimal(text) if text else math.nan
    if value < 0:
        raise ValueError
    return value


def latitude(text: str) -> float:
    """Degrees north."""
    value = decimal(text)
    if abs(value) > 90:
        raise ValueError
    return value


def longitude(text: str) -> float:
    """Degrees east."""
    value = decimal(text)
    if abs(value) > 180:
        raise ValueError
    return value


def time_s(text: str) -> int:
    """Seconds after midnight of the service date; -1 where the feed does not say.

    >>> time_s("25:10:00"), time_s("")
    (90600, -1)
    """
    if not text:
        return -1
    found = _TIME.fullmatch(text)
    if not found or int(found[1]) > HOURS_MAX:
        raise ValueError
    return int(found[1]) * 3600 + int(found[2]) * 60 + int(found[3])


def date(text: str) -> dt.date:
    """A date as 20260304."""
    if not _DATE.fullmatch(text):
        raise ValueError
    return dt.date(int(text[:4]), int(text[4:6]), int(text[6:]))


def flag(text: str) -> bool:
    """1 or 0."""
    if text not in ("0", "1"):
        raise ValueError
    return text == "1"


def direction(text: str) -> int:
    """0 or 1; -1 where the feed does not say."""
    if text not in ("", "0", "1"):
        raise ValueError
    return int(text or -1)
