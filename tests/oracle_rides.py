"""Rides on a city's own pack, for those who work the fares out a second time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from afc.city import load_city
from afc.fares.cases import Checker, start_memory
from afc.fares.history import Interpreted, issue_card
from afc.fares.rides import Rides, load_event, measure_whole

Leg = Mapping[str, Any]
Paid = tuple[int | None, int]
"""What a ride cost, None where a reader stayed shut, and the purse afterwards."""


@cache
def checker(city: str) -> Checker:
    """A pack by its name, read once; it compiles each of its tariff versions once."""
    return Checker(load_city(city))


def tariff_of(city: str, leg: Leg) -> str:
    """The tariff version that is in force when a ride begins."""
    pack = checker(city)
    return str(pack.versions[pack.ordinal({"legs": [leg]})]["id"])


class Holder:
    """A card under one tariff version of a pack, from ride to ride."""

    def __init__(
        self, city: str, tariff: str, rider: str, medium: str, before: Mapping[str, Any] | None = None
    ) -> None:
        self.pack, before = checker(city), before or {}
        self.ordinal = self.pack.ordinal({"tariff": tariff})
        version, rates = self.pack.versions[self.ordinal], self.pack.rates_of(self.ordinal)
        image = issue_card(self.pack.city, version, rider, medium, before)
        if "spent" in before:
            first = {"in": f"{before['on']} 12:00:00"}
            start_memory(image, {"before": before, "legs": [first]}, self.pack.city, version, rates)
        self.card, self.rides = Interpreted(image, rates), Rides(self.pack.city)

    def ride(self, leg: Leg, sections: int = 0) -> Paid:
        """Load, tap in and tap out; `sections` are those of a leg that names no stops."""
        ride = self.rides.ride(leg)
        if ride.top_up:
            self.card.tap(load_event(ride.top_up, int(ride.tap_in["t_us"][0])))
        answers = [self.card.tap(ride.tap_in)]
        if ride.tap_out is not None and answers[0].refusal is None:
            measure_whole(ride.tap_out, self.card.card, self.pack.city)
            ride.tap_out["sections"] |= sections
            answers.append(self.card.tap(ride.tap_out))
        return None if answers[-1].refusal else sum(answer.minor for answer in answers), answers[-1].balance

    def by_date(self, leg: Leg) -> Paid:
        """The same by the tariff that is in force on the ride's own day."""
        now = self.pack.ordinal({"legs": [leg]})
        if now != self.ordinal:
            self.ordinal = now
            self.card.carry(self.pack.rates_of(now))
        return self.ride(leg)

    def charges(self, legs: Iterable[Leg]) -> list[int | None]:
        """What each of some rides cost."""
        return [self.ride(leg)[0] for leg in legs]


def text(midnight: datetime, after_s: int) -> str:
    """A local moment as cases write it."""
    return f"{midnight + timedelta(seconds=after_s):%Y-%m-%d %H:%M:%S}"
