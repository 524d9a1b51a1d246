"""Cards that cannot be one honest card: copied, written back, filled by nobody, in two places, or never getting off."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from afc.moment import MINUTE_US, SECOND_US
from afc.money import show
from afc.network.crow import crow_m
from afc.tap import NO_STOP, TapKind, is_ride, moved_minor
from clearing.suspicion.columns import Columns
from clearing.suspicion.evidence import Chains, Evidence
from clearing.suspicion.finding import CERTAIN, Suspicion, card_name, names_of

SPEED_KMH = 120
"""Faster than any train of a city, in a straight line from stop to stop."""
SLACK_M = 1_000
"""Stations are large and clocks are not exact."""
BOARDINGS = 12
BACK_TO_BACK_US = 3 * MINUTE_US


def copied_cards(day: Evidence) -> Iterator[Suspicion]:
    """One counter twice. If the card could have gone back and on from there, it was written back; if not, there are two."""
    for chains in day.shards():
        for card in np.unique(chains.copies["card"]).tolist():
            yield told_of_copies(day, chains, card)


def told_of_copies(day: Evidence, chains: Chains, card: int) -> Suspicion:
    """All taps of a card by time, copies among them, and what follows from their order."""
    copies = chains.copies[chains.copies["card"] == card]
    mine = np.flatnonzero(chains.taps["card"] == card)
    fields = ("time_us", "counter", "balance", "amount", "kind")
    merged = {f: np.concatenate([chains.taps[f][mine], copies[f]]).astype(np.int64) for f in fields}
    is_copy = np.arange(len(mine) + len(copies)) >= len(mine)
    order = np.lexsort((is_copy, merged["time_us"]))
    merged, is_copy = {f: column[order] for f, column in merged.items()}, is_copy[order]
    step = np.diff(merged["counter"])
    follows = np.append(step == 1, True)
    paid = -moved_minor(merged)
    names = names_of(copies, range(len(copies)))
    who = {"cards": (card_name(day.house.ring, card),), "devices": tuple(np.unique(copies["device"]).tolist())}
    if not follows[is_copy].all():
        minor = day.fares_in(copies)
        text = f"counter {copies['counter'][0]} was used twice, and both cards went on; taps of a copy: {len(copies)}"
        return Suspicion("cloned_card", CERTAIN, minor, text, taps=names, **who)
    back = np.flatnonzero(step <= 0) + 1
    minor = int((merged["balance"][back] + paid[back] - merged["balance"][back - 1]).sum())
    to = merged["counter"][back[0]] if len(back) else 0
    text = f"the counter went back to {to}, and with it {money(day, minor)} came back"
    return Suspicion("restored_card", CERTAIN, minor, text, taps=names, **who)


def raised_balances(day: Evidence) -> Iterator[Suspicion]:
    """What a card holds before a tap is what it held after the one before; otherwise the difference, to the unit."""
    for chains in day.shards():
        copied = np.isin(chains.taps["card"], chains.copies["card"])
        for row in np.flatnonzero(chains.broken & ~copied).tolist():
            taps = chains.taps
            minor = int(taps["balance"][row] - chains.delta[row] - chains.held[row])
            kind = "raised_balance" if minor > 0 else "lowered_balance"
            how = "grew" if minor > 0 else "shrank"
            text = f"before counter {taps['counter'][row]} the purse {how} by {money(day, abs(minor))}"
            yield of_card(day, kind, CERTAIN, minor, text, taps, [row])


def missing_counters(day: Evidence) -> Iterator[Suspicion]:
    """Counters of a card that no accepted tap has, and what they did to its purse."""
    for chains in day.shards():
        copied = np.isin(chains.taps["card"], chains.copies["card"])
        for row in np.flatnonzero(chains.hole & ~copied).tolist():
            taps = chains.taps
            minor = int(chains.held[row] - (taps["balance"][row] - chains.delta[row]))
            missing = int(taps["counter"][row]) - int(chains.counter[row]) - 1
            which = f"{missing} taps before counter {taps['counter'][row]}"
            text = f"{which} are missing; the purse lost {money(day, minor)} in them"
            yield of_card(day, "missing_counter", 60, minor, text, taps, [row])


def impossible_travels(day: Evidence) -> Iterator[Suspicion]:
    """Two taps of one card that nobody can have made: too far apart for the time."""
    for chains in day.shards():
        taps = chains.taps
        here, there = taps["stop"][1:], taps["stop"][:-1]
        known = (here != NO_STOP) & (there != NO_STOP) & ~chains.first[1:]
        us = np.diff(taps["time_us"])
        metres = np.zeros(len(us))
        metres[known] = crow_m(day.city.network, there[known].astype(np.int64), here[known].astype(np.int64))
        reach_m = SLACK_M + np.maximum(us, 0) / SECOND_US * (SPEED_KMH / 3.6)
        for at in np.flatnonzero((metres > reach_m) & (us >= 0)).tolist():
            row, minutes = at + 1, us[at] / MINUTE_US
            which = f"between counters {taps['counter'][at]} and {taps['counter'][row]}"
            text = f"{metres[at] / 1000:.1f} km in {minutes:.1f} minutes {which}"
            minor = int(taps["amount"][row]) if is_ride(taps["kind"][row : row + 1])[0] else 0
            yield of_card(day, "impossible_travel", 95, minor, text, taps, [at, row])


def staff_passes(day: Evidence) -> Iterator[Suspicion]:
    """Twelve boardings and more of one card at one reader in a day, most of them back to back."""
    for chains in day.shards():
        taps = chains.taps
        rows = np.flatnonzero(taps["kind"] == TapKind.ENTRY)
        order = np.lexsort((taps["time_us"][rows], taps["device"][rows], taps["card"][rows]))
        rows = rows[order]
        new = np.ones(len(rows), bool)
        new[1:] = (np.diff(taps["card"][rows].astype(np.int64)) != 0) | (
            np.diff(taps["device"][rows].astype(np.int64)) != 0
        )
        starts = np.flatnonzero(new)
        sizes = np.diff(np.append(starts, len(rows)))
        for start, size in zip(starts[sizes >= BOARDINGS].tolist(), sizes[sizes >= BOARDINGS].tolist(), strict=True):
            mine = rows[start : start + size]
            if np.median(np.diff(taps["time_us"][mine])) > BACK_TO_BACK_US:
                continue
            minor = int(taps["amount"][mine].sum(dtype=np.int64))
            near = f"half of them within {BACK_TO_BACK_US // MINUTE_US} minutes of the one before"
            text = f"{size} boardings at one reader, {near}"
            yield of_card(day, "staff_pass", 95, minor, text, taps, mine.tolist())


def of_card(day: Evidence, kind: str, score: int, minor: int, text: str, taps: Columns, rows: list[int]) -> Suspicion:
    """A suspicion about the card of some taps, the last of which is the odd one."""
    card = card_name(day.house.ring, int(taps["card"][rows[-1]]))
    operator = day.operators[int(taps["operator"][rows[-1]])]
    return Suspicion(
        kind, score, minor, text, cards=(card,), devices=(int(taps["device"][rows[-1]]),), operators=(operator,),
        taps=names_of(taps, rows),
    )  # fmt: skip


def money(day: Evidence, minor: int) -> str:
    """An amount with its currency."""
    return f"{show(minor, day.city.exponent)} {day.city.currency}"
