"""The end of a run: what it came to, in one block of lines for people and one object for programs, and its digests."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from afc.city import City
from afc.fares.cases import versions_of
from afc.fares.compile import in_force
from afc.fares.state import Rule
from afc.keys import KeyRing, sim_environment
from afc.money import show
from afc.tap import UNCOUNTED, WITHOUT_CARD, TapKind
from clearing.audit import Finding
from clearing.close import Closed
from clearing.house import BOOKS, House
from clearing.settle import Settled
from clearing.store import Store
from clearing.unsettled import in_short, unsettled
from sim import answers_told, errors_told, fit_told
from sim.answers_told import otherwise
from sim.faults import Plan
from sim.fit import of_run
from sim.runs import digest_of_file
from sim.scenario import Scenario
from sim.times import TIMES_FILE
from sim.world import DayLog

MANIFEST, SUMMARY, BLOCK = "manifest.json", "summary.json", "summary.txt"


class Day(NamedTuple):
    """One service day of a run, from the street to the bank."""

    log: DayLog
    closed: Closed
    settled: Settled


def conclude(
    scenario: Scenario,
    city: City,
    name: str,
    folder: Path,
    where: str,
    days: Sequence[Day],
    findings: Sequence[Finding],
    versions: Mapping[str, str],
    plan: Plan | None = None,
    run: Any = map,
) -> None:
    """Write manifest and summary into the run's folder; `run` is a map, or a process pool's."""
    for told in (MANIFEST, SUMMARY, BLOCK, TIMES_FILE):
        (folder / told).unlink(missing_ok=True)  # of a run that was stopped as it wrote them: no digest covers them
    findings = [*findings, conservation(days)]
    fit = of_run(city, folder, scenario.dates, scenario.scale, run)
    with Store.open(where) as store:
        ring = KeyRing.from_seed(scenario.seed, sim_environment(city.id))
        open_items = in_short(unsettled(House(store, city, ring, folder)))
        summary = summarise(scenario, city, name, days, findings, store) | {"unsettled": open_items, "fit": fit}
        digests = digests_of(store, days)
    whole = hashlib.sha256(json.dumps(digests, sort_keys=True).encode()).hexdigest()
    manifest = {
        "run": name,
        "seed": scenario.seed,
        "city": city.id,
        "city_digest": city.digest,
        "versions": dict(versions),
        "digest": whole,
        "digests": digests,
        "files": digests_of_files(folder, run),
        "throw_away_keys": True,
    }
    if plan:
        manifest["faults"] = summary["injected"] = plan._asdict()
    write_json(folder / MANIFEST, manifest)
    write_json(folder / SUMMARY, summary)
    (folder / BLOCK).write_text(block(summary, city.exponent), "utf-8")


def conservation(days: Sequence[Day]) -> Finding:
    """I4: what riders were charged is what operators earned and what journeys under way still hold, to the unit."""
    charged, earned = sum_of(days, "charge"), sum_of(days, "share", "collected")
    held = sum_of(days[-1:], "open_journey")
    ok = charged == earned + held
    offence = "" if ok else f"charged {charged}, earned {earned}, held by open journeys {held}"
    return Finding("I4", "every charge is shared, or its journey is open", ok, len(days), offence)


def digests_of_files(folder: Path, run: Any = map) -> dict[str, str]:
    """SHA-256 of every file that the run has written so far, by its name below the run folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(BOOKS))
    return {
        str(path.relative_to(folder)): digest for path, digest in zip(files, run(digest_of_file, files), strict=True)
    }


def write_json(path: Path, data: Any) -> None:
    """An object as people can read it, too."""
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", "utf-8")


def digests_of(store: Store, days: Sequence[Day]) -> dict[str, str]:
    """A digest for each thing that must come out the same again: log, shards, closed days, payment files."""
    digests = {"log": store.high()[1].hex()}
    for day in store.days():
        digests[f"day {day.clearing_date}"] = day.digest.hex()
        digests |= {
            f"{s.kind} {s.clearing_date} {s.shard:02d}": s.digest.hex() for s in store.shards(day.clearing_date)
        }
    digests |= {f"payments {s.cycle}": s.digest.hex() for s in store.settlements()}
    return digests


