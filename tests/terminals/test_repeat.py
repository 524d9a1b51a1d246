"""The repeat window: how long a card that is held to a reader again is the same rider."""

from __future__ import annotations

import pytest
from riding import Street, cards_of

from afc.city import City
from afc.fares.cases import versions_of
from afc.fares.codes import ENTRY, EXIT
from afc.fares.state import Refusal
from afc.moment import SECOND_US
from terminals.reader import Accepted, TurnedAway, decide

WINDOW_US = 10 * SECOND_US


@pytest.fixture
def street(hanbit: City) -> Street:
    return Street(hanbit, cards_of(7))


def held_again(street: Street, after_us: int, *, stop: str = "NG", kind: int = ENTRY) -> Refusal | None:
    """Once at North Gate at eight, and again so much later."""
    first = decide(street.cards, street.gate("NG"), at := street.at_us("08:00"), ENTRY, **street.rules())
    assert isinstance(first, Accepted)
    told = decide(first.card, street.gate(stop), at + after_us, kind, **street.rules())
    return told.reason if isinstance(told, TurnedAway) else None


@pytest.mark.parametrize(
    ("after_us", "refusal"),
    [(-1, None), (0, Refusal.REPEATED), (WINDOW_US - 1, Refusal.REPEATED), (WINDOW_US, None)],
)
def test_to_the_microsecond_of_the_window(street: Street, after_us: int, refusal: Refusal | None) -> None:
    """From the first presentation; then the card lets in another rider, who pays."""
    assert held_again(street, after_us) is refusal


def test_another_gate_and_another_direction_are_another_tap(street: Street) -> None:
    assert held_again(street, SECOND_US, stop="UN") is None
    assert held_again(street, SECOND_US, kind=EXIT) is None


def test_on_board_the_reader_chooses_and_the_window_holds_for_both(street: Street) -> None:
    """In, and the same second out again, would be a ride to nowhere; out, and in again, another fare."""
    told = street.go(7, """on 571 b-harbour 08:00:00, off 571 b-harbour 08:00:02, on 571 b-harbour 08:00:04,
     off 571 b-park 08:10:00, on 571 b-park 08:10:03, off 571 b-park 08:10:05""")  # fmt: skip
    refusals = [one.reason if isinstance(one, TurnedAway) else None for one in told]
    again = Refusal.REPEATED
    assert refusals == [None, again, again, None, again, again]


def test_a_tariff_may_let_one_card_pay_for_one_rider_after_another(hanbit: City) -> None:
    street = Street(hanbit, cards_of(7), version=dict(versions_of(hanbit)[-1]) | {"repeat_window_s": 0})
    assert held_again(street, SECOND_US) is None
