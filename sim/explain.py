"""A journey explained: the tree from the total down to the last minor unit of each operator's share."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from afc.fares.cases import versions_of
from afc.fares.citation import Told, cite
from afc.fares.explain import reason, refusal_sentence
from afc.fares.state import Rule, refusal_of
from afc.moment import clock, service_date
from afc.money import show
from afc.tap import TAP
from clearing.custody_told import facts_on
from clearing.facts import Facts as Known
from clearing.house import House
from clearing.legs import STATUS_NAMES
from clearing.terms import split_versions
from clearing.views import Journey, TapName

Facts = dict[str, Any]


def explain(house: House, journey: Journey, language: str = "en") -> Facts:
    """Everything that made the journey's money, as data; the reasons in a rider's language."""
    city, day = house.city, date.fromisoformat(journey.date)
    known = facts_on(house.store, date.fromisoformat(journey.close or journey.date))
    ordinal = known.version("tariff", versions_of(city), day)
    version = versions_of(city)[ordinal]
    return {
        "journey": str(journey.name),
        "date": journey.date,
        "currency": city.currency,
        "decimals": city.exponent,
        "total_minor": journey.total_minor,
        "tariff": version["id"],
        "legs": [leg_facts(house, journey, i, ordinal, version, language) for i in range(len(journey.legs))],
        "split": split_facts(house, journey, day, known),
        "proof": proof_facts(house, journey),
    }


def leg_facts(house: House, journey: Journey, i: int, ordinal: int, version: Facts, language: str) -> Facts:
    """One leg: where and when, and the reasons of its taps."""
    city, network, leg = house.city, house.city.network, journey.legs[i]
    service, category = city.services[leg["service"]].id, city.categories[leg["category"]].id
    medium, day = city.media[leg["medium"]].id, str(service_date(leg["in_us"], city.zone, city.day_cut_s))
    taps = {leg["in_tap"], leg["out_tap"]}
    left = city.services[journey.legs[i - 1]["service"]].id if i else ""
    ends = ends_of(network, leg)
    told = [
        (line, Told(Rule(line["rule"]), line["quantity"], service, category, medium, day, left, ends))
        for line in journey.lines
        if line["tap"] in taps
    ]
    return {
        "number": leg["number"],
        "operator": city.parties[leg["operator"]].id,
        "service": service,
        "route": network.route_ids[leg["route"]] if leg["route"] >= 0 else None,
        "rider": category,
        "from": network.stop_names[leg["in_stop"]] if leg["in_stop"] >= 0 else None,
        "to": network.stop_names[leg["out_stop"]] if leg["out_stop"] >= 0 else None,
        "in": clock(leg["in_us"], city.zone),
        "out": clock(leg["out_us"], city.zone) if leg["out_us"] else None,
        "status": STATUS_NAMES[leg["status"]],
        "distance_m": leg["dist_m"] if leg["out_us"] else None,
        "charge_minor": leg["charge"],
        "collected_minor": leg["collected"],
        "lines": [
            {
                "rule": one.rule.name,
                "minor": line["minor"],
                "quantity": one.quantity,
                "text": reason(one, version, language),
                "source": cite(city.folder, ordinal, version, one),
            }
            for line, one in told
        ]
        + beside(journey, leg, city, language),
    }


def beside(journey: Journey, leg: Facts, city: Any, language: str) -> list[Facts]:
    """What a leg cost beside its reasons: what a reader took otherwise than the rules say, and what was taken at a tap that
    another clearing date carries. With these the reasons sum to what was paid."""
    taps = {leg["in_tap"], leg["out_tap"]} & journey.taps.keys()
    lines, paid = [], 0
    for row in sorted(taps):
        tap = journey.taps[row]
        paid += tap["amount"]
        apart = tap["amount"] - sum(line["minor"] for line in journey.lines if line["tap"] == row)
        if apart:
            lines.append(line_beside("RATED_OTHERWISE", apart, taken_text(tap, apart, city, language)))
    if elsewhere := leg["charge"] + leg["collected"] - paid:
        lines.append(line_beside("EARLIER_DATE", elsewhere, "taken at a tap that an earlier clearing date carries"))
    return lines


def taken_text(tap: Facts, apart: int, city: Any, language: str) -> str:
    """A reader and the rules, where they part."""
    name = TapName(tap["device"], tap["epoch"], tap["seq"])
    if (refusal := refusal_of(tap["rated"])) is not None:
        return f"{name}: the rules refuse ({refusal.name}: {refusal_sentence(refusal, language)}), and the reader took this"
    return f"{name}: the reader took {show(abs(apart), city.exponent)} {'more' if apart > 0 else 'less'} than the rules say"


def line_beside(rule: str, minor: int, text: str) -> Facts:
    """A line that no rule made; it stands in no tariff."""
    return {"rule": rule, "minor": minor, "quantity": 1, "text": text, "source": ""}


def ends_of(network: Any, leg: Facts) -> tuple[str, str]:
    """The two stops of a leg, where both are known."""
    if leg["in_stop"] < 0 or leg["out_stop"] < 0:
        return "", ""
    return network.stop_ids[leg["in_stop"]], network.stop_ids[leg["out_stop"]]


def split_facts(house: House, journey: Journey, day: date, known: Known) -> Facts:
    """Who got what, and by which rule: the one of the pack, or the one that was put in its place."""
    city = house.city
    policy = split_versions(city)[known.version("split", split_versions(city), day)]
    weights = {leg["number"]: leg["base"] for leg in journey.legs}
    rows = [
        {
            "operator": city.parties[share["operator"]].id,
            "leg": share["number"],
            "leg_base_minor": weights.get(share["number"], 0),
            "minor": share["minor"],
            "kind": "collected" if share["kind"] else "fare",
        }
        for share in journey.shares
    ]
    return {
        "policy": policy["between"],
        "version": policy["id"],
        "shares": rows,
        "sum_minor": sum(row["minor"] for row in rows),
        "open": not rows and journey.total_minor > 0,
    }


def proof_facts(house: House, journey: Journey) -> Facts:
    """The taps behind the journey and whether their MACs hold."""
    taps = np.zeros(len(journey.taps), TAP)
    for i, row in enumerate(journey.taps.values()):
        for name in TAP.names or ():
            taps[name][i] = row[name]
    names = [str(TapName(int(t["device"]), int(t["epoch"]), int(t["seq"]))) for t in taps]
    return {
        "taps": names,
        "mac_ok": bool(house.ring.macs_ok(taps).all()) if len(taps) else True,
        "counters": [int(t["counter"]) for t in taps],
    }


def tree(facts: Facts) -> str:
    """The explanation as people read it, the amounts in one column."""
    d = facts["decimals"]
    card = facts["journey"].split("-")[1][-4:].upper()
    rows: list[tuple[str, str]] = [
        (
            f"journey {facts['journey']}  card …{card}  {facts['date']}  {facts['currency']}",
            show(facts["total_minor"], d),
        )
    ]
    for leg in facts["legs"]:
        rows += leg_rows(leg, d)
    rows += split_rows(facts["split"], d)
    width = max(len(text) for text, _ in rows)
    money = max(len(amount) for _, amount in rows)
    lines = [f"{text:<{width}}  {amount:>{money}}".rstrip() for text, amount in rows]
    proof = facts["proof"]
    counters = f"{proof['counters'][0]}–{proof['counters'][-1]}" if proof["counters"] else "none"
    held = "ok" if proof["mac_ok"] else "WRONG"
    lines.append(
        f" proof  taps {' '.join(proof['taps'])}  MAC {held}  card counter {counters}  tariff {facts['tariff']}"
    )
    return "\n".join(lines)


def leg_rows(leg: Facts, decimals: int) -> list[tuple[str, str]]:
    """A leg's line and its reasons'."""
    where = f"{leg['from'] or '?'} → {leg['to'] or '(no tap-out)'}"
    far = f"  {leg['distance_m'] / 1000:.2f} km" if leg["distance_m"] is not None else ""
    route = f" {leg['route']}" if leg["route"] else ""
    times = leg["in"] + (f"–{leg['out']}" if leg["out"] else "")
    rows = [(f" leg {leg['number']}  {leg['operator']}  {leg['service']}{route}  {where}  {times}{far}", "")]
    rows += [
        (f"        {line['text']}" + (f"  [{line['source']}]" if line["source"] else ""), show(line["minor"], decimals))
        for line in leg["lines"]
    ]
    return rows


def split_rows(split: Facts, decimals: int) -> list[tuple[str, str]]:
    """The shares, which sum to the total."""
    rows = [(f" split  {split['policy'].replace('_', ' ')} ({split['version']})", "")]
    if split["open"]:
        return [*rows, ("        the journey was under way at the cut; it is split with the next day", "")]
    for share in split["shares"]:
        base = show(share["leg_base_minor"], decimals)
        rows.append(
            (
                f"        leg {share['leg']}  {share['operator']}  {share['kind']}, leg base {base}",
                show(share["minor"], decimals),
            )
        )
    return [*rows, ("        Σ", show(split["sum_minor"], decimals))]
