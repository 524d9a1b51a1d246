"""Frauds and faults in readers, which seal with their own key whatever they then have."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from afc.moment import MINUTE_US
from afc.tap import NO_PATTERN, TapKind, is_ride
from sim.faults.label import Label
from sim.faults.street import Street

FORKED_MOST = 100
"""Taps that a second device makes before it is taken away; they fit into one batch."""


def drawn(street: Street, rng: np.random.Generator, least: int) -> Iterator[tuple[int, np.ndarray]]:
    """Readers with at least so many taps today, in an order drawn by lot."""
    of_devices = {device: rows for device, rows in street.of_devices().items() if len(rows) >= least}
    devices = sorted(of_devices)
    yield from ((devices[i], of_devices[devices[i]]) for i in rng.permutation(len(devices)).tolist())


def rides(street: Street, rows: np.ndarray) -> np.ndarray:
    """Which of these rows are boardings and alightings."""
    return is_ride(street.taps["kind"][rows])


def dropped_taps(street: Street, n: int, rng: np.random.Generator, _city: Any) -> list[Label]:
    """Some riders' taps in a row are numbered and never sealed; a tap before them and one behind them are."""
    labels: list[Label] = []
    for device, rows in drawn(street, rng, 3):
        if len(labels) == n:
            break
        inner = np.flatnonzero(rides(street, rows) & (street.taps["amount"][rows] > 0))
        inner = inner[(inner > 0) & (inner < len(rows) - 1)]
        if not len(inner):
            continue
        first = int(inner[rng.integers(len(inner))])
        last = first
        while last - first < 2 and last + 1 < len(rows) - 1 and rides(street, rows[last + 1 : last + 2])[0]:
            last += 1
        hole = rows[first : last + 1]
        street.hole[hole] = True
        minor = int(street.taps["amount"][hole].sum(dtype=np.int64))
        about = f"{len(hole)} taps are numbered and never sealed"
        labels.append(Label("dropped_taps", about, minor, devices=[device], rows=hole.tolist()))
    return labels


def over_staging(street: Street, n: int, rng: np.random.Generator, city: Any) -> list[Label]:
    """Exits of one operator are written two to four stops farther than riders left; every fare follows from that."""
    network = city.network
    rows = street.riders()
    rows = rows[(street.taps["kind"][rows] == TapKind.EXIT) & (street.taps["pattern"][rows] != NO_PATTERN)]
    pattern = street.taps["pattern"][rows].astype(np.int64)
    room = network.tables.calls[pattern] - 1 - street.taps["stop_seq"][rows]
    rows = rows[room >= 2]
    operator = street.rules.readers["operator"][street.taps["device"][rows].astype(np.int64) - 1]
    if not len(rows):
        return []
    most = int(np.bincount(operator).argmax())
    mine = rows[operator == most]
    chosen = mine[rng.permutation(len(mine))[:n]]
    gain = 0
    of_cards = street.of_cards()
    for row in chosen.tolist():
        tap = street.taps[row]
        stop_seq = min(int(tap["stop_seq"]) + int(rng.integers(2, 5)), int(network.tables.calls[tap["pattern"]]) - 1)
        card = int(tap["card"])
        gain -= int(street.taps["amount"][of_cards[card]].sum(dtype=np.int64))
        tap["stop_seq"], tap["stop"] = stop_seq, network.tables.pattern_stop[tap["pattern"], stop_seq]
        accepted = street.ride_again(card, [r for r in of_cards[card].tolist() if not street.gone[r]])
        gain += int(street.taps["amount"][accepted].sum(dtype=np.int64))
    about = f"{len(chosen)} exits are moved two to four stops on"
    return [Label("over_staging", about, gain, operators=[city.parties[most].id], rows=chosen.tolist())]


