"""Corrections: facts of their own that two people found out, on which the next close prices the cards again that they touch.

A tap stays as it was signed. What it is taken to say, whose reader it was and which version prices its date is looked up
among the corrections, at every fold after them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import numpy as np

from afc.batch import HEADER
from afc.fares.cases import versions_of
from afc.keys import SIGNATURE_BYTES
from afc.refusal import Refused, nearest
from afc.tap import NO_PATTERN, TAP, TapKind
from clearing.clocks import refuse_impossible
from clearing.eras import date_of
from clearing.facts import CORRECTIONS, Facts, facts_of, touched
from clearing.house import House
from clearing.reprice import NOBODY, Marked, nominal
from clearing.standing import Era
from clearing.store import Kept, Ruling
from clearing.terms import split_versions


def stop(house: House, _subject: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Taps of a reader from one number to another were made at another stop."""
    network = house.city.network
    if asked["stop"] not in network.stop_ids:
        raise Refused("STOP_UNKNOWN", f'no stop "{asked["stop"]}"', cure=nearest(asked["stop"], network.stop_ids))
    number = network.stop_ids.index(asked["stop"])
    facts = {key: int(asked[key]) for key in ("device", "epoch", "first_seq", "last_seq")} | {"stop": number}
    high = house.store.last_seq(facts["device"], facts["epoch"])
    taps = taps_that(house, "stop", facts | {"places": {}})
    if facts["last_seq"] > high or len(taps) < facts["last_seq"] - facts["first_seq"] + 1:
        what = f"of {facts['first_seq']} to {facts['last_seq']} only {len(taps)} have come, the newest is {high}"
        raise Refused(
            "TAPS_MISSING", what, where="--seq", cure="Name what is there; what comes later may say another stop."
        )
    found = riders(taps)
    places = {}
    for pattern in np.unique(found["pattern"][found["pattern"] != NO_PATTERN]).tolist():
        stops = list(network.patterns[pattern].stops)
        if number not in stops:
            what = f"{asked['stop']} is not on the way of {network.route_ids[network.patterns[pattern].route]}"
            raise Refused("STOP_NOT_ON_ROUTE", what, where="--stop", cure="Name a stop of the vehicle's route.")
        places[str(pattern)] = stops.index(number)
    return facts | {"places": places, "taps": len(found)}


def clock(house: House, _subject: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    """A reader's clock was wrong for a time: so much is added to what it said, beside what was added before."""
    facts = {key: int(asked[key]) for key in ("device", "from_us", "to_us", "offset_us")}
    taps = len(riders(taps_that(house, "clock", facts)))
    refuse_impossible(house.store, house.city, facts, batches_of(house, facts["device"]))
    return facts | {"taps": taps}


def operator(house: House, _subject: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    """A reader worked for another operator than the register says."""
    ids = [party.id for party in house.city.parties if "service_operator" in party.roles]
    if asked["operator"] not in ids:
        raise Refused("PARTY_UNKNOWN", f'no operator "{asked["operator"]}"', cure=nearest(asked["operator"], ids))
    number = [party.id for party in house.city.parties].index(asked["operator"])
    facts = {key: int(asked[key]) for key in ("device", "from_us", "to_us")} | {"operator": number}
    return facts | {"taps": len(riders(taps_that(house, "operator", facts)))}


def tariff(house: House, _subject: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Service dates are judged by another tariff version of the pack."""
    return of_version(asked, [version["id"] for version in versions_of(house.city)])


def split(house: House, _subject: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Service dates are split by another version of the pack."""
    return of_version(asked, [version["id"] for version in split_versions(house.city)])


def of_version(asked: Mapping[str, Any], ids: list[str]) -> dict[str, Any]:
    """A version in force from one date through another."""
    if asked["version"] not in ids:
        raise Refused("ID_UNKNOWN", f'no version "{asked["version"]}"', cure=nearest(asked["version"], ids))
    first, last = (date.fromisoformat(asked[key]) for key in ("first", "last"))
    if last < first:
        raise Refused("DATES_TURNED", f"{last} is before {first}", where="--last", cure="Write the first date first.")
    return {"version": ids.index(asked["version"]), "first": first.isoformat(), "last": last.isoformat()}


def taps_that(house: House, kind: str, facts: dict[str, Any]) -> np.ndarray:
    """The accepted taps that a correction is about; it is refused where there are none."""
    known = facts_of(house.store.rulings())
    found = [about(taps, kind, facts, known) for _, taps in batches_of(house, facts["device"])]
    taps = np.concatenate(found) if found else np.zeros(0, TAP)
    if not len(taps):
        cure = "See: afc device show. Taps of a reader count from 1, times are UTC inside."
        raise Refused("NOTHING_TO_CORRECT", f"device {facts['device']} made no such tap", cure=cure)
    return taps


def about(taps: np.ndarray, kind: str, fact: dict[str, Any], known: Facts) -> np.ndarray:
    """The taps, as they were signed, that a correction is about."""
    found: np.ndarray = taps[touched(known.judged(taps) if kind == "operator" else taps, kind, fact)]
    return found


def batches_of(house: House, device: int) -> Iterator[tuple[Kept, np.ndarray]]:
    """Every accepted batch of a reader with its taps."""
    for kept in [kept for kept in house.store.log() if kept.device == device]:
        for _, sealed in house.store.accepted(kept.position, kept.position):
            yield kept, np.frombuffer(sealed[HEADER.size : -SIGNATURE_BYTES], TAP)


def riders(taps: np.ndarray) -> np.ndarray:
    """Taps of cards, not of vehicles."""
    found: np.ndarray = taps[taps["kind"] != TapKind.TRIP]
    return found


def marked_by(house: House, rulings: list[Ruling], facts: Facts, eras: tuple[Era, ...]) -> Marked:
    """The cards that new corrections touch, with the first date that has to be folded again."""
    mine = [ruling for ruling in rulings if ruling.kind in CORRECTIONS]
    if not mine or not eras:
        return NOBODY
    cards, begin, everybody = [np.zeros(0, np.uint64)], [np.zeros(0, np.int64)], NOBODY.everybody
    for ruling in mine:
        fact = ruling.decided
        if ruling.kind in ("tariff", "split"):
            everybody = min([everybody, *(e for e, era in enumerate(eras) if inside(era, fact))])
            continue
        for _, taps in batches_of(house, fact["device"]):
            found = riders(about(taps, ruling.kind, fact, facts))
            cards.append(found["card"])
            known = facts.judged(found)["time_us"]
            begin.append(np.minimum(nominal(found["time_us"], eras), nominal(known, eras)))
    everyone, first = np.concatenate(cards), np.concatenate(begin)
    names, where = np.unique(everyone[first < len(eras)], return_inverse=True)
    earliest = np.full(len(names), len(eras))
    np.minimum.at(earliest, where, first[first < len(eras)])
    return Marked(names, earliest, everybody, mine[-1].number)


def inside(era: Era, fact: Mapping[str, Any]) -> bool:
    """Is a date among those that a version is put in force for?"""
    return bool(fact["first"] <= date_of(era.number).isoformat() <= fact["last"])
