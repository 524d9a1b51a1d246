"""Beginning a pack: the town's files are written into a new folder under the name, currency and clock that are asked for.

Nothing half-made is left behind, and what is handed over has been loaded.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from pydantic_core import PydanticCustomError

from afc.pack import standards
from afc.refusal import Refused

TOWN = Path(__file__).parent / "town"
NOWHERE = "ZZ"
TRIALS = "XTS"
"""ISO 4217's own code for trials: nobody takes an amount in it for money."""
_SHOWN = 200


class Place(NamedTuple):
    """Where and under what name a pack begins."""

    name: str
    country: str
    currency: str
    zone: str
    locale: str

    @property
    def title(self) -> str:
        """The name as people read it.

        >>> Place("river-town", "ZZ", "XTS", "UTC", "en").title
        'River Town'
        """
        return " ".join(word.capitalize() for word in re.split(r"[-_]+", self.name) if word)


def place_of(name: str, country: str | None, currency: str | None, zone: str | None, locale: str | None) -> Place:
    """A place whose name and codes are good; a country brings its currency."""
    from afc.city import list_cities

    if not re.fullmatch(r"[a-z][a-z0-9_-]{0,39}", name):
        cure = f'Write it as "{_plain(name)}": 1 to 40 of a-z, 0-9, hyphen and underscore, a letter first.'
        raise Refused("ID_MALFORMED", f'"{name}" cannot be the id of a city', cure=cure)
    if name in list_cities():
        cure = f'Choose another, such as "{name[:37]}-2".'
        raise Refused("CITY_KNOWN", f'a city "{name}" comes with afc', cure=cure)
    where = _checked("--country", standards.country, country or NOWHERE)
    money = _checked("--currency", standards.currency, currency or _currency_of(where))
    clock = _checked("--zone", standards.zone, zone or "UTC")
    return Place(name, where, money, clock, _checked("--locale", standards.locale, locale or "en"))


def _plain(name: str) -> str:
    """The id nearest to a name.

    >>> _plain("Río Ancho!"), _plain("2nd Town"), _plain("한빛")
    ('rio-ancho', 'nd-town', 'my-town')
    """
    import unicodedata

    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9_]+", "-", plain).lstrip("-_0123456789").rstrip("-_")[:40] or "my-town"


def _currency_of(country: str) -> str:
    """What is paid with in a country today."""
    from babel.numbers import get_territory_currencies

    return next(iter(get_territory_currencies(country)), TRIALS)


def _checked(option: str, check: Callable[[str], str], code: str) -> str:
    try:
        return check(code)
    except PydanticCustomError as error:
        found = (error.context or {})["found"]
        raise Refused(found.code, found.what, where=option, cure=found.cure) from None


def begin(place: Place, out: Path) -> list[str]:
    """Write a pack into a folder that does not exist yet, and tell its files."""
    from afc.city import load_city

    if out.exists() or out.is_symlink():
        cure = "Give another folder with --out, or take that one away."
        raise Refused("OUT_EXISTS", "there is something already", where=str(out), cure=cure)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".beginning-", dir=out.parent) as scratch:
            made = Path(scratch) / out.name
            files = list(_written(made, _words(place)))
            assert load_city(made).network.patterns, "a pack that does not load is not handed over"
            shutil.move(made, out)
    except OSError as error:
        cure = "Give a folder that may be written to."
        raise Refused("OUT_UNUSABLE", error.strerror or "cannot be written", where=str(out), cure=cure) from None
    return files


def _words(place: Place) -> Mapping[str, str]:
    """What stands for each mark in the town's files."""
    from afc.money import exponent, show

    return {
        "@ID@": place.name,
        "@TITLE@": place.title,
        "@COUNTRY@": place.country,
        "@CURRENCY@": place.currency,
        "@ZONE@": place.zone,
        "@LOCALE@": place.locale,
        "@AMOUNT@": f"{show(_SHOWN, exponent(place.currency))} {place.currency}",
    }


def _written(folder: Path, words: Mapping[str, str]) -> Iterator[str]:
    for source in sorted(file for file in TOWN.rglob("*") if file.is_file()):
        name = source.relative_to(TOWN)
        text = source.read_text("utf-8")
        for mark, word in words.items():
            text = text.replace(mark, word)
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
        yield name.as_posix()