def summarise(
    scenario: Scenario, city: City, name: str, days: Sequence[Day], findings: Sequence[Finding], store: Store
) -> dict[str, Any]:
    """The figures of a run, money in minor units."""
    counts = added(day.closed.counts for day in days)
    taps = added(day.log.taps for day in days)
    emitted = sum(count for name, count in taps.items() if TapKind[name.upper()] not in UNCOUNTED)
    refusals = added(day.log.refusals for day in days)
    operators = shares_by_operator(city, days)
    balances = store.balances()
    legs = sum(n for key, n in counts.items() if key.startswith("legs_"))
    versions = versions_of(city)
    facts: dict[str, Any] = {
        "scenario": scenario.name,
        "tariff": versions[in_force(versions, days[-1].closed.clearing_date)]["id"],
        "run": name,
        "seed": scenario.seed,
        "scale": scenario.scale,
        "city": city.id,
        "currency": city.currency,
        "synthetic": city.synthetic,
        "days": [day.closed.clearing_date.isoformat() for day in days],
        "taps": {
            "emitted": emitted,
            "accepted": counts["taps"],
            "vehicle_records": sum(taps[kind.name.lower()] for kind in WITHOUT_CARD),
            "inspections": taps["inspection"],
            "set_aside": counts["aside"],
            "outstanding": emitted - counts["taps"] - counts["aside"],
            "by_kind": taps,
            "refused_at_readers": refusals,
        },
        "journeys": {
            "complete": counts["journeys"],
            "open": counts["carried_out"],
            "legs": legs,
            "tapped_out": counts["legs_complete"],
            "no_tap_out": counts["legs_no_tap_out"],
            "no_tap_in": counts["legs_no_tap_in"],
            "transfers": legs - counts["journeys"],
            "tap_in_only": all(service.tap_out == "never" for service in city.services),
        },
        "fares": {rule.name.lower(): counts.get(f"rule_{rule.name}", 0) for rule in Rule},
        "charged_minor": sum_of(days, "charge"),
        "cash_minor": sum_of(days, "cash"),
        "operators": operators,
        "open_journeys_minor": sum_of(days[-1:], "open_journey"),
        "positions": positions_of(days),
        "payments": [{"party": p.party, "minor": p.minor} for day in days for p in day.settled.payments],
        "entries": sum(len(day.closed.entries) for day in days),
        "trial_balance_minor": sum(balances.values()),
        "rated_otherwise": counts["rated_otherwise"],
        "unexplained_minor": counts["rated_otherwise_minor"],
        "purse_breaks": counts["purse_breaks"],
        "late_devices": sum(len(day.log.late_devices) for day in days),
        "vehicle_km": sum(day.log.vehicle_m for day in days) // 1000,
        "checks": [finding._asdict() for finding in findings],
    }
    facts["ok"] = all(finding.ok for finding in findings)
    facts |= errors_told.facts([day.log.errors for day in days if day.log.errors])
    return facts | otherwise(scenario, [day.log.answered for day in days if day.log.answered])


def added(rows: Any) -> dict[str, int]:
    """Counts of several days."""
    sums: dict[str, int] = {}
    for row in rows:
        for key, n in row.items():
            sums[key] = sums.get(key, 0) + n
    return sums


def sum_of(days: Sequence[Day], *kinds: str) -> int:
    """The money of some kinds of totals."""
    return sum(total.minor for day in days for total in day.closed.every_total if total.kind in kinds)


def shares_by_operator(city: City, days: Sequence[Day]) -> dict[str, int]:
    """What riders' fares brought each operator, largest first."""
    sums: dict[str, int] = {}
    for day in days:
        for total in day.closed.every_total:
            if total.kind in ("share", "collected"):
                party = city.parties[total.operator].id
                sums[party] = sums.get(party, 0) + total.minor
    return dict(sorted(sums.items(), key=lambda item: (-item[1], item[0])))


def positions_of(days: Sequence[Day]) -> dict[str, int]:
    """Net positions over all dates."""
    return added(day.settled.positions for day in days)


def unsettled_part(found: Mapping[str, Any], decimals: int) -> str:
    """What is not known yet about cards, where there is something."""
    open_items = [(what, one) for what, one in found.items() if one["items"]]
    return "".join(
        f"   {what.replace('_', ' ')} {one['items']} ({show(one['minor'], decimals)}, oldest {one['oldest_days']} days)"
        for what, one in open_items
    )


