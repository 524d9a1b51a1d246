"""A card as the clearing house knows it: what it held after the last close, where it went, and what does not add up."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

import numpy as np

from afc.fares.codes import EXIT
from afc.fares.state import refusal_of
from afc.money import show
from afc.refusal import Refused
from afc.tap import TAP
from clearing.by_hand import settled_singly
from clearing.close import latest_detail
from clearing.contradictions import taps_of
from clearing.dealing import shard_with
from clearing.detail import read_array
from clearing.house import ISSUED, House
from clearing.unsettled import SUCCESSOR, UNRATIFIED, unsettled
from clearing.views import Detail, JourneyName, Row, TapName, detail_of


class Discrepancy(NamedTuple):
    """Something about a card that a person has to look at."""

    what: str
    where: str  # the tap, or the digest of the batch
    told: str
    minor: int


class Holding(NamedTuple):
    """A card after the last close that there was; `asof` is its date, or the register's word for before the first."""

    card: np.void
    asof: str
    journeys: tuple[tuple[JourneyName, str, int, int], ...]  # name, date, legs, charge; the newest first
    discrepancies: tuple[Discrepancy, ...]


def holding(house: House, text: str, journeys_max: int) -> Holding:
    """Everything about the card of this number."""
    folder = latest_detail(house, date.max)
    card = find_card(house, text)
    number, closed = int(card["card"]), folder.name != ISSUED
    detail = detail_of(house)
    ridden = tuple(journeys_of(detail, number, journeys_max)) if closed else ()
    found = [
        *set_aside(house, number),
        *open_about(house, number),
        *(rated_otherwise(detail, number, house.city) if closed else []),
    ]
    return Holding(card, folder.name, ridden, tuple(found))


def find_card(house: House, text: str) -> np.void:
    """The card of a number in decimal, or in hexadecimal as journeys are named by it."""
    found = {int(card["card"]): card for number in numbers(text) if (card := look_up(house, number)) is not None}
    if len(found) == 1:
        return found.popitem()[1]
    if found:
        cure = "Begin a hexadecimal number with 0x."
        raise Refused("CARD_UNCLEAR", f"{text} is a card in decimal and another in hexadecimal", cure=cure)
    cure = "Numbers of cards are in detail/issued, and in the names of journeys."
    raise Refused("CARD_UNKNOWN", f"no issuer has registered a card {text}", cure=cure)


def numbers(text: str) -> set[int]:
    """What a number may mean: 0x says it is hexadecimal, sixteen digits may be both."""
    digits = text.lower().removeprefix("0x")
    try:
        either = {int(digits, 16)} if len(digits) == 16 or digits != text.lower() else set()
        either |= {int(text)} if text.isascii() and text.isdigit() else set()
    except ValueError:
        return set()
    return {number for number in either if 0 < number < 2**64}


def look_up(house: House, number: int) -> np.void | None:
    """The card's row after the last close, if an issuer has registered it."""
    shard = shard_with(number, house.shards)
    cards = read_array(latest_detail(house, date.max) / f"cards-{shard:02d}.npy")
    row = int(np.searchsorted(cards["card"], np.uint64(number)))
    known = row < len(cards) and int(cards["card"][row]) == number
    card: np.void | None = cards[row] if known else None
    return card


def journeys_of(detail: Detail, card: int, most: int) -> list[tuple[JourneyName, str, int, int]]:
    """The last journeys of a card, the newest first."""
    shard = shard_with(card, detail.shards)
    found: list[tuple[JourneyName, str, int, int]] = []
    for day in reversed(detail.dates):
        legs = detail.of_card(day, "legs", shard, card)
        for number in sorted({int(leg["journey"]) for leg in legs}, reverse=True):
            mine = [leg for leg in legs if leg["journey"] == number]
            charge = sum(int(leg["charge"]) + int(leg["collected"]) for leg in mine)
            found.append((JourneyName(card, number), day, len(mine), charge))
        if len(found) >= most:
            break
    return found[:most]


def set_aside(house: House, card: int) -> list[Discrepancy]:
    """Taps of the card in quarantine, alone or inside a batch."""
    released, found = {act.digest for act in house.store.acts()} | settled_singly(house.store), []
    for row in house.store.quarantined():
        if row.digest in released:
            continue
        taps = np.frombuffer(row.content, TAP) if row.seq else taps_of(row.content)
        for tap in taps[taps["card"] == card]:
            name = str(TapName(int(tap["device"]), int(tap["epoch"]), int(tap["seq"])))
            where = "" if row.seq else f"in batch {row.digest.hex()[:12]}"
            found.append(Discrepancy(row.reason, name, where, int(tap["amount"])))
    return found


def open_about(house: House, card: int) -> list[Discrepancy]:
    """Taps of the card that it never confirmed, and counters that only the next tap tells of."""
    told = {
        UNRATIFIED: "waits for the card's next tap",
        SUCCESSOR: "shows by its counter that taps before it are missing",
    }
    return [
        Discrepancy(one.what, one.tap, f"counter {one.first}–{one.last}; {told[one.what]}", one.minor)
        for one in unsettled(house)
        if one.card == card
    ]


def rated_otherwise(detail: Detail, card: int, city: Any) -> list[Discrepancy]:
    """Rides for which the reader took something else than the rules come to."""
    shard = shard_with(card, detail.shards)
    return [
        Discrepancy(
            "RATED_OTHERWISE",
            str(tap_of(tap)),
            f"{day}: rules say {rules_say(tap['rated'], city)}",
            int(tap["amount"]),
        )
        for day in detail.dates
        for tap in detail.of_card(day, "taps", shard, card)
        if tap["kind"] <= EXIT and tap["rated"] != tap["amount"]
    ]


def rules_say(rated: int, city: Any) -> str:
    """What the rules come to: an amount, or that they refuse and why."""
    refusal = refusal_of(rated)
    return f"{show(rated, city.exponent)} {city.currency}" if refusal is None else f"no: {refusal.name}"


def tap_of(row: Row | dict[str, Any]) -> TapName:
    """The name of a tap in the detail."""
    return TapName(row["device"], row["epoch"], row["seq"])
