"""`afc clearing approve`: two people let a date be closed although taps of it may be missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sim.commands.hand import by_two
from sim.output import Reply, answers

if TYPE_CHECKING:
    from clearing.decision import Decision
    from sim.houses import Opened

_WHO = '--by "B. Dorj" --second "S. Kim" --because "the bank will not wait"'


@click.command("approve", epilog=f"Example:  afc clearing approve 2026-03-04 {_WHO} --db house/clearing.db")
@click.argument("day", metavar="DATE")
@answers("afc.clearing.approve/1")
@by_two(by="Who lets it be closed.", because="Why it does not wait.", moment="approval")
def approve(books: Opened, decision: Decision, at_us: int, day: str) -> Reply:
    """Let a date that is over be closed with what is there, so that whoever closes it later needs nobody.

    Its manifest names both people and the reason. What comes after the close is posted in the next date. The same approval
    again changes nothing.
    """
    from clearing import complete
    from sim.commands.scenario import parse_date
    from sim.due import refuse_wrong_day

    chosen = parse_date(day)
    assert chosen is not None
    refuse_wrong_day(books.house, chosen, at_us, "DATE")
    missing = complete.approve(books.house, chosen, decision, at_us)
    data = {
        "date": chosen.isoformat(), "by": decision.first, "second": decision.second, "because": decision.because,
        "missing": [gap._asdict() for gap in missing],
    }  # fmt: skip
    lacks = f"of which {complete.told(missing)} may be missing" if missing else "of which nothing is missing any more"
    return Reply(
        data, f"{chosen}, {lacks}, may be closed, say {decision.first} and {decision.second}: {decision.because}"
    )
