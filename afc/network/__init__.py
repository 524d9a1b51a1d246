"""The network: stops, routes, timetable, and the distances that a tariff asks for."""

from afc.network.network import Network, NetworkTables, Pattern

__all__ = ["Network", "NetworkTables", "Pattern"]
