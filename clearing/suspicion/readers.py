"""Readers and operators: other fares than the rules', clocks that disagree with the timetable, stops too far on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from afc.moment import MINUTE_US, SECOND_US
from afc.tap import TapKind, is_ride
from clearing.legs import COMPLETE, NO_TAP_IN
from clearing.suspicion.cards import money
from clearing.suspicion.evidence import Evidence, was_refusable
from clearing.suspicion.finding import CERTAIN, SHOWN_MAX, Suspicion, card_name, names_of

BEHIND_US = 5 * MINUTE_US
"""A vehicle trip never ends before its time by more than this, so a median that does is a clock behind."""
AHEAD_US = 60 * MINUTE_US
"""Vehicles do run late; a whole day an hour late is a clock ahead."""
TRIPS_LEAST = 3
EARLY_S, EARLY_PART = 60, 0.1
"""A rider who is so much sooner at the stop than the timetable allows was not there."""
SIGMA_SHOWN, EARLY_LEAST = 5.0, 3


def altered_fares(day: Evidence) -> Iterator[Suspicion]:
    """What readers took and what the rules come to, reader by reader; only where the card's day is otherwise whole."""
    sums: dict[int, int] = defaultdict(int)
    told: dict[int, list[str]] = defaultdict(list)
    cards: dict[int, set[str]] = defaultdict(set)
    operator: dict[int, int] = {}
    counts: dict[int, int] = defaultdict(int)
    for chains in day.shards():
        taps = chains.taps
        other = is_ride(taps["kind"]) & (taps["amount"] != taps["rated"]) & ~was_refusable(taps["rated"]) & chains.whole
        for row in np.flatnonzero(other).tolist():
            device = int(taps["device"][row])
            sums[device] += int(taps["amount"][row]) - int(taps["rated"][row])
            counts[device] += 1
            operator[device] = int(taps["operator"][row])
            told[device] += names_of(taps, [row])
            cards[device].add(card_name(day.house.ring, int(taps["card"][row])))
    for device, minor in sums.items():
        text = f"at {counts[device]} taps the reader took {money(day, minor)} more than the rules come to"
        yield Suspicion(
            "altered_fare", CERTAIN, minor, text, cards=tuple(sorted(cards[device])), devices=(device,),
            operators=(day.operators[operator[device]],), taps=tuple(told[device][:SHOWN_MAX]),
        )  # fmt: skip


