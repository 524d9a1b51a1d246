"""What a story expects in the end, held against the books: what was expected, what it came to, and where to look."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from clearing.holdings import holding
from clearing.house import House
from clearing.netting import owner
from sim.play.desk import say
from sim.play.schema import Expect

JOURNEYS_MAX, TOLD_MAX = 1000, 400


class Outcome(NamedTuple):
    """Something expected: where it stands, what it is about, what should be, what is, and the command that shows it."""

    where: str
    what: str
    expected: str
    came_to: str
    look: str

    @property
    def ok(self) -> bool:
        """Did it come as expected?"""
        return self.expected == self.came_to


def look(house: House, db: str, one: Expect, where: str) -> Outcome:
    """One expectation."""
    ways = {"account": account, "statement": statement, "card": card, "ask": ask}
    return ways[one.kind()](house, db, one, where)


def account(house: House, db: str, one: Expect, where: str) -> Outcome:
    """The balance of an account over all dates."""
    balance = house.store.balances().get(str(one.account), 0)
    hint = f"statements of {owner(str(one.account))}" if ":" in str(one.account) else "statements"
    return Outcome(where, f"account {one.account}", str(one.balance), str(balance), f"{hint} below {house.folder}")


def statement(house: House, db: str, one: Expect, where: str) -> Outcome:
    """Lines of a statement as it was published."""
    path = house.folder / "statements" / str(one.day) / f"{one.statement}.json"
    what = f"statement of {one.statement} for {one.day}" + "".join(
        f", {name} {value}"
        for name, value in (("line", one.line), ("about", one.about), ("service", one.service))
        if value
    )
    wanted = figures(one.minor, one.quantity, one)
    if not path.is_file():
        return Outcome(where, what, wanted, "there is none", str(path))
    lines = [line for line in json.loads(path.read_text("utf-8"))["lines"] if meant(line, one)]
    minor, quantity = (sum(line[key] for line in lines) for key in ("minor", "quantity"))
    return Outcome(where, what, wanted, figures(minor, quantity, one), str(path))


def meant(line: Mapping[str, Any], one: Expect) -> bool:
    """Is this one of the statement's lines that are added up?"""
    about = one.about.isoformat() if one.about else None
    wanted = (("kind", one.line), ("service_date", about), ("service", one.service))
    return all(value is None or line[key] == value for key, value in wanted)


def figures(minor: int | None, quantity: int | None, one: Expect) -> str:
    """Those of the two figures that are asked for."""
    parts = [str(minor)] if one.minor is not None else []
    return " ".join([*parts, *([f"{quantity} counted"] if one.quantity is not None else [])])


def card(house: House, db: str, one: Expect, where: str) -> Outcome:
    """What a card's journeys of a date come to."""
    assert one.card is not None
    rows = holding(house, str(one.card), JOURNEYS_MAX).journeys
    fare = sum(charge for _, day, _, charge in rows if day == str(one.day))
    command = f"afc card show {one.card} --db {db}"
    return Outcome(where, f"fare of card {one.card} on {one.day}", str(one.fare), str(fare), command)


def ask(house: House, db: str, one: Expect, where: str) -> Outcome:
    """A question at the command line: rows of its answer that have some values, or do not."""
    said = say(str(one.ask), db)
    command = f"afc {one.ask} --db {db}"
    told = json.dumps(said.data, ensure_ascii=False, default=str)[:TOLD_MAX] if said.data is not None else said.text
    wanted, found = [], []
    if one.find is not None and one.rows is None:
        wanted.append(f"a row with {shown(one.find)}")
        found.append(wanted[-1] if some(said.data, one.find) else told)
    if one.never is not None:
        wanted.append(f"no row with {shown(one.never)}")
        found.append(told if some(said.data, one.never) else wanted[-1])
    if one.rows is not None:
        rows = some(said.data, one.find) if one.find is not None else len(said.data or ())
        wanted.append(f"{one.rows} rows" + (f" with {shown(one.find)}" if one.find else ""))
        found.append(wanted[-1] if rows == one.rows else f"{rows} rows: {told}")
    if one.exit is not None:
        wanted.append(f"exit code {one.exit}")
        found.append(f"exit code {said.code}")
    return Outcome(where, f"afc {one.ask}", "; ".join(wanted), "; ".join(found), command)


def some(data: Any, values: Mapping[str, Any]) -> int:
    """How many rows of an answer have all of these values."""
    return sum(all(key in row and like(row[key], value) for key, value in values.items()) for row in rows_of(data))


def rows_of(data: Any) -> Iterator[Mapping[str, Any]]:
    """Every object of an answer, however deep."""
    if isinstance(data, dict):
        yield data
        data = list(data.values())
    if isinstance(data, list):
        for inner in data:
            yield from rows_of(inner)


def like(found: Any, wanted: Any) -> bool:
    """The same value; dates and lists as JSON has them."""
    if isinstance(wanted, Mapping):
        return isinstance(found, dict) and all(key in found and like(found[key], one) for key, one in wanted.items())
    if isinstance(wanted, tuple):
        return isinstance(found, list) and len(found) == len(wanted) and all(map(like, found, wanted))
    return bool(found == (wanted if isinstance(wanted, bool | int | str) else str(wanted)))


def shown(values: Mapping[str, Any]) -> str:
    """Values as they are written."""
    return ", ".join(f"{key} {value}" for key, value in values.items())
