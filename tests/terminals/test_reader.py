"""The reader: what it writes when it opens, why it stays shut, and that a chip is never half written."""

from __future__ import annotations

import numpy as np
import pytest
from riding import Street, cards_of

from afc.city import City
from afc.fares.codes import ENTRY, EXIT, LOAD
from afc.fares.state import REFUSED, Refusal
from afc.tap import NO_PATTERN, TAP
from terminals.reader import Accepted, TurnedAway, decide, decide_many

MONTH, MISSING = 1, {"leg_open": 1, "leg_product": 1, "missing_taps": 1}


@pytest.fixture
def street(hanbit: City) -> Street:
    return Street(hanbit, cards_of(5, 6, 7))


def refusal(street: Street, story: str, card: int = 7) -> Refusal | None:
    """Why the last of some presentations was refused."""
    told = street.go(card, story)[-1]
    return told.reason if isinstance(told, TurnedAway) else None


def minors(told: list[Accepted | TurnedAway]) -> list[int]:
    """What the taps of a way charged."""
    assert all(isinstance(one, Accepted) for one in told)
    return [int(one.tap["amount"][0]) for one in told if isinstance(one, Accepted)]


def test_a_tap_says_who_where_when_and_how_much(street: Street) -> None:
    """All but the MAC, which only the SAM can make."""
    told = street.go(7, "on 571 b-park 08:00")[0]
    assert isinstance(told, Accepted)
    tap = {name: told.tap[name][0].item() for name in TAP.names or ()}
    assert tap == {
        "version": 1, "kind": 1, "clock": 0, "key_version": 1, "medium": 0, "category": 0, "product": 0, "group": 1,
        "device": 101, "epoch": 1, "tariff": 1, "state": 0, "seq": 1, "counter": 1,
        "time_us": street.at_us("08:00"), "card": 7,
        "stop": street.network.stop("b-park"), "pattern": 4, "stop_seq": 1, "trip": 0, "amount": 1500, "balance": 18_500,
        "mac": 0,
    }  # fmt: skip


def test_a_gate_writes_no_pattern(street: Street) -> None:
    street.go(7, "in NG 08:00")
    assert street.written[0]["pattern"][0] == NO_PATTERN


def test_gates_measure_the_shortest_path_and_buses_their_route(street: Street) -> None:
    """North Gate to the Airport is 24.6 km and crosses the airport's section; the bus is flat."""
    assert minors(street.go(7, "in NG 08:00, out AP 08:25")) == [1550, 300 + 500]
    assert minors(street.go(6, "on 571 b-harbour 08:00, off 571 b-stadium 08:20")) == [1500, 0]
    assert minors(street.go(6, "in UN 08:30, out HL 08:33")) == [50, 100]  # 8.44 km and 2.3 km are 10.74 km


def test_a_reader_that_has_turned_round_measures_nothing(street: Street) -> None:
    """Whoever sits through the terminal gets out on another pattern: still the same bus, and no metres that anyone knows."""
    street.go(6, "on 571 b-harbour 08:00")
    bus = street.readers[101]
    bus["pattern"] = 5
    told = decide(street.cards[1:2], bus, street.at_us("08:40"), EXIT, rates=street.rates, tables=street.network.tables)
    assert isinstance(told, Accepted)
    assert int(told.card["j_dist_m"][0]) == 0


def test_a_group_leaves_as_it_came(street: Street) -> None:
    """Nobody keys in the number again at the way out."""
    street.go(7, "on 571 b-harbour 08:00 x3, off 571 b-park 08:10")
    assert [int(tap["group"][0]) for tap in street.written] == [3, 3]


def test_deciding_alters_nothing_that_it_was_given(street: Street) -> None:
    """Card and reader are values; whoever asks may ask again."""
    gate = street.gate("NG")
    before = (street.cards.tobytes(), gate.tobytes())
    asked = [
        decide(street.cards[:1], gate, street.at_us("08:00"), ENTRY, rates=street.rates, tables=street.network.tables)
        for _ in range(2)
    ]
    assert (street.cards.tobytes(), gate.tobytes()) == before
    assert minors(asked) == [1550, 1550]


@pytest.mark.parametrize(
    ("listed", "shut"), [([7], True), ([3, 7], True), ([7, 9], True), ([3, 9], False), ([], False)]
)
def test_the_denylist_is_searched_to_its_ends(street: Street, listed: list[int], shut: bool) -> None:
    told = decide(
        street.cards[2:], street.gate("NG"), street.at_us("08:00"), ENTRY,
        rates=street.rates, tables=street.network.tables, denylist=np.array(listed, np.uint64),
    )  # fmt: skip
    assert isinstance(told, TurnedAway) == shut


def test_a_listed_card_may_still_be_mended_at_a_counter(street: Street) -> None:
    """Loading is refused by the sales desk's own rules, not by a gate's list."""
    told = decide(
        street.cards[2:], street.gate("NG"), street.at_us("08:00"), LOAD,
        rates=street.rates, tables=street.network.tables, denylist=np.array([7], np.uint64), amount=1_000,
    )  # fmt: skip
    assert isinstance(told, Accepted)


