"""Languages: what riders are told, in English and in every language that has a catalogue under `afc/locale`.

Catalogues are gettext's. `make messages` takes up new sentences from the source and compiles what was translated.
"""

from __future__ import annotations

import gettext
from functools import cache
from pathlib import Path
from typing import NamedTuple

from afc.refusal import Refused, nearest

LOCALES = Path(__file__).parent / "locale"
SOURCE = "en"


def said(text: str) -> str:
    """Mark a sentence for translation; it is returned as it is."""
    return text


def plural(one: str, many: str) -> tuple[str, str]:
    """Mark a sentence with its plural for translation."""
    return one, many


class Translate(NamedTuple):
    """One language's catalogue."""

    catalogue: gettext.NullTranslations

    def one(self, text: str) -> str:
        """A sentence in this language; in English where it has not been translated."""
        return self.catalogue.gettext(text)

    def many(self, one: str, many: str, n: int) -> str:
        """A sentence in the form that goes with a number."""
        return self.catalogue.ngettext(one, many, n)


def languages() -> list[str]:
    """Codes of the languages that can be spoken, English first."""
    return [SOURCE, *sorted(folder.name for folder in LOCALES.iterdir() if folder.is_dir())]


@cache
def translator(language: str) -> Translate:
    """The catalogue of a language, by its code: en, es, ko, mn."""
    if language not in languages():
        cure = nearest(language, languages()) or f"Known: {', '.join(languages())}."
        raise Refused("LANGUAGE_UNKNOWN", f'nothing is translated into "{language}"', cure=cure)
    if language == SOURCE:
        return Translate(gettext.NullTranslations())
    return Translate(gettext.translation("afc", LOCALES, [language]))
