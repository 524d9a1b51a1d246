"""The estate: every reader of the city, what it is fixed to, and its memory of taps that are not yet receipted.

Numbers are the same every day: vehicles first (as many readers each as their service has), then gates, then kiosks.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from io import BytesIO
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from afc.fares.state import READER
from afc.keys import FIRST_VERSION, KeyRing
from afc.limits import journal_taps_max
from afc.tap import TAP
from sim.demand.chance import child
from sim.world.fleet import Fleet, make_fleet
from terminals.journal import Journal
from terminals.sam import Sam
from terminals.uplink import Uplink

EPOCH = 1
_KIOSK_ROLES = ("top_up_agent", "product_retailer", "card_issuer")


class Device(NamedTuple):
    """A row of the device register; `kind` is bus, gate or kiosk, and -1 means that there is none."""

    device: int
    kind: str
    operator: int
    service: int
    vehicle: int
    stop: int


class Estate:
    """Readers over the days of a run, and the vehicles that carry them."""

    def __init__(self, city: Any, network: Any, ring: KeyRing, seed: int) -> None:
        self.ring, self.seed = ring, seed
        self.fleet: Fleet = make_fleet(network, tuple(city.calendar.day_types), city.day_cut_s)
        self.devices: list[Device] = []
        self.vehicle_reader, self.vehicle_readers = self._equip_vehicles(city, network)
        self.gate_in, self.gate_out = self._equip_stations(city, network)
        self.kiosk = self._equip_kiosks(city, network)
        self.readers = readers_of(self.devices)
        self.lists = np.zeros(len(self.devices) + 1, np.int64)  # by device: the version of the denylist that it holds
        self.memory: dict[int, list[NDArray[np.uint8]]] = {}
        self._uplinks: dict[int, Uplink] = {}
        self._journals: dict[int, Journal] = {}
        self._sams: dict[int, Sam] = {}

    def has_news(self, device: int) -> bool:
        """Does the reader hold taps without a receipt?"""
        return device in self.memory or (device in self._journals and len(self._journals[device].seals) > 0)

    def with_news(self) -> list[int]:
        """The readers that hold taps without a receipt."""
        return [row.device for row in self.devices if self.has_news(row.device)]

    def without(self, version: int, devices: Iterable[int]) -> list[int]:
        """Those of these readers that do not hold this denylist yet; from now on they do."""
        found = [device for device in devices if self.lists[device] < version]
        self.lists[found] = version
        return found

    def go_by(self, device: int, lists: int) -> None:
        """The reader holds another denylist; what it has written down already was made under the one before."""
        uplink = self.write_down(device)
        uplink.go_by(uplink.parameters, lists)

    def write_down(self, device: int) -> Uplink:
        """Stamp what the reader holds, write it into its journal, and connect it."""
        uplink = self._uplink(device)
        blocks = self.memory.pop(device, None)
        if blocks:
            taps = np.concatenate(blocks).view(TAP).ravel()
            self._sams[device].stamp(taps)
            self._journals[device].append(taps)
        return uplink

    def offline(self, city: Any, network: Any, service_date: date) -> NDArray[np.bool_]:
        """The vehicles that find no connection at the depot in the night after this date."""
        share = [city.demand.fleet[city.services[network.route_service[r]].id].offline for r in self.fleet.route]
        late: NDArray[np.bool_] = child(self.seed, "offline", service_date.isoformat()).random(len(share)) < share
        return late

    def _uplink(self, device: int) -> Uplink:
        """The line of one reader to the office; its SAM is personalised when it is first used."""
        if device not in self._uplinks:
            sam = self._sams[device] = Sam(self.ring, device)
            journal = self._journals[device] = Journal(BytesIO(), journal_taps_max)
            self._uplinks[device] = Uplink(sam, journal, device, EPOCH, self.ring.environment)
        return self._uplinks[device]

    def _add(self, kind: str, operator: int, service: int, vehicle: int, stop: int) -> int:
        self.devices.append(Device(len(self.devices) + 1, kind, operator, service, vehicle, stop))
        return len(self.devices) - 1

    def _equip_vehicles(self, city: Any, network: Any) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Every vehicle has at least the driver's console, which notes vehicle trips."""
        first = np.zeros(len(self.fleet.route), np.int32)
        count = np.zeros(len(self.fleet.route), np.int32)
        for v, route in enumerate(self.fleet.route):
            service, operator = int(network.route_service[route]), int(network.route_operator[route])
            count[v] = max(1, city.demand.fleet[city.services[service].id].devices)
            readers = [self._add("bus", operator, service, v, -1) for _ in range(count[v])]
            first[v] = readers[0]
        return first, count

    def _equip_stations(self, city: Any, network: Any) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """The lanes of one direction share a controller, which holds the SAM and the journal."""
        gate_in = np.full(len(network.stop_ids), -1, np.int32)
        gate_out = np.full(len(network.stop_ids), -1, np.int32)
        for stop, service in enumerate(network.gates):
            if service < 0:
                continue
            gate_in[stop] = self._add("gate", int(network.owner[stop]), int(service), -1, stop)
            if city.services[service].tap_out != "never":
                gate_out[stop] = self._add("gate", int(network.owner[stop]), int(service), -1, stop)
        return gate_in, gate_out

    def _equip_kiosks(self, city: Any, network: Any) -> NDArray[np.int32]:
        """One at every stop, run by whoever sells value in this city."""
        seller = next((i for role in _KIOSK_ROLES for i, party in enumerate(city.parties) if role in party.roles), -1)
        return np.array([self._add("kiosk", seller, -1, -1, s) for s in range(len(network.stop_ids))], np.int32)


def readers_of(devices: list[Device]) -> NDArray[np.void]:
    """READER rows fresh from the depot, in the order of the devices."""
    readers = np.zeros(len(devices), READER)
    for field in ("device", "operator", "service", "vehicle", "stop"):
        readers[field] = [getattr(device, field) for device in devices]
    readers["epoch"], readers["key_version"] = EPOCH, FIRST_VERSION
    readers["route"] = readers["pattern"] = -1
    return readers
