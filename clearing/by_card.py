"""A card's money moved by hand: a top-up that the bank takes back, a card replaced, a debt written off, old value expired.

None of it reaches the chip, so it stands in an account of its own, `float:<issuer>:granted`: what the issuer owes to a card
beyond what the card says, or less than it says.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np

from afc.refusal import Refused
from afc.tap import TapKind
from clearing.chart import chart_of
from clearing.close import latest_detail
from clearing.facts import facts_of
from clearing.holdings import find_card
from clearing.house import House
from clearing.refund import owed_to, taken_back_of
from clearing.store import Ruling, Store
from clearing.views import find_custody, tap_name


def charge_back(house: House, subject: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    """The bank takes the money of a top-up back: the retailer owes so much less, and the issuer has the rider's debt.

    Rides that were paid with it stay paid: operators keep their shares.
    """
    tap, minor = find_custody(house, tap_name(subject)).tap, int(asked["amount"])
    if tap["kind"] != TapKind.LOAD:
        raise Refused("NOT_A_LOAD", f"{subject} loaded nothing", cure="Name the tap that loaded the card.")
    undone = taken_back_of(house.store)
    mine = [one for one in house.store.rulings() if one.kind == "charge_back" and one.name not in undone]
    left = int(tap["amount"]) - sum(one.decided["minor"] for one in mine if one.subject == subject)
    if not 0 < minor <= left:
        what = f"{minor} cannot be charged back: {left} is left of the top-up"
        raise Refused("CHARGE_BACK_TOO_LARGE", what, where=subject, cure=f"From 1 to {left}.")
    chart, retailer = chart_today(house), retailer_of(house, int(tap["device"]), int(tap["time_us"]))
    issuer = chart.issuers[int(tap["medium"])]
    return {
        "minor": minor,
        "postings": [[f"cash:{retailer}", -minor], [f"debt:{issuer}", minor]],
        "card": f"{int(tap['card']):016x}",
    }


def replace(house: House, subject: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    """All that a card is worth, moved to another one: nothing is made and nothing is lost."""
    old, new = find_card(house, subject), find_card(house, str(asked["new"]))
    if old["card"] == new["card"]:
        raise Refused("SAME_CARD", "a card is not replaced by itself", where="--new", cure="Name the new card.")
    minor = worth(house, old)
    if minor <= 0:
        raise Refused("NOTHING_TO_MOVE", f"the card is worth {minor}", where=subject, cure="A debt is written off.")
    chart = chart_today(house)
    accounts = [owed_to(chart, int(card["medium"])) for card in (old, new)]
    return {
        "postings": [[accounts[0], minor], [accounts[1], -minor]],
        "granted": {name(old): -minor, name(new): minor},
    }


def write_off(house: House, subject: str, _asked: Mapping[str, Any]) -> dict[str, Any]:
    """A card that was ridden into debt and will not come back: the issuer has the loss."""
    card = find_card(house, subject)
    if (minor := -worth(house, card)) <= 0:
        raise Refused("NO_DEBT", f"the card is worth {-minor}", where=subject, cure="Only a debt is written off.")
    issuer = chart_today(house).issuers[int(card["medium"])]
    account = owed_to(chart_today(house), int(card["medium"]))
    return {"postings": [[account, -minor], [f"loss:{issuer}", minor]], "granted": {name(card): minor}}


def expire(house: House, subject: str, _asked: Mapping[str, Any]) -> dict[str, Any]:
    """What is left on a card that nobody will use: the issuer has it."""
    card = find_card(house, subject)
    if (minor := worth(house, card)) <= 0:
        raise Refused("NOTHING_LEFT", f"the card is worth {minor}", where=subject, cure="A debt is written off.")
    issuer = chart_today(house).issuers[int(card["medium"])]
    account = owed_to(chart_today(house), int(card["medium"]))
    return {"postings": [[f"breakage:{issuer}", -minor], [account, minor]], "granted": {name(card): -minor}}


def worth(house: House, card: np.void) -> int:
    """What a card holds, and what was granted to it beyond that."""
    return int(card["balance"]) + granted(house.store, name(card))


def granted(store: Store, card: str) -> int:
    """What rulings gave a card, or took from it, without the chip."""
    return sum(one.decided.get("granted", {}).get(card, 0) for one in store.rulings())


def rulings_about(store: Store, card: str) -> list[Ruling]:
    """The rulings that gave a card something, took it away, or left its rider a debt."""
    return [one for one in store.rulings() if card in one.decided.get("granted", {}) or card == one.decided.get("card")]


def name(card: np.void) -> str:
    """A card's number as journeys are named by it."""
    return f"{int(card['card']):016x}"


def chart_today(house: House) -> Any:
    """Who stands where after the last close; before the first, where nothing moves by hand."""
    folder = latest_detail(house, date.max).name
    if not folder[0].isdigit():
        raise Refused("NOTHING_CLOSED", "no date is closed yet", cure="Close one first.")
    day = date.fromisoformat(folder)
    return chart_of(house.on(day), day, facts_of(house.store.rulings()))


def retailer_of(house: House, device: int, time_us: int) -> str:
    """Whose reader it was."""
    row = next(d for d in house.store.devices() if d.device == device and d.from_us <= time_us < d.to_us)
    return str(house.city.parties[row.operator].id)
