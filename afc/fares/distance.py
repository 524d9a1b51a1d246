"""What distance adds: started steps beyond the included metres, each band at its own price."""

from __future__ import annotations

from typing import Any

from afc.executor import rule


@rule
def started_steps(dist_m: int, from_m: int, to_m: int, step_m: int) -> int:
    """Steps begun between `from_m` and `to_m` (-1: no end). 10,000 m of 10,000 included is none, 10,001 m is one."""
    inside = dist_m if to_m < 0 or dist_m < to_m else to_m
    if inside <= from_m:
        return 0
    return (inside - from_m + step_m - 1) // step_m


@rule
def lone_distance(service: int, category: int, dist_m: int, r: Any) -> int:
    """The distance part of a ride that stands alone on its service; 0 where the service is flat."""
    n = r.lone_bands[service]
    minor = 0
    for b in range(n):
        end_m = r.lone_from_m[service][b + 1] if b + 1 < n else -1
        steps = started_steps(dist_m, r.lone_from_m[service][b], end_m, r.lone_step_m[service][b])
        minor += steps * r.lone_minor[service][b][category]
    if r.lone_max[service] >= 0 and minor > r.lone_max[service]:
        return r.lone_max[service]
    return minor


@rule
def chain_distance(free_m: int, category: int, dist_m: int, r: Any) -> int:
    """The distance part of a journey of several services, over the metres of all its legs."""
    n = r.chain_bands
    minor = 0
    for b in range(n):
        end_m = free_m + r.chain_from_m[b + 1] if b + 1 < n else -1
        steps = started_steps(dist_m, free_m + r.chain_from_m[b], end_m, r.chain_step_m[b])
        minor += steps * r.chain_minor[b][category]
    return minor


@rule
def section_surcharge(sections: int, category: int, r: Any) -> int:
    """The surcharge for the set of fare sections that a journey's paths use; a set without a price is free of it."""
    if sections == 0:
        return 0
    for i in range(r.section_sets):
        if r.section_uses[i] == sections:
            return r.section_minor[i][category]
    return 0
