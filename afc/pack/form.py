"""Forms: what every table of a pack has in common, and the words, clocks and amounts that fill it.

A form is strict (a whole number is not 1.0), frozen, and knows no key that is not written down. Ids that point elsewhere
(a service, a category, a stop) are checked against the `Known` that is handed in, so an unknown name is told together
with every other mistake of the file.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, NamedTuple, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainValidator, ValidationInfo, model_validator
from pydantic_core import PydanticCustomError

from afc.limits import tap_amount_max
from afc.moment import clock_s
from afc.refusal import Refused, nearest

T = TypeVar("T")
AMOUNT_MAX = 10**15  # a contract's amounts; sums of them stay far inside 64 bits
TEXT_MAX = 2000


@dataclass
class Known:
    """The ids that other files may name, by kind; a kind that is absent is not checked."""

    ids: dict[str, Collection[str]] = field(default_factory=dict)
    forms: dict[int, type[Form]] = field(default_factory=dict)  # which form each table was read as, for near misses

    hints_left: int = 40  # looking for near names among thousands is slow, and nobody reads more hints than this

    def get(self, kind: str) -> Collection[str] | None:
        """The declared ids of a kind."""
        return self.ids.get(kind)

    def hint(self, name: str, names: Collection[str]) -> str:
        """The nearest of some names."""
        self.hints_left -= 1
        return nearest(name, names) if self.hints_left >= 0 else ""


class Form(BaseModel):
    """A table of a pack."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _remember(cls, table: Any, info: ValidationInfo) -> Any:
        if isinstance(table, dict) and isinstance(info.context, Known):
            info.context.forms[id(table)] = cls
        return table

    @classmethod
    def known_keys(cls) -> list[str]:
        """The keys that this table may have, as they are written in the file."""
        return [known.alias or name for name, known in cls.model_fields.items()]


class Finding(NamedTuple):
    """One thing wrong below a table: where (keys from the table down), its name, a sentence, a cure."""

    at: tuple[str | int, ...]
    code: str
    what: str
    cure: str = ""


def refuse(findings: Iterable[Finding]) -> None:
    """Stop a validator with everything it found; nothing happens if it found nothing."""
    found = tuple(findings)
    if found:
        raise PydanticCustomError("FINDINGS", "several", {"found": found})


def wrong(code: str, what: str, cure: str = "") -> PydanticCustomError:
    """A named mistake at the very value that is being read."""
    return PydanticCustomError("FINDINGS", "one", {"found": (Finding((), code, what, cure),)})


def known_of(info: ValidationInfo) -> Known:
    """What the rest of the pack has declared."""
    return info.context if isinstance(info.context, Known) else Known()


def declared(kind: str) -> AfterValidator:
    """An id that must have been declared elsewhere in the pack."""

    def check(name: str, info: ValidationInfo) -> str:
        known = known_of(info)
        names = known.get(kind)
        if names is not None and name not in names:
            cure = known.hint(name, names) or _listing(kind, names)
            raise wrong(f"UNKNOWN_{kind.upper().replace(' ', '_')}", f'there is no {kind} "{name}"', cure)
        return name

    return AfterValidator(check)


def _listing(kind: str, names: Collection[str]) -> str:
    if not names:
        return f"The pack declares no {kind} at all."
    return f"Known: {', '.join(sorted(names))}." if len(names) <= 12 else ""


def _id(name: str) -> str:
    if not re.fullmatch(r"[a-z0-9_-]{1,40}", name):
        cure = "Use 1 to 40 of a-z, 0-9, hyphen and underscore."
        raise wrong("ID_MALFORMED", f'"{name[:60]}" cannot be an id', cure)
    return name