@pytest.mark.parametrize(
    ("story", "state", "reason"),
    [
        ("out HB 08:00", {}, Refusal.NO_ENTRY),
        ("in NG 08:00, off 571 b-park 08:20", {}, Refusal.NO_ENTRY),
        ("on 12 b-market 08:00, off 571 b-park 08:20", {}, Refusal.NO_ENTRY),
        ("in NG 08:00, out HB 08:11, out HB 08:12", {}, Refusal.NO_ENTRY),
        ("in NG 08:00, out HB 08:11, out HB 08:11", {}, Refusal.REPEATED),
        ("in NG 08:00", {"balance": 1_549}, Refusal.INSUFFICIENT_BALANCE),
        ("in NG 08:00, out AP 08:25", {"balance": 2_349}, Refusal.INSUFFICIENT_BALANCE),
        ("in NG 08:00, out AP 08:25", {"balance": 2_350}, None),
        ("load 480001 NG 08:00", {}, Refusal.PURSE_FULL),
        ("load 480000 NG 08:00", {}, None),
        ("in NG 08:00", {"product": MONTH} | MISSING, Refusal.SUSPENDED),
        ("in NG 08:00", {"product": MONTH, "balance": 0}, None),
    ],
)
def test_why_a_reader_stays_shut(street: Street, story: str, state: dict[str, int], reason: Refusal | None) -> None:
    """One line a reason, and its neighbour that is still let through."""
    for field, value in state.items():
        street.cards[field] = value
    street.cards["leg_in_us"] = street.at_us("07:00")
    assert refusal(street, story) == reason


def test_six_entries_a_day_on_a_pass_and_then_the_purse(street: Street) -> None:
    """With money the seventh is paid, without it the rider is told about the pass."""
    street.cards["product"] = MONTH
    six = ", ".join(f"in NG {hour:02}:00, out HB {hour:02}:11" for hour in range(8, 14))
    assert minors(street.go(7, six + ", in NG 15:00, out HB 15:11")) == [0] * 12 + [1550, 0]
    street.cards["balance"] = 0
    assert refusal(street, six + ", in NG 15:00", card=6) is Refusal.PASS_DAY_LIMIT


@pytest.mark.parametrize(
    ("listed", "state", "story", "reason"),
    [
        (True, {"balance": 0}, "in NG 08:00", Refusal.DENYLISTED),
        (True, {}, "out NG 08:00", Refusal.DENYLISTED),
        (False, {"balance": -5}, "out NG 08:00", Refusal.NO_ENTRY),
        (False, {"balance": 0, "product": MONTH} | MISSING, "in NG 08:00", Refusal.SUSPENDED),
    ],
)
def test_if_two_reasons_fit_the_one_of_lower_rank_is_told(
    street: Street, listed: bool, state: dict[str, int], story: str, reason: Refusal
) -> None:
    for field, value in state.items():
        street.cards[field] = value
    street.cards["leg_in_us"] = street.at_us("07:00")
    verb, stop, clock = story.split()
    told = decide(
        street.cards[2:], street.gate(stop), street.at_us(clock), EXIT if verb == "out" else ENTRY,
        rates=street.rates, tables=street.network.tables, denylist=np.array([7] if listed else [], np.uint64),
    )  # fmt: skip
    assert told == TurnedAway(reason)


def test_every_refusal_has_a_sentence_of_its_own() -> None:
    assert len({refusal.sentence for refusal in Refusal}) == len(Refusal)


def test_in_a_queue_a_refused_card_leaves_no_trace(street: Street) -> None:
    """Three cards at one door, the second without money: numbers run on without a gap, its chip is the same to the byte."""
    street.cards["balance"][1] = 100
    bus, rows = street.bus("571", "b-harbour"), np.arange(3)
    second, taps, codes = street.cards[1:2].tobytes(), np.zeros(4, TAP), np.zeros(3, np.int64)
    times_us = street.at_us("08:00") + 2_000_000 * rows
    n = decide_many(
        street.cards, rows, times_us, np.zeros(3, np.int64), ENTRY, 1, 0, bus, np.empty(0, np.uint64), street.rates,
        street.network.tables, taps, 1, codes,
    )  # fmt: skip
    assert codes.tolist() == [1500, REFUSED - Refusal.INSUFFICIENT_BALANCE, 1500]
    assert (n, int(bus["seq"][0])) == (3, 2)
    assert taps["card"].tolist() == [0, 5, 7, 0], "the tap that stood there before is left alone"
    assert taps["seq"].tolist() == [0, 1, 2, 0]
    assert street.cards[1:2].tobytes() == second
    assert street.cards["counter"].tolist() == [1, 0, 1]


def test_the_same_card_twice_in_a_queue_is_one_chip(street: Street) -> None:
    """The second presentation sees what the first has written."""
    bus = street.bus("571", "b-harbour")
    taps, codes, rows = np.zeros(2, TAP), np.zeros(2, np.int64), np.array([2, 2])
    decide_many(
        street.cards, rows, street.at_us("08:00") + 30_000_000 * np.arange(2), np.zeros(2, np.int64), ENTRY, 1, 0, bus,
        np.empty(0, np.uint64), street.rates, street.network.tables, taps, 0, codes,
    )  # fmt: skip
    assert taps["balance"].tolist() == [18_500, 17_000]
    assert taps["counter"].tolist() == [1, 2]