def block(s: Mapping[str, Any], decimals: int) -> str:
    """The end-of-run block; its layout is fixed."""
    taps, trips = s["taps"], s["journeys"]
    refused = ", ".join(
        f"{name.lower().replace('_', ' ')} {n}" for name, n in sorted(taps["refused_at_readers"].items())
    )
    legs, money = max(trips["legs"], 1), s["currency"]
    net, paid = s["positions"], s["payments"]
    largest = max(paid, key=lambda p: p["minor"], default=None)
    lines = [
        ("scenario", f"{title(s):<24} seed {s['seed']}   scale {s['scale']:g}   tariff {s['tariff']}   run {s['run']}"),
        ("taps", f"{n(taps['emitted'])} emitted  {n(taps['accepted'])} accepted  {n(taps['set_aside'])} set aside"
                 + (f"  {n(taps['outstanding'])} not here yet" if taps["outstanding"] else "") +
                 f"   vehicle records {n(taps['vehicle_records'])}"
                 + (f"   inspections {n(taps['inspections'])}" if taps["inspections"] else "") +
                 f"   readers refused {n(sum(taps['refused_at_readers'].values()))}" + (f" ({refused})" if refused else "")),
        ("journeys", f"{n(trips['complete'])}   {ends(trips)}   transfers {part(trips['transfers'], legs)}"),
        *answers_told.lines(s, decimals),
        *errors_told.lines(s, decimals),
        ("fit", fit_told.line(s["fit"])),
        ("fares", fares_line(s, decimals)),
        ("operators", operators_line(s, decimals)),
        ("positions", f"sum {show(sum(net.values()), decimals)}   {len(paid)} payments"
                      + (f"   largest {show(largest['minor'], decimals)} {money} {largest['party']}" if largest else "")),
        ("ledger", f"trial balance {show(s['trial_balance_minor'], decimals)}   {n(s['entries'])} entries"),
        ("faults", f"{injected(s)} injected   late devices {s['late_devices']}   rated otherwise {s['rated_otherwise']}"
                   f"   purse breaks {s['purse_breaks']}" + unsettled_part(s["unsettled"], decimals)),
        ("checks", "  ".join(f"{'✓' if c['ok'] else '✗'} {c['invariant']}" for c in merged(s["checks"]))),
        ("note", s["synthetic"]),
    ]  # fmt: skip
    return "\n".join(f"{name:<11}{text}" for name, text in lines) + "\n"


def injected(s: Mapping[str, Any]) -> str:
    """What was put into the run on purpose."""
    plan = s.get("injected")
    return f"{plan['faults']} {plan['kind']}, seed {plan['seed']}," if plan else "none"


def title(s: Mapping[str, Any]) -> str:
    """The scenario, with its city where the name does not say it."""
    return str(s["scenario"]) if s["city"] in s["scenario"] else f"{s['city']} {s['scenario']}"


def fares_line(s: Mapping[str, Any], decimals: int) -> str:
    """What every rule brought or took off, and what riders were charged in all."""
    parts = [f"{show(minor, decimals)} {name.replace('_', ' ')}" for name, minor in s["fares"].items() if minor]
    cash = [f"and {show(s['cash_minor'], decimals)} in cash"] if s["cash_minor"] else []
    return "  ".join([*parts, f"= {show(s['charged_minor'], decimals)} {s['currency']} charged", *cash])


def ends(trips: Mapping[str, Any]) -> str:
    """How rides ended, where anybody is asked to tap out."""
    if trips["tap_in_only"]:
        return "tap-in only"
    legs = max(trips["legs"], 1)
    return (
        f"tapped out {part(trips['tapped_out'], legs)}   no tap-out {part(trips['no_tap_out'], legs)}"
        f"   no tap-in {part(trips['no_tap_in'], legs)}"
    )


def operators_line(s: Mapping[str, Any], decimals: int) -> str:
    """The five operators that riders' fares brought most, and what the others brought together."""
    shares, total = list(s["operators"].items()), max(sum(s["operators"].values()), 1)
    shown = [f"{party} {show(minor, decimals)} ({part(minor, total)})" for party, minor in shares[:5]]
    rest = sum(minor for _, minor in shares[5:])
    if rest:
        shown.append(f"{len(shares) - 5} others {show(rest, decimals)} ({part(rest, total)})")
    return "  ".join(shown) + f"   open journeys {show(s['open_journeys_minor'], decimals)}"


def merged(checks: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Checks by invariant, in order."""
    ok: dict[str, bool] = {}
    for check in checks:
        ok[check["invariant"]] = ok.get(check["invariant"], True) and check["ok"]
    return [{"invariant": name, "ok": ok[name]} for name in sorted(ok, key=lambda text: int(text[1:]))]


def n(count: int) -> str:
    """A count with its digits grouped."""
    return show(count, 0)


def part(some: int, whole: int) -> str:
    """A share in per cent with one decimal, by whole numbers.

    >>> part(197, 1000)
    '19.7 %'
    """
    permille = (some * 1000 + whole // 2) // whole
    return f"{permille // 10}.{permille % 10} %"
