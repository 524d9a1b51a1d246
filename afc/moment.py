"""Time: UTC microseconds inside, the city's clock at the edge.

A service day runs from the city's day cut (04:00, say) to the same local time of the next day; where the clocks change
it has 23 or 25 hours. Nothing here asks what time it is now.

>>> from zoneinfo import ZoneInfo
>>> zone = ZoneInfo("Asia/Seoul")
>>> t_us = local_us("2026-03-04 08:00:00", zone)
>>> show(t_us, zone), service_date(t_us, zone, 4 * 3600).isoformat()
('2026-03-04T08:00:00+09:00', '2026-03-04')
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from afc.refusal import Refused

SECOND_US = 1_000_000
MINUTE_US = 60 * SECOND_US
HOUR_US = 60 * MINUTE_US
DAY_US = 24 * HOUR_US
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_us(moment: datetime) -> int:
    """Microseconds since 1970 of a moment that knows its zone."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone is no moment")
    return (moment - _EPOCH) // timedelta(microseconds=1)


def from_us(t_us: int, zone: ZoneInfo) -> datetime:
    """The moment on a city's clock."""
    return (_EPOCH + timedelta(microseconds=int(t_us))).astimezone(zone)


def local_us(text: str, zone: ZoneInfo) -> int:
    """UTC microseconds of a local `YYYY-MM-DD HH:MM[:SS]`; a time that the clocks skip is refused."""
    try:
        naive = datetime.fromisoformat(text)
    except ValueError:
        cure = "Write it as 2026-03-04 08:00:00."
        raise Refused("TIME_MALFORMED", f'"{text}" is not a date and time', cure=cure) from None
    moment = naive.replace(tzinfo=zone) if naive.tzinfo is None else naive
    if from_us(to_us(moment), zone).replace(tzinfo=None) != naive and naive.tzinfo is None:
        raise Refused("TIME_SKIPPED", f"{text} does not exist in {zone.key}: the clocks are put forward over it")
    return to_us(moment)


def show(t_us: int, zone: ZoneInfo) -> str:
    """RFC 3339 with the city's offset; fractions only where there are any."""
    return from_us(t_us, zone).isoformat()


def clock(t_us: int, zone: ZoneInfo) -> str:
    """The local clock alone, `08:00:12`."""
    return from_us(t_us, zone).strftime("%H:%M:%S")


def clock_s(text: str) -> int:
    """Seconds after midnight of `HH:MM` or `HH:MM:SS`; hours past 24 belong to the same service day.

    >>> clock_s("04:00"), clock_s("25:10:05")
    (14400, 90605)
    """
    parts = text.split(":")
    if len(parts) not in (2, 3) or not all(p.isascii() and p.isdigit() and len(p) <= 2 for p in parts):
        raise Refused("CLOCK_MALFORMED", f'"{text}" is not a clock time', cure="Write it as 08:30 or 08:30:00.")
    hours, minutes, seconds = (int(p) for p in [*parts, "0"][:3])
    if minutes > 59 or seconds > 59 or hours > 47:
        raise Refused("CLOCK_MALFORMED", f'"{text}" is not a clock time', cure="Hours go to 47, minutes to 59.")
    return hours * 3600 + minutes * 60 + seconds


def service_date(t_us: int, zone: ZoneInfo, cut_s: int) -> date:
    """The service day to which a moment belongs."""
    local = from_us(t_us, zone).replace(tzinfo=None)
    return (local - timedelta(seconds=cut_s)).date()


def day_start_us(day: date, zone: ZoneInfo, cut_s: int) -> int:
    """When a service day begins."""
    return at_us(day, cut_s, zone)


def at_us(day: date, clock_seconds: int, zone: ZoneInfo) -> int:
    """The moment when a city's clock shows so many seconds after midnight of `day` (25:10 is the next morning)."""
    days, rest = divmod(clock_seconds, 86_400)
    midnight = datetime(day.year, day.month, day.day) + timedelta(days=days, seconds=rest)  # noqa: DTZ001
    return to_us(midnight.replace(tzinfo=zone))
