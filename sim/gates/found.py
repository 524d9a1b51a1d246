"""A study that is done, for people and for programs."""

from __future__ import annotations

from typing import Any, NamedTuple

from afc.city import City
from sim.gates.arrivals import Arrivals
from sim.gates.asked import Limit
from sim.gates.day import Check
from sim.gates.place import Place
from sim.gates.study import Question, Row
from sim.gates.told import agreement, as_data, clock, seconds, smallest, told


class Riders(NamedTuple):
    """Who comes, in words and in columns; of a day also how its own passages compare, and at which scale it was run."""

    told: str
    arrivals: Arrivals
    check: Check | None
    seed: int
    scale: float = 1.0


class Found(NamedTuple):
    """A study that is done."""

    city: City
    place: Place
    riders: Riders
    question: Question
    rows: list[Row]
    limit: Limit | None
    from_pack: bool

    @property
    def agrees(self) -> bool:
        """Is the microscopic mode the column mode, and the city's day, to the microsecond, where they can say the same?"""
        as_columns = self.question.line == "each" or all(row.same for row in self.rows)
        return as_columns and (self.riders.check is None or self.riders.check.riders == self.riders.check.same)

    @property
    def fewest(self) -> int | None:
        """The fewest gates at which the limit holds."""
        return smallest(self.rows, self.limit) if self.limit else None

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a reader of the figures must know."""
        share = f"the day was run with {self.riders.scale:g} of the published riders; --scale asks for another share"
        return (self.city.synthetic, *((share,) if self.riders.scale != 1 else ()))

    def text(self) -> str:
        """For people."""
        q, counted = self.question, self.rows[0].figures.riders
        whose = "the pack's" if self.from_pack else "as asked"
        varies = (
            "the same for everybody" if q.variation == 0 else f"gamma, standard deviation {q.variation:g} of the mean"
        )
        line = "one line before all gates" if q.line == "one" else "a line at each gate, riders join the shortest"
        failing = f"; the last gate fails at {clock(q.failing_us)}" if q.failing_us is not None else ""
        head = [
            f"{self.place.name} ({self.place.id}), {clock(q.window.from_us)} to {clock(q.window.to_us)}: "
            f"{counted} riders, {self.riders.told}",
            f"a passage takes {seconds(q.service_us)} s ({whose}), {varies}; {line}{failing}",
            agreement(self.rows),
        ]
        if one := self.riders.check:
            head.append(
                f"city's day, {self.place.lanes} gates each way: {one.same} of {one.riders} taps at the same microsecond"
            )
        return "\n".join([*head, "", told(self.rows, q.window, self.limit)])

    def data(self) -> dict[str, Any]:
        """For programs; times in microseconds."""
        q = self.question
        return {
            "city": self.city.id, "station": self.place.id, "riders": self.riders.told, "seed": self.riders.seed,
            "from": clock(q.window.from_us), "to": clock(q.window.to_us), "service_us": q.service_us,
            "variation": q.variation, "line": q.line, "failing": clock(q.failing_us) if q.failing_us is not None else None,
            "limit": self.limit.text if self.limit else None, "fewest": self.fewest, "agrees": self.agrees,
            "city_day": self.riders.check._asdict() if self.riders.check else None,
            "gates": [as_data(row) for row in self.rows],
        }  # fmt: skip
