"""`afc settlement`: what is paid and called for, the payment files, the bank's answers, and where the two part."""

from __future__ import annotations

import click

from sim.commands.settlement.answers import confirm, reconcile
from sim.commands.settlement.breaks import breaks, resolve
from sim.commands.settlement.plan import instruct, plan


@click.group()
def settlement() -> None:
    """Settlement: plan a cycle, order its payments, take the bank's answers in, and end what does not fit.

    Books are those of a run, or any that --db or AFC_DB names.
    """


for verb in (breaks, confirm, instruct, plan, reconcile, resolve):
    settlement.add_command(verb)
