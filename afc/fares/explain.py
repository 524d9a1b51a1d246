"""From lines to sentences: the reasons of a charge in a rider's words and language; the amounts are the lines' own."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from afc.fares.citation import Told, pair_of, tables_of
from afc.fares.state import Refusal, Rule
from afc.language import plural, said, translator

Version = Mapping[str, Any]

_WORDS = {
    Rule.BASE: said("base fare"),
    Rule.TRANSFER: said("transfer {quantity}: same journey"),
    Rule.DISTANCE: said("distance, {metres} so far"),
    Rule.CEILING: said("never more than the tariff's ceiling"),
    Rule.SECTION: said("section surcharge"),
    Rule.EARLY: said("early boarding, {percent} off the base"),
    Rule.QUOTA: said("ride of the month's quota, paid by another payer"),
    Rule.PASS: said("paid by the pass {name}"),
    Rule.FREE_DAY: said("free day"),
    Rule.COLLECTED: said("transfer discount taken back: leg {quantity} had no tap-out"),
    Rule.SURCHARGE: said("surcharge: leg {quantity} had no tap-out"),
    Rule.MODIFIER: said("{name}"),
    Rule.THROUGH: said("already paid in this journey"),
    Rule.CAP: said("nothing more to pay: {name}"),
    Rule.LOYALTY: said("for riding often: {name}"),
    Rule.HOLD: said("held until the tap-out"),
    Rule.RELEASE: said("hold given back"),
    Rule.OVERSTAY: said("stayed longer than the tariff allows"),
    Rule.PENALTY: said("leg {quantity} had no tap-out: its fare to the end"),
    Rule.OUTSIDE: said("beyond what the pass {name} is good for"),
}
_NAMED = {Rule.MODIFIER: "modifier", Rule.CAP: "cap", Rule.LOYALTY: "cap", Rule.QUOTA: "quota"}


def reason(told: Told, version: Version, language: str = "en") -> str:
    """A line's sentence, with what riders call the fare table behind it.

    >>> komuter = {"services": ["train"], "by": "zones", "name": "Komuter"}
    >>> reason(Told(Rule.FARE, 3, "train", "adult", "card"), {"fare": [komuter]})
    'fare for 3 zones: Komuter'
    """
    text = sentence(told.rule, told.quantity, version, told.service, language)
    name = table_name(version, told) if told.rule == Rule.FARE else ""
    return f"{text}: {name}" if name else text


def table_name(version: Version, told: Told) -> str:
    """What the tariff calls the fare table of a ride; nothing where a pair or several tables made the price."""
    names = {version["fare"][i].get("name", "") for i in tables_of(version, told)}
    return str(names.pop()) if len(names) == 1 and pair_of(version, told) < 0 else ""


def sentence(rule: Rule, quantity: int, version: Version | None = None, service: str = "", language: str = "en") -> str:
    """One line's reason; with the tariff version it also says the names of passes, modifiers, caps and quotas.

    >>> sentence(Rule.DISTANCE, 10500)
    'distance, 10.5 km so far'
    >>> sentence(Rule.EARLY, 20)
    'early boarding, 20 % off the base'
    >>> sentence(Rule.DISTANCE, 10500, language="es")
    'distancia: 10,5 km hasta aquí'
    >>> sentence(Rule.FARE, 3, {"fare": [{"services": ["bus"], "by": "zones"}]}, "bus")
    'fare for 3 zones'
    """
    version, translate = version or {}, translator(language)
    if rule == Rule.FARE:
        return fare_sentence(quantity, version, service, language)
    name, words = name_of(rule, quantity, version), translate.one(_WORDS[rule])
    percent = translate.one(said("{n} %")).format(n=quantity)
    text = words.format(quantity=quantity, percent=percent, metres=kilometres(quantity, language), name=name)
    text = " ".join(text.split())
    return f"{text}: {name}" if rule == Rule.QUOTA and name else text


def refusal_sentence(refusal: Refusal, language: str = "en") -> str:
    """Why a reader did not open, as the rider is told.

    >>> refusal_sentence(Refusal.INSUFFICIENT_BALANCE, "es")
    'El saldo no alcanza para este viaje.'
    """
    return translator(language).one(refusal.sentence)


def fare_sentence(quantity: int, version: Version, service: str, language: str) -> str:
    """What a fare table counted."""
    translate = translator(language)
    by_pair = any(service in row["services"] for row in version.get("pair", []))
    counts = (row["by"] for row in version.get("fare", []) if service in row["services"])
    by = next(counts, "hops" if by_pair else "metres")
    if by == "metres":
        return translate.one(said("fare for {metres}")).format(metres=kilometres(quantity, language))
    forms = {
        "zones": plural("fare for {n} zone", "fare for {n} zones"),
        "stages": plural("fare for {n} stage", "fare for {n} stages"),
        "stations": plural("fare for {n} station, both ends counted", "fare for {n} stations, both ends counted"),
        "hops": plural("fare to the next station", "fare for {n} stations further"),
    }
    return translate.many(*forms[by], quantity).format(n=quantity)


def kilometres(metres: int, language: str = "en") -> str:
    """Metres as riders read them: whole hundreds, with the language's decimal sign.

    >>> kilometres(10_599), kilometres(10_599, "es")
    ('10.5 km', '10,5 km')
    """
    from babel.numbers import format_decimal

    number = format_decimal(Decimal(metres // 100) / 10, format="0.0", locale=language)
    return translator(language).one(said("{n} km")).format(n=number)


def name_of(rule: Rule, quantity: int, version: Version) -> str:
    """What the tariff calls the pass, modifier, cap or quota behind a line, in the pack's own words; the id of a quota says
    nothing to riders."""
    table, place = ("product", quantity - 1) if rule in (Rule.PASS, Rule.OUTSIDE) else (_NAMED.get(rule, ""), quantity)
    rows = version.get(table, [])
    if not 0 <= place < len(rows):
        return ""
    if rule == Rule.QUOTA:
        return str(rows[place].get("name", ""))
    return str(rows[place].get("name", rows[place]["id"].replace("_", " ")))
