"""How far a leg was, for the tariff: along the route in a vehicle, by the shortest path between gates.

The reader asks this at the tap-out from what the card remembers, the clearing house from the paired taps; both ask here.
"""

from __future__ import annotations

from typing import Any

from afc.executor import rule


@rule
def leg_distance_m(in_stop: int, in_seq: int, out_stop: int, out_seq: int, pattern: int, tables: Any) -> int:
    """Metres between two taps; 0 where no path joins the two gates, for the tariff must price what a gate let through."""
    if pattern >= 0:
        return abs(tables.along_m[pattern][out_seq] - tables.along_m[pattern][in_seq])
    return max(tables.path_m[in_stop][out_stop], 0)


@rule
def leg_sections(in_stop: int, out_stop: int, pattern: int, tables: Any) -> int:
    """The fare sections on the shortest path between two gates, as bits; rides in vehicles have none."""
    if pattern >= 0:
        return 0
    return tables.section[in_stop][out_stop]
