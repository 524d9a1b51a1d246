"""A day of the city with somebody standing at one station's gates, who notes who comes when and when their tap was written.

Nothing else is kept: no tap is stamped, sealed or sent.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from afc.executor import compiled
from afc.fares.codes import ENTRY, EXIT
from sim.world import foot
from sim.world.day import Day, Process
from sim.world.office import Office
from sim.world.stage import LEAVING, OUTSIDE, PLATFORM, SERVED, TAPS

NOT_WRITTEN = NO_TRAIN = -1


class Noted(NamedTuple):
    """Somebody at the gates: when they came, out of which train (or NO_TRAIN), which way, and the moment on the tap (UTC); a
    refused entry writes none (NOT_WRITTEN)."""

    at_us: int
    train: int
    out: bool
    tap_us: int


class NoOffice(Office):
    """Takes taps in and forgets them."""

    def take_in(self, taps: NDArray[np.void]) -> None:
        """Nothing is kept."""

    def report(self, devices: Iterable[int], now_us: int) -> None:
        """Nothing is sent."""


class WatchedDay(Day):
    """A day until `until_us` at the gates of `stop`: `noted` in the order of coming, and when each train opened its doors."""

    stop: int
    until_us: int

    def watch(self, stop: int, until_us: int) -> None:
        """Stand there before the day is run."""
        self.stop, self.until_us = stop, until_us
        self.noted, self.doors_us, self.train_of = list[Noted](), list[int](), dict[int, int]()
        self.written_before = 0  # taps in the buffer before a half-minute

    def on_foot(self) -> Process:
        """Riders on foot, until nothing more is to be seen."""
        for event in super().on_foot():
            if self.env.now >= self.until_us:
                return
            yield event

    def visit_train(self, vehicle: int, call: int, now_us: int) -> int:
        """A train at a station; at this one, who gets off for the gates."""
        here = self.crowd.calls[call]
        alighting = self.aboard(vehicle, int(here["seq"])) if here["stop"] == self.stop else []
        doors_us = super().visit_train(vehicle, call, now_us)
        leaving = [j for j in alighting if self.crowd.travellers["phase"][j] == LEAVING]
        if leaving:
            self.train_of |= dict.fromkeys(leaving, len(self.doors_us))
            self.doors_us.append(now_us)
        return doors_us

    def aboard(self, vehicle: int, seq: int) -> list[int]:
        """The riders in a train who will get off at a stop of its pattern."""
        found, j = [], int(self.vehicles.aboard[vehicle, seq])
        while j >= 0:
            found.append(j)
            j = int(self.crowd.travellers["next"][j])
        return found

    def step(self, tick: int) -> None:
        """A half-minute; whoever holds a card to one of these gates in it is noted."""
        order = compiled(foot.who_arrives)(self.crowd, tick)
        before, self.written_before = self.crowd.travellers[order], int(self.desk.tally[TAPS])
        coming_in, coming_out = self.coming_in(before), self.coming_out(before)
        super().step(tick)
        after, taps = self.crowd.travellers[order], self.desk.taps[self.written_before : self.desk.tally[TAPS]]
        # Who wanted in may have gone to the kiosk first; at the gate they got in, perhaps by mistake, or they were refused.
        coming_in &= np.isin(after["phase"], (PLATFORM, LEAVING)) | (after["refusals"] > before["refusals"])
        tap_us = dict(
            zip(zip(taps["kind"].tolist(), taps["card"].tolist(), strict=True), taps["time_us"].tolist(), strict=True)
        )
        for i in np.flatnonzero(coming_in | coming_out).tolist():
            out, card = bool(coming_out[i]), int(self.desk.cards["card"][before["row"][i]])
            train = self.train_of.pop(int(order[i]), NO_TRAIN) if out else NO_TRAIN
            at_tap_us = tap_us.get((EXIT if out else ENTRY, card), NOT_WRITTEN)
            self.noted.append(Noted(int(before["at_us"][i]), train, out, at_tap_us))

    def coming_in(self, riders: NDArray[np.void]) -> NDArray[np.bool_]:
        """Of riders who arrive somewhere, those whose next leg begins behind these gates."""
        call = self.crowd.calls[self.crowd.legs["on"][riders["leg"]]]
        outside = (riders["phase"] == OUTSIDE) | (riders["phase"] == SERVED)
        here: NDArray[np.bool_] = outside & (call["stop"] == self.stop) & (call["gated"] == 1)
        return here

    def coming_out(self, riders: NDArray[np.void]) -> NDArray[np.bool_]:
        """Of riders who arrive somewhere, those who tap out at these gates."""
        station = self.ground.stations[self.stop]
        taps_out = (self.crowd.legs["taps_out"][riders["leg"]] == 1) | (station["must_tap_out"] == 1)
        here: NDArray[np.bool_] = (riders["phase"] == LEAVING) & (riders["stop"] == self.stop) & taps_out
        return here & (station["gate_out"] >= 0)

    def empty_buffer(self) -> None:
        """The buffer begins again."""
        super().empty_buffer()
        self.written_before = 0
