"""A quote: how a rider would get from one stop to another at an hour, and what each way costs.

The ways are those that the simulated riders choose from; each is priced by the same fold that readers run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

import numpy as np

from afc.city import City
from afc.fares.cases import versions_of
from afc.fares.citation import Told, cite
from afc.fares.codes import JOINED
from afc.fares.compile import compile_rates, in_force, lasting, working_day
from afc.fares.explain import reason, refusal_sentence
from afc.fares.history import Answer, Interpreted, Line, issue_card
from afc.fares.rides import Ride, Rides
from afc.moment import at_us, clock, local_us, service_date
from afc.money import show
from afc.refusal import Refused
from sim.demand.chance import child
from sim.demand.choice import LEGS_MAX, Sample
from sim.demand.knowledge import Knowledge, ask, learn
from sim.demand.lines import Lines, hourly, read_lines
from sim.demand.routes import Walks, read_walks

RIDERS_ASKED = 200
WAYS_MAX = 3
MORNING = "08:00"
Leg = dict[str, Any]
Facts = dict[str, Any]


class Guide:
    """Knows how riders get about on one service day."""

    def __init__(self, city: City, day: date) -> None:
        self.city, self.network = city, city.network
        day_type = city.calendar.day_types[city.calendar.day_type(day)]
        self.lines: Lines = read_lines(city, city.network)
        self.walks: Walks = read_walks(city.network, self.lines)
        table = hourly(city.network.departures(day_type))
        self.known: Knowledge = learn(self.lines, self.walks, table, np.zeros(len(city.services)))

    def ways(self, origin: int, destination: int, start_s: int) -> list[tuple[float, list[Leg]]]:
        """The ways that most riders would choose, each with its share of them and its legs as taps see them."""
        n = RIDERS_ASKED
        ends = np.full(n, origin, np.int32), np.full(n, destination, np.int32)
        chance = child(0, "quote").random((n, 1 + LEGS_MAX))
        legs, counts = ask(self.lines, self.walks, self.known, Sample(*ends, np.full(n, start_s, np.int64), chance))
        tally: Counter[tuple[Any, ...]] = Counter()
        for row, count in zip(legs, counts, strict=True):
            if count:
                tally[tuple(tuple(leg.item()) for leg in row[:count])] += 1
        shown: dict[str, tuple[float, list[Leg]]] = {}
        for key, riders in tally.most_common():
            way = self.tapped(key, start_s)
            name = repr([(leg["service"], leg.get("route"), leg["from"], leg["to"]) for leg in way])
            share, first = shown.get(name, (0.0, way))
            shown[name] = (share + riders / n, first)
        return sorted(shown.values(), key=lambda way: -way[0])[:WAYS_MAX]

    def tapped(self, key: Sequence[tuple[Any, ...]], start_s: int) -> list[Leg]:
        """Rides as taps see them: changes inside the gates are one ride from gate to gate."""
        found: list[Leg] = []
        for on, off, _, lag_s, inside, _ in key:
            pattern = self.network.patterns[self.lines.call_pattern[on]]
            service = self.city.services[self.network.route_service[pattern.route]]
            a, b = self.lines.call_stop[on], self.lines.call_stop[off]
            ride_s = int(self.lines.call_run_s[off] - self.lines.call_run_s[on])
            if inside and found:
                found[-1] |= {"to": self.network.stop_ids[b], "out_s": start_s + lag_s + ride_s}
                continue
            leg = {"service": service.id, "from": self.network.stop_ids[a], "to": self.network.stop_ids[b]}
            if service.access == "vehicle":
                leg["route"] = self.network.route_ids[pattern.route]
            found.append(leg | {"in_s": start_s + lag_s, "out_s": start_s + lag_s + ride_s})
        return found


def price(
    city: City,
    origin: str,
    destination: str,
    at: str | None,
    rider: str | None,
    medium: str | None,
    attributes: Sequence[str],
    after: Sequence[str],
    language: str = "en",
) -> Facts:
    """Every way with its legs, charges and reasons."""
    versions = versions_of(city)
    if at and len(at) < len("2026-03-04 08:00"):
        raise Refused("TIME_MALFORMED", f'"{at}" has no hour', cure="Write it as 2026-03-04 08:00.")
    if origin == destination:
        raise Refused("SAME_STOP", f'the ride begins and ends at "{origin}"', cure="Name two stops.")
    moment = at or f"{working_day(city, versions, lasting(versions))} {MORNING}"
    moment_us = local_us(moment, city.zone)
    day = service_date(moment_us, city.zone, city.day_cut_s)
    ordinal = in_force(versions, day)
    rates = compile_rates(city, versions[ordinal], ordinal)
    who, what = rider or city.categories[0].id, medium or city.media[0].id
    guide, a, b = Guide(city, day), city.network.stop(origin), city.network.stop(destination)
    start_s = (moment_us - at_us(day, 0, city.zone)) // 1_000_000
    ways = []
    for share, legs in guide.ways(a, b, int(start_s)):
        card = Interpreted(issue_card(city, versions[ordinal], who, what, {"attributes": attributes}), rates)
        rides = Rides(city)
        before = [one for text in after for one in earlier(guide, text, day)]
        if any(leg["out_s"] > legs[0]["in_s"] for leg in before):
            cure = "Let --after end before --at."
            raise Refused("TIME_ORDER", "a ride made before ends after this one begins", cure=cure)
        for leg in before:
            ride_leg(card, rides.ride(timed(city, day, leg)), language)
        priced = [leg | ride_leg(card, rides.ride(timed(city, day, leg)), language) for leg in legs]
        ways.append(way_facts(Desk(city, ordinal, who, what, language), share, day, priced))
    if not ways:
        cure = "Try another hour, or check the stops with: afc city show."
        raise Refused("NO_WAY", f'nothing runs from "{origin}" to "{destination}" then', cure=cure)
    needed = versions[ordinal].get("journey", {}).get("needs_attribute")
    hint = f"only cards with the attribute {needed} transfer; add --attribute {needed}"
    return {
        "hint": hint if needed and needed not in attributes else "",
        "city": city.id, "currency": city.currency, "decimals": city.exponent, "tariff": versions[ordinal]["id"],
        "rider": who, "medium": what, "date": day.isoformat(), "ways": ways,
        "at": moment, "at_assumed": not at,
    }  # fmt: skip


def earlier(guide: Guide, text: str, day: date) -> list[Leg]:
    """The legs of a ride made before, told as FROM:TO@HH:MM."""
    try:
        ends, time = text.split("@")
        origin, destination = ends.split(":")
    except ValueError:
        raise Refused("RIDE_MALFORMED", f'"{text}" is no ride', cure="Write it as FROM:TO@07:30.") from None
    from afc.moment import clock_s

    network = guide.network
    ways = guide.ways(network.stop(origin), network.stop(destination), clock_s(time))
    if not ways:
        raise Refused("NO_WAY", f'nothing runs for "{text}"')
    return ways[0][1]


def timed(city: City, day: date, leg: Leg) -> Leg:
    """A leg with the local times that the fare rules read."""
    from afc.moment import from_us

    def text(seconds: int) -> str:
        return from_us(at_us(day, int(seconds), city.zone), city.zone).strftime("%Y-%m-%d %H:%M:%S")

    told = {key: leg[key] for key in ("service", "from", "to", "route") if key in leg} | {"in": text(leg["in_s"])}
    service = next(s for s in city.services if s.id == leg["service"])
    return told if service.tap_out == "never" else told | {"out": text(leg["out_s"])}


def ride_leg(card: Interpreted, ride: Ride, language: str) -> Facts:
    """Tap in and out: the answers, and the service that the journey came from, or -1; a reader that does not open says why
    in the rider's language."""
    events = [ride.tap_in] if ride.tap_out is None else [ride.tap_in, ride.tap_out]
    answers = [card.tap(event) for event in events]
    if answers[0].refusal:
        raise Refused("TAP_REFUSED", refusal_sentence(answers[0].refusal, language))
    held: Any = card.memory()
    return {"answers": answers, "left": held.j_after if held.leg_in_journey == JOINED else -1}


