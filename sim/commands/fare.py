"""`afc fare`: what a ride costs, and why a journey cost what it did."""

from __future__ import annotations

import click

from sim.output import Reply, answers


@click.group()
def fare() -> None:
    """Price one ride; explain one journey."""


@fare.command("quote", epilog='Example:  afc fare quote seoul --from gangnam --to city-hall --at "2026-03-04 08:00"')
@click.argument("name", metavar="CITY")
@click.option("--from", "origin", required=True, metavar="STOP", help="Stop id where the ride begins.")
@click.option("--to", "destination", required=True, metavar="STOP", help="Stop id where it ends.")
@click.option(
    "--at", "at", metavar="TIME", help="Local date and time (default: the latest tariff's first morning, 08:00)."
)
@click.option("--rider", metavar="CATEGORY", help="Rider category (default: the pack's first).")
@click.option("--medium", metavar="MEDIUM", help="Fare medium (default: the pack's first).")
@click.option(
    "--attribute", "attributes", multiple=True, metavar="NAME", help="An attribute of the card; may be repeated."
)
@click.option(
    "--after", metavar="FROM:TO@TIME", multiple=True, help="A ride made before with the same card; may be repeated."
)
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
) -> Reply:
    """Price a ride between two stops, change by change, with the reason of every amount."""
    from afc.city import load_city
    from sim.quote import price, text_of

    city = load_city(name)
    facts = price(city, origin, destination, at, rider, medium, attributes, after)
    return Reply(facts, text_of(facts), warnings=(facts["hint"],) if facts["hint"] else ())


@fare.command("explain", epilog="Example:  afc fare explain last")
@click.argument("run", metavar="[RUN]", default="last")
@click.argument("journey", metavar="[JOURNEY]", default="any")
@answers("afc.fare.explain/1")
def explain(run: str, journey: str) -> Reply:
    """The tree of one journey: legs, reasons, split to the last minor unit, proof.

    JOURNEY is J-card-number, or `any` for one worth showing.
    """
    from afc.city import load_city
    from clearing.views import Detail, any_journey, find_journey, journey_name, open_house
    from sim.explain import explain as facts_of
    from sim.explain import tree
    from sim.runs import find_run

    found = find_run(run)
    house = open_house(found.folder, load_city(found.scenario.city), found.scenario.seed)
    detail = Detail(found.folder)
    wanted = any_journey(detail) if journey == "any" else journey_name(journey)
    facts = facts_of(house, find_journey(detail, wanted))
    house.store.close()
    return Reply(facts, tree(facts))
