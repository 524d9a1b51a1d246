"""Auckland's fares of 2021 and stage fares of 2014, worked out from the published rules and nothing of this product.

In February 2021 by zones, in July 2014 by stages.

2021: a journey by bus and train costs by the zones it touches, a stop in two zones counting as whichever makes the
fewest and a train through the City zone not counting it unless the rider taps there; up to five boardings, each within
30 minutes of the tap-out before and within four hours of the first tap-in. Each tap-out asks what the journey has come
to, less what was asked before. Adults pay a tenth less when the journey begins outside the peaks, a child 0.99 for a
journey at weekends, SuperGold holders nothing after 09:00. Nobody pays more than 20.00 a day, default fares aside: a
bus keeps the fare to the end of its route, a train asks for the dearest at the next tap-in. Cash buys each ride alone.

2014: each boarding by stages, a fifth off with AT HOP, and 50 cents off the second trip within 30 minutes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product
from typing import NamedTuple

FARES = {
    "adult": [190, 330, 480, 620, 750],
    "supergold": [190, 330, 480, 620, 750],
    "child": [99, 194, 270, 360, 450],
    "tertiary": [140, 240, 360, 465, 563],
}
CASH = [300, 500, 750, 900, 1050]
CASH_CHILD = [200, 300, 450, 550, 650]  # three fifths, to the next 50 cents
STAGES_HOP = [200, 360, 400, 480, 600]
STAGES_CASH = [250, 450, 500, 600, 750]
WINDOW_S, TOTAL_S, BOARDINGS, DAY_MOST = 1800, 4 * 3600, 5, 20_00

# Service, then stops with the zones of each (c city, i isthmus, w west, l lower and u upper north shore, m manukau north,
# s manukau south) and the stages from the first. Trains have gates; their lines cross at Newmarket and Britomart.
LINES = {
    "18": ("nzbus", "new_lynn:iw:0 avondale:i:1 kingsland:i:2 karangahape:c:3 aotea:c:3 wellesley:c:3"),
    "209": ("nzbus", "titirangi:w:0 new_lynn:iw:1 avondale:i:2 mount_albert:i:3 kingsland:i:3 karangahape:c:4 "
                     "wellesley:c:4"),
    "500": ("howick", "howick:m:0 botany:m:1 pakuranga:m:2 panmure:i:3 ellerslie:i:3 newmarket_bus:ci:4 "
                      "britomart_bus:c:5"),
    "nex": ("nex", "albany:u:0 constellation:ul:1 smales_farm:l:2 akoranga:l:2 wellesley:c:4 britomart_bus:c:4"),
    "302": ("nzbus", "onehunga:i:0 mount_eden:i:1 newmarket_bus:ci:2 wellesley:c:3 britomart_bus:c:3"),
    "west": ("rail", "britomart:c:0 newmarket:ci:1 kingsland:i:2 mount_albert:i:2 avondale:i:3 new_lynn:iw:3 "
                     "henderson:w:4"),
    "cross": ("rail", "orakei:i:0 britomart:c:1 newmarket:ci:2 kingsland:i:3 mount_albert:i:3 avondale:i:4 "
                      "new_lynn:iw:4 henderson:w:5"),
    "south": ("rail", "newmarket:ci:0 ellerslie:i:1 penrose:i:1 otahuhu:im:2 papatoetoe:m:3 manurewa:ms:4 "
                      "papakura:s:5"),
}  # fmt: skip


class Ride(NamedTuple):
    """From a stop to another of a line, in seconds after a midnight; without `out_s` the rider forgot to tap out."""

    line: str
    a: int
    b: int
    in_s: int
    out_s: int | None


def calls(line: str) -> list[list[str]]:
    """Each stop of a line: its name, its zones, its stages from the first."""
    return [stop.split(":") for stop in LINES[line][1].split()]


def touched(line: str, a: int, b: int) -> list[str]:
    """The zones that count: those of each stop, without the City where a train only runs through."""
    zones = [call[1] for call in calls(line)[min(a, b) : max(a, b) + 1]]
    through = LINES[line][0] == "rail" and "c" not in (zones[0], zones[-1])
    return [zone for zone in zones if not (through and zone == "c")]


def fewest(zones: Iterable[str]) -> int:
    """How many zones at least: each stop lies in one of those written for it."""
    return min(len(set(choice)) for choice in product(*set(zones)))


def stages(line: str, a: int, b: int) -> int:
    """Stages between two calls, at least one."""
    return max(abs(int(calls(line)[a][2]) - int(calls(line)[b][2])), 1)


def end(ride: Ride) -> int:
    """The last call in the direction of a ride."""
    return len(calls(ride.line)) - 1 if ride.b > ride.a else 0


def price(rider: str, n: int, at_s: int, weekend: Sequence[int]) -> int:
    """So many zones by AT HOP, begun at this moment; a service day lasts to four in the morning."""
    clock, at_weekend = at_s % 86_400, (at_s - 4 * 3600) // 86_400 in weekend
    full = FARES[rider][min(n, 5) - 1]
    night = clock < 4 * 3600
    if rider == "supergold" and (at_weekend or clock >= 9 * 3600 or night):
        return 0
    if rider == "child" and at_weekend:
        return 99
    off_peak = at_weekend or 9 * 3600 <= clock < 15 * 3600 or clock >= 66_600 or night
    return (full * 90 + 50) // 100 if rider == "adult" and off_peak else full


def charges_2021(rider: str, weekend: Sequence[int], rides: Sequence[Ride]) -> list[int]:
    """What the taps of each ride cost by AT HOP, at the tap-out or, where it is missing, at the tap-in of the next."""
    owed, told, spent = 0, list[int](), dict[int, int]()
    zones, boardings, asked, first_s, since_s = list[str](), 0, 0, 0, 0
    for ride in rides:
        due, owed = owed, 0
        if not (0 < boardings < BOARDINGS and ride.in_s - since_s <= WINDOW_S and ride.in_s - first_s <= TOTAL_S):
            zones, boardings, asked, first_s = [], 0, 0, ride.in_s
        if ride.out_s is None:
            boardings = 0
            if LINES[ride.line][0] == "rail":
                owed = price(rider, 5, ride.in_s, weekend)
            else:
                due += price(rider, fewest(touched(ride.line, ride.a, end(ride))), ride.in_s, weekend)
        else:
            zones, boardings, since_s = [*zones, *touched(ride.line, ride.a, ride.b)], boardings + 1, ride.out_s
            whole = max(price(rider, fewest(zones), first_s, weekend), asked)
            day = (ride.in_s - 4 * 3600) // 86_400
            paid = min(whole - asked, DAY_MOST - spent.get(day, 0))
            due, asked, spent[day] = due + paid, whole, spent.get(day, 0) + paid
        told.append(due)
    return told


def charges_cash(rider: str, rides: Sequence[Ride]) -> list[int]:
    """Cash of 2021: each ride alone, tapped out as it was bought."""
    prices = CASH_CHILD if rider == "child" else CASH
    return [prices[fewest(touched(ride.line, ride.a, ride.b)) - 1] for ride in rides]


def charges_2014(medium: str, rides: Sequence[Ride]) -> list[int]:
    """Stages for an adult: a bus without tap-out keeps its whole route; every second trip of a chain is 50 less."""
    told, since_s, second = list[int](), None, False
    for ride in rides:
        fare = (STAGES_HOP if medium == "at_hop" else STAGES_CASH)[
            stages(ride.line, ride.a, end(ride) if ride.out_s is None else ride.b) - 1
        ]
        second = medium == "at_hop" and since_s is not None and not second and ride.in_s - since_s <= WINDOW_S
        since_s = ride.out_s
        told.append(fare - 50 if second and ride.out_s is not None else fare)
    return told
