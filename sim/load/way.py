"""The way that a load takes, as the command line names it; what cannot be done is refused before anything is prepared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from afc.refusal import Refused
from sim.load.faults import Faults

OWN, HERE, NULL = "own", "in-process", "null"
"""Words that `--to` takes beside addresses."""

MONEY = "unexplained_minor"


class Way(NamedTuple):
    """How a load gets to a house: `to` is an address or one of own, in-process and null; `books` is where the books of a
    house that runs may be read."""

    to: str
    keys: Sequence[str] = ()
    books: str = ""
    connections: int = 64
    drain_s: float = 30.0

    @property
    def over_mqtt(self) -> bool:
        """Is it a broker?"""
        return self.to.startswith("mqtt://")


def refuse_wrong_way(way: Way, faults: Faults, asks_money: bool) -> None:
    """Refuse a way that leads nowhere, and what cannot be done or seen on it."""
    if not way.to.startswith(("http://", "https://", "mqtt://")) and way.to not in (OWN, HERE, NULL):
        cure = f"Write http://HOST:PORT, mqtt://HOST:PORT, {OWN}, {HERE} or {NULL}."
        raise Refused("WAY_UNKNOWN", f'"{way.to}" is no way to a house', where="--to", cure=cure)
    if way.books and way.to in (OWN, HERE, NULL):
        cure = "Leave --db out, or say with --to where the house of these books listens."
        raise Refused("BOOKS_OF_ANOTHER", "a house begun for this load has books of its own", where="--db", cure=cure)
    if way.over_mqtt and not way.books:
        cure = "Say with --db where the books of that house are."
        raise Refused("BOOKS_UNKNOWN", "over a broker, nobody can be asked for the readers of a house", cure=cure)
    if faults.cut and (way.over_mqtt or way.to == HERE):
        cure = "Load it over HTTP, or take the fault out."
        raise Refused("NOTHING_TO_CUT", "no connection of a reader can be cut on this way", where="--fault", cure=cure)
    if asks_money and way.to not in (OWN, HERE) and not way.books:
        cure = "Say with --db where the books of that house are, or take the threshold out."
        what = f"{MONEY} is read in the books, and nobody says where they are"
        raise Refused("MONEY_UNSEEN", what, where="--threshold", cure=cure)
