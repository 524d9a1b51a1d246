"""Exits whose entry nobody wrote: a boarding that somebody with the card's key may have put on the card at home.

A tap-out does not name the reader of its tap-in; the card's counter says that there was one. On board it can only have been a
reader of the same vehicle, at gates any gate of the service. Where all of them have reported since and have left out nothing,
none of them wrote it. A reader that died between the card's write and its own leaves the same trace.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from afc.tap import NO_PATTERN, TapKind
from clearing.suspicion.cards import of_card
from clearing.suspicion.columns import Columns
from clearing.suspicion.evidence import Evidence
from clearing.suspicion.finding import Suspicion

LIKELY = 75


def forged_entries(day: Evidence) -> Iterator[Suspicion]:
    """Exits with one counter missing before them, that no reader can have written any more."""
    for chains in day.shards():
        taps, copied = chains.taps, np.isin(chains.taps["card"], chains.copies["card"])
        one = taps["counter"].astype(np.int64) - chains.counter == 2
        for row in np.flatnonzero((taps["kind"] == TapKind.EXIT) & chains.hole & one & ~copied).tolist():
            readers = where_it_began(day, taps, row)
            if not readers or any(day.whole.heard.get(reader, -1) < int(taps["time_us"][row]) for reader in readers):
                continue
            minor = int(chains.held[row] - (taps["balance"][row] - chains.delta[row]))
            all_of = "the reader" if len(readers) == 1 else f"all {len(readers)} readers"
            text = f"nobody wrote the entry before counter {taps['counter'][row]}: {all_of} where it can have been told all"
            yield of_card(day, "forged_entry", LIKELY, minor, text, taps, [row])


def where_it_began(day: Evidence, taps: Columns, row: int) -> list[int]:
    """The readers at which the ride that ended with a tap can have begun."""
    time_us, devices = int(taps["time_us"][row]), list(day.house.store.devices())
    there = [one for one in devices if one.from_us <= time_us < one.to_us]
    out = next((one for one in there if one.device == int(taps["device"][row])), None)
    if out is None:
        return []
    if int(taps["pattern"][row]) != NO_PATTERN:
        return [one.device for one in there if one.vehicle == out.vehicle]
    return [one.device for one in there if one.service == out.service and one.vehicle < 0]
