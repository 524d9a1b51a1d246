"""A day's taps on their way from the readers to the office, where they can still be changed, added and left out.

Whatever is changed before sealing goes through the readers' own rule again, card by card, so that a fraudster's taps carry
the fares, the purse and the counter that real readers would have written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np

from afc.network.network import Network
from afc.tap import NO_PATTERN, TAP, TapKind
from terminals.reader import Accepted, decide


class Parcel(NamedTuple):
    """What one reader sealed at once on an honest day, and when it was brought in."""

    device: int
    moment_us: int
    taps: np.ndarray


class Rules(NamedTuple):
    """What readers carry: the network, the day's rates, and themselves as READER rows in the order of devices."""

    network: Network
    rates: np.ndarray
    readers: np.ndarray


Change = Callable[[int, np.ndarray], np.ndarray]
"""Called before each tap of a card with the tap's place among its taps; gives back the card as it is presented."""


def as_it_is(_place: int, card: np.ndarray) -> np.ndarray:
    """Nobody touches the card between two taps."""
    return card


class Street:
    """The taps of a day by reader. Rows are places in `taps`; added taps come at the end and carry a key for their place."""

    def __init__(self, parcels: Sequence[Parcel], rules: Rules, cards: np.ndarray) -> None:
        self.rules = rules
        order = sorted(range(len(parcels)), key=lambda p: parcels[p].device)
        self.moments = [parcel.moment_us for parcel in parcels]
        self.taps = np.concatenate([np.zeros(0, TAP), *(parcels[p].taps for p in order)])
        self.parcel = np.repeat(order, [len(parcels[p].taps) for p in order])
        self.key = np.arange(len(self.taps), dtype=np.float64)
        self.gone = np.zeros(len(self.taps), bool)  # never happened
        self.hole = np.zeros(len(self.taps), bool)  # numbered by the reader, and never sealed
        self.cut = np.zeros(len(self.taps), bool)  # a batch ends behind this tap
        self.restart = np.zeros(len(self.taps), bool)  # the reader begins again at number 1 here
        self.fork = np.zeros(len(self.taps), bool)  # of a second device with this identity
        self.cards = cards
        self._row_of = {int(card): row for row, card in enumerate(cards["card"].tolist())}
        self.before = cards.copy()  # as they were in the morning, once `morning` has put that in
        self.busy_cards: set[int] = set()
        self.busy_devices: set[int] = set()

    def riders(self) -> np.ndarray:
        """Rows of taps with a card."""
        return np.flatnonzero((self.taps["counter"] > 0) & ~self.gone)

    def of_cards(self) -> dict[int, np.ndarray]:
        """The rows of each card in the card's own order."""
        rows = self.riders()
        order = np.lexsort((self.taps["counter"][rows], self.taps["card"][rows]))
        rows = rows[order]
        cards, first = np.unique(self.taps["card"][rows], return_index=True)
        return dict(zip(cards.tolist(), np.split(rows, first[1:]), strict=True))

    def of_devices(self) -> dict[int, np.ndarray]:
        """The rows of each reader in the reader's own order."""
        rows = np.flatnonzero(~self.gone)
        rows = rows[np.lexsort((self.key[rows], self.taps["device"][rows]))]
        devices, first = np.unique(self.taps["device"][rows], return_index=True)
        return dict(zip(devices.tolist(), np.split(rows, first[1:]), strict=True))

    def card(self, number: int) -> np.ndarray:
        """CARD[1] as it was in the morning."""
        row = self._row_of[number]
        return self.before[row : row + 1].copy()

    def present(self, card: np.ndarray, like: np.void) -> Accepted | None:
        """Hold a card to the reader of a tap, where that reader was; None where it stays shut."""
        reader = self.rules.readers[int(like["device"]) - 1 : int(like["device"])].copy()
        moving = int(like["pattern"]) != NO_PATTERN
        reader["pattern"] = int(like["pattern"]) if moving else -1
        reader["route"] = self.rules.network.patterns[int(like["pattern"])].route if moving else -1
        for field in ("stop", "stop_seq", "trip", "tariff"):
            reader[field] = like[field]
        kind = int(like["kind"])
        sold = int(like["product"]) if kind == TapKind.SALE else 0
        paid = int(like["amount"]) if kind in (TapKind.LOAD, TapKind.SALE) else 0
        answer = decide(
            card, reader, int(like["time_us"]), kind, rates=self.rules.rates, tables=self.rules.network.tables,
            group=int(like["group"]), amount=paid, product=sold,
        )  # fmt: skip
        return answer if isinstance(answer, Accepted) else None

    def ride_again(self, number: int, rows: Iterable[int], change: Change = as_it_is) -> list[int]:
        """A card's whole day once more, in the order of these rows; what readers refuse now is gone. Rows accepted."""
        card, accepted = self.card(number), []
        for place, row in enumerate(rows):
            card = change(place, card)
            answer = self.present(card, self.taps[row])
            if answer is None:
                self.gone[row] = True
                continue
            self.taps[row], card = answer.tap[0], answer.card
            accepted.append(row)
        at = self._row_of[number]
        self.cards[at : at + 1] = card
        return accepted

    def add(self, taps: np.ndarray) -> list[int]:
        """Put taps between those of their readers, by time; which rows they are."""
        rows = range(len(self.taps), len(self.taps) + len(taps))
        of_devices = self.of_devices()
        keys, parcels = [], []
        for tap in taps:
            mine = of_devices[int(tap["device"])]
            after = int(np.searchsorted(self.taps["time_us"][mine], tap["time_us"], side="right"))
            near = mine[max(after - 1, 0)]
            behind = self.key[mine[after]] if after < len(mine) else self.key[near] + 1
            keys.append((self.key[near] + behind) / 2 if after else behind - 1)
            parcels.append(self.parcel[near])
        self.taps = np.concatenate([self.taps, taps])
        self.key, self.parcel = np.append(self.key, keys), np.append(self.parcel, parcels)
        for name in ("gone", "hole", "cut", "restart", "fork"):
            setattr(self, name, np.append(getattr(self, name), np.zeros(len(taps), bool)))
        return list(rows)

    def spend(self, number: int, minor: int) -> None:
        """The chip holds so much less at the end of the day."""
        self.cards["balance"][self._row_of[number]] -= minor
