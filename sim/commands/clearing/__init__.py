"""`afc clearing`: the clearing house at the command line. Begin books, take batches in, close dates, ask, decide, prove."""

from __future__ import annotations

import click

from sim.commands.clearing.adopt import adopt, packs
from sim.commands.clearing.approve import approve
from sim.commands.clearing.audit import audit
from sim.commands.clearing.close import run
from sim.commands.clearing.correct import correct, reprice
from sim.commands.clearing.days import close, days
from sim.commands.clearing.editions import list_, parameters
from sim.commands.clearing.gaps import gaps
from sim.commands.clearing.ingest import ingest
from sim.commands.clearing.init import init
from sim.commands.clearing.manifest import manifest
from sim.commands.clearing.quarantine import quarantine
from sim.commands.clearing.questions import conflicts, unsettled
from sim.commands.clearing.replay import replay
from sim.commands.clearing.suspicions import suspicions
from sim.commands.clearing.trips import trips
from sim.commands.clearing.withdraw import losses, withdraw_list, withdraw_parameters


@click.group()
def clearing() -> None:
    """The clearing house: begin books, take batches in, close dates, ask and prove.

    Books are those of a run, or any that --db or AFC_DB names.
    """


for verb in (withdraw_list, losses):
    list_.add_command(verb)
parameters.add_command(withdraw_parameters)
for verb in (
    adopt, approve, audit, close, conflicts, correct, days, gaps, ingest, init, list_, manifest, packs, parameters,
    quarantine, replay, reprice, run, suspicions, trips, unsettled,
):  # fmt: skip
    clearing.add_command(verb)
