"""Refunds and disputes: money of a journey given back to its card, never more than was paid for it.

The operators that earned the journey give it back in proportion to what they have left of it; a party of a pool gives
nothing, whoever makes good the pool's shortfall does. The money is granted to the card, and reaches the chip some other way;
a rider who is billed later is billed less.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any

from afc.money import allocate
from afc.refusal import Refused
from clearing.by_hand import posted_for
from clearing.chart import chart_of
from clearing.facts import facts_of
from clearing.house import House
from clearing.postings import Chart
from clearing.store import Ruling, Store
from clearing.views import Journey, JourneyName, TapName, detail_of, find_journey, journey_name

GIVING = ("refund", "upheld")
TAKEN_BACK = (*GIVING, "charge_back", "replace", "write_off", "expire")


def refund(house: House, subject: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    """A part of what a journey cost, given back."""
    if subject.upper().startswith("R-"):
        cure = "To undo a refund: afc refund take-back."
        raise Refused("REFUND_OF_REFUND", f"{subject} is a ruling, and only journeys are refunded", cure=cure)
    return giving_back(house, journey_name(subject), int(asked["amount"]))


def giving_back(house: House, name: JourneyName, minor: int) -> dict[str, Any]:
    """What giving back so much of a journey comes to."""
    journey = find_journey(detail_of(house), name)
    earned, given = earned_by(house, journey), given_back(house.store, journey)
    if not earned:
        cure = "Wait until the date after it is closed."
        raise Refused("JOURNEY_OPEN", f"{name} brought nobody anything yet", where=str(name), cure=cure)
    left = {operator: max(share - given.get(operator, 0), 0) for operator, share in earned.items()}
    if not 0 < minor <= sum(left.values()):
        what = f"{minor} cannot be given back: {sum(earned.values())} was paid, {sum(given.values())} came back already"
        raise Refused("REFUND_TOO_LARGE", what, where=str(name), cure=f"Give back from 1 to {sum(left.values())}.")
    parts = dict(zip(left, allocate(minor, list(left.values())), strict=True))
    about = date.fromisoformat(journey.date)
    chart = chart_of(house.on(about), about, facts_of(house.store.rulings()))
    postings: defaultdict[str, int] = defaultdict(int)
    for operator, part in parts.items():
        postings[bearer(house, chart, operator)] += part
    postings[owed_to(chart, int(journey.legs[0]["medium"]))] -= minor
    return {
        "about": journey.date, "journey": str(name), "taps": tap_names(journey), "parts": parts,
        "postings": [[account, postings[account]] for account in sorted(postings) if postings[account]],
        "granted": {f"{name.card:016x}": minor},
    }  # fmt: skip


def earned_by(house: House, journey: Journey) -> dict[str, int]:
    """What each operator has of a journey, by id."""
    sums: defaultdict[str, int] = defaultdict(int)
    for share in journey.shares:
        sums[str(house.city.parties[share["operator"]].id)] += int(share["minor"])
    return {operator: sums[operator] for operator in sorted(sums) if sums[operator] > 0}


def given_back(store: Store, journey: Journey) -> dict[str, int]:
    """What each operator gave back of a journey before, whatever its number was then: its taps tell."""
    sums: defaultdict[str, int] = defaultdict(int)
    mine, undone = set(tap_names(journey)), taken_back_of(store)
    for ruling in store.rulings():
        if ruling.kind in GIVING and ruling.name not in undone and mine & set(ruling.decided["taps"]):
            for operator, part in ruling.decided["parts"].items():
                sums[operator] += part
    return sums


def tap_names(journey: Journey) -> list[str]:
    """The taps of a journey in the order of the card."""
    rows = sorted(journey.taps.values(), key=lambda tap: int(tap["counter"]))
    return [str(TapName(row["device"], row["epoch"], row["seq"])) for row in rows]


def bearer(house: House, chart: Chart, operator: str) -> str:
    """The account that an operator's part is taken from."""
    account = chart.earns(operator)
    pool = house.city.contracts.pool
    return f"receivable:{pool.shortfall}:shortfall" if account == "pool" and pool else account


def owed_to(chart: Chart, medium: int) -> str:
    """Where a card's money goes: the issuer grants it, or bills so much less."""
    issuer = chart.issuers[medium]
    return f"receivable:{issuer}" if chart.postpaid[medium] else f"float:{issuer}:granted"


def dispute(house: House, subject: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    """A claim about a journey, which waits for a decision."""
    journey = find_journey(detail_of(house), journey_name(subject))
    if not str(asked.get("claim", "")).strip():
        raise Refused("CLAIM_MISSING", "a dispute says what is claimed", where="--claim", cure="Say it in a sentence.")
    open_ = [
        one for one in disputes(house.store) if one[1] is None and set(one[0].decided["taps"]) & set(tap_names(journey))
    ]
    if open_:
        raise Refused("DISPUTE_OPEN", f"{open_[0][0].name} is about this journey", cure="Decide that one.")
    return {"journey": subject, "taps": tap_names(journey), "paid": journey.total_minor, "date": journey.date}


def disputes(store: Store) -> list[tuple[Ruling, Ruling | None]]:
    """Every dispute, each with its decision if there is one."""
    rulings = store.rulings()
    decided = {one.subject: one for one in rulings if one.kind in ("upheld", "rejected")}
    return [(one, decided.get(one.name)) for one in rulings if one.kind == "dispute"]


def find_dispute(store: Store, name: str) -> Ruling:
    """A dispute that waits."""
    found = {one.name: (one, done) for one, done in disputes(store)}
    if name not in found:
        raise Refused("DISPUTE_UNKNOWN", f"there is no dispute {name}", cure="See: afc dispute list")
    if (done := found[name][1]) is not None:
        raise Refused("DISPUTE_DECIDED", f"{name} was {done.kind} with {done.name}", cure="See: afc dispute list --all")
    return found[name][0]


def upheld(house: House, subject: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    """The claim was right: so much is given back."""
    claim = find_dispute(house.store, subject)
    return giving_back(house, journey_name(claim.subject), int(asked["amount"]))


def rejected(house: House, subject: str, _asked: Mapping[str, Any]) -> dict[str, Any]:
    """The claim was wrong."""
    return {"journey": find_dispute(house.store, subject).subject}


def take_back(house: House, subject: str, _asked: Mapping[str, Any]) -> dict[str, Any]:
    """A ruling that moved money is undone: what was posted is negated, once."""
    ruling = next((one for one in house.store.rulings() if one.name == subject), None)
    if ruling is None or ruling.kind not in TAKEN_BACK:
        raise Refused("RULING_UNKNOWN", f"{subject} is no ruling that moved money", cure="Rulings are named R-number.")
    if subject in taken_back_of(house.store):
        raise Refused("TAKEN_BACK_BEFORE", f"{subject} was taken back", cure="A reversal happens once.")
    if posted_for(house.store, subject) is None:
        raise Refused("NOT_POSTED_YET", f"{subject} is not in the books yet", cure="Close the open date first.")
    return {"granted": {card: -minor for card, minor in ruling.decided.get("granted", {}).items()}}


def taken_back_of(store: Store) -> set[str]:
    """The names of rulings that were taken back."""
    return {one.subject for one in store.rulings() if one.kind == "take_back"}
