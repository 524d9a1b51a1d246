"""`afc gate`: how many gates a station needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from sim.output import BROKEN, INVARIANT_VIOLATED, OK, Reply, answers

if TYPE_CHECKING:
    from sim.gates.found import Found


@click.group()
def gate() -> None:
    """Gates of a station: how long riders wait before n of them."""


@gate.command(
    "study", epilog="Example:  afc gate study --city seoul --station gangnam --riders 300 --every 3m --wait 'p95<30s'"
)
@click.option("--city", required=True, metavar="PACK", help="A pack's name or folder.")
@click.option("--station", metavar="ID", help="A station's id or name (default: the one with the most riders).")
@click.option("--gates", metavar="N-M", help="How many gates to try, 8 or 4-12 (default: half of the pack's to all).")
@click.option("--scenario", metavar="SCENARIO", help="Riders of its first day (default: of the pack's first scenario).")
@click.option("--scale", type=float, help="Share of the published number of boardings in that day.")
@click.option(
    "--way",
    type=click.Choice(["in", "out", "both"]),
    help="Riders of that day who go in or out; or both, at two-way gates.",
)
@click.option("--riders", type=click.IntRange(min=1), help="So many riders instead, in a steady stream; or a train's.")
@click.option("--every", metavar="TIME", help="A train each TIME, such as 3m, and each unloads --riders.")
@click.option("--spread", metavar="TIME", help="How much longer the slowest rider of a train walks (default: none).")
@click.option("--from", "from_", metavar="HH:MM", default="07:30", show_default=True, help="From when to look.")
@click.option("--to", metavar="HH:MM", default="09:00", show_default=True, help="Until when.")
@click.option("--service", metavar="TIME", help="Mean time of a passage, such as 2.4s (default: the pack's).")
@click.option(
    "--variation", type=float, default=0.0, show_default=True,
    help="Its standard deviation over its mean: 0 is the same for everybody, 1 exponential.",
)  # fmt: skip
@click.option(
    "--line", type=click.Choice(["one", "each"]), default="one", show_default=True,
    help="One line before all gates; or one at each, and riders join the shortest.",
)  # fmt: skip
@click.option("--failing", metavar="HH:MM", help="From when on the last gate is out of order.")
@click.option("--wait", metavar="LIMIT", help="A wait that must hold, such as 'p95<30s': the fewest gates, or exit 99.")
@click.option(
    "--seed", type=click.IntRange(0), help="The one seed of everything random (default: the scenario's, or 7)."
)
@click.option("--quiet", "-q", is_flag=True, help="No progress on stderr.")
@answers("afc.gate.study/1")
def study(quiet: bool, **asked: Any) -> Reply:
    """Waits, queue and use at each number of gates, every rider and every gate played out.

    Riders are those of a simulated day, a steady stream (--riders), or trains that unload (--riders with --every). The same
    riders go through the rule of a city's day, as columns, and both must agree.
    """
    from sim.gates.ask import Asked, answer
    from sim.progress import showing

    with showing(quiet) as progress:
        return reply(answer(Asked(**asked), progress))


def reply(found: Found) -> Reply:
    """The study for people and for programs; both modes must agree before the limit counts."""
    code = OK if found.agrees else INVARIANT_VIOLATED
    if code == OK and found.limit and found.fewest is None:
        code = BROKEN
    return Reply(found.data(), found.text(), code, found.warnings)
