"""Names: where a city's ids stand, as the places that compiled rates are made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from afc.fares import rates as places
from afc.moment import clock_s

Version = Mapping[str, Any]

ROUNDING = {"up": places.UP, "down": places.DOWN, "half_up": places.HALF_UP, "half_even": places.HALF_EVEN}
"""How prices are rounded, by the words of a tariff."""


class Names:
    """Positions of a city's ids, each kind in the order of city.toml."""

    def __init__(self, city: Any) -> None:
        self.services = [s.id for s in city.services]
        self.categories = [c.id for c in city.categories]
        self.media = [m.id for m in city.media]
        self.parties = [p.id for p in city.parties]
        self.attributes = list(city.attributes)
        self.sections = list(city.network.section_ids)
        self.zones = list(city.network.zone_ids)
        self.network, self.stop = city.network, city.network.stop
        self.day_types = list(city.calendar.day_types)

    def section_services(self, sections: Sequence[str]) -> set[int]:
        """The services whose lines run through any of some fare sections."""
        network = self.network
        return {int(network.route_service[p.route]) for p in network.patterns if set(sections) & set(p.section)}

    def mask(self, ids: Sequence[str]) -> int:
        """Services as bits."""
        return bits_of(ids, self.services)


def bits_of(ids: Sequence[str] | None, known: Sequence[str]) -> int:
    """Ids as bits at their places in a list; all bits where no ids are named."""
    return sum(1 << known.index(name) for name in (known if ids is None else ids))


def period_names(version: Version) -> list[str]:
    """Price periods in order; the one without hours comes first and is the default."""
    return ["off_peak", *[p for p in version.get("periods", {}) if p != "off_peak"]]


def clock_band(text: str) -> tuple[int, int]:
    """`21:00-07:00` as minutes after midnight."""
    start, end = text.split("-")
    return clock_s(start) // 60, clock_s(end) // 60


def attribute_mask(attribute: str | None, names: Names) -> int:
    """The bit of a card attribute, 0 for none."""
    return 0 if attribute is None else 1 << names.attributes.index(attribute)
