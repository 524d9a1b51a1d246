"""`afc clearing trips`: what vehicles operated, beside the timetable."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

from sim.commands.books import on_books
from sim.output import Reply, answers, table

if TYPE_CHECKING:
    from clearing.timetable import Line
    from sim.houses import Opened

COUNTS = (
    "scheduled",
    "operated",
    "missed",
    "short",
    "extra",
    "unended",
    "boardings",
    "alightings",
    "cash_riders",
    "checks",
)


@click.command("trips", epilog="Example:  afc clearing trips --date 2025-11-05 --run last")
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="Service date (default: the last closed one).")
@click.option("--route", default="", help="This route alone.")
@answers("afc.clearing.trips/1")
@on_books
def trips(books: Opened, day: datetime | None, route: str) -> Reply:
    """Vehicle trips and kilometres that were operated, beside the timetable, by operator and route.

    A trip was operated if its vehicle's own record of the end has come, short if it went less than 95 % of the way, extra if
    it is not in the timetable, unended if a driver logged on and nothing more came.
    """
    from clearing.timetable import lines
    from clearing.views import Detail

    date = day.date() if day else datetime.fromisoformat(Detail(books.house.folder).dates[-1]).date()
    found = lines(books.house, date, route)
    data = {"date": date.isoformat(), "lines": [line._asdict() for line in found]}
    head = ["operator", "route", *(name.replace("_", " ") for name in COUNTS), "km", "of km"]
    rows = [[line.operator, line.route, *numbers(line)] for line in found]
    total = ["all", "", *map(str, (sum(getattr(line, name) for line in found) for name in COUNTS)), *kilometres(found)]
    return Reply(data, table([head, *rows, total], right=range(2, len(head))))


def numbers(line: Line) -> list[str]:
    """Counts and kilometres of one line."""
    return [*(str(getattr(line, name)) for name in COUNTS), *kilometres([line])]


def kilometres(lines: list[Line]) -> list[str]:
    """Whole kilometres operated and scheduled."""
    return [str(sum(getattr(line, name) for line in lines) // 1000) for name in ("operated_m", "scheduled_m")]
