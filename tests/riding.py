"""Riders of Hanbit in a few words; the taps are those that real readers write.

    street.go(7, "in NG 07:41, out HB 07:55, on 571 b-harbour 08:10, off 571 b-park 08:20, load 5000 HB 09:00")

`in` and `out` are gates, `on` and `off` a bus of that route; `x3` behind a clock is a group of three. Hours past 24 belong
to the same service day.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np

from afc.city import City
from afc.fares.cases import versions_of
from afc.fares.codes import ENTRY, EXIT, LOAD
from afc.fares.compile import compile_rates, in_force
from afc.fares.state import new_cards
from afc.keys import KeyRing
from afc.moment import at_us, clock_s
from afc.tap import TAP
from clearing.admit import REGISTER
from terminals.reader import Accepted, TurnedAway, decide, new_reader

WEDNESDAY = date(2026, 3, 4)
GATE, BUS = 10, 100
"""Devices: 10 and the number of the station, 100 and the number of the route, whose one bus is vehicle 7 of it."""


def cards_of(*numbers: int, balance: int = 20_000, medium: int = 0, category: int = 0) -> np.ndarray:
    """New cards with money on them, in the order of their numbers."""
    cards = new_cards(len(numbers))
    cards["card"], cards["balance"], cards["medium"], cards["category"] = sorted(numbers), balance, medium, category
    return cards


class Street:
    """Hanbit on one service day: cards in riders' hands, and every tap that a reader has written."""

    def __init__(
        self, city: City, cards: np.ndarray, day: date = WEDNESDAY, version: Mapping[str, Any] | None = None
    ) -> None:
        """`version` is a tariff in place of the city's own."""
        self.city, self.cards, self.day, self.network = city, cards, day, city.network
        versions = [version] if version else versions_of(city)
        ordinal = in_force(versions, day)
        self.rates = compile_rates(city, versions[ordinal], ordinal)
        self.readers: dict[int, np.ndarray] = {}
        self.written: list[np.ndarray] = []

    def go(self, card: int, story: str) -> list[Accepted | TurnedAway]:
        """One card's way; what each reader answered."""
        return [self.present(card, step.split()) for step in story.split(",")]

    def present(self, card: int, words: list[str]) -> Accepted | TurnedAway:
        """One presentation: what to do, where, when."""
        group = int(words.pop()[1:]) if words[-1].startswith("x") else 1
        verb, *where, clock = words
        amount = int(where.pop(0)) if verb == "load" else 0
        reader = self.bus(*where) if len(where) == 2 else self.gate(where[0])
        kind = {"in": ENTRY, "on": ENTRY, "out": EXIT, "off": EXIT, "load": LOAD}[verb]
        row = self.row(card)
        told = decide(
            self.cards[row : row + 1], reader, self.at_us(clock), kind,
            rates=self.rates, tables=self.network.tables, group=group, amount=amount,
        )  # fmt: skip
        if isinstance(told, Accepted):
            reader["seq"] += 1
            self.cards[row : row + 1] = told.card
            self.written.append(told.tap)
        return told

    def rules(self) -> dict[str, Any]:
        """What every reader of the street goes by."""
        return {"rates": self.rates, "tables": self.network.tables}

    def row(self, card: int) -> int:
        """Where a card stands among the street's."""
        return int(np.searchsorted(self.cards["card"], card))

    def at_us(self, clock: str) -> int:
        """A clock time of this service day."""
        return at_us(self.day, clock_s(clock), self.city.zone)

    def gate(self, stop: str) -> np.ndarray:
        """The gate of a station."""
        place = self.network.stop(stop)
        reader = self.reader(GATE + place, service=0, operator=0)
        reader["stop"] = place
        return reader

    def bus(self, route: str, stop: str) -> np.ndarray:
        """The reader of a route's bus where it stands at a stop, on the way out."""
        number, place = self.network.route_ids.index(route), self.network.stop(stop)
        pattern = next(p for p, one in enumerate(self.network.patterns) if one.route == number)
        reader = self.reader(BUS + number, service=1, operator=1)
        reader["route"], reader["pattern"], reader["vehicle"], reader["stop"] = number, pattern, 70 + number, place
        reader["stop_seq"] = list(self.network.patterns[pattern].stops).index(place)
        return reader

    def reader(self, device: int, *, service: int, operator: int) -> np.ndarray:
        """A reader by its device number; it goes on counting where it was."""
        if device not in self.readers:
            self.readers[device] = new_reader(device, service=service, operator=operator)
            self.readers[device]["tariff"] = self.rates["version"]
        return self.readers[device]

    def taps(self, ring: KeyRing) -> np.ndarray:
        """Everything written so far, stamped."""
        taps = np.concatenate(self.written) if self.written else np.zeros(0, TAP)
        taps["mac"] = ring.macs(taps)
        return taps

    def register(self) -> np.ndarray:
        """The device register as the close reads it."""
        rows = [(int(r["device"][0]), 0, int(r["operator"][0]), int(r["vehicle"][0]), int(r["service"][0]))
                for r in self.readers.values()]  # fmt: skip
        return np.array(sorted(rows), REGISTER)
