"""What must hold of fares taken at the tap-out: holds, tables, modifiers, caps and passes, whatever the tariff says."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from counted import counted_tariffs, street_days
from hypothesis import given
from strategies import PLAIN_DATES, days, tariffs
from town import CATEGORIES, SERVICES, TOWN, ZONE, Day, Told, Version, measure, rates_of, tell

from afc.fares.codes import ENTRY, EXIT, LOAD
from afc.fares.history import Compiled, Interpreted
from afc.fares.state import Plain, Rule
from afc.moment import service_date
from afc.pack.read import frozen
from afc.pack.schema_tariff import TariffVersion

PENALTIES = (Rule.PENALTY, Rule.COLLECTED, Rule.SURCHARGE, Rule.OVERSTAY, Rule.OUTSIDE)
HELD = (Rule.HOLD, Rule.RELEASE)


@given(counted_tariffs())
def test_what_is_drawn_could_be_decreed(version: Version) -> None:
    """A law that only holds for tariffs that no pack may contain would be worth nothing."""
    TariffVersion.model_validate(frozen(version))


@given(counted_tariffs(), street_days() | days())
def test_executors_agree(version: Version, day: Day) -> None:
    rates = rates_of(version)
    slow, fast = Interpreted(day.card(rates), rates), Compiled(day.card(rates), rates)
    for event in day.events(rates):
        measure(event, slow.card)
        assert slow.tap(event) == fast.tap(event)
        assert slow.card.__dict__ == Plain(fast.card).__dict__


@given(counted_tariffs(), street_days())
def test_the_reasons_of_a_charge_sum_to_the_charge(version: Version, day: Day) -> None:
    for told in rides(tell(version, day)[0]):
        assert sum(line.minor for line in told.answer.lines) == told.answer.minor


@given(counted_tariffs() | tariffs(), street_days())
def test_the_purse_is_what_was_loaded_less_what_was_charged(version: Version, day: Day) -> None:
    balance = day.balance
    for told in tell(version, day)[0]:
        kind = told.event["kind"][0]
        if told.answer.refusal is None and kind in (ENTRY, EXIT):
            balance -= told.answer.minor
        elif told.answer.refusal is None and kind == LOAD:
            balance += told.answer.minor
        assert told.answer.balance == balance


@given(counted_tariffs(), street_days())
def test_only_an_exit_gives_money_back_and_never_more_than_was_held(version: Version, day: Day) -> None:
    held = 0
    for told in rides(tell(version, day)[0]):
        if told.event["kind"][0] == ENTRY:
            assert told.answer.minor >= 0
            held = sum(line.minor for line in told.answer.lines if line.rule is Rule.HOLD)
        else:
            assert told.answer.minor >= -held
            assert sum(line.minor for line in told.answer.lines if line.rule is Rule.RELEASE) == -held


@given(counted_tariffs(), street_days())
def test_whoever_was_held_pays_nothing_more_for_a_missing_tap_out(version: Version, day: Day) -> None:
    held = False
    for told in rides(tell(version, day)[0]):
        rules = [line.rule for line in told.answer.lines]
        assert not (held and Rule.PENALTY in rules)
        held = told.event["kind"][0] == ENTRY and Rule.HOLD in rules


@given(counted_tariffs(), street_days())
def test_no_single_ride_costs_more_than_its_ceiling(version: Version, day: Day) -> None:
    most = {s: row["price"] for row in version.get("ceiling", []) for s in row["services"]}
    for told in rides(tell(version, day)[0]):
        rules, service = [line.rule for line in told.answer.lines], SERVICES[int(told.event["service"][0])]
        if (
            told.event["kind"][0] == EXIT
            and Rule.FARE in rules
            and service in most
            and not {Rule.PASS, Rule.FREE_DAY} & {*rules}
        ):
            alone = sum(
                line.minor for line in told.answer.lines if line.rule in (Rule.FARE, Rule.SECTION, Rule.CEILING)
            )
            assert alone <= most[service] * int(told.event["group"][0])


@given(counted_tariffs(rights=False), street_days(purse=False))
def test_no_cap_is_exceeded(version: Version, day: Day) -> None:
    """All that is paid for rides boarded in one span stays below its cap; penalties and what is held stand beside it."""
    told = rides(tell(version, day)[0])
    for cap in version["cap"]:
        category = CATEGORIES[day.category]
        most = cap.get("max_by", {}).get(category, cap.get("max"))
        for paid in spent(cap, day, told).values():
            assert most is None or paid <= most


def spent(cap: Version, day: Day, told: list[Told]) -> dict[object, int]:
    """What counts towards a cap, span by span."""
    paid: dict[object, int] = defaultdict(int)
    start = boarded = 0
    for one in told:
        service = SERVICES[int(one.event["service"][0])]
        if not counts_towards(cap, day, service):
            continue
        if one.event["kind"][0] == ENTRY:
            boarded = int(one.event["t_us"][0])
            length = {"24_hours": 86_400, "7_days": 7 * 86_400}.get(cap["per"], 0) * 1_000_000
            start = start if length and start and boarded - start < length else boarded
        fares = [line.minor for line in one.answer.lines if line.rule not in (*PENALTIES, *HELD)]
        paid[span(cap["per"], service_date(boarded, ZONE, TOWN.day_cut_s)) or start] += sum(fares)
    return paid


def counts_towards(cap: Version, day: Day, service: str) -> bool:
    """Does this card's ride count?"""
    card = {"services": service, "categories": CATEGORIES[day.category], "media": TOWN.media[day.medium].id}
    return all(name in cap.get(key, [name]) for key, name in card.items())


def span(per: str, day: date) -> object:
    """The day, ISO week or month of a service date; nothing for a span that begins with a ride."""
    return {"day": day, "week": day.isocalendar()[:2], "month": (day.year, day.month)}.get(per)


@given(counted_tariffs(), street_days(dates=PLAIN_DATES))
def test_the_same_day_a_week_later_costs_the_same(version: Version, day: Day) -> None:
    now, later = tell(version, day)[0], tell(version, day.shifted(7))[0]
    assert [told.answer for told in now] == [told.answer for told in later]


def rides(told: list[Told]) -> list[Told]:
    """Boardings and alightings that were let through."""
    return [one for one in told if one.event["kind"][0] in (ENTRY, EXIT) and one.answer.refusal is None]
