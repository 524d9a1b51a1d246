"""`afc clearing`: the clearing house at the command line. Begin books, take batches in, close dates, ask, decide, prove."""

from __future__ import annotations

import click

from sim.commands.clearing.audit import audit
from sim.commands.clearing.close import run
from sim.commands.clearing.days import close, days
from sim.commands.clearing.gaps import gaps
from sim.commands.clearing.ingest import ingest
from sim.commands.clearing.init import init
from sim.commands.clearing.quarantine import quarantine
from sim.commands.clearing.questions import conflicts
from sim.commands.clearing.replay import replay
from sim.commands.clearing.suspicions import suspicions


@click.group()
def clearing() -> None:
    """The clearing house: begin books, take batches in, close dates, ask and prove.

    Books are those of a run, or any that --db or AFC_DB names.
    """


for verb in (audit, close, conflicts, days, gaps, ingest, init, quarantine, replay, run, suspicions):
    clearing.add_command(verb)
