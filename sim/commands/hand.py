"""What every act by hand says on the command line: who, who else, why, when."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import click

from sim.commands.books import on_named_books
from sim.output import Reply

if TYPE_CHECKING:
    from clearing.decision import Decision
    from clearing.store import Ruling
    from sim.houses import Opened

Wrapper = Callable[[Callable[..., Reply]], Callable[..., Reply]]

Asked = tuple[str, str, Mapping[str, Any]]
"""Of a ruling: its kind, its subject, and what is asked."""


def by_two(by: str = "Who decides.", because: str = "Why.", moment: str = "act") -> Wrapper:
    """A command that two people answer for: named books, a `decision`, and `at_us`, when it is made.

    The texts are the help of `--by` and `--because`, and what `--at` is the moment of.
    """
    options = (
        click.option("--by", required=True, metavar="NAME", help=by),
        click.option("--second", required=True, metavar="NAME", help="Somebody else, who has looked as well."),
        click.option("--because", required=True, metavar="TEXT", help=because),
        click.option("--at", metavar="TIME", help=f"The moment of the {moment}, ISO 8601 with zone (default: now)."),
    )

    def wrap(function: Callable[..., Reply]) -> Callable[..., Reply]:
        @functools.wraps(function)
        def command(books: Opened, *, by: str, second: str, because: str, at: str | None, **others: Any) -> Reply:
            from clearing.decision import Decision
            from sim.moments import moment_or_now

            return function(books, decision=Decision(by, second, because), at_us=moment_or_now(at, "--at"), **others)

        wrapped: Callable[..., Reply] = on_named_books(command)
        for option in reversed(options):
            wrapped = option(wrapped)
        return wrapped

    return wrap


def by_hand(function: Callable[..., Asked]) -> Callable[..., Reply]:
    """A command that rules: the function says kind, subject and what is asked; two people say the rest."""

    @click.option("--ref", default="", metavar="NAME", help="Your name for this request: sent again, it counts once.")
    @by_two()
    @functools.wraps(function)
    def command(books: Opened, *, decision: Decision, at_us: int, ref: str, **options: Any) -> Reply:
        from clearing.ruling import enact

        return told(enact(books.house, *function(books, **options), decision, at_us, ref), books)

    return command


def told(ruling: Ruling, books: Opened) -> Reply:
    """A ruling for a person and for a program."""
    from afc.money import show

    city, facts = books.house.city, ruling.decided
    moved = [f"{account} {show(minor, city.exponent)} {city.currency}" for account, minor in facts.get("postings", [])]
    data = {
        "ruling": ruling.name, "kind": ruling.kind, "subject": ruling.subject, "facts": facts, "by": ruling.first,
        "second": ruling.second, "because": ruling.because,
    }  # fmt: skip
    lines = [f"{ruling.name}  {ruling.kind}  {ruling.subject}  by {ruling.first} and {ruling.second}: {ruling.because}"]
    lines += [f"    {line}" for line in moved]
    if "taps" in facts and isinstance(facts["taps"], int):
        lines.append(f"    {facts['taps']} taps; the next close prices their cards again")
    return Reply(data, "\n".join(lines))
