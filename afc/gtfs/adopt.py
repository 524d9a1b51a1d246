"""Adopting a feed: a published timetable that nobody here wrote becomes a city pack that runs.

The network is the feed's own. Prices and rules are borrowed from a pack that exists, and everything else that a fare
system needs is made up and says so, in city.toml and in SOURCES.md. Nothing half-made is left behind.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from afc.gtfs import borrow
from afc.gtfs.days import DAY_TYPES, Calendar
from afc.gtfs.demand_file import demand_table
from afc.gtfs.feed import read_feed
from afc.gtfs.network_files import write_network
from afc.gtfs.pack_files import cases_table, city_table, day_types_of, holidays
from afc.gtfs.plan import Plan, plan_of
from afc.gtfs.sources import sources_text
from afc.pack.write import toml_text
from afc.refusal import Refused

if TYPE_CHECKING:
    from afc.city import City


class Report(NamedTuple):
    """What was made of a feed."""

    folder: Path
    city_id: str
    days: Mapping[str, date]
    stops: int
    routes: int
    patterns: int
    departures: Mapping[str, int]
    notes: tuple[str, ...]


def import_gtfs(feed_path: Path, like: City, out: Path, *, city_id: str, name: str, day: date | None = None) -> Report:
    """Write the pack of a published feed into a new folder; `day` chooses the week whose timetable is taken."""
    if not re.fullmatch(r"[a-z0-9_-]{1,40}", city_id):
        cure = "Use 1 to 40 of a-z, 0-9, hyphen and underscore."
        raise Refused("ID_MALFORMED", f'"{city_id}" cannot be the id of a city', cure=cure)
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise Refused(
            "OUT_EXISTS", "there is something already", where=str(out), cure="Give a folder that does not exist."
        )
    feed = read_feed(feed_path, mend=True, shapes=True)
    plan, calendar = plan_of(feed, like, city_id, name, day)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".adopting-", dir=out.parent) as scratch:
        made = Path(scratch) / out.name
        notes = _notes(plan)
        _write_pack(made, plan, calendar, _sha256(feed_path), notes)
        _try(made)
        if out.exists():
            out.rmdir()
        shutil.move(made, out)
    return _report(out, plan, notes)


def _write_pack(folder: Path, plan: Plan, calendar: Calendar, sha256: str, notes: tuple[str, ...]) -> None:
    from afc.gtfs.comments import COMMENTS

    write_network(folder / "network", plan.adopted, plan.name, plan.first, plan.last)
    services, source = plan.services, plan.borrowed
    tariff = day_types_of(plan, borrow.tariff_version(plan.like, services, plan.first, source))
    operators = list(plan.adopted.operators.values())
    tables = {
        "city.toml": city_table(plan, holidays(plan, calendar)),
        "tariff.toml": {"version": [tariff]},
        "split.toml": {"version": [borrow.split_version(plan.like, services, plan.first, source)]},
        "contracts.toml": borrow.contracts(plan.like, operators, source),
        "demand.toml": demand_table(plan),
        "cases.toml": cases_table(plan, tariff),
    }
    for name, table in tables.items():
        (folder / name).write_text(toml_text(table, COMMENTS[name]), encoding="utf-8")
    (folder / "SOURCES.md").write_text(sources_text(plan, sha256, notes), encoding="utf-8")


def _try(folder: Path) -> None:
    """A pack that does not load is not handed over."""
    from afc.city import load_city

    assert load_city(folder).network.patterns, "a feed with trips gives a network with patterns"


def _notes(plan: Plan) -> tuple[str, ...]:
    """What somebody should know who compares the pack with the feed."""
    feed, ways = plan.adopted.feed, plan.adopted.ways
    by_shape = sum(way.by_shape for way in ways)
    crow = len(ways) - by_shape
    notes = [f"distances of {by_shape} patterns follow the published shapes"]
    if crow:
        notes.append(f"distances of {crow} patterns are the straight line between stops times 1.2, for want of a shape")
    dropped = len(feed.routes) - len({way.route for way in ways})
    if dropped:
        notes.append(f"{dropped} routes have no trips on {', '.join(str(day) for day in plan.week.dates.values())}")
    return (*notes, *feed.mended)


def _report(out: Path, plan: Plan, notes: tuple[str, ...]) -> Report:
    ways = plan.adopted.ways
    return Report(
        out,
        plan.id,
        plan.week.dates,
        len(plan.adopted.places),
        len({way.route for way in ways}),
        len(ways),
        {day: sum(len(way.departures[day]) for way in ways) for day in DAY_TYPES},
        notes,
    )


def _sha256(path: Path) -> str:
    """The digest of a zip, or of a folder's files in the order of their names."""
    if path.is_file():
        return hashlib.sha256(path.read_bytes()).hexdigest()
    digest = hashlib.sha256()
    for file in sorted(file for file in path.iterdir() if file.is_file()):
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()
