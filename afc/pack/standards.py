"""Codes that others standardise: countries, currencies, time zones, locales, account numbers.

Each is given back as it was, or refused with what to write instead.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

from afc.pack.form import wrong
from afc.refusal import nearest


def country(code: str) -> str:
    from babel import Locale

    if code not in Locale("en").territories or not code.isalpha():
        raise wrong("UNKNOWN_COUNTRY", f'"{code}" is not a country after ISO 3166', "Write two capitals, as in MN.")
    return code


def currency(code: str) -> str:
    from babel.numbers import list_currencies

    if code not in list_currencies():
        cure = "Write three capitals, as in MNT."
        raise wrong("UNKNOWN_CURRENCY", f'"{code}" is not a currency after ISO 4217', cure)
    return code


def zone(key: str) -> str:
    try:
        ZoneInfo(key)
    except (KeyError, ValueError, OSError):
        from zoneinfo import available_timezones

        cure = nearest(key, available_timezones()) or "Write it as Asia/Ulaanbaatar."
        raise wrong("UNKNOWN_ZONE", f'"{key}" is not a time zone', cure) from None
    return key


def locale(name: str) -> str:
    from babel import Locale, UnknownLocaleError

    try:
        Locale.parse(name)
    except (UnknownLocaleError, ValueError):
        raise wrong("UNKNOWN_LOCALE", f'"{name}" is not a locale', "Write it as mn_MN.") from None
    return name


def iban(number: str) -> str:
    compact = number.replace(" ", "")
    if not (compact.isascii() and compact.isalnum() and compact.isupper() and 15 <= len(compact) <= 34):
        raise wrong("IBAN_MALFORMED", f'"{number}" is not an IBAN', 'Use { other = "..." } for other account numbers.')
    shifted = compact[4:] + compact[:2]
    right = 98 - int("".join(str(int(c, 36)) for c in shifted + "00")) % 97
    if compact[2:4] != f"{right:02d}":
        cure = f"For this account they would be {right:02d}."
        raise wrong("IBAN_CHECK", f'the check digits of "{number}" do not fit', cure)
    return compact
