"""What every act by hand says on the command line: who, who else, why, when."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import click

from sim.commands.books import on_named_books
from sim.output import Reply

if TYPE_CHECKING:
    from clearing.store import Ruling
    from sim.houses import Opened

_OPTIONS = (
    click.option("--by", required=True, metavar="NAME", help="Who decides."),
    click.option("--second", required=True, metavar="NAME", help="Somebody else, who has looked as well."),
    click.option("--because", required=True, metavar="TEXT", help="Why."),
    click.option("--ref", default="", metavar="NAME", help="Your name for this request: sent again, it counts once."),
    click.option("--at", metavar="TIME", help="The moment of the act, ISO 8601 with zone (default: now)."),
)


def by_hand(function: Callable[..., tuple[str, str, Mapping[str, Any]]]) -> Callable[..., Reply]:
    """A command that rules: the function says kind, subject and what is asked; two people say the rest."""

    @functools.wraps(function)
    def command(
        books: Opened, *, by: str, second: str, because: str, ref: str, at: str | None, **options: Any
    ) -> Reply:
        from clearing.decision import Decision
        from clearing.ruling import enact
        from sim.moments import moment_or_now

        kind, subject, asked = function(books, **options)
        decision = Decision(by, second, because)
        return told(enact(books.house, kind, subject, asked, decision, moment_or_now(at, "--at"), ref), books)

    wrapped: Callable[..., Reply] = on_named_books(command)
    for option in reversed(_OPTIONS):
        wrapped = option(wrapped)
    return wrapped


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