def altered_fare(street: Street, n: int, rng: np.random.Generator, city: Any) -> list[Label]:
    """A reader takes an eighth more, and something, from up to five riders who can pay it."""
    labels: list[Label] = []
    of_cards = street.of_cards()
    for device, rows in drawn(street, rng, 1):
        if len(labels) == n:
            break
        paid = rows[rides(street, rows) & (street.taps["amount"][rows] > 0)]
        taken, hit = 0, list[int]()
        for row in paid.tolist():
            card = int(street.taps["card"][row])
            extra = int(street.taps["amount"][row]) // 8 + 1
            later = [r for r in of_cards[card].tolist() if street.taps["counter"][r] >= street.taps["counter"][row]]
            if card in street.busy_cards or len(hit) == 5:
                continue
            street.taps["amount"][row] += extra
            street.taps["balance"][later] -= extra
            street.spend(card, extra)
            street.busy_cards.add(card)
            taken += extra
            hit.append(row)
        if hit:
            about = f"{len(hit)} riders pay more than the rules say"
            labels.append(Label("altered_fare", about, taken, devices=[device], rows=hit))
    return labels


def moved_clock(street: Street, n: int, rng: np.random.Generator, _city: Any) -> list[Label]:
    """A reader on a vehicle stamps everything one to two hours too early, and charges by that time."""
    labels: list[Label] = []
    of_cards = street.of_cards()
    early_us = int(street.taps["time_us"].min()) if len(street.taps) else 0
    for device, rows in drawn(street, rng, 3):
        if len(labels) == n:
            break
        behind_us = int(rng.integers(60, 121)) * MINUTE_US
        trips = (street.taps["kind"][rows] == TapKind.TRIP).sum()
        if trips < 3 or int(street.taps["time_us"][rows].min()) - behind_us < early_us:
            continue
        street.taps["time_us"][rows] -= behind_us
        riders = rows[street.taps["counter"][rows] > 0]
        for card in np.unique(street.taps["card"][riders]).tolist():
            street.ride_again(card, [row for row in of_cards[card].tolist() if not street.gone[row]])
        about = f"the clock is {behind_us // MINUTE_US} minutes behind"
        labels.append(Label("moved_clock", about, 0, devices=[device], rows=rows[~street.gone[rows]].tolist()))
    return labels


def reset_sequence(street: Street, n: int, rng: np.random.Generator, _city: Any) -> list[Label]:
    """In the middle of the day a reader forgets its numbers and begins again at 1."""
    labels: list[Label] = []
    for device, rows in drawn(street, rng, 2):
        if len(labels) == n:
            break
        paid = paying(street, rows, 1)
        if not len(paid):
            continue
        at = int(rng.integers(1, paid[-1] + 1))
        street.restart[rows[at]] = True
        minor = paid_at(street, rows[at:])
        labels.append(
            Label("reset_sequence", "begins again at number 1", minor, devices=[device], rows=rows[at:].tolist())
        )
    return labels


def cloned_reader(street: Street, n: int, rng: np.random.Generator, _city: Any) -> list[Label]:
    """A second device with the same identity goes on from the same batch as the first."""
    labels: list[Label] = []
    for device, rows in drawn(street, rng, 3):
        if len(labels) == n:
            break
        paid = paying(street, rows, 2)
        if not len(paid):
            continue
        other = int(rng.integers(2, paid[-1] + 1))
        one = int(rng.integers(1, other))
        mine = rows[other : other + FORKED_MOST]
        street.cut[rows[one - 1]] = street.cut[rows[other - 1]] = True
        street.fork[mine] = True
        street.parcel[mine] = street.parcel[mine[-1]]
        minor, about = paid_at(street, mine), "two devices go on from one batch"
        labels.append(Label("cloned_reader", about, minor, devices=[device], rows=mine.tolist()))
    return labels


def paying(street: Street, rows: np.ndarray, least: int) -> np.ndarray:
    """Places from `least` on at which riders paid."""
    places = np.flatnonzero(rides(street, rows) & (street.taps["amount"][rows] > 0))
    return np.asarray(places[places >= least])


def paid_at(street: Street, rows: np.ndarray) -> int:
    """What riders paid at these taps."""
    return int(street.taps["amount"][rows][rides(street, rows)].sum(dtype=np.int64))


KINDS: dict[str, Callable[[Street, int, np.random.Generator, Any], list[Label]]] = {
    "dropped_taps": dropped_taps,
    "over_staging": over_staging,
    "altered_fare": altered_fare,
    "moved_clock": moved_clock,
    "reset_sequence": reset_sequence,
    "cloned_reader": cloned_reader,
}