def _label(text: str) -> str:
    """A name as people read it: composed letters, nothing invisible, nothing that turns the line round."""
    if unicodedata.normalize("NFC", text) != text:
        raise wrong("TEXT_NOT_COMPOSED", f'"{text[:60]}" is not in composed form', "Save the text in Unicode form NFC.")
    hidden = [c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Cn") and c != "\n"]
    if hidden:
        what = f"the text has an invisible sign, U+{ord(hidden[0]):04X}"
        raise wrong("TEXT_INVISIBLE", what, "Type the text again without it.")
    if not text.strip():
        raise wrong("TEXT_EMPTY", "the text is empty", "Write a sentence, or leave the key out if it may be left out.")
    return text


def _clock(text: Any) -> str:
    if not isinstance(text, str):
        raise wrong("CLOCK_MALFORMED", f"{text!r} is not a clock time", 'Write it in quotes: "04:00".')
    try:
        clock_s(text)
    except Refused as refused:
        raise wrong(refused.code, refused.what, refused.cure) from None
    return text


def _band(text: Any) -> str:
    if not isinstance(text, str) or not re.fullmatch(r"\d\d:\d\d-\d\d:\d\d", text, re.ASCII):
        shown = f'"{text}"' if isinstance(text, str) else repr(text)
        raise wrong("CLOCK_MALFORMED", f"{shown} is not a band of the clock", 'Write it as "21:00-07:00".')
    begin, end = band_s(text)
    if begin == end or max(begin, end) > 86_400:
        raise wrong("CLOCK_BAND_EMPTY", f"{text} is no band of one day's clock", "Write two times from 00:00 to 24:00.")
    return text


def band_s(text: str) -> tuple[int, int]:
    """Both ends of a half-open band in seconds; one that ends before it begins runs over midnight.

    >>> band_s("21:00-07:00")
    (75600, 25200)
    """
    begin, end = text.split("-")
    return clock_s(_clock(begin)), clock_s(_clock(end))


def _distinct(values: tuple[T, ...]) -> tuple[T, ...]:
    twice = next((value for i, value in enumerate(values) if value in values[:i]), None)
    if twice is not None:
        raise wrong("NAMED_TWICE", f'"{twice}" is named twice', "Name it once.")
    return values


def duplicates(items: Iterable[Any], what: str, key: Callable[[Any], str] = lambda item: item.id) -> Iterable[Finding]:
    """One finding for each item whose id was used by an earlier one."""
    seen: dict[str, int] = {}
    for i, item in enumerate(items):
        if key(item) in seen:
            yield Finding((i,), "DUPLICATE_ID", f'{what} "{key(item)}" is there twice', "Ids must differ.")
        seen.setdefault(key(item), i)


def _money(value: Any, info: ValidationInfo) -> int:
    """Whole minor units; the cure shows how the amount would be written."""
    if isinstance(value, bool) or not isinstance(value, int):
        written = "in the currency's smallest unit, without a point"
        cure = f"Write a whole number {written}, as in 1_550."
        raise wrong("MONEY_NOT_WHOLE", f"{value!r} is not an amount of money", cure)
    if value < 0:
        raise wrong("MONEY_NEGATIVE", f"{value} is below zero", "Amounts are zero or more.")
    if value > AMOUNT_MAX:
        raise wrong("MONEY_TOO_LARGE", f"{value} is past every amount this can hold", f"The largest is {AMOUNT_MAX}.")
    return value


def _charge(value: int) -> int:
    if value > tap_amount_max:
        cure = f"The largest charge that a tap can carry is {tap_amount_max}."
        raise wrong("MONEY_TOO_LARGE", f"{value} does not fit into a tap", cure)
    return value


def required_ids(table: Mapping[str, Any], kind: str, info: ValidationInfo, code: str) -> Iterable[Finding]:
    """One finding for each declared id that a table leaves out."""
    for name in known_of(info).get(kind) or ():
        if name not in table:
            yield Finding((), code, f'{kind} "{name}" is missing', "Write it, with 0 if nothing is asked.")


Id = Annotated[str, AfterValidator(_id)]
Text = Annotated[str, Field(max_length=TEXT_MAX), AfterValidator(_label)]
Name = Annotated[str, Field(max_length=200), AfterValidator(_label)]
Clock = Annotated[str, PlainValidator(_clock)]
Band = Annotated[str, PlainValidator(_band)]  # half-open, local, whole minutes
Distinct = AfterValidator(_distinct)
Money = Annotated[int, PlainValidator(_money)]  # contracts, balances
Charge = Annotated[int, PlainValidator(_money), AfterValidator(_charge)]  # what one tap may ask
Count = Annotated[int, Field(ge=1, le=1_000_000)]
Seconds = Annotated[int, Field(ge=0, le=31 * 86_400)]
Metres = Annotated[int, Field(ge=0, le=10_000_000)]
BasisPoints = Annotated[int, Field(ge=0, le=10_000)]
Share = Annotated[float, Field(ge=0, le=1)]
Weight = Annotated[float, Field(ge=0, le=1e12)]

PartyId = Annotated[str, declared("party")]
ServiceId = Annotated[str, declared("service")]
CategoryId = Annotated[str, declared("category")]
MediumId = Annotated[str, declared("medium")]
AttributeId = Annotated[str, declared("attribute")]
CriterionId = Annotated[str, declared("criterion")]
DayTypeId = Annotated[str, declared("day type")]
StopId = Annotated[str, declared("stop")]
SectionId = Annotated[str, declared("section")]
ProductId = Annotated[str, declared("product")]
RebateId = Annotated[str, declared("rebate")]
TariffId = Annotated[str, declared("tariff version")]
