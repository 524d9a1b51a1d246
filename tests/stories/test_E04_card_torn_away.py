"""A card torn out of the field: it has paid and the gate opens, or nothing has happened at all."""

from __future__ import annotations

import numpy as np

from afc.city import City
from afc.fares.cases import Checker
from afc.fares.codes import ENTRY, LOAD
from afc.fares.history import issue_card
from afc.fares.state import Refusal
from afc.moment import local_us
from terminals.reader import Accepted, TurnedAway, decide, new_reader


def test_a_refused_tap_changes_nothing_and_a_load_mends_it(seoul: City) -> None:
    """1,000 won at the gate of Gangnam: shut, and not a byte of the chip is new. 1,000 more, and it opens."""
    checker = Checker(seoul)
    ordinal = checker.in_force(now_us := local_us("2026-03-04 08:00:00", seoul.zone))
    rates, tables = checker.rates_of(ordinal), seoul.network.tables
    card = issue_card(seoul, checker.versions[ordinal], "adult", "tmoney", {"balance": 1_000})
    gate = new_reader(9, service=seoul.service("rail"))
    gate["stop"] = seoul.network.stop("gangnam")
    chip, last = card.tobytes(), gate.tobytes()

    told = decide(card, gate, now_us, ENTRY, rates=rates, tables=tables)
    assert told == TurnedAway(Refusal.INSUFFICIENT_BALANCE)
    assert (card.tobytes(), gate.tobytes()) == (chip, last)

    loaded = decide(card, gate, now_us, LOAD, rates=rates, tables=tables, amount=1_000)
    assert isinstance(loaded, Accepted)
    opened = decide(loaded.card, gate, now_us, ENTRY, rates=rates, tables=tables)
    assert isinstance(opened, Accepted)
    assert int(opened.tap["amount"][0]) == 1550
    assert card.tobytes() == chip, "the images are new cards; the one that was torn away is as it was"
    assert np.array_equal(opened.card["balance"], [450])
