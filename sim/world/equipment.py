"""What a city's pack puts where: a row for every reader of vehicles, stations, streets, inspectors and depots."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

NONE = -1
_SELLERS = ("top_up_agent", "product_retailer", "card_issuer")


class Device(NamedTuple):
    """A row of the device register; -1 means that there is none. `spot` says which door, lane or office it is in."""

    device: int
    kind: str
    operator: int
    service: int
    vehicle: int
    stop: int
    brand: int = NONE
    spot: str = ""


class Doors(NamedTuple):
    """By service and medium, the readers of a vehicle that take such a card, counted from its first: how many, and which."""

    ins: NDArray[np.int32]
    outs: NDArray[np.int32]
    apart: NDArray[np.bool_]  # nobody taps out where others tap in


class Equipment:
    """The rows so far, and where each thing's readers begin."""

    def __init__(self, city: Any, network: Any, routes: Sequence[int], sisters: int = 1) -> None:
        """`routes` of the vehicles; at gates there are so many times the lanes of the pack."""
        self.city, self.network, self.devices = city, network, list[Device]()
        self.lanes = sisters * (city.demand.stations.lanes if city.demand.stations else 1)
        self.vehicle_reader, self.vehicle_readers = self._vehicles(routes)
        self.gate_in, self.gate_out = self._gates()
        self.sells, self.loads = self._machines()
        self.handhelds = [self._handhelds(row) for row in city.demand.inspection]
        self._gateways()

    def _add(
        self, kind: str, operator: int, service: int, vehicle: int, stop: int, brand: int = NONE, spot: str = ""
    ) -> int:
        """One more reader; its place in the order of all."""
        self.devices.append(Device(len(self.devices) + 1, kind, operator, service, vehicle, stop, brand, spot))
        return len(self.devices) - 1

    def _vehicles(self, routes: Sequence[int]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Every vehicle has at least the driver's console, which notes vehicle trips."""
        first, count = np.zeros(len(routes), np.int32), np.zeros(len(routes), np.int32)
        for v, route in enumerate(routes):
            service, operator = int(self.network.route_service[route]), int(self.network.route_operator[route])
            readers = readers_in(self.city, self.city.services[service].id)
            first[v], count[v] = len(self.devices), len(readers)
            for brand, spot in readers:
                self._add("bus", operator, service, v, NONE, brand, spot)
        return first, count

    def _gates(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """The lanes of one direction share a controller with SAM and journal, or each lane has its own."""
        stops = len(self.network.stop_ids)
        gate_in, gate_out = np.full(stops, NONE, np.int32), np.full(stops, NONE, np.int32)
        gates = self.city.demand.stations
        lanes = self.lanes if gates and gates.reader == "lane" else 1
        for stop, service in enumerate(self.network.gates):
            if service < 0:
                continue
            ways = [(gate_in, "in")] + ([(gate_out, "out")] if self.city.services[service].tap_out != "never" else [])
            for column, way in ways:
                column[stop] = len(self.devices)
                for lane in range(lanes):
                    spot = f"lane {lane + 1} {way}" if lanes > 1 else way
                    self._add("gate", int(self.network.owner[stop]), int(service), NONE, stop, NONE, spot)
        return gate_in, gate_out

    def _machines(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """At every stop, run by whoever sells value in this city: one for passes and value, or one for each."""
        city, machines = self.city, self.city.demand.machines
        seller = next((i for role in _SELLERS for i, party in enumerate(city.parties) if role in party.roles), NONE)
        brand = brand_of(city, machines.brand)
        sells, loads = [], []
        for stop in range(len(self.network.stop_ids)):
            kinds = (machines.station if self.network.gates[stop] >= 0 else machines.street).split(" and ")
            made = [self._add(kind.replace("-", "_"), seller, NONE, NONE, stop, brand) for kind in kinds]
            sells.append(made[0])
            loads.append(made[-1])
        return np.array(sells, np.int32), np.array(loads, np.int32)

    def _handhelds(self, row: Any) -> list[int]:
        """The readers of one office's inspectors, which are fixed to nothing."""
        by = self.city.party(row.by)
        return [self._add("handheld", by, NONE, NONE, NONE, NONE, f"on {row.service}") for _ in range(row.handhelds)]

    def _gateways(self) -> None:
        """One at the depot of each operator with vehicles; it forwards, and has no keys."""
        if self.city.demand.depot_gateways:
            for operator in sorted({row.operator for row in self.devices if row.vehicle >= 0}):
                self._add("gateway", operator, NONE, NONE, NONE, NONE, "depot")


def readers_in(city: Any, service: str) -> list[tuple[int, str]]:
    """Brand and door of each reader in a vehicle of a service."""
    fleet = city.demand.fleet[service]
    if fleet.readers:
        return [(brand_of(city, reader.brand), reader.door) for reader in fleet.readers]
    return [(NONE, "")] * max(1, fleet.devices)


def brand_of(city: Any, name: str | None) -> int:
    """The number of a brand, -1 for none."""
    return NONE if name is None else [brand.id for brand in city.brands].index(name)


def takes(city: Any, brand: int, medium: int) -> bool:
    """Does a reader of this brand take such a card?"""
    media = city.brands[brand].media if brand >= 0 else ()
    return not media or city.media[medium].id in media


def doors_of(city: Any) -> Doors:
    """Where each kind of card is tapped in and out. Of readers without a door the first is for tapping in."""
    readers = [readers_in(city, service.id) for service in city.services]
    shape = len(city.services), len(city.media), 1 + max(map(len, readers))
    ins, outs = np.zeros(shape, np.int32), np.zeros(shape, np.int32)
    for s, mine in enumerate(readers):
        for m in range(len(city.media)):
            ways = in_and_out(city, mine, m)
            for table, some in zip((ins, outs), ways, strict=True):
                table[s, m, : 1 + len(some)] = [len(some), *some]
    shared = [{*i[1 : 1 + i[0]]} & {*o[1 : 1 + o[0]]} for i, o in zip(flat(ins), flat(outs), strict=True)]
    mixed = np.array([bool(both) for both in shared]).reshape(shape[:2])
    return Doors(ins, outs, ~np.any(mixed, axis=1))


def in_and_out(city: Any, readers: list[tuple[int, str]], medium: int) -> tuple[list[int], list[int]]:
    """The readers for one kind of card; where none at the rear takes it, it is tapped out at the front too."""
    if not readers[0][1]:
        return [0], list(range(1, len(readers))) or [0]
    mine = [i for i, (brand, _) in enumerate(readers) if takes(city, brand, medium)]
    front = [i for i in mine if readers[i][1] == "front"]
    return front, [i for i in mine if readers[i][1] == "rear"] or front


def flat(table: NDArray[np.int32]) -> list[list[int]]:
    """The rows of a table, whatever they are counted by."""
    rows: list[list[int]] = table.reshape(-1, table.shape[-1]).tolist()
    return rows
