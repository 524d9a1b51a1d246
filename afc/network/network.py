"""What a city's network is: stops and gates, routes, the patterns in which vehicles call, and walks between stops.

Stops, routes and patterns are known by number, in the order of the pack's files; taps carry these numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from afc.refusal import Refused, nearest

I4 = NDArray[np.int32]
I8 = NDArray[np.int64]
F8 = NDArray[np.float64]


class Pattern(NamedTuple):
    """One way in which vehicles of a route run: the stops in order, how far and how long to each from the first."""

    route: int
    direction: int
    stops: I4
    along_m: I4
    run_s: I4
    operator: I4  # party of each stretch, one fewer than stops
    section: tuple[str, ...]  # fare section of each stretch, "" where there is none
    stage: I4  # fare stage of each stop, counted along the way


PATH = np.dtype(
    (
        np.record,
        [("metres", "<i4"), ("sections", "<i2"), ("stages", "<i2"), ("zones", "<i8"), ("either", "<i8"), ("hops", "<i2", 8)],
    )
)  # fmt: skip
"""The shortest path between two gates, which all that is counted is counted on. `metres` is -1 where there is none; `sections`
are the fare sections as bits, the i-th of `section_ids` bit i; `stages` fare stages; `zones` fare zones as bits, `either` those
of which the path takes one more, where it begins or ends in an overlap; `hops[0]` stations after the first, `hops[1 + i]` those
in section i."""


class NetworkTables(NamedTuple):
    """The network as plain arrays, for rules that are compiled."""

    gate: I4  # the row of a stop in `path`; -1, which is the last, where no path begins
    path: NDArray[np.void]  # PATH[gate, gate]; in the last row and column there is none
    along_m: I4  # [pattern, call] metres from the first stop; -1 past the last
    pattern_route: I4
    pattern_service: I4
    pattern_stop: I4  # [pattern, call]; -1 past the last
    calls: I4  # stops of each pattern
    stage: I4  # [pattern, call] fare stage
    stop_zone: I8  # fare zones of a stop; bit i is the i-th of `zone_ids`, several where zones overlap
    call_zone: I8  # [pattern, call] the zones of its stop


@dataclass(frozen=True, eq=False)
class Network:
    """A whole network. `owner` and `gates` are -1 where a stop has none; operators are agencies by party order."""

    version: str
    operators: tuple[str, ...]
    stop_ids: tuple[str, ...]
    stop_names: tuple[str, ...]
    lat: F8
    lon: F8
    owner: I4
    gates: I4
    route_ids: tuple[str, ...]
    route_names: tuple[str, ...]
    route_operator: I4
    route_service: I4
    patterns: tuple[Pattern, ...]
    walks: tuple[tuple[int, int, int, bool], ...]  # from, to, seconds, no gate between
    section_ids: tuple[str, ...]
    zone_ids: tuple[str, ...]
    stop_zone: I8  # bit i is the i-th of `zone_ids`
    path_services: tuple[int, ...]  # services whose distance is the shortest path between gates
    departures_by_day_type: Mapping[str, Sequence[I4]]

    def departures(self, day_type: str) -> list[I4]:
        """When vehicles leave the first stop of each pattern, in seconds after local midnight of the service date."""
        if day_type not in self.departures_by_day_type:
            cure = nearest(day_type, self.departures_by_day_type)
            raise Refused("UNKNOWN_DAY_TYPE", f'there is no day type "{day_type}"', cure=cure)
        return list(self.departures_by_day_type[day_type])

    def stop(self, stop_id: str) -> int:
        """The number of a stop."""
        return _place(self._stop_places, stop_id, "stop", self.stop_ids, self.stop_names)

    def route(self, route_id: str) -> int:
        """The number of a route."""
        return _place(self._route_places, route_id, "route", self.route_ids, self.route_names)

    @cached_property
    def tables(self) -> NetworkTables:
        """The arrays that fare rules read; worked out when first asked for."""
        from afc.network.tables import tables_of

        return tables_of(self)

    @cached_property
    def _stop_places(self) -> dict[str, int]:
        return {name: i for i, name in enumerate(self.stop_ids)}

    @cached_property
    def _route_places(self) -> dict[str, int]:
        return {name: i for i, name in enumerate(self.route_ids)}


def _place(places: Mapping[str, int], wanted: str, kind: str, ids: Sequence[str], names: Sequence[str]) -> int:
    """A place by id; the cure of a refusal names the ids that are near, and those whose name is what was asked for."""
    if wanted in places:
        return places[wanted]
    named = [ids[i] for i, name in enumerate(names) if name.casefold() == wanted.casefold()]
    cure = f'Did you mean "{named[0]}"?' if named else nearest(wanted, ids) or nearest(wanted.upper(), ids)
    cure = cure or (f"List them with: afc city stops CITY {wanted}" if kind == "stop" else "")
    raise Refused(f"UNKNOWN_{kind.upper()}", f'there is no {kind} "{wanted}"', cure=cure)
