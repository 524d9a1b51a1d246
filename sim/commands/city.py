"""`afc city`: the packs, their checks, and cities that come in as a published feed."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import click

from afc.refusal import Refused
from sim.output import INVALID_INPUT, Reply, answers, table


@click.group()
def city() -> None:
    """City packs: tariffs, networks, contracts and demand as data, with their sources."""


@city.command("list", epilog="Example:  afc city list")
@answers("afc.city.list/1")
def list_() -> Reply:
    """The packs that come with afc."""
    from afc.city import list_cities, load_city

    cities = [load_city(name) for name in list_cities()]
    rows = [
        {"id": c.id, "name": c.name, "currency": c.currency, "tariffs": [v.id for v in c.tariff.version]}
        for c in cities
    ]
    text = table([["city", "name", "currency", "tariff versions"], *[_row(row) for row in rows]])
    return Reply(rows, text)


def _row(row: dict[str, Any]) -> list[str]:
    return [row["id"], row["name"], row["currency"], ", ".join(row["tariffs"])]


@city.command("show", epilog="Example:  afc city show ulaanbaatar")
@click.argument("name", metavar="CITY")
@answers("afc.city.show/1")
def show(name: str) -> Reply:
    """What a pack holds: the ids to use on the command line, tariff versions, network, parties."""
    from afc.city import load_city

    c = load_city(name)
    network = c.network
    data = {
        "id": c.id, "name": c.name, "country": c.country, "currency": c.currency, "minor_unit_decimals": c.exponent,
        "zone": c.zone.key, "day_cut_s": c.day_cut_s, "custody": c.custody, "synthetic": c.synthetic, "digest": c.digest,
        "tariffs": [{"id": v.id, "from": v.from_.isoformat(), "source": v.source} for v in c.tariff.version],
        "services": [s.id for s in c.services], "categories": [x.id for x in c.categories],
        "media": [m.id for m in c.media], "attributes": list(c.attributes), "criteria": list(c.criteria),
        "parties": [{"id": p.id, "name": p.name, "roles": list(p.roles), "synthetic": p.synthetic} for p in c.parties],
        "network": {"version": network.version, "stops": len(network.stop_ids), "routes": len(network.route_ids),
                    "patterns": len(network.patterns)},
        "cases": len(c.cases.case),
    }  # fmt: skip
    return Reply(data, _describe(data), warnings=(c.synthetic,))


def _describe(data: dict[str, Any]) -> str:
    network = data["network"]
    lines = [
        f"{data['name']} ({data['id']})  {data['currency']}, {data['minor_unit_decimals']} decimals  {data['zone']}",
        f"network     {network['stops']} stops, {network['routes']} routes, {network['patterns']} patterns, "
        f"version {network['version']}",
        f"services    {', '.join(data['services'])}",
        f"riders      {', '.join(data['categories'])}",
        f"media       {', '.join(data['media'])}",
        f"attributes  {', '.join(data['attributes']) or 'none'}",
        f"cases       {data['cases']} worked examples; check them with: afc city check {data['id']}",
    ]
    lines += [f"tariff      {v['id']}  from {v['from']}  ({v['source']})" for v in data["tariffs"]]
    lines += [f"party       {p['id']}  {p['name']}  [{', '.join(p['roles'])}]" for p in data["parties"]]
    return "\n".join(lines)


@city.command("stops", epilog="Example:  afc city stops seoul gang")
@click.argument("name", metavar="CITY")
@click.argument("words", metavar="[WORDS]...", nargs=-1)
@answers("afc.city.stops/1")
def stops(name: str, words: tuple[str, ...]) -> Reply:
    """Stop ids and names; with WORDS only those in which all of them occur."""
    from afc.city import load_city

    network = load_city(name).network
    wanted = [word.casefold() for word in words]
    rows = [
        {"id": stop, "name": called}
        for stop, called in zip(network.stop_ids, network.stop_names, strict=True)
        if all(word in f"{stop} {called}".casefold() for word in wanted)
    ]
    return Reply(rows, table([["stop", "name"], *[[row["id"], row["name"]] for row in rows]]))


@city.command("patterns", epilog="Example:  afc city patterns ulaanbaatar ch1")
@click.argument("name", metavar="CITY")
@click.argument("routes", metavar="[ROUTE]...", nargs=-1)
@answers("afc.city.patterns/1")
def patterns(name: str, routes: tuple[str, ...]) -> Reply:
    """Patterns by the number that taps name: route, stops in their order; with ROUTEs only theirs."""
    from afc.city import load_city
    from afc.refusal import Refused, nearest

    network = load_city(name).network
    for route in routes:
        if route not in network.route_ids:
            raise Refused("ROUTE_UNKNOWN", f'no route "{route}"', cure=nearest(route, network.route_ids))
    found: list[dict[str, Any]] = [
        {
            "pattern": number,
            "route": network.route_ids[one.route],
            "stops": [network.stop_ids[stop] for stop in one.stops],
        }
        for number, one in enumerate(network.patterns)
        if not routes or network.route_ids[one.route] in routes
    ]
    rows = [[str(one["pattern"]), one["route"], " ".join(one["stops"])] for one in found]
    return Reply(found, table([["pattern", "route", "stops"], *rows], right=(0,)))


@city.command("check", epilog="Example:  afc city check seoul")
@click.argument("name", metavar="CITY")
@click.option(
    "--cases", "file", type=click.Path(path_type=Path), help="Worked examples to run instead of the pack's own."
)
@click.option("--verbose", "-v", is_flag=True, help="List the cases that hold, too.")
@answers("afc.city.check/1")
def check(name: str, file: Path | None, verbose: bool) -> Reply:
    """Load a pack strictly and run its worked examples, interpreted and compiled.

    Exits with 0 only if every case holds.
    """
    from afc.city import load_city
    from afc.fares.cases import check_city
    from clearing.casework import shares_of_case

    c = load_city(name)
    network = c.network  # a network that cannot be read is told once, not once a case
    outcomes = check_city(c, _read_cases(file) if file else None, shares_of_case)
    wrong = [o for o in outcomes if o.problems]
    data = [{"name": o.name, "source": o.source, "ok": not o.problems, "problems": o.problems, "pending": o.pending}
            for o in outcomes]  # fmt: skip
    lines = [f"  holds  {o.name}" for o in outcomes if verbose and not o.problems and not o.pending]
    lines += [f"  WRONG  {o.name}\n" + "\n".join(f"         {problem}" for problem in o.problems) for o in wrong]
    lines += [f"  open   {o.name}: {o.pending}" for o in outcomes if o.pending]
    tally = Counter("wrong" if o.problems else "pending" if o.pending else "holds" for o in outcomes)
    lines.append(
        f"{c.name}: {len(network.stop_ids)} stops, {len(outcomes)} cases, "
        f"{tally['holds']} hold, {tally['wrong']} wrong, {tally['pending']} pending"
    )
    return Reply(data, "\n".join(lines), INVALID_INPUT if wrong else 0)


def _read_cases(file: Path) -> list[dict[str, Any]]:
    try:
        cases: list[dict[str, Any]] = tomllib.loads(file.read_text("utf-8"))["case"]
    except OSError as error:
        raise Refused("CASES_UNREADABLE", error.strerror or "cannot be read", where=str(file)) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Refused("CASES_MALFORMED", str(error), where=str(file)) from None
    except KeyError:
        raise Refused("CASES_MISSING", "the file has no [[case]]", where=str(file)) from None
    return cases


@city.command("import-gtfs", epilog="Example:  afc city import-gtfs caltrain.zip --like seoul --out packs/caltrain")
@click.argument("feed", type=click.Path(path_type=Path))
@click.option(
    "--like", "like", required=True, metavar="PACK", help="The pack whose prices and rules the new one takes."
)
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder of the new pack; must not exist.")
@click.option("--id", "city_id", metavar="ID", help="Id of the new city (default: the name of the folder).")
@click.option("--name", metavar="NAME", help="Name of the new city (default: its id).")
@click.option(
    "--date", "day", metavar="YYYY-MM-DD", help="The weekday to take the timetable from (default: the feed's first)."
)
@answers("afc.city.import-gtfs/1")
def import_gtfs(feed: Path, like: str, out: Path, city_id: str | None, name: str | None, day: str | None) -> Reply:
    """Turn a published GTFS feed into a city pack. A broken feed is refused with file, line, column and cure."""
    from afc.city import load_city
    from afc.gtfs import adopt
    from sim.commands.scenario import parse_date

    wanted = city_id or out.name
    made = adopt.import_gtfs(feed, load_city(like), out, city_id=wanted, name=name or wanted, day=parse_date(day))
    lines = [
        f"{made.city_id}: {made.stops} stops, {made.routes} routes, {made.patterns} patterns in {made.folder}",
        *(f"{kind}: {n} departures, as on {made.days[kind]}" for kind, n in made.departures.items()),
        *made.notes,
        f"Check it:  afc city check {out}",
        f"Run it:    afc scenario run --city {out}",
    ]
    return Reply(made._asdict() | {"folder": str(made.folder)}, "\n".join(lines))


@city.command("new", epilog="Example:  afc city new rivertown --country CH --zone Europe/Zurich")
@click.argument("name", metavar="NAME")
@click.option(
    "--out", type=click.Path(path_type=Path), help="Folder of the new pack; must not exist (default: ./NAME)."
)
@click.option("--currency", metavar="CODE", help="Currency after ISO 4217 (default: the country's, or XTS for trials).")
@click.option("--country", metavar="CODE", help="Country after ISO 3166 (default: ZZ, which is nowhere).")
@click.option("--zone", metavar="Area/City", help="Time zone (default: UTC).")
@click.option("--locale", metavar="xx_YY", help="Language and country of dates and numbers (default: en).")
@answers("afc.city.new/1")
def new(
    name: str, out: Path | None, currency: str | None, country: str | None, zone: str | None, locale: str | None
) -> Reply:
    """Begin a pack: a small made-up town that runs, with a comment above every table. NAME is its id."""
    from afc.starter.begin import begin, place_of

    place = place_of(name, country, currency, zone, locale)
    folder = out or Path(name)
    files = begin(place, folder)
    shown = f"./{folder}" if folder.parent == Path() else str(folder)
    lines = [
        f"{place.title}: {len(files)} files in {shown}, all figures made up, {place.currency}, {place.zone}",
        f"Read first:  {shown}/city.toml, then {shown}/tariff.toml",
        f"Check it:    afc city check {shown}",
        f"Price it:    afc fare table {shown}",
        f"Run it:      afc demo {shown}",
    ]
    return Reply(place._asdict() | {"title": place.title, "folder": str(folder), "files": files}, "\n".join(lines))
