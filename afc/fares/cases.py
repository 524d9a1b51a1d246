"""Worked examples from published tariffs, run against the fare rules: the truth that both ways of running them answer to."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from afc.fares.caps import span_of
from afc.fares.compile import compile_rates, in_force, lasting
from afc.fares.counter import loaded
from afc.fares.history import Answer, Compiled, Interpreted, issue_card, quota_rides
from afc.fares.rebate import monthly_rebate
from afc.fares.rides import Ride, Rides, load_event, measure_whole
from afc.fares.state import Plain, Rule
from afc.moment import local_us, service_date
from afc.refusal import Refused, nearest

Case = Mapping[str, Any]
Machine = Callable[[np.ndarray, np.ndarray], Any]
MACHINES: dict[str, Machine] = {"interpreted": Interpreted, "compiled": Compiled}


class PricedLeg(NamedTuple):
    """A leg of a case after pricing, as the split reads it."""

    service: int
    route: str
    charge: int
    base: int
    refused: str
    balance: int
    answers: tuple[Answer, ...]
    opens_journey: bool


class Outcome(NamedTuple):
    """A case and what was wrong with it; no problems means it holds."""

    name: str
    source: str
    problems: tuple[str, ...]
    pending: str


Split = Callable[[Any, Case, Sequence[PricedLeg]], Mapping[str, int]]


def versions_of(city: Any) -> list[dict[str, Any]]:
    """The city's tariff versions as the tables of tariff.toml, oldest first; `load_city` has checked every key."""
    return _versions(city.folder, city.digest, city.commanded)


@cache
def _versions(folder: Path, _digest: str, commanded: str) -> list[dict[str, Any]]:
    versions = list(tomllib.loads((folder / "tariff.toml").read_text("utf-8"))["version"])
    first = min(version["from"] for version in versions)
    return [by_command(version, commanded, first) for version in versions] if commanded else versions


def by_command(version: dict[str, Any], commanded: str, first: date) -> dict[str, Any]:
    """A version as it stands when one of them is activated by command: that one on every day, the others never."""
    if version["id"] != commanded:
        return version | {"standby": True}
    kept = {key: value for key, value in version.items() if key != "until"}
    return kept | {"from": first, "standby": False}