class Desk(NamedTuple):
    """Where a price is asked: city, tariff version, rider category, fare medium, and the language of the answer."""

    city: City
    ordinal: int
    rider: str
    medium: str
    language: str

    def told(self, line: Line, leg: Leg, day: date) -> Facts:
        """One reason of a charge, with the line of the tariff that decrees it."""
        version = versions_of(self.city)[self.ordinal]
        left = self.city.services[leg["left"]].id if leg["left"] >= 0 else ""
        stops = (leg["from"], leg["to"])
        told = Told(line.rule, line.quantity, leg["service"], self.rider, self.medium, day.isoformat(), left, stops)
        return {
            "rule": line.rule.name,
            "minor": line.minor,
            "text": reason(told, version, self.language),
            "source": cite(self.city.folder, self.ordinal, version, told),
        }


def way_facts(desk: Desk, share: float, day: date, legs: Sequence[Leg]) -> Facts:
    """One way as data."""
    rows, city = [], desk.city
    for leg in legs:
        answers: list[Answer] = leg["answers"]
        rows.append(
            {key: leg[key] for key in ("service", "from", "to", "route") if key in leg}
            | {
                "in": clock(at_us(day, int(leg["in_s"]), city.zone), city.zone),
                "out": clock(at_us(day, int(leg["out_s"]), city.zone), city.zone),
                "minor": sum(answer.minor for answer in answers),
                "lines": [desk.told(line, leg, day) for answer in answers for line in answer.lines],
            }
        )
    return {"chosen_by_percent": round(100 * share), "total_minor": sum(row["minor"] for row in rows), "legs": rows}


def text_of(facts: Facts) -> str:
    """The quote as people read it."""
    d, lines = facts["decimals"], [f"{facts['date']}  tariff {facts['tariff']}  {facts['rider']} on {facts['medium']}"]
    if facts["at_assumed"]:
        lines.append(f"asked without --at: {facts['at']}, the tariff's first ordinary working day")
    for i, way in enumerate(facts["ways"], 1):
        total = f"{show(way['total_minor'], d)} {facts['currency']}"
        lines.append(f"way {i}  {total}  chosen by {way['chosen_by_percent']} % of riders")
        for leg in way["legs"]:
            route = f" {leg['route']}" if "route" in leg else ""
            lines.append(f"   {leg['service']}{route}  {leg['from']} → {leg['to']}  {leg['in']}–{leg['out']}")
            lines += [
                f"      {show(line['minor'], d):>12}  {line['text']}  [{line['source']}]" for line in leg["lines"]
            ]
    return "\n".join(lines)
