"""`afc clearing list` and `afc clearing parameters`: what readers are told, from a proposal to the last reader."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from sim.commands.books import on_books, on_named_books
from sim.output import Reply, answers

if TYPE_CHECKING:
    from clearing.editions import Life, Saying
    from sim.houses import Opened

BY = click.option("--by", required=True, metavar="NAME", help="Who does it.")
BECAUSE = click.option("--because", required=True, metavar="TEXT", help="Why.")
AT = click.option("--at", metavar="TIME", help="The moment of the act, ISO 8601 with zone (default: now).")
CANARY = click.option("--canary", metavar="N,N,...", help="Readers that take it first, where it is large.")
KIND = click.argument("kind", type=click.Choice(["denylist", "actions"]))
VERSION = click.argument("version", type=click.IntRange(1, 2**32 - 1))
Step = Callable[..., Reply]


@click.group("list")
def list_() -> None:
    """Denylist and action list: propose, approve, publish to readers, show, and what came of taps on listed cards."""


@click.group("parameters")
def parameters() -> None:
    """What readers go by: propose, approve, publish, withdraw, show."""


def said(books: Opened, kind: str, version: int | None, by: str, because: str, at: str | None) -> Saying:
    """Who says so, why and when: after the last step of that version, or, of one that is new, after the one before it."""
    from clearing.editions import Saying
    from clearing.timely import of_edition, of_next_edition
    from sim.moments import moment_of_act

    house = books.house
    known = of_edition(house.store, kind, version) if version else of_next_edition(house.store, kind)
    return Saying(by, because, moment_of_act(house, at, known))


def told(books: Opened, life: Life) -> Reply:
    """The edition as it stands now."""
    from sim.editions_told import facts_of, line_of

    facts = facts_of(life, books.house.city.zone)
    return Reply(facts, line_of(facts))


@list_.command(
    "propose",
    epilog='Example:  afc clearing list propose denylist lost.txt --by "B. Dorj" --because "reported lost" '
    "--db house/clearing.db",
)
@KIND
@click.argument("file")
@CANARY
@BY
@BECAUSE
@AT
@answers("afc.clearing.list.propose/1")
@on_named_books
def propose_list(
    books: Opened, kind: str, file: str, canary: str | None, by: str, because: str, at: str | None
) -> Reply:
    """Propose the whole new list in FILE (- is stdin), and count the cards that are treated otherwise by it.

    Counted are also the cards of lists published since the last one that a second person approved. A denylist has one card
    number a line; an action list is CSV with card,control,action,amount,category,until. More than half a percent of the
    cards needs --canary, a second person's approval, and a trial with these readers.
    """
    from clearing.editions import propose_actions, propose_denylist
    from sim.editions_told import numbers, read_cards, read_orders

    saying, first = said(books, kind, None, by, because, at), numbers(canary)
    if kind == "denylist":
        return told(books, propose_denylist(books.house, read_cards(file), first, saying))
    return told(books, propose_actions(books.house, read_orders(file, books.house.city.zone), first, saying))


@parameters.command(
    "propose",
    epilog='Example:  afc clearing parameters propose --set denylist=3 --canary 51,56 --by "B. Dorj" --because "new list" '
    "--db house/clearing.db",
)
@click.option("--set", "words", multiple=True, metavar="KEY=VALUE", help="A parameter that changes; may be repeated.")
@click.option(
    "--from", "from_", metavar="TIME", help="From when it holds, ISO 8601 with zone (default: the moment of the act)."
)
@CANARY
@BY
@BECAUSE
@AT
@answers("afc.clearing.parameters.propose/1")
@on_named_books
def propose_parameters(
    books: Opened, words: tuple[str, ...], from_: str | None, canary: str | None, by: str, because: str, at: str | None
) -> Reply:
    """Propose the parameters in force with some changes. Every reader goes by them, so they always need approval and a trial.

    Keys: tariff, denylist, actions, record_key (least versions that a reader must have; a tariff by its place in the pack's
    list, from 0), repeat_window_s, clock_step_s, clock_held_s, sam_count_max, sam_minor_max.
    """
    from clearing.editions import last_published, parameters_in
    from clearing.editions import propose_parameters as propose
    from sim.editions_told import changed, numbers
    from sim.moments import moment_or_now

    saying = said(books, "parameters", None, by, because, at)
    valid_us = moment_or_now(from_, "--from") if from_ else saying.at_us
    new = changed(parameters_in(last_published(books.house.store, "parameters")), words, valid_us)
    return told(books, propose(books.house, new, numbers(canary), saying))


def _approve(books: Opened, kind: str, version: int, by: str, because: str, at: str | None) -> Reply:
    from clearing.editions import approve

    return told(books, approve(books.house.store, kind, version, said(books, kind, version, by, because, at)))


def _publish(books: Opened, kind: str, version: int, by: str, because: str, at: str | None) -> Reply:
    from clearing.editions import publish

    return told(books, publish(books.house, kind, version, said(books, kind, version, by, because, at)))


def _show(books: Opened, kind: str) -> Reply:
    from clearing.editions import lives
    from sim.editions_told import facts_of, line_of

    rows = [facts_of(life, books.house.city.zone) for life in lives(books.house.store, kind)]
    return Reply(rows, "\n".join(map(line_of, rows)) or "nothing was ever proposed")


def _step(group: click.Group, noun: str, name: str, act: Callable[..., Reply], text: str, example: str) -> None:
    """A step of either noun: lists say which, parameters are of one kind."""
    of_list = group is list_

    def step(books: Opened, version: int, **options: Any) -> Reply:
        return act(books, options.pop("kind", "parameters"), version, **options)

    step.__doc__ = text
    body: Any = answers(f"afc.clearing.{noun}.{name}/1")(on_named_books(step))
    for option in (AT, BECAUSE, BY, VERSION, *((KIND,) if of_list else ())):
        body = option(body)
    group.command(name, epilog=f"Example:  afc clearing {noun} {name} {example}")(body)


_APPROVE = "Say yes as a second person, where an edition is large. Who proposed it cannot."
_PUBLISH = """Give it to the next readers: to all, or, where it is large, first to its trial readers and then to all.

    All get it once each trial reader has named the version in an accepted batch and two hours have passed.
    """
_WHO = '--by "S. Kim" --because "looked at it" --db house/clearing.db'
for _name, _act, _text in (("approve", _approve, _APPROVE), ("publish", _publish, _PUBLISH)):
    _step(list_, "list", _name, _act, _text, f"denylist 3 {_WHO}")
    _step(parameters, "parameters", _name, _act, _text, f"3 {_WHO}")


@list_.command("show", epilog="Example:  afc clearing list show denylist --run last")
@KIND
@answers("afc.clearing.list.show/1")
@on_books
def show_list(books: Opened, kind: str) -> Reply:
    """Every version of a list: what it changed, how far it came, who decided."""
    return _show(books, kind)


@parameters.command("show", epilog="Example:  afc clearing parameters show --run last")
@answers("afc.clearing.parameters.show/1")
@on_books
def show_parameters(books: Opened) -> Reply:
    """Every version of the parameters: how far it came, who decided."""
    return _show(books, "parameters")
