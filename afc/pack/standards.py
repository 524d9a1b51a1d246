"""Codes that others standardise: countries, currencies, time zones, locales, account numbers.

Each is given back as it was, or refused with what to write instead.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

from afc.pack.form import wrong
from afc.refusal import nearest


def country(code: str) -> str:
    """A country after ISO 3166."""
    from babel import Locale

    if code not in Locale("en").territories or not code.isalpha():
        raise wrong("UNKNOWN_COUNTRY", f'"{code}" is not a country after ISO 3166', "Write its two capitals.")
    return code


def currency(code: str) -> str:
    """A currency after ISO 4217."""
    from babel.numbers import list_currencies

    if code not in list_currencies():
        cure = "Write its three capitals."
        raise wrong("UNKNOWN_CURRENCY", f'"{code}" is not a currency after ISO 4217', cure)
    return code


def zone(key: str) -> str:
    """A zone of the time zone database."""
    try:
        ZoneInfo(key)
    except (KeyError, ValueError, OSError):
        from zoneinfo import available_timezones

        cure = nearest(key, available_timezones()) or "Write it as Area/Place."
        raise wrong("UNKNOWN_ZONE", f'"{key}" is not a time zone', cure) from None
    return key


def locale(name: str) -> str:
    """A language and country, as formats of dates and numbers go by."""
    from babel import Locale, UnknownLocaleError

    try:
        Locale.parse(name)
    except (UnknownLocaleError, ValueError):
        raise wrong(
            "UNKNOWN_LOCALE", f'"{name}" is not a locale', "Write it as language_COUNTRY, as in en_GB."
        ) from None
    return name


def iban(number: str) -> str:
    """An account number whose check digits fit; blanks are taken out."""
    compact = number.replace(" ", "")
    if not (compact.isascii() and compact.isalnum() and compact.isupper() and 15 <= len(compact) <= 34):
        raise wrong("IBAN_MALFORMED", f'"{number}" is not an IBAN', 'Use { other = "..." } for other account numbers.')
    shifted = compact[4:] + compact[:2]
    right = 98 - int("".join(str(int(c, 36)) for c in shifted + "00")) % 97
    if compact[2:4] != f"{right:02d}":
        cure = f"For this account they would be {right:02d}."
        raise wrong("IBAN_CHECK", f'the check digits of "{number}" do not fit', cure)
    return compact
