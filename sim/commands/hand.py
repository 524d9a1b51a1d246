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
    from clearing.timely import Known
    from sim.houses import Opened

Wrapper = Callable[[Callable[..., Reply]], Callable[..., Reply]]

Asked = tuple[str, str, Mapping[str, Any]]
"""Of a ruling: its kind, its subject, and what is asked."""


def by_two(
    by: str = "Who decides.", because: str = "Why.", moment: str = "act", about: Callable[..., Known] | None = None
) -> Wrapper:
    """A command that two people answer for: named books, a `decision`, and `at_us`, when it is made.

    The texts are the help of `--by` and `--because`, and what `--at` is the moment of; `about` says since when the books know
    what the act is about, from the house and the command's own options.
    """
    when = click.option("--at", metavar="TIME", help=f"The moment of the {moment}, ISO 8601 with zone (default: now).")

    def wrap(function: Callable[..., Reply]) -> Callable[..., Reply]:
        @functools.wraps(function)
        def command(books: Opened, *, decision: Decision, at: str | None, **others: Any) -> Reply:
            from sim.moments import moment_of_act

            at_us = moment_of_act(books.house, at, about(books.house, **others) if about else None)
            return function(books, decision=decision, at_us=at_us, **others)

        return four_eyes(by, because)(when(on_named_books(command)))

    return wrap


def four_eyes(by: str, because: str) -> Wrapper:
    """Two names and a reason, which the command gets as its `decision`; the texts are the help of `--by` and `--because`."""
    options = (
        click.option("--by", required=True, metavar="NAME", help=by),
        click.option("--second", required=True, metavar="NAME", help="Somebody else, who has looked as well."),
        click.option("--because", required=True, metavar="TEXT", help=because),
    )

    def wrap(function: Callable[..., Reply]) -> Callable[..., Reply]:
        @functools.wraps(function)
        def command(*given: Any, by: str, second: str, because: str, **others: Any) -> Reply:
            from clearing.decision import Decision

            return function(*given, decision=Decision(by, second, because), **others)

        wrapped: Callable[..., Reply] = command
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
        from clearing.ruling import enact, find_request
        from clearing.timely import of_ruling, refuse_untimely
        from sim.moments import now_us

        asked = function(books, **options)
        if find_request(books.house, ref) is None:
            refuse_untimely(books.house, at_us, now_us(), of_ruling(books.house, *asked))
        return told(enact(books.house, *asked, decision, at_us, ref), books)

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
