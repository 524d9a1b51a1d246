"""`afc fare`: what a ride costs, and why a journey cost what it did."""

from __future__ import annotations

from pathlib import Path

import click

from sim.commands.books import DB, FOLDER, named_in
from sim.output import INVALID_INPUT, Reply, answers

LANGUAGE = click.option("--lang", "language", default="en", show_default=True, metavar="CODE", help="en, es, ko or mn.")


@click.group()
def fare() -> None:
    """Price one ride; explain one journey; what a tariff may say."""


@fare.command("quote", epilog='Example:  afc fare quote seoul --from gangnam --to city-hall --at "2026-03-04 08:00"')
@click.argument("name", metavar="CITY")
@click.option("--from", "origin", required=True, metavar="STOP", help="Stop id where the ride begins.")
@click.option("--to", "destination", required=True, metavar="STOP", help="Stop id where it ends.")
@click.option(
    "--at",
    "at",
    metavar="TIME",
    help='Local date and time, as "2026-03-04 08:00" (default: 08:00 on the first ordinary working day of the tariff that'
    " force last).",
)
@click.option("--rider", metavar="CATEGORY", help="Rider category (default: the pack's first).")
@click.option("--medium", metavar="MEDIUM", help="Fare medium (default: the pack's first).")
@click.option(
    "--attribute", "attributes", multiple=True, metavar="NAME", help="An attribute of the card; may be repeated."
)
@click.option(
    "--after",
    metavar="FROM:TO@TIME",
    multiple=True,
    help="A ride made before with the same card on that day, so that transfers and caps count it: sadang:gangnam@07:10"
    " boarded at 07:10 at sadang and left at gangnam; may be repeated.",
)
@LANGUAGE
@answers("afc.fare.quote/1")
def quote(
    name: str,
    origin: str,
    destination: str,
    at: str | None,
    rider: str | None,
    medium: str | None,
    attributes: tuple[str, ...],
    after: tuple[str, ...],
    language: str,
) -> Reply:
    """Price a ride between two stops, change by change, with the reason of every amount."""
    from afc.city import load_city
    from sim.quote import price, text_of

    city = load_city(name)
    facts = price(city, origin, destination, at, rider, medium, attributes, after, language)
    return Reply(facts, text_of(facts), warnings=(facts["hint"],) if facts["hint"] else ())


@fare.command("explain", epilog="Example:  afc fare explain last")
@click.argument("run", metavar="[RUN]", default="last")
@click.argument("journey", metavar="[JOURNEY]", default="any")
@LANGUAGE
@DB
@FOLDER
@answers("afc.fare.explain/1")
def explain(run: str, journey: str, language: str, db: str | None, folder: Path | None) -> Reply:
    """The tree of one journey: legs, reasons, split to the last minor unit, proof.

    JOURNEY is J-card-number, or `any` for one worth showing.
    """
    from clearing.views import any_journey, detail_of, find_journey, journey_name
    from sim.explain import explain as facts_of
    from sim.explain import tree
    from sim.houses import open_books

    db, run, journey = named_in(db, run, journey)
    with open_books(db, run, folder) as books:
        detail = detail_of(books.house)
        wanted = any_journey(detail) if journey == "any" else journey_name(journey)
        facts = facts_of(books.house, find_journey(detail, wanted), language)
    return Reply(facts, tree(facts))


@fare.command("table", epilog="Example:  afc fare table seoul --service rail")
@click.argument("name", metavar="CITY")
@click.option("--tariff", metavar="VERSION", help="Tariff version (default: the one in force last).")
@click.option("--medium", metavar="MEDIUM", help="Fare medium (default: the pack's first).")
@click.option("--service", "services", multiple=True, metavar="SERVICE", help="Only this service; may be repeated.")
@click.option("--matrix", metavar="SERVICE", help="The fare between every two stations of a service with gates.")
@click.option("--rider", metavar="CATEGORY", help="Whose fares a matrix shows (default: the pack's first).")
@answers("afc.fare.table/1")
def table_(
    name: str, tariff: str | None, medium: str | None, services: tuple[str, ...], matrix: str | None, rider: str | None
) -> Reply:
    """Fares as they hang at the stop: bounds down, rider categories across; or station by station.

    Bounds show what holds at every hour; what an hour, a stop or an attribute changes is listed below them. A matrix is what
    the rules charge on the version's first ordinary working day at 08:00.
    """
    from afc.city import load_city
    from sim.fare_table import matrix_reply, table_reply

    city = load_city(name)
    if matrix:
        return matrix_reply(city, tariff, matrix, rider, medium)
    return table_reply(city, tariff, medium, services)


@fare.command("lint", epilog="Example:  afc fare lint bogota")
@click.argument("name", metavar="CITY")
@click.option("--all", "show_all", is_flag=True, help="Also what the tariff marks as meant.")
@answers("afc.fare.lint/1")
def lint_(name: str, show_all: bool) -> Reply:
    """What a tariff says without being wrong, and what would surprise a fare office.

    Rows that never speak, services and station pairs without a price, holes in time, longer rides that cost less, classes that
    pay more. Exits with 3 if anything is found that the version's `meant` does not name.
    """
    from afc.city import load_city
    from afc.fares.cases import versions_of
    from afc.fares.lint import lint

    city = load_city(name)
    found = [row for row in lint(city, versions_of(city)) if show_all or not row.meant]
    data = [
        {"version": row.version, "code": row.lint.code, "source": f"tariff.toml:{row.line}", "what": row.lint.what,
         "cure": row.lint.cure, "meant": row.meant}
        for row in found
    ]  # fmt: skip
    lines = [
        f"tariff.toml:{row.line}  {row.lint.code}{' (meant)' if row.meant else ''}  {row.lint.what}. {row.lint.cure}"
        for row in found
    ]
    new = sum(not row.meant for row in found)
    lines.append(f"{city.name}: {len(versions_of(city))} tariff versions, {new} to look at")
    return Reply(data, "\n".join(lines), INVALID_INPUT if new else 0)


@fare.command("schema", epilog="Example:  afc fare schema tariff")
@click.argument("file", metavar="[FILE]", required=False)
@click.option("--out", "out", metavar="DIR", help="Write NAME.schema.json files into this folder, for editors.")
@answers("afc.fare.schema/1")
def schema(file: str | None, out: str | None) -> Reply:
    """JSON Schema of a pack's files: every key with its meaning, unit and default.

    FILE is city, tariff, split, contracts, demand or cases; without it all six, by name.
    """
    import json
    from pathlib import Path

    from afc.pack.json_schema import FORMS, file_name, schemas

    found = schemas([file] if file else FORMS)
    if out is None:
        data = found[file] if file else found
        return Reply(data, json.dumps(data, ensure_ascii=False, indent=2))
    Path(out).mkdir(parents=True, exist_ok=True)
    written = {name: Path(out) / file_name(name) for name in found}
    for name, path in written.items():
        path.write_text(json.dumps(found[name], ensure_ascii=False, indent=2) + "\n", "utf-8")
    paths = [str(path) for path in written.values()]
    return Reply({"files": paths}, "\n".join(paths))
