"""Frauds with cards. The fraudster has the card, so every tap carries a right MAC and what a real reader would charge."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from afc.moment import MINUTE_US, SECOND_US
from afc.network.crow import crow_m
from afc.tap import NO_PATTERN, TAP, TapKind
from sim.faults.label import Label
from sim.faults.street import Street

STAFF_BOARDINGS = 14
FAR_M = 6_000
RIDES = (TapKind.ENTRY, TapKind.EXIT)


def drawn(street: Street, rng: np.random.Generator, least: int) -> Iterator[tuple[int, np.ndarray]]:
    """Cards with at least so many taps today, in an order drawn by lot; each card is in one fraud only."""
    of_cards = {card: rows for card, rows in street.of_cards().items() if len(rows) >= least}
    cards = sorted(of_cards)
    for i in rng.permutation(len(cards)).tolist():
        if cards[i] not in street.busy_cards:
            yield cards[i], of_cards[cards[i]]


def cloned_card(street: Street, n: int, rng: np.random.Generator, _city: Any) -> list[Label]:
    """A copy made in the morning boards elsewhere between the second and the third tap of the card."""
    labels: list[Label] = []
    boardings = street.riders()
    boardings = boardings[street.taps["kind"][boardings] == TapKind.ENTRY]
    times = street.taps["time_us"][boardings]
    for card, rows in drawn(street, rng, 3):
        after, before = street.taps["time_us"][rows[1:3]].tolist()
        elsewhere = ~np.isin(street.taps["device"][boardings], street.taps["device"][rows])
        fit = boardings[(times > after) & (times < before) & elsewhere]
        if len(labels) == n or not len(fit):
            if len(labels) == n:
                break
            continue
        answer = street.present(street.card(card), street.taps[fit[rng.integers(len(fit))]])
        if answer is None:
            continue
        answer.tap["time_us"] += SECOND_US
        added = street.add(answer.tap)
        street.busy_cards.add(card)
        about = "a copy of the morning's image boards once"
        labels.append(Label("cloned_card", about, int(answer.tap["amount"][0]), rows=added))
    return labels


def restored_card(street: Street, n: int, rng: np.random.Generator, _city: Any) -> list[Label]:
    """After the first taps of the day the morning's image is written back."""
    labels: list[Label] = []
    for card, rows in drawn(street, rng, 3):
        if len(labels) == n:
            break
        undone = int(rng.integers(1, len(rows) - 1))
        morning, middle = street.card(card), street.taps[rows[undone - 1]]
        worth = int(morning["balance"][0]) - int(middle["balance"])
        if worth <= 0 or street.taps["kind"][rows[undone]] == TapKind.EXIT:
            continue

        def restore(place: int, now: np.ndarray, undone: int = undone, image: np.ndarray = morning) -> np.ndarray:
            return image.copy() if place == undone else now

        accepted = street.ride_again(card, rows.tolist(), restore)
        street.busy_cards.add(card)
        about = f"the image before {undone} taps is written back"
        labels.append(Label("restored_card", about, worth, rows=[row for row in accepted if row in rows[undone:]]))
    return labels


def raised_balance(street: Street, n: int, rng: np.random.Generator, city: Any) -> list[Label]:
    """Before one of its taps the purse holds more than it did."""
    labels: list[Label] = []
    for card, rows in drawn(street, rng, 1):
        if len(labels) == n:
            break
        if city.media[int(street.taps["medium"][rows[0]])].funding != "prepaid":
            continue
        at, extra = int(rng.integers(len(rows))), int(rng.integers(1, 20)) * 10 ** (city.exponent + 3) + 7

        def raised(place: int, now: np.ndarray, at: int = at, extra: int = extra) -> np.ndarray:
            now["balance"] += extra if place == at else 0
            return now

        accepted = street.ride_again(card, rows.tolist(), raised)
        street.busy_cards.add(card)
        labels.append(Label("raised_balance", "the purse grew between two taps", extra, rows=accepted[at : at + 1]))
    return labels


def impossible_travel(street: Street, n: int, rng: np.random.Generator, city: Any) -> list[Label]:
    """Up to three minutes after its last tap of the day the card opens a reader that is far away."""
    labels: list[Label] = []
    boardings = street.riders()
    boardings = boardings[street.taps["kind"][boardings] == TapKind.ENTRY]
    for card, rows in drawn(street, rng, 1):
        if len(labels) == n:
            break
        last = street.taps[rows[-1]]
        gap = street.taps["time_us"][boardings] - last["time_us"]
        metres = crow_m(city.network, street.taps["stop"][boardings], np.full(len(boardings), last["stop"]))
        fit = boardings[(gap > 20 * SECOND_US) & (gap < 3 * MINUTE_US) & (metres > FAR_M)]
        if last["kind"] not in RIDES or not len(fit):
            continue
        like = street.taps[fit[rng.integers(len(fit))]].copy()
        like["time_us"] += SECOND_US
        added = street.add(like[None].astype(TAP))
        accepted = street.ride_again(card, [*rows.tolist(), *added])
        if added[0] not in accepted:
            continue
        street.busy_cards.add(card)
        minor = int(street.taps["amount"][added[0]])
        labels.append(Label("impossible_travel", "relayed to a reader far away", minor, rows=added))
    return labels


def staff_pass(street: Street, n: int, rng: np.random.Generator, city: Any) -> list[Label]:
    """The driver holds one card to the reader again and again, so that the line looks well used."""
    labels: list[Label] = []
    riders = street.riders()
    loads = riders[(street.taps["kind"][riders] == TapKind.LOAD)]
    riders = riders[(street.taps["kind"][riders] == TapKind.ENTRY) & (street.taps["pattern"][riders] != NO_PATTERN)]
    for card, rows in drawn(street, rng, 1):
        if len(labels) == n:
            break
        last_us = int(street.taps["time_us"][rows[-1]])
        fit = riders[street.taps["time_us"][riders] > last_us + 30 * MINUTE_US]
        prepaid = city.media[int(street.taps["medium"][rows[0]])].funding == "prepaid"
        shops = loads[(street.taps["time_us"][loads] > last_us)]
        if not len(fit) or (prepaid and not len(shops)):
            continue
        like = street.taps[fit[rng.integers(len(fit))]]
        taps = np.repeat(like[None], STAFF_BOARDINGS)
        taps["time_us"] += SECOND_US * (1 + 20 * np.arange(STAFF_BOARDINGS))
        if prepaid:
            load = street.taps[shops[:1]].copy()
            load["amount"] = 30 * max(int(like["amount"]), 10**city.exponent * 1000)
            taps = np.concatenate([load, taps]) if load["time_us"][0] < taps["time_us"][0] else taps
        added = street.add(taps)
        accepted = street.ride_again(card, [*rows.tolist(), *added])
        street.busy_cards.add(card)
        boarded = [row for row in added if row in accepted and street.taps["kind"][row] == TapKind.ENTRY]
        if len(boarded) >= 12:
            minor = int(street.taps["amount"][boarded].sum())
            labels.append(Label("staff_pass", f"{len(boarded)} boardings back to back", minor, rows=boarded))
        else:
            street.gone[added] = True
            street.ride_again(card, rows.tolist())
    return labels


KINDS: dict[str, Callable[[Street, int, np.random.Generator, Any], list[Label]]] = {
    "cloned_card": cloned_card,
    "restored_card": restored_card,
    "raised_balance": raised_balance,
    "impossible_travel": impossible_travel,
    "staff_pass": staff_pass,
}
