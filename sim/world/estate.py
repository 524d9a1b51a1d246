"""The estate: every reader of the city, what it is fixed to, and its memory of taps that are not yet receipted.

Numbers are the same every day: vehicles first (as many readers each as their service has), then gates, machines,
inspectors' handhelds, and the gateways of depots.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray

from afc.fares.state import READER
from afc.keys import FIRST_VERSION, KeyRing
from afc.limits import journal_taps_max
from afc.tap import TAP
from sim.demand.chance import child
from sim.world.drivers import Drivers
from sim.world.equipment import Device, Equipment
from sim.world.fleet import Fleet, make_fleet
from sim.world.sisters import sisters_of
from terminals.journal import Journal
from terminals.sam import Sam
from terminals.uplink import Uplink

EPOCH = 1
DEPOT, GATES, MACHINES = "depot", "gates", "machines"
"""How readers report: at the depot after work, on line like gates, or on line like machines."""


class Estate:
    """Readers over the days of a run at some share of the day's boardings, and the vehicles that carry them."""

    def __init__(self, city: Any, network: Any, ring: KeyRing, seed: int, scale: float = 0.0) -> None:
        self.city, self.ring, self.seed = city, ring, seed
        self.sisters = sisters_of(city, scale)
        self.fleet: Fleet = make_fleet(network, tuple(city.calendar.day_types), city.day_cut_s, self.sisters)
        self.drivers = Drivers(city, network, self.fleet.route, seed)
        self.equipment = Equipment(city, network, self.fleet.route, max(self.sisters))
        self.devices: list[Device] = self.equipment.devices
        self.readers = readers_of(self.devices)
        self.lines = {row.device: line_of(city, row) for row in self.devices}
        numbers = [row.device for row in self.devices]
        self.lists = np.zeros(max(numbers) + 1, np.int64)  # by device: the version of the denylist that it holds
        self.memory: dict[int, list[NDArray[np.uint8]]] = {}
        self._uplinks: dict[int, Uplink] = {}
        self._journals: dict[int, Journal] = {}

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
        """Write what the reader holds, which is stamped, into its journal, and connect it."""
        uplink = self._uplink(device)
        blocks = self.memory.pop(device, None)
        if blocks:
            self._journals[device].append(np.concatenate(blocks).view(TAP).ravel())
        return uplink

    def brought_in(self, vehicle: int) -> list[int]:
        """The readers of a vehicle that are read out when it comes home; others reported on the road, or wait."""
        return [device for device in self.aboard(vehicle) if collects(self.city, self.devices[device - 1]) == "depot"]

    def aboard(self, vehicle: int) -> list[int]:
        """The readers of a vehicle."""
        first = int(self.equipment.vehicle_reader[vehicle])
        return [row.device for row in self.devices[first : first + int(self.equipment.vehicle_readers[vehicle])]]

    def offline(self, city: Any, network: Any, service_date: date) -> NDArray[np.bool_]:
        """The vehicles that find no connection at the depot in the night after this date."""
        share = [city.demand.fleet[city.services[network.route_service[r]].id].offline for r in self.fleet.route]
        late: NDArray[np.bool_] = child(self.seed, "offline", service_date.isoformat()).random(len(share)) < share
        return late

    def _uplink(self, device: int) -> Uplink:
        """The line of one reader to the office; its SAM is personalised when it is first used."""
        if device not in self._uplinks:
            sam = Sam(self.ring, device)
            journal = self._journals[device] = Journal(BytesIO(), journal_taps_max)
            self._uplinks[device] = Uplink(sam, journal, device, EPOCH, self.ring.environment)
        return self._uplinks[device]


def collects(city: Any, row: Device) -> str:
    """When the taps of a vehicle's reader are brought in."""
    return str(city.brands[row.brand].collects) if row.brand >= 0 else "depot"


def line_of(city: Any, row: Device) -> str:
    """How a reader reports."""
    if row.kind == "bus":
        return GATES if collects(city, row) == "road" else DEPOT
    return GATES if row.kind == "gate" else MACHINES


def readers_of(devices: list[Device]) -> NDArray[np.void]:
    """READER rows fresh from the depot, in the order of the devices."""
    readers = np.zeros(len(devices), READER)
    for field in ("device", "operator", "service", "vehicle", "stop"):
        readers[field] = [getattr(device, field) for device in devices]
    readers["epoch"], readers["key_version"] = EPOCH, FIRST_VERSION
    readers["route"] = readers["pattern"] = -1
    return readers
