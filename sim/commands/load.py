"""`afc load`: what a clearing house bears, and whether the money stays right while it does."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any, TypeVar

import click

from sim.output import BROKEN, INTERRUPTED, OK, Reply, answers

F = TypeVar("F", bound=Callable[..., Any])
_OPTIONS = (
    click.argument("name", metavar="[SCENARIO]", required=False),
    click.option("--city", metavar="CITY", help="A pack's name or folder; alone it takes the pack's first scenario."),
    click.option("--scale", type=float, help="Share of the published number of boardings of the days simulated."),
    click.option("--seed", type=int, help="The one seed of everything random; for a house that runs, that of its books."),
    click.option("--to", default="own", show_default=True, metavar="HOUSE",
                 help="http://HOST:PORT of a house that runs, or mqtt://HOST:PORT of its broker; own: one begun for this and "
                      "served; in-process: one without a network; null: a server that answers at once."),
    click.option("--key", "keys", multiple=True, metavar="SECRET", envvar="AFC_LOAD_KEY", show_envvar=True,
                 help="A key of a party (afc keys api make) whose readers send; may be given several times."),
    click.option("--db", "books", default="", metavar="BOOKS", help="Where the books of a house that runs may be read."),
    click.option("--threshold", "thresholds", multiple=True, metavar="RULE",
                 help="What has to hold, as 'receipt.p99<250ms'; several times (default: lost==0)."),
    click.option("--connections", type=click.IntRange(1, 2_000), default=64, show_default=True,
                 help="At most so many batches are on the way at once."),
    click.option("--drain", default="30s", show_default=True, metavar="TIME", help="How long late answers are waited for."),
    click.option("--quiet", "-q", is_flag=True, help="No progress on stderr."),
)  # fmt: skip


@click.group()
def load() -> None:
    """Load a clearing house with real sealed batches, at a set rate."""


def load_options(function: F) -> F:
    """The options that every load has."""
    return reduce(lambda made, option: option(made), reversed(_OPTIONS), function)


@load.command(
    "run",
    epilog="Example:  afc load run ulaanbaatar-weekday --rate 2000/s --duration 1m --threshold 'receipt.p99<250ms'",
)
@load_options
@click.option("--rate", default="1000/s", show_default=True, help="Taps a second, as 2000/s or 120000/min.")
@click.option("--duration", default="10s", show_default=True, metavar="TIME", help="30s, 5m, 1h30m.")
@click.option("--ramp", metavar="TIME", help="So long the rate rises from nothing, within the duration.")
@click.option("--fault", "faults", multiple=True, metavar="KIND=HOW",
              help="duplicates=5%, reorder=5%, cut=5%, outage=2000@30s; several times.")  # fmt: skip
@click.option("--ceiling", is_flag=True, help="Measure first what the generator itself can do.")
@answers("afc.load.run/1")
def run(rate: str, duration: str, ramp: str | None, faults: tuple[str, ...], ceiling: bool, **common: Any) -> Reply:
    """Offer batches of SCENARIO's readers at a rate of taps a second, whether or not they are answered.

    Times are counted from the moment at which a batch was due. It ends with 99 where a threshold is broken; see docs/load.md.
    """
    needed()
    from sim.load.faults import faults_of
    from sim.load.offer import offer_of
    from sim.load.told import run_load

    offer = offer_of(rate, duration, ramp)
    facts, text = run_load(offer, faults_of(faults, offer.seconds), measure_ceiling=ceiling, **common)
    code = INTERRUPTED if facts["interrupted"] else OK if facts["ok"] else BROKEN
    return Reply(facts, text, code)


@load.command(
    "find-limit",
    epilog="Example:  afc load find-limit ulaanbaatar-weekday --first 1000/s --trial 10s --threshold 'receipt.p99<250ms'",
)
@load_options
@click.option("--first", default="1000/s", show_default=True, metavar="RATE", help="Taps a second of the first trial.")
@click.option("--most", default="100000/s", show_default=True, metavar="RATE", help="No higher rate is tried.")
@click.option("--trial", default="10s", show_default=True, metavar="TIME", help="How long each trial offers.")
@click.option("--resolution", default=0.1, show_default=True, type=click.FloatRange(0.005, 1.0),
              help="How near to each other the highest that held and the lowest that broke have to be.")  # fmt: skip
@answers("afc.load.find-limit/1")
def find_limit(first: str, most: str, trial: str, resolution: float, **common: Any) -> Reply:
    """The highest rate that holds every threshold (default: receipt.p99<500ms and lost==0): doubling, then halving.

    All trials load the same house, one after another. It ends with 99 where no rate holds.
    """
    needed()
    from sim.load.offer import parse_rate, parse_span
    from sim.load.told import run_find_limit

    rates = parse_rate(first, "--first"), parse_rate(most, "--most")
    facts, text = run_find_limit(*rates, parse_span(trial, "--trial"), resolution, **common)
    return Reply(facts, text, OK if facts["limit"] else BROKEN)


def needed() -> None:
    """Refuse where the libraries that speak HTTP are not installed."""
    from sim.serving import extra

    extra("h11", "web")
    extra("fastapi", "web")
