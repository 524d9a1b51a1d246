"""The gates of one station under the microscope: each rider is a process, each gate a resource.

A city's day moves riders as columns, and its gates are one line before lanes that are all alike. Here a service time may be
drawn for each rider, every gate may have a line of its own, and gates may fail. Both must agree where both can say it.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Literal, NamedTuple

import numpy as np
import simpy
from numpy.typing import NDArray

Process = Generator[simpy.Event, object, None]
Line = Literal["one", "each"]
"""One line before all gates, whose head takes the gate that is free first; or a line at each, and riders join the shortest."""


class Passages(NamedTuple):
    """Riders in the order of coming, times in microseconds: when each came, when a gate took the card, when the rider was
    through, and at which gate (counted from 0)."""

    arrival_us: NDArray[np.int64]
    start_us: NDArray[np.int64]
    end_us: NDArray[np.int64]
    gate: NDArray[np.int64]


class Failure(NamedTuple):
    """A gate that begins with nobody from a moment on; whoever is in it gets through."""

    gate: int
    from_us: int


class Gate(simpy.Resource):
    """One gate, which serves one rider at a time; `failing` happens when it fails."""

    def __init__(self, env: simpy.Environment, number: int) -> None:
        super().__init__(env, capacity=1)
        self.number, self.failing = number, env.event()

    @property
    def works(self) -> bool:
        """Does it still begin with riders?"""
        return not self.failing.triggered

    @property
    def riders(self) -> int:
        """How many stand here, with the one inside."""
        return self.count + len(self.queue)


class Array:
    """The gates of one direction, or of both where they are two-way, and what happened to whom."""

    def __init__(self, arrival_us: NDArray[np.int64], service_us: NDArray[np.int64], gates: int, line: Line) -> None:
        self.arrivals, self.services = arrival_us.tolist(), service_us.tolist()
        self.env = simpy.Environment(initial_time=self.arrivals[0])
        self.gates = [Gate(self.env, number) for number in range(gates)]
        self.free = simpy.Store(self.env)
        self.free.items.extend(self.gates)
        self.ride = self.from_one_line if line == "one" else self.from_the_shortest
        self.start, self.end, self.at = ([0] * len(self.arrivals) for _ in range(3))

    def come(self) -> Process:
        """Riders come one after another."""
        for rider, at_us in enumerate(self.arrivals):
            if at_us > self.env.now:
                yield self.env.timeout(at_us - self.env.now)
            self.env.process(self.ride(rider))

    def from_one_line(self, rider: int) -> Process:
        """Stand in the one line until a gate is free: of several the one that has been free longest."""
        gate = yield self.free.get()
        assert isinstance(gate, Gate)
        with gate.request() as turn:
            yield turn
            yield from self.pass_through(rider, gate)
        if gate.works:
            yield self.free.put(gate)

    def from_the_shortest(self, rider: int) -> Process:
        """Join the shortest line and stay there; only who stands at a gate that fails looks for another."""
        yield self.env.timeout(0)  # whoever leaves a gate in this very microsecond is gone before lines are compared
        while True:
            gate = min((gate for gate in self.gates if gate.works), key=lambda gate: (gate.riders, gate.number))
            with gate.request() as turn:
                yield turn | gate.failing
                if gate.works:
                    yield from self.pass_through(rider, gate)
                    return

    def pass_through(self, rider: int, gate: Gate) -> Process:
        """Hold the card to the reader and walk through."""
        self.start[rider], self.at[rider] = int(self.env.now), gate.number
        yield self.env.timeout(self.services[rider])
        self.end[rider] = int(self.env.now)

    def fail(self, failure: Failure) -> Process:
        """A gate stays shut from now on."""
        if failure.from_us > self.env.now:
            yield self.env.timeout(failure.from_us - self.env.now)
        gate = self.gates[failure.gate]
        gate.failing.succeed()
        if gate in self.free.items:
            self.free.items.remove(gate)


def played_out(
    arrival_us: NDArray[np.int64], service_us: NDArray[np.int64], gates: int,
    *, line: Line = "one", failures: Sequence[Failure] = (),
) -> Passages:  # fmt: skip
    """Play every rider through the gates. `arrival_us` (n, sorted) and `service_us` (n, above 0) are microseconds; at least one
    gate must never fail."""
    if len(arrival_us) == 0:
        return Passages(*(np.zeros(0, np.int64) for _ in Passages._fields))
    assert len({failure.gate for failure in failures}) < gates, "some gate must work to the end"
    array = Array(arrival_us, service_us, gates, line)
    for (
        failure
    ) in failures:  # the first processes of all: in the microsecond of its failure a gate takes nobody any more
        array.env.process(array.fail(failure))
    array.env.process(array.come())
    array.env.run()
    return Passages(arrival_us, *(np.array(column, np.int64) for column in (array.start, array.end, array.at)))