class Checker:
    """Runs the cases of one city; compiles each tariff version once."""

    def __init__(self, city: Any) -> None:
        self.city, self.versions = city, versions_of(city)
        self.rates: dict[int, np.ndarray] = {}

    def rates_of(self, ordinal: int) -> np.ndarray:
        """RATES[1] of a version."""
        if ordinal not in self.rates:
            self.rates[ordinal] = compile_rates(self.city, self.versions[ordinal], ordinal)
        return self.rates[ordinal]

    def ordinal(self, case: Case) -> int:
        """The tariff version that a case names, or the one in force at its first tap; without taps the one that holds in the
        end."""
        if "tariff" in case:
            ids = [version["id"] for version in self.versions]
            if case["tariff"] not in ids:
                cure = nearest(case["tariff"], ids) or f"Known: {', '.join(ids)}."
                raise Refused("ID_UNKNOWN", f'no tariff version "{case["tariff"]}"', cure=cure)
            return ids.index(case["tariff"])
        if not case.get("legs"):
            return lasting(self.versions)
        return self.in_force(local_us(case["legs"][0]["in"], self.city.zone))

    def in_force(self, t_us: int) -> int:
        """The tariff version of a moment."""
        return in_force(self.versions, service_date(t_us, self.city.zone, self.city.day_cut_s))

    def check(self, case: Case, split: Split | None = None) -> Outcome:
        """Run a case interpreted and compiled; each must give what the case says."""
        name, source = case["name"], case.get("source", "")
        if "pending" in case:
            return Outcome(name, source, (), case["pending"])
        try:
            problems = [
                f"{how}: {problem}" for how in MACHINES for problem in self.problems(case, MACHINES[how], split)
            ]
        except Refused as refused:
            problems = [str(refused)]
        return Outcome(name, source, tuple(problems), "")

    def problems(self, case: Case, machine: Machine, split: Split | None) -> Iterable[str]:
        """Differences between what the case expects and what the rules answer."""
        version = self.versions[self.ordinal(case)]
        if "month" in case:
            yield from differences("rebate", case["rebate"], self.rebate(version, case["month"]))
        if "quota" in case:
            earned = quota_rides(version, case["before"]["criteria"])
            yield from differences("quota", case["quota"], earned)
        if not case.get("legs"):
            return
        legs = self.price(case, machine)
        charges = [leg.charge for leg in legs]
        yield from differences("charges", list(case.get("charges", charges)), charges)
        yield from differences("total", case.get("total", sum(charges)), sum(charges))
        yield from differences("refused", list(case.get("refused", [""] * len(legs))), [leg.refused for leg in legs])
        yield from differences(
            "balance", list(case.get("balance", [])), [leg.balance for leg in legs][: len(case.get("balance", []))]
        )
        for i, leg in enumerate(legs):
            for told in leg.answers:
                if sum(line.minor for line in told.lines) != told.minor:
                    yield f"leg {i + 1}: reasons sum to {sum(line.minor for line in told.lines)}, charged {told.minor}"
        if split and "shares" in case:
            shares = split(self.city, case, legs)
            yield from differences(
                "shares", dict(case["shares"]), {party: shares.get(party, 0) for party in case["shares"]}
            )

    def rebate(self, version: Case, month: Case) -> int:
        """The refund of a month of post-paid rides."""
        offers = {row["id"]: row for row in version.get("rebate", [])}
        return monthly_rebate(offers[month["rebate"]], month["rides"], month["spend"], month["class"])

    def price(self, case: Case, machine: Machine) -> list[PricedLeg]:
        """Ride the legs of a case, one card for each medium that it names."""
        ordinal = self.ordinal(case)
        version, rates, rides = self.versions[ordinal], self.rates_of(ordinal), Rides(self.city, self.versions[ordinal])
        rider, first = case.get("rider", self.city.categories[0].id), case.get("medium", self.city.media[0].id)
        cards: dict[str, Any] = {}
        legs = []
        for leg in case["legs"]:
            medium = leg.get("medium", first)
            if medium not in cards:
                card = issue_card(self.city, version, rider, medium, case.get("before", {}))
                start_memory(card, case, self.city, version, rates)
                cards[medium] = machine(card, rates)
            ride = rides.ride(leg)
            if "tariff" not in case:
                cards[medium].carry(self.rates_of(self.in_force(int(ride.tap_in["t_us"][0]))))
            legs.append(self.price_leg(cards[medium], ride, leg, version))
        return legs

    def price_leg(self, card: Any, ride: Ride, leg: Case, version: Case) -> PricedLeg:
        """Load, tap in and tap out; a refused boarding is not ridden."""
        answers = []
        if ride.top_up:
            card.tap(load_event(loaded(version, ride.top_up), int(ride.tap_in["t_us"][0])))
        answers.append(card.tap(ride.tap_in))
        if ride.tap_out is not None and answers[0].refusal is None:
            measure_whole(ride.tap_out, card.memory(), self.city)
            answers.append(card.tap(ride.tap_out))
        refused = next((told.refusal.name for told in answers if told.refusal), "")
        service = int(ride.tap_in["service"][0])
        card_now: Any = card.memory()
        base = card_now.leg_alone or next((line.minor for line in answers[0].lines if line.rule == Rule.BASE), 0)
        minor = sum(told.minor for told in answers)
        told, balance, opened = (
            tuple(answers),
            answers[-1].balance,
            bool(card_now.leg_in_journey == 1 and card_now.j_legs == 1),
        )
        return PricedLeg(service, leg.get("route", ""), minor, base, refused, balance, told, opened)


def start_memory(card: np.ndarray, case: Case, city: Any, version: Case, rates: np.ndarray) -> None:
    """Rides of the month, and money of each cap, that the card has used before the case begins."""
    before = case.get("before", {})
    first_us = local_us(case["legs"][0]["in"], city.zone)
    if used := before.get("quota_used"):
        day = service_date(first_us, city.zone, city.day_cut_s)
        card["month"], card["quota_used"] = day.year * 12 + day.month - 1, used
    for name, minor in before.get("spent", {}).items():
        k = [row["id"] for row in version["cap"]].index(name)
        card["cap_spent"][0][k], card["cap_key"][0][k] = minor, span_of(k, first_us, Plain(rates))


def differences(what: str, wanted: Any, got: Any) -> Iterable[str]:
    """One sentence if two values differ."""
    if wanted != got:
        yield f"{what} should be {wanted}, came to {got}"


def check_city(city: Any, cases: Sequence[Case] | None = None, split: Split | None = None) -> list[Outcome]:
    """Every case of a pack, or of a list given instead."""
    checker = Checker(city)
    if cases is None:
        cases = tomllib.loads((city.folder / "cases.toml").read_text("utf-8"))["case"]
    return [checker.check(case, split) for case in cases]


def main(names: Sequence[str]) -> int:
    """`python -m afc.fares.cases CITY...`: print each case that does not hold."""
    from afc.city import load_city

    bad = 0
    for name in names:
        outcomes = check_city(load_city(name))
        for outcome in outcomes:
            for problem in outcome.problems:
                print(f"{name}: {outcome.name}: {problem}")
        bad += sum(bool(outcome.problems) for outcome in outcomes)
        print(f"{name}: {len(outcomes)} cases, {sum(bool(o.problems) for o in outcomes)} wrong, "
              f"{sum(bool(o.pending) for o in outcomes)} pending")  # fmt: skip
    return 1 if bad else 0


if __name__ == "__main__":
    import sys

    sys.exit(main(sys.argv[1:]))