def moved_clocks(day: Evidence) -> Iterator[Suspicion]:
    """The median of when a reader noted the end of vehicle trips, against the timetable."""
    taps = day.taps
    ends = day.timetable["end_us"]
    today = (taps["time_us"] >= day.start_us - 6 * 60 * MINUTE_US) & (
        taps["time_us"] < day.start_us + 30 * 60 * MINUTE_US
    )
    trips = taps[(taps["kind"] == TapKind.TRIP) & today & (taps["trip"] > 0) & (taps["trip"] < len(ends))]
    trips = trips[trips["pattern"] == day.timetable["pattern"][trips["trip"]]]
    off_us = trips["time_us"] - ends[trips["trip"]]
    near = np.abs(off_us) < 12 * 60 * MINUTE_US
    trips, off_us = trips[near], off_us[near]
    order = np.lexsort((off_us, trips["device"]))
    devices, starts, sizes = np.unique(trips["device"][order], return_index=True, return_counts=True)
    median = off_us[order][starts + sizes // 2]
    for at in np.flatnonzero(((median < -BEHIND_US) | (median > AHEAD_US)) & (sizes >= TRIPS_LEAST)).tolist():
        device, behind = int(devices[at]), median[at] < 0
        minutes = abs(int(median[at])) // MINUTE_US
        when = "before" if behind else "after"
        text = f"{sizes[at]} vehicle trips ended {minutes} minutes {when} their time: its clock is off"
        mine = order[starts[at] : starts[at] + sizes[at]]
        score = CERTAIN if behind else 70
        yield Suspicion("moved_clock", score, 0, text, devices=(device,), taps=names_of(trips, mine.tolist()))


def over_staging(day: Evidence) -> Iterator[Suspicion]:
    """Operators with more riders than others who were at their stop before the vehicle could be there."""
    n = len(day.operators)
    early, rides, minor = np.zeros(n, np.int64), np.zeros(n, np.int64), np.zeros(n, np.int64)
    told: dict[int, list[str]] = defaultdict(list)
    for chains in day.shards():
        legs, taps = chains.legs, chains.taps
        whole = (legs["status"] == COMPLETE) & (legs["pattern"] >= 0) & (legs["out_tap"] >= 0) & (legs["in_tap"] >= 0)
        out = legs["out_tap"][whole]
        pattern, operator = legs["pattern"][whole].astype(np.int64), legs["operator"][whole].astype(np.int64)
        same = taps["pattern"][out] == pattern
        planned_s = np.abs(day.run_s[pattern, taps["stop_seq"][out]] - day.run_s[pattern, legs["in_seq"][whole]])
        took_s = (legs["out_us"][whole] - legs["in_us"][whole]) // SECOND_US
        soon = same & (took_s >= 0) & (planned_s - took_s > EARLY_S + EARLY_PART * planned_s)
        rides += np.bincount(operator, minlength=n)
        early += np.bincount(operator[soon], minlength=n)
        minor += np.bincount(operator[soon], taps["amount"][out[soon]], minlength=n).astype(np.int64)
        for row, o in zip(out[soon].tolist(), operator[soon].tolist(), strict=True):
            told[o] += names_of(taps, [row])
    for o in np.flatnonzero(early >= EARLY_LEAST).tolist():
        others, seen = int(rides.sum() - rides[o]), int(early.sum() - early[o])
        share = (seen + 1) / (others + 2)
        sigma = (early[o] - rides[o] * share) / max(rides[o] * share * (1 - share), 1e-9) ** 0.5
        if sigma < SIGMA_SHOWN:
            continue
        here = f"{early[o]} of {rides[o]} riders left sooner than the timetable allows"
        text = f"{here}, with others {seen} of {others}: {sigma:.1f} sigma"
        score = min(75 + int(sigma), 99)
        yield Suspicion(
            "over_staging", score, int(minor[o]), text, operators=(day.operators[o],), taps=tuple(told[o][:SHOWN_MAX])
        )


def missing_tap_ins(day: Evidence) -> Iterator[Suspicion]:
    """Readers where far more riders than elsewhere tap out without having tapped in."""
    known = np.unique(np.array([device.device for device in day.house.store.devices()], np.int64))
    outs, alone = np.zeros(len(known), np.int64), np.zeros(len(known), np.int64)
    found: list[tuple[int, str, int]] = []
    for chains in day.shards():
        legs, taps = chains.legs, chains.taps
        out = legs["out_tap"][legs["out_tap"] >= 0]
        lone = out[legs["status"][legs["out_tap"] >= 0] == NO_TAP_IN]
        outs += np.bincount(np.searchsorted(known, taps["device"][out]), minlength=len(known))
        alone += np.bincount(np.searchsorted(known, taps["device"][lone]), minlength=len(known))
        names = names_of(taps, lone.tolist(), most=len(lone))
        found += zip(taps["device"][lone].tolist(), names, taps["card"][lone].tolist(), strict=True)
    share = (alone.sum() + 1) / (outs.sum() + 2)
    sigma = (alone - outs * share) / np.maximum(outs * share * (1 - share), 1e-9) ** 0.5
    for at in np.flatnonzero((alone >= EARLY_LEAST) & (sigma > SIGMA_SHOWN)).tolist():
        here = f"{alone[at]} of {outs[at]} tap-outs without a tap-in"
        text = f"{here}, {100 * share:.2f} % everywhere: {sigma[at]:.1f} sigma"
        mine = [(tap, card) for device, tap, card in found if device == known[at]]
        yield Suspicion(
            "missing_tap_ins", min(50 + int(sigma[at]), 75), 0, text, devices=(int(known[at]),),
            cards=tuple(sorted({card_name(day.house.ring, card) for _, card in mine})),
            taps=tuple(tap for tap, _ in mine[:SHOWN_MAX]),
        )  # fmt: skip
