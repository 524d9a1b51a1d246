"""What must hold of every fare, whatever the tariff says."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from strategies import PLAIN_DATES, days, tariffs
from town import CATEGORIES, SERVICES, TOWN, ZONE, Day, Told, Version, rates_of, tell

from afc.fares.codes import ENTRY, EXIT
from afc.fares.history import Line
from afc.fares.state import Refusal, Rule
from afc.moment import from_us, service_date
from afc.tap import TAP
from terminals.reader import decide_many, new_reader


@given(tariffs(), days())
def test_the_reasons_of_a_charge_sum_to_the_charge(version: Version, day: Day) -> None:
    """A receipt that does not add up is worse than none."""
    for told in rides(tell(version, day)[0]):
        assert sum(line.minor for line in told.answer.lines) == told.answer.minor


@given(tariffs(), days())
def test_nobody_is_paid_for_riding(version: Version, day: Day) -> None:
    assert all(told.answer.minor >= 0 for told in tell(version, day)[0])


@given(tariffs(), days())
def test_a_refusal_has_its_reason_in_sight(version: Version, day: Day) -> None:
    """A negative fare would be taken for a refusal, so every refusal must be one that a clerk can explain."""
    rates, aboard = rates_of(version)[0], None
    for told in tell(version, day)[0]:
        refusal, kind = told.answer.refusal, told.event["kind"][0]
        where = (told.event["service"][0], told.event["vehicle"][0])
        if refusal is Refusal.NO_ENTRY:
            assert kind == EXIT
            assert aboard != where
        if refusal is Refusal.GROUP_NOT_ALLOWED:
            assert kind == ENTRY
            assert told.event["group"][0] > 1
        if refusal in (Refusal.SUSPENDED, Refusal.PASS_DAY_LIMIT):
            assert kind == ENTRY
            assert rates["products"]
        if refusal is Refusal.INSUFFICIENT_BALANCE:
            assert not rates["postpaid"][day.medium]
        if refusal is None and kind in (ENTRY, EXIT):
            aboard = where if kind == ENTRY else None


@given(tariffs(pricing="matrix"), days(purse=False))
def test_a_transfer_never_costs_more_than_a_first_boarding(version: Version, day: Day) -> None:
    assert all(line.minor <= 0 for line in transfers(tell(version, day)[0]))


@given(tariffs(pricing="integrated", reentry=False), days(purse=False))
def test_nor_does_it_where_legs_are_priced_together(version: Version, day: Day) -> None:
    assert all(line.minor <= 0 for line in transfers(tell(version, day)[0]))


@given(tariffs(pricing="integrated", modifiers=False), days(taps_out=True, purse=False, group=False))
def test_a_journey_costs_what_a_clerk_works_out_at_once(version: Version, day: Day) -> None:
    """Charged tap by tap, it comes to the dearest base and the metres of all legs, and never more than the legs alone."""
    for legs in journeys(tell(version, day)[0]).values():
        assert sum(told.answer.minor for told in legs) == clerk(version, CATEGORIES[day.category], legs)


@given(tariffs(pricing="integrated"), days(purse=False))
def test_the_card_remembers_what_the_journey_has_cost(version: Version, day: Day) -> None:
    """Charges telescope: what was due before and what this tap charged is what is due now."""
    told, card = tell(version, day)
    number = card.card.j_number  # type: ignore[attr-defined]
    charged = sum(one.answer.minor - taken_back(one) for one in journeys(told).get(number, []))
    assert charged == card.card.j_due  # type: ignore[attr-defined]


@given(tariffs(modifiers=False), days(taps_out=True, purse=False))
def test_a_journey_never_costs_more_than_its_legs_alone(version: Version, day: Day) -> None:
    """Otherwise a rider would be better off with a card for each leg."""
    alone = sum(one.answer.minor for leg in day.legs for one in tell(version, day._replace(legs=(leg,)))[0])
    assert sum(one.answer.minor for one in tell(version, day)[0]) <= alone


@given(tariffs(), days(dates=PLAIN_DATES))
def test_the_same_day_a_week_later_costs_the_same(version: Version, day: Day) -> None:
    """Only the calendar may tell two weeks apart, and in these two it says the same."""
    now, later = tell(version, day)[0], tell(version, day.shifted(7))[0]
    assert [told.answer for told in now] == [told.answer for told in later]


@given(tariffs(), days(), st.booleans())
def test_a_refused_tap_leaves_the_card_as_it_was(version: Version, day: Day, listed: bool) -> None:
    """To the byte: a card torn out of the field has either paid or not."""
    rates = rates_of(version)
    cards = day.card(rates)
    denylist = cards["card"].copy() if listed else np.empty(0, np.uint64)
    for event in day.events(rates):
        reader, before = reader_at(event), cards.tobytes()
        seq, codes, taps = int(reader["seq"][0]), np.zeros(1, np.int64), np.zeros(1, TAP)
        n = decide_many(
            cards, np.zeros(1, np.int64), event["t_us"], event["amount"], int(event["kind"][0]), int(event["group"][0]),
            int(event["product"][0]), reader, denylist, rates, TOWN.network.tables, taps, 0, codes,
        )  # fmt: skip
        assert n == (codes[0] >= 0)
        assert int(reader["seq"][0]) == seq + n
        assert (cards.tobytes() == before) == (n == 0)


def rides(told: list[Told]) -> list[Told]:
    """Boardings and alightings that were let through."""
    return [one for one in told if one.event["kind"][0] in (ENTRY, EXIT) and one.answer.refusal is None]


def journeys(told: list[Told]) -> dict[int, list[Told]]:
    """The rides of each journey."""
    found = defaultdict(list)
    for one in rides(told):
        found[one.journey].append(one)
    return found


def transfers(told: list[Told]) -> list[Line]:
    """The reasons that are transfers."""
    return [line for one in told for line in one.answer.lines if line.rule is Rule.TRANSFER]


def taken_back(told: Told) -> int:
    """What a boarding collected for the leg before."""
    return sum(line.minor for line in told.answer.lines if line.rule in (Rule.COLLECTED, Rule.SURCHARGE))


def reader_at(event: np.ndarray) -> np.ndarray:
    """A reader where an event happened."""
    reader = new_reader(9, service=int(event["service"][0]), operator=0)
    for field in ("route", "pattern", "vehicle", "stop"):
        reader[field] = event[field]
    reader["stop_seq"] = event["stop"]
    return reader


def clerk(version: Version, category: str, legs: list[Told]) -> int:
    """The journey's fare from the tariff's text: the most that it ever came to, for nothing is given back on the way."""
    due, dearest, alone, metres, used = 0, 0, 0, 0, 0
    ridden: list[str] = []
    for told in legs:
        service, e = SERVICES[int(told.event["service"][0])], told.event[0]
        if e["kind"] == ENTRY:
            ridden.append(service)
            base = price_at(version, service, category, int(e["t_us"]))
            dearest, alone = max(dearest, base), alone + base
        else:
            metres, used = metres + int(e["dist_m"]), used | int(e["sections"])
            alone += by_metres(version.get("distance", {}).get(service, {"bands": []}), 0, int(e["dist_m"]), category)
        joint = min(dearest + distance(version, ridden, metres, category), alone)
        due = max(due, joint + surcharge(version, used, category))
    return due


def distance(version: Version, ridden: list[str], metres: int, category: str) -> int:
    """Rides of one railway, out and in again, are priced as one ride; others by the journey's bands."""
    if len(ridden) == 1 or ("reentry" in version["journey"] and set(ridden) == {"rail"}):
        return by_metres(version.get("distance", {}).get(ridden[0], {"bands": []}), 0, metres, category)
    journey = version["journey"]
    free_m = max(journey.get("free_m_with", {}).get(service, journey["free_m"]) for service in ridden)
    return by_metres(journey, free_m, metres, category)


