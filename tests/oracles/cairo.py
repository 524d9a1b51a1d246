"""Cairo's metro fares, worked out from the published prices and from nothing of this product.

A ride costs by its stations, both ends counted, over the shortest way on three lines whose interchanges count once. In
2018 a ticket was 3, 5 or 7 pounds up to 9, up to 16 and beyond, the half ticket 2, 4 or 6, special needs 0.50 anywhere.
In 2019 a way that touches line 3 cost 5, 7 or 10. Since August 2024 it is 8, 10, 15 or 20 with a last bound of 23, half
tickets 4, 5, 8 or 10, special needs 5. Riders of 70 and over ride free and owe no fines. More than two hours inside
cost 50 pounds on top, and whoever left without the gate pays 50 when next coming in. A subscription pays its trips
inside its number of stations; a ride beyond costs the ticket and 50 pounds and uses up no trip; once its trips are used
up the gate stays shut.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple

LINES = {
    1: "helwan ain_helwan helwan_university wadi_hof hadayek_helwan el_maasara tora_el_asmant kozzika tora_el_balad "
    "sakanat_el_maadi maadi hadayek_el_maadi dar_el_salam el_zahraa mar_girgis el_malek_el_saleh sayeda_zeinab "
    "saad_zaghloul sadat nasser orabi al_shohadaa ghamra el_demerdash manshiet_el_sadr kobri_el_qobba "
    "hammamat_el_qobba saray_el_qobba hadayek_el_zaitoun helmeyet_el_zaitoun el_matareyya ain_shams "
    "ezbet_el_nakhl el_marg new_el_marg",
    2: "el_mounib sakiat_mekky omm_el_masryeen giza faisal cairo_university el_bohoth dokki opera sadat "
    "mohamed_naguib attaba al_shohadaa massara rod_el_farag st_teresa khalafawy mezallat kolleyet_el_zeraa "
    "shubra_el_kheima",
    3: "adly_mansour el_haykestep omar_ibn_el_khattab qobaa hesham_barakat el_nozha nadi_el_shams alf_maskan "
    "heliopolis haroun al_ahram koleyet_el_banat stadium fair_zone abbassia abdou_pasha el_geish bab_el_shaaria "
    "attaba nasser maspero safaa_hegazy kit_kat sudan imbaba el_bohy el_qawmia ring_road rod_el_farag_corridor",
    4: "kit_kat tawfikia wadi_el_nil gamet_el_dowal bulaq_el_dakrour cairo_university",
}
"""Stations in their published order; 4 is the second branch of line 3."""

FINE, STAY_S = 50_00, 2 * 3600
BOUNDS = {"2018-05-11": (9, 16), "2019-06-01": (9, 16), "2025-10-01": (9, 16, 23)}
FULL = {"2018-05-11": (3_00, 5_00, 7_00), "2019-06-01": (3_00, 5_00, 7_00), "2025-10-01": (8_00, 10_00, 15_00, 20_00)}
HALF = {"2018-05-11": (2_00, 4_00, 6_00), "2019-06-01": (2_00, 4_00, 6_00), "2025-10-01": (4_00, 5_00, 8_00, 10_00)}
SPECIAL = {"2018-05-11": 50, "2019-06-01": 50, "2025-10-01": 5_00}
LINE_3 = {"full": (5_00, 7_00, 10_00), "half": (3_00, 4_00, 5_00)}


class Ride(NamedTuple):
    """From a gate to a gate, `stay_s` seconds inside; whoever leaves without the gate has `taps_out` false."""

    start: str
    end: str
    stay_s: int
    taps_out: bool


class Pass(NamedTuple):
    """A subscription's stations and the trips left on it."""

    stations: int
    trips: int


def charges(tariff: str, rider: str, rides: Sequence[Ride], held: Pass | None) -> list[int | None]:
    """What each ride costs, None where the gate stays shut; a fine is in the ride whose entry collects it."""
    told, owed, trips = list[int | None](), 0, held.trips if held else 0
    fine = 0 if rider == "senior70" else FINE
    for ride in rides:
        on_pass = held is not None
        if on_pass and not trips:
            told.append(None)
            continue
        due, owed = owed, 0
        if not ride.taps_out:
            trips -= on_pass
            owed = 0 if on_pass else fine
        elif held is not None and stations(ride.start, ride.end) <= held.stations:
            trips -= 1
        else:
            due += ticket(tariff, rider, ride) + fine * on_pass + fine * (ride.stay_s > STAY_S)
        told.append(due)
    return told


def ticket(tariff: str, rider: str, ride: Ride) -> int:
    """A rider's ticket for the way between two gates."""
    if rider == "senior70":
        return 0
    if rider == "disabled":
        return SPECIAL[tariff]
    kind = "half" if rider == "martyr" else "full"
    band = sum(stations(ride.start, ride.end) > bound for bound in BOUNDS[tariff])
    price = (HALF if kind == "half" else FULL)[tariff][band]
    dearer = tariff == "2019-06-01" and True in by_line_3(ride.start, ride.end)
    return max(price, LINE_3[kind][band]) if dearer else price


def stations(start: str, end: str) -> int:
    """Stations of the shortest way, both ends counted."""
    return ways(start)[end][0] + 1


def by_line_3(start: str, end: str) -> set[bool]:
    """Does a shortest way touch line 3? Both, where two are equally short."""
    return ways(start)[end][1]


@cache
def ways(start: str) -> dict[str, tuple[int, set[bool]]]:
    """How many stations further each station is, and whether one gets there with line 3, without it, or both."""
    steps = [(line > 2, a, b) for line in LINES for a, b in neighbours(LINES[line].split())]
    found: dict[str, tuple[int, set[bool]]] = {start: (0, {False})}
    for far in range(1, 100):
        edge: dict[str, set[bool]] = {}
        for third, a, b in steps:
            if a in found and found[a][0] == far - 1 and b not in found:
                edge[b] = edge.get(b, set()) | {third or touched for touched in found[a][1]}
        found |= {name: (far, touched) for name, touched in edge.items()}
    return found


def neighbours(names: Sequence[str]) -> list[tuple[str, str]]:
    """Stations next to each other on a line, in either direction."""
    pairs = list(pairwise(names))
    return pairs + [(b, a) for a, b in pairs]
