"""The K best paths between two gates on which nobody passes a station twice, after Yen, with most of the work put off.

All paths that begin with the same stretches form a family. Cheapest family first: a family's best path is taken, and what
is left of the family falls apart by where it first leaves that path. What a family costs at least is known at once, from one
tree of best ways to the goal that all origins share; only when a family's turn comes and the tree leads back through a
station where it has been already is its true best path searched for (the idea of Kurz and Mutzel, "A sidetrack-based
algorithm for finding the k shortest simple paths", 2016).

The tree's ways never turn round at a station. Of walks that never turn round and keep off the stations where the family has
been, the cheapest passes no station twice: whatever lies between two visits of a station could be cut out, and would save
more than the one change of line it might need.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import Any, NamedTuple

import numpy as np

from afc.executor import rule
from afc.network.network import I8
from clearing.stretches import Stretches

NO_WAY = 1 << 62
WAY = np.dtype([("left", "<i8"), ("next", "<i8")])
"""For each stretch what is left to the goal once it is ridden, and the stretch after it, -1 at the goal."""
PATH = np.dtype([("cost", "<i8"), ("length", "<i8")])


class Room(NamedTuple):
    """Where one pair of gates is worked out, and what it comes to: the first rows of `found` and `paths`."""

    on: Stretches
    tree: np.ndarray  # WAY[stretch] wherever one has been before
    detour: np.ndarray  # WAY[stretch] round the stations visited
    visited: I8  # [station] 1 where the family in hand has been
    found: np.ndarray  # PATH[path]
    paths: I8  # [path, i] stretches


def room_for(on: Stretches, k: int) -> Room:
    """A path passes no station twice, so it has fewer stretches than there are stations."""
    stations, n = len(on.leaving) - 1, len(on.rides)
    visited, paths = np.zeros(stations, np.int64), np.zeros((k, stations), np.int64)
    return Room(on, np.zeros(n, WAY), np.zeros(n, WAY), visited, np.zeros(k, PATH), paths)


@rule
def find_ways(goal: int, until: int, on: Any, visited: Any, ways: Any) -> None:
    """Fill `ways` to `goal`: they keep off stations visited and never turn round. Stops once stretch `until` is known."""
    for stretch in range(len(ways)):
        ways[stretch].left, ways[stretch].next = NO_WAY, -1
    queue = [(0, int(on.arriving[i])) for i in range(on.arrived[goal], on.arrived[goal + 1])]
    for _, last in queue:
        ways[last].left = 0
    while len(queue) > 0:
        cost, ridden = heappop(queue)
        if ridden == until:
            return
        station = on.rides[ridden].start
        if cost > ways[ridden].left or visited[station] == 1:
            continue
        for i in range(on.arrived[station], on.arrived[station + 1]):
            before = int(on.arriving[i])
            longer = cost + step(before, ridden, on)
            if longer < ways[before].left and on.rides[before].start != on.rides[ridden].end:
                ways[before].left, ways[before].next = longer, ridden
                heappush(queue, (longer, before))


@rule
def step(before: int, stretch: int, on: Any) -> int:
    """What a stretch costs after another one."""
    return int(on.rides[stretch].cost) + (on.change if on.rides[before].route != on.rides[stretch].route else 0)


@rule
def find_paths(origin: int, goal: int, room: Any) -> int:
    """Fill `room` with the best paths, cheapest first; how many there are. Its tree must be the goal's.

    A family is what its best path costs at least, what it costs up to and with the stretch where the family leaves an
    earlier path, that path, after how many stretches it leaves it, and by which one.
    """
    on, queue = room.on, [(0, 0, 0, 0, 0)]
    queue.pop()
    for stretch in range(on.leaving[origin], on.leaving[origin + 1]):
        if room.tree[stretch].left < NO_WAY:
            spent = int(on.rides[stretch].cost)
            heappush(queue, (spent + int(room.tree[stretch].left), spent, 0, 0, stretch))
    for path in range(len(room.found)):
        if not take_next(origin, goal, path, room, queue):
            return path
    return len(room.found)


@rule
def take_next(origin: int, goal: int, path: int, room: Any, queue: Any) -> bool:
    """Write the cheapest path of all families into row `path` and let its family fall apart; is there one?"""
    while len(queue) > 0:
        _, spent, parent, place, stretch = heappop(queue)
        cost = spent + complete(origin, goal, parent, place, stretch, path, room)
        if cost < NO_WAY:
            family = (cost, spent, parent, place, stretch)
            if len(queue) == 0 or family < queue[0]:
                room.found[path].cost = cost
                fall_apart(path, place, room, queue)
                return True
            heappush(queue, family)
    return False


@rule
def complete(origin: int, goal: int, parent: int, place: int, stretch: int, path: int, room: Any) -> int:
    """Write a family's best path into row `path`; what is left of it after the stretch where it leaves its parent."""
    row = room.paths[path]
    room.visited[:] = 0
    room.visited[origin] = 1
    for i in range(place):
        row[i] = room.paths[parent][i]
        room.visited[room.on.rides[row[i]].end] = 1
    room.found[path].length = follow(stretch, place, row, room.tree, room)
    if room.found[path].length > 0:
        return int(room.tree[stretch].left)
    find_ways(goal, stretch, room.on, room.visited, room.detour)
    if room.detour[stretch].left < NO_WAY:
        room.found[path].length = follow(stretch, place, row, room.detour, room)
    return int(room.detour[stretch].left)


@rule
def follow(stretch: int, place: int, row: Any, ways: Any, room: Any) -> int:
    """Write a stretch and those after it into a row from `place` on; its length, or 0 if they lead where it has been."""
    while stretch >= 0:
        if room.visited[room.on.rides[stretch].end] == 1:
            return 0
        row[place] = stretch
        stretch = int(ways[stretch].next)
        place += 1
    return place


@rule
def fall_apart(path: int, place: int, room: Any, queue: Any) -> None:
    """Once a path is taken, what is left of its family becomes a family for every stretch by which it can be left."""
    on, row = room.on, room.paths[path]
    so_far = int(on.rides[row[0]].cost)
    for i in range(1, room.found[path].length):
        before = int(row[i - 1])
        station = on.rides[before].end
        room.visited[station] = 1
        for stretch in range(on.leaving[station], on.leaving[station + 1]):
            if (
                i > place
                and stretch != row[i]
                and room.tree[stretch].left < NO_WAY
                and room.visited[on.rides[stretch].end] == 0
            ):
                spent = so_far + step(before, stretch, on)
                heappush(queue, (spent + int(room.tree[stretch].left), spent, path, i, stretch))
        so_far += step(before, row[i], on)
