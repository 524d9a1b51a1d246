"""How far a leg was, for the tariff: along the route in a vehicle, by the shortest path between gates.

The reader asks this at the tap-out from what the card remembers, the clearing house from the paired taps; both ask here.
"""

from __future__ import annotations

from typing import Any

from afc.executor import rule
from afc.network.zones import is_single, note_zones


@rule
def leg_distance_m(in_stop: int, in_seq: int, out_stop: int, out_seq: int, pattern: int, tables: Any) -> int:
    """Metres between two taps; 0 where no path joins the two gates, for the tariff must price what a gate let through."""
    if pattern >= 0:
        return abs(tables.along_m[pattern][out_seq] - tables.along_m[pattern][in_seq])
    return max(tables.path[tables.gate[in_stop], tables.gate[out_stop]].metres, 0)


@rule
def leg_sections(in_stop: int, out_stop: int, pattern: int, tables: Any) -> int:
    """The fare sections on the shortest path between two gates, as bits; rides in vehicles have none."""
    if pattern >= 0:
        return 0
    return tables.path[tables.gate[in_stop], tables.gate[out_stop]].sections


@rule
def count_leg(e: Any, in_stop: int, in_seq: int, out_stop: int, out_seq: int, pattern: int, tables: Any) -> None:
    """Write into an event what fare tables count: stations, stages and zones between two taps."""
    if pattern >= 0:
        e.hops[0] = abs(out_seq - in_seq)
        e.stages = max(abs(tables.stage[pattern][out_seq] - tables.stage[pattern][in_seq]), 1)
        note_zones(e, pattern, min(in_seq, out_seq), max(in_seq, out_seq), tables)
    else:
        path = tables.path[tables.gate[in_stop], tables.gate[out_stop]]
        for k in range(len(path.hops)):
            e.hops[k] = path.hops[k]
        e.stages, e.zones, e.either = max(path.stages, 1), path.zones, path.either
    a, b = tables.stop_zone[in_stop], tables.stop_zone[out_stop]
    e.ends = (a if is_single(a) else 0) | (b if is_single(b) else 0)


@rule
def measure_leg(e: Any, card: Any, in_stop: int, in_seq: int, r: Any, tables: Any) -> None:
    """Write into an exit what its leg comes to: metres and sections, and what fare tables count where there are any."""
    e.dist_m = leg_distance_m(in_stop, in_seq, e.stop, e.seq, e.pattern, tables)
    e.sections = leg_sections(in_stop, e.stop, e.pattern, tables)
    if r.counts[e.service] > 0:
        count_leg(e, in_stop, in_seq, e.stop, e.seq, e.pattern, tables)
        if r.through == 1 and e.pattern < 0 and card.leg_in_journey == 1 and card.j_legs > 1 and card.j_stop >= 0:
            e.whole_m = leg_distance_m(card.j_stop, 0, e.stop, 0, -1, tables)


@rule
def measure_to_end(e: Any, r: Any, tables: Any) -> None:
    """Write into an entry what a ride to the end of the route, or to its farther end, would come to, where that is asked."""
    if r.to_end[e.service] > 0 and e.pattern >= 0:
        last = tables.calls[e.pattern] - 1
        if r.to_end[e.service] == 2 and tables.along_m[e.pattern][e.seq] > tables.along_m[e.pattern][last] // 2:
            last = 0
        stop = tables.pattern_stop[e.pattern][last]
        e.dist_m = leg_distance_m(e.stop, e.seq, stop, last, e.pattern, tables)
        count_leg(e, e.stop, e.seq, stop, last, e.pattern, tables)


@rule
def measure_nothing(e: Any, r: Any) -> None:
    """Clear what the event before has left."""
    e.dist_m, e.sections = 0, 0
    if r.counted == 1:
        e.zones, e.either, e.ends, e.stages, e.whole_m = 0, 0, 0, 0, 0
        for k in range(len(e.hops)):
            e.hops[k] = 0
