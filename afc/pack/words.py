"""Words of a pack: ids, names, clock times, amounts and counts, each taken strictly or refused by name."""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, Field, GetJsonSchemaHandler, PlainValidator, ValidationInfo
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from afc.limits import tap_amount_max
from afc.moment import clock_s
from afc.pack.form import wrong
from afc.refusal import Refused

T = TypeVar("T")
AMOUNT_MAX = 10**15  # a contract's amounts; sums of them stay far inside 64 bits
TEXT_MAX = 2000


def _id(name: str) -> str:
    if not re.fullmatch(r"[a-z0-9_-]{1,40}", name):
        cure = "Use 1 to 40 of a-z, 0-9, hyphen and underscore."
        raise wrong("ID_MALFORMED", f'"{name[:60]}" cannot be an id', cure)
    return name


def _label(text: str) -> str:
    """A name as people read it: composed letters, nothing invisible, nothing that turns the line round."""
    if not unicodedata.is_normalized("NFC", text):
        raise wrong("TEXT_NOT_COMPOSED", f'"{text[:60]}" is not in composed form', "Save the text in Unicode form NFC.")
    if not text.replace("\n", "").isprintable() and (hidden := [c for c in text if _is_hidden(c)]):
        what = f"the text has an invisible sign, U+{ord(hidden[0]):04X}"
        raise wrong("TEXT_INVISIBLE", what, "Type the text again without it.")
    if not text.strip():
        raise wrong("TEXT_EMPTY", "the text is empty", "Write a sentence, or leave the key out if it may be left out.")
    return text


def _is_hidden(sign: str) -> bool:
    return unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Co", "Cn") and sign != "\n"


def _clock(text: Any) -> str:
    if not isinstance(text, str):
        raise wrong("CLOCK_MALFORMED", f"{text} is not a clock time", 'Write it in quotes: "04:00".')
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


class _Distinct(AfterValidator):
    """Nothing in a list is there twice; a JSON Schema says so too."""

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return handler(core) | {"uniqueItems": True}


def _money(value: Any, info: ValidationInfo) -> int:
    """Whole minor units; the cure shows how the amount would be written."""
    if isinstance(value, bool) or not isinstance(value, int):
        written = "in the currency's smallest unit, without a point"
        cure = f"Write a whole number {written}, as in 1_550."
        shown = f'"{value}"' if isinstance(value, str) else str(value).lower()
        raise wrong("MONEY_NOT_WHOLE", f"{shown} is not an amount of money", cure)
    if value < 0:
        raise wrong("MONEY_NEGATIVE", f"{value} is below zero", "Amounts are zero or more.")
    if value > AMOUNT_MAX:
        raise wrong("MONEY_TOO_LARGE", f"{value} is past every amount this can hold", f"The largest is {AMOUNT_MAX}.")
    return value


def _signed(value: Any, info: ValidationInfo) -> int:
    """An amount that may be below zero."""
    below = isinstance(value, int) and not isinstance(value, bool) and value < 0
    return -_money(-value, info) if below else _money(value, info)


def _charge(value: int) -> int:
    if value > tap_amount_max:
        cure = f"The largest charge that a tap can carry is {tap_amount_max}."
        raise wrong("MONEY_TOO_LARGE", f"{value} does not fit into a tap", cure)
    return value


def written(**said: Any) -> Any:
    """What a JSON Schema says of a value beside its type, where a validator of ours decides and has the better sentence."""
    return Field(json_schema_extra=said)


CLOCK = r"([0-3]?[0-9]|4[0-7]):[0-5]?[0-9](:[0-5]?[0-9])?"
BAND_END = r"(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)"

WholeMoney = Annotated[int, Field(ge=0, le=AMOUNT_MAX)]
WholeCharge = Annotated[int, Field(ge=0, le=tap_amount_max)]
WholeSigned = Annotated[int, Field(ge=-AMOUNT_MAX, le=AMOUNT_MAX)]
ClockText = Annotated[str, Field(pattern=rf"^{CLOCK}$")]
BandText = Annotated[str, Field(pattern=rf"^{BAND_END}-{BAND_END}$")]

Id = Annotated[str, AfterValidator(_id), written(pattern=r"^[a-z0-9_-]{1,40}$")]
Text = Annotated[str, Field(max_length=TEXT_MAX), AfterValidator(_label), written(minLength=1)]
Name = Annotated[str, Field(max_length=200), AfterValidator(_label), written(minLength=1)]
Clock = Annotated[str, PlainValidator(_clock, json_schema_input_type=ClockText)]
Band = Annotated[str, PlainValidator(_band, json_schema_input_type=BandText)]  # half-open, local, whole minutes
Distinct = _Distinct(_distinct)
Money = Annotated[int, PlainValidator(_money, json_schema_input_type=WholeMoney)]  # contracts, balances
Charge = Annotated[int, PlainValidator(_money, json_schema_input_type=WholeCharge), AfterValidator(_charge)]  # of a tap
Signed = Annotated[int, PlainValidator(_signed, json_schema_input_type=WholeSigned)]
Count = Annotated[int, Field(ge=1, le=1_000_000)]
Seconds = Annotated[int, Field(ge=0, le=31 * 86_400)]
Metres = Annotated[int, Field(ge=0, le=10_000_000)]
BasisPoints = Annotated[int, Field(ge=0, le=10_000)]
Share = Annotated[float, Field(ge=0, le=1)]
Weight = Annotated[float, Field(ge=0, le=1e12)]
