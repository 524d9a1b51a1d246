"""The one command `afc`. Nouns are loaded when they are used, so that `afc --help` answers at once."""

from __future__ import annotations

import importlib
import io
import sys
from collections.abc import Mapping

import click

NOUNS = {
    "bench": ("sim.commands.bench:bench", "Measure the line on this machine, as rates and ratios."),
    "card": ("sim.commands.card:card", "One card: what it holds, where it went."),
    "city": ("sim.commands.city:city", "City packs: list, show, check, begin one, import a feed."),
    "clearing": ("sim.commands.clearing:clearing", "The clearing house: take batches in, close, ask, prove."),
    "db": ("sim.commands.db:db", "The database under the books: make it, bring it up."),
    "demo": ("sim.commands.demo:demo", "Run a city's packaged day from taps to the bank file."),
    "device": ("sim.commands.device:device", "Readers: what came from each, and what is missing."),
    "dispute": ("sim.commands.dispute:dispute", "Riders' claims about journeys: open, list, decide."),
    "doctor": ("sim.commands.doctor:doctor", "Check this installation and compile the fare rules."),
    "fare": ("sim.commands.fare:fare", "Price a ride, explain a journey to the last minor unit."),
    "fault": ("sim.commands.fault:fault", "Faults and frauds on demand: list, inject and look for them."),
    "follow": ("sim.commands.follow:follow", "Walk one tap down the thirteen stations of the line."),
    "gate": ("sim.commands.gate:gate", "Gates of a station: how many it needs, and the queue."),
    "keys": ("sim.commands.keys:keys", "Keys: of the scheme and of the network interface."),
    "kit": ("sim.commands.kit:kit", "For builders of readers: seal records, read sealed bytes."),
    "ledger": ("sim.commands.ledger:ledger", "The ledger: trial balance, journal, export to auditors."),
    "load": ("sim.commands.load:load", "What a clearing house bears, and whether money stays right."),
    "party": ("sim.commands.party:party", "Who settles here; taking out who can no longer pay."),
    "refund": ("sim.commands.refund:refund", "Money given back or moved by two people."),
    "run": ("sim.commands.run:run", "Runs: list, show, verify, resume."),
    "serve": ("sim.commands.serve:serve", "Servers: take batches over HTTP, MQTT or a folder."),
    "statement": ("sim.commands.statement:statement", "Statements: list, show, trace, check with own evidence."),
    "scenario": ("sim.commands.scenario:scenario", "Scenarios: list, run, play."),
    "settlement": ("sim.commands.settlement:settlement", "Positions, payment files, the bank's answers, breaks."),
}


class Nouns(click.Group):
    """A group whose commands live in modules that are imported only when called."""

    def __init__(self, nouns: Mapping[str, tuple[str, str]], **options: object) -> None:
        super().__init__(**options)  # type: ignore[arg-type]
        self.nouns = nouns

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All nouns, in order."""
        return sorted(self.nouns)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the noun's module and hand out its command."""
        if cmd_name not in self.nouns:
            return None
        module, attribute = self.nouns[cmd_name][0].split(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """A misspelt noun is answered with the near one."""
        from afc.refusal import nearest

        if args and args[0] not in self.nouns and not args[0].startswith("-"):
            ctx.fail(f'No command "{args[0]}". {nearest(args[0], self.nouns)}'.rstrip())
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Names and one sentence each, without importing anything."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, self.nouns[name][1]) for name in sorted(self.nouns)])


@click.command(
    cls=Nouns,
    nouns=NOUNS,
    context_settings={"help_option_names": ["-h", "--help"], "auto_envvar_prefix": "AFC"},
    epilog="Start with:  afc demo ulaanbaatar",
)
@click.version_option(package_name="afc", prog_name="afc")
def main() -> None:
    """Open simulator and clearing house for transit smart cards: from a signed tap to the bank file."""
    # A terminal that cannot show a letter is shown its number: by then the work is done, and an error would say that it is not.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
