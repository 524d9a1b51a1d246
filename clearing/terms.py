"""Terms of a date: where it ends, and the versions of tariff and split that it is judged by."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import numpy as np

from afc.fares.begun import Earlier
from afc.fares.cases import versions_of
from afc.fares.compile import compile_rates, in_force
from afc.limits import reprice_days_max
from afc.moment import day_start_us, service_date
from clearing.facts import NONE, Facts
from clearing.fold import Terms
from clearing.paths import within_gates


class TermsOf:
    """The terms of one date after another; each version is worked out once, for that takes seconds."""

    def __init__(self, city: Any, facts: Facts = NONE) -> None:
        self.city, self.facts, self.tariffs, self.splits = city, facts, versions_of(city), split_versions(city)
        self.rates: dict[int, np.ndarray] = {}
        self.within: dict[tuple[int, tuple[int, ...]], Any] = {}
        self.versions: dict[date, int] = {}
        self.begin: date = min(version["from"] for version in self.tariffs if not version.get("standby"))

    def on(self, day: date) -> Terms:
        """The terms of a service date."""
        split = self.facts.version("split", self.splits, day)
        holders = self.city.holders(day)
        if (split, holders) not in self.within:
            within = within_gates(self.city, self.splits[split])
            self.within[split, holders] = within._replace(operators=np.array(holders, np.int16)[within.operators])
        return Terms(
            cut_us(self.city, day),
            self.rates_of(self.tariff_on(day)),
            self.splits[split]["between"],
            self.within[split, holders],
            self.earlier(day),
        )

    def earlier(self, day: date) -> Earlier:
        """The versions that ended lately: journeys that began under them go on by them. What is older goes by the oldest."""
        found, version = [], self.tariff_on(day)
        for before in (day - timedelta(days=back) for back in range(1, reprice_days_max + 1)):
            if before < self.begin:
                break
            if self.tariff_on(before) != version:
                version = self.tariff_on(before)
                found.append((cut_us(self.city, before), self.rates_of(version)))
        return tuple(found)

    def tariff_on(self, day: date) -> int:
        """The version of a service date."""
        if day not in self.versions:
            self.versions[day] = self.facts.version("tariff", self.tariffs, day)
        return self.versions[day]

    def rates_of(self, tariff: int) -> np.ndarray:
        """The rates of a version."""
        if tariff not in self.rates:
            self.rates[tariff] = compile_rates(self.city, self.tariffs[tariff], tariff)
        return self.rates[tariff]


def cut_us(city: Any, day: date) -> int:
    """When a service date ends."""
    return day_start_us(day + timedelta(days=1), city.zone, city.day_cut_s)


def split_policy(city: Any, day: date) -> Mapping[str, Any]:
    """The split version in force on a service date."""
    return split_versions(city)[in_force(split_versions(city), day)]


def split_versions(city: Any) -> list[dict[str, Any]]:
    """Every version of the split, oldest first."""
    return [version.model_dump(by_alias=True, exclude_none=True) for version in city.split.version]


def service_date_of(city: Any, time_us: int) -> date:
    """The service date of a moment."""
    return service_date(time_us, city.zone, city.day_cut_s)