def by_metres(row: Version, free_m: int, metres: int, category: str) -> int:
    """Started steps, band by band, up to the ceiling if there is one."""
    starts = [free_m + band["from_m"] for band in row["bands"]] + [10**9]
    minor = 0
    for band, start, end in zip(row["bands"], starts, starts[1:], strict=False):
        minor += -(-max(min(metres, end) - start, 0) // band["step_m"]) * band[category]
    return int(min(minor, row.get("max", minor)))


def surcharge(version: Version, used: int, category: str) -> int:
    """The price of exactly these sections; the network numbers them in the order of their names."""
    names = [name for bit, name in enumerate(TOWN.network.section_ids) if used >> bit & 1]
    rows = version.get("sections", {"amounts": []})["amounts"]
    return next((row[category] for row in rows if sorted(row["uses"]) == sorted(names)), 0)


def price_at(version: Version, service: str, category: str, t_us: int) -> int:
    """The base by the clock of the boarding; the hours after midnight belong to the day before."""
    price: int | dict[str, int] = version["base"][service][category]
    if isinstance(price, int):
        return price
    local = from_us(t_us, ZONE)
    day = service_date(t_us, ZONE, TOWN.day_cut_s)
    bands = version["periods"]["peak"]["weekday"] if TOWN.calendar.day_type(day) == 0 else []
    return price["peak"] if any(inside(f"{local:%H:%M}", *band.split("-")) for band in bands) else price["off_peak"]


def inside(clock: str, start: str, end: str) -> bool:
    """Is a clock time in a band that may run over midnight?"""
    return start <= clock < end if start < end else clock >= start or clock < end
