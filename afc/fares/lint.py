"""Lint: what a tariff says without being wrong, and what surprises a fare office.

Mistakes are refused when a pack is loaded. What is found here may be meant: a version's `meant` names the codes that its
author has looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from afc.fares.citation import Place, known_lines
from afc.fares.compile import compile_rates, in_force
from afc.fares.printed import Printed, printed
from afc.fares.state import Plain
from afc.refusal import Refused, nearest

Version = Mapping[str, Any]

CODES = {
    "HOLE_IN_TIME": "After the last day of a version that only overlays others, no version is in force.",
    "PLACE_MOVED": "A pass or a cap stands elsewhere in the list than in the version before; cards carry its place.",
    "MEANT_UNKNOWN": "`meant` names something that is no lint, so nothing is marked by it.",
    "ROW_NEVER_SPEAKS": "A fare table, modifier or transfer changes nobody's price.",
    "SERVICE_UNPRICED": "A service has no fare on any medium: nobody can board it.",
    "CATEGORY_UNPRICED": "A rider category has no fare for a service on a medium on which others have one.",
    "PAIR_UNPRICED": "A service priced by pairs of stations alone leaves out some pairs.",
    "PURSE_TOO_SMALL": "The dearest ride costs more than a purse can hold.",
    "PURSE_UNCLEAR": "The bounds of the purse and of a top-up do not fit one another.",
    "LONGER_IS_CHEAPER": "A longer ride costs less than a shorter one.",
    "CLASS_PAYS_MORE": "A rider category pays more than the pack's first one.",
}
"""Every lint, with what it says; the order is that of the page that explains them."""


class Lint(NamedTuple):
    """One thing to look at: its code, the keys below the version, a sentence, and what would mend it."""

    code: str
    at: Place
    what: str
    cure: str


class Found(NamedTuple):
    """A finding with its version and line."""

    version: str
    line: int
    lint: Lint
    meant: bool


def lint(city: Any, versions: Sequence[Version]) -> list[Found]:
    """Everything to look at in a city's tariff, in the order of the file."""
    found = []
    for ordinal, version in enumerate(versions):
        in_file = (*in_time(ordinal, versions), *moved(ordinal, versions), *misspelt(version))
        for one in (*in_file, *in_tables(city, version, ordinal)):
            assert one.code in CODES, f"{one.code} has no words yet"
            line = line_of(city, ("version", ordinal, *one.at))
            found.append(Found(version["id"], line, one, one.code in version.get("meant", ())))
    return sorted(found, key=lambda row: (row.line, row.lint))


def line_of(city: Any, path: Place) -> int:
    """The line of a key, or of the nearest table above it."""
    lines = known_lines(city.folder)
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


def in_time(ordinal: int, versions: Sequence[Version]) -> Iterable[Lint]:
    """Days after an overlay that nobody prices."""
    version = versions[ordinal]
    if version.get("standby"):
        return
    if "until" in version and ordinal_on(versions, version["until"] + timedelta(days=1)) < 0:
        yield Lint(
            "HOLE_IN_TIME", ("until",), f"nothing is in force after {version['until']}", "Add a version after it."
        )


def moved(ordinal: int, versions: Sequence[Version]) -> Iterable[Lint]:
    """Passes and caps that stand elsewhere than in the version before: a card carries their numbers."""
    if ordinal == 0:
        return
    for table in ("product", "cap"):
        before, now = ([row["id"] for row in v.get(table, [])] for v in (versions[ordinal - 1], versions[ordinal]))
        for i, (old, new) in enumerate(zip(before, now, strict=False)):
            if old != new:
                what = f"{table} {i + 1} was {old} and is {new} now, so cards in use change what they hold"
                yield Lint("PLACE_MOVED", (table, i, "id"), what, "Keep the order, and add new ones at the end.")


def misspelt(version: Version) -> Iterable[Lint]:
    """Codes in `meant` that no lint has."""
    for code in version.get("meant", ()):
        if code not in CODES:
            yield Lint(
                "MEANT_UNKNOWN", ("meant",), f'"{code}" in `meant` is no lint', nearest(code, CODES) or "Leave it out."
            )


def ordinal_on(versions: Sequence[Version], day: date) -> int:
    """The version in force on a day, or -1."""
    try:
        return in_force(versions, day)
    except Refused:
        return -1


def in_tables(city: Any, version: Version, ordinal: int) -> Iterable[Lint]:
    """What one version's tables say together."""
    rates: Any = Plain(compile_rates(city, version, ordinal))
    checks: list[Callable[[Any, Version, Any], Iterable[Lint]]] = [rows_that_never_speak, unpriced, limits_of_purse]
    for check in checks:
        yield from check(city, version, rates)
    for medium in city.media:
        for table in printed(city, version, ordinal, medium.id):
            yield from surprises(version, medium.id, table)


def rows_that_never_speak(city: Any, version: Version, rates: Any) -> Iterable[Lint]:
    """Fare tables whose riders and media earlier rows have taken, and modifiers that change nobody's price."""
    speaking = {t for part in rates.table_of for by_medium in part for row in by_medium for t in row}
    for t in range(len(version.get("fare", []))):
        if t not in speaking:
            cure = "Move it before the row that takes its riders, or leave it out."
            yield Lint("ROW_NEVER_SPEAKS", ("fare", t), "every rider and medium of this table has an earlier one", cure)
    for t, row in enumerate(version.get("transfer", [])):
        outside = [s for key in ("from", "to") for s in row[key] if s not in version["journey"]["services"]]
        if outside:
            what = f"{outside[0]} does not take part in the journey, so nobody transfers to or from it"
            yield Lint("ROW_NEVER_SPEAKS", ("transfer", t), what, "Name it in `services` of the journey.")
    for i, row in enumerate(version.get("modifier", [])):
        if not any(rates.term_services[i] >> s & 1 and any(row[m][s] for row in rates.priced) and rates.term_media[i] >> m & 1
                   for s in range(len(city.services)) for m in range(len(city.media))):  # fmt: skip
            what = f"the modifier {row['id']} names no service and medium that have a price"
            yield Lint("ROW_NEVER_SPEAKS", ("modifier", i), what, "Name others, or leave it out.")


def unpriced(city: Any, version: Version, rates: Any) -> Iterable[Lint]:
    """Services nobody can board, and pairs of stations without a price."""
    pairs = {service for row in version.get("pair", []) for service in row["services"]}
    for s, service in enumerate(city.services):
        if not any(row[m][s] for row in rates.priced for m in range(len(city.media))):
            cure = "Write its fare, or [version.base] with 0 if it is free."
            yield Lint("SERVICE_UNPRICED", (), f"{service.id} has no fare, so every boarding is refused", cure)
        for c, category in enumerate(city.categories):
            holes = [
                m
                for m in range(len(city.media))
                if any(row[m][s] for row in rates.priced) and not rates.priced[c][m][s]
            ]
            if holes:
                what = f"{category.id} on {city.media[holes[0]].id} has no fare for {service.id}, which others have"
                yield Lint("CATEGORY_UNPRICED", (), what, "Write a table for them, or leave `categories` out of one.")
        if service.id in pairs and rates.parts[s] == 0:
            yield from missing_pairs(city, version, s, service.id)


def missing_pairs(city: Any, version: Version, s: int, service: str) -> Iterable[Lint]:
    """Pairs of gates that a service priced by pairs alone leaves out."""
    priced = {frozenset((row["from"], row["to"])) for row in version["pair"] if service in row["services"]}
    stops = [stop for stop, gate in zip(city.network.stop_ids, city.network.gates, strict=True) if gate == s]
    missing = [(a, b) for i, a in enumerate(stops) for b in stops[i + 1 :] if frozenset((a, b)) not in priced]
    if missing:
        what = f"{len(missing)} pairs of {service} have no price, the first from {missing[0][0]} to {missing[0][1]}"
        yield Lint("PAIR_UNPRICED", ("pair",), what, "Name them, or write a [[version.fare]] for the rest.")


def limits_of_purse(city: Any, version: Version, rates: Any) -> Iterable[Lint]:
    """A purse that cannot hold the dearest ride, or that may enter with less than the gate can take."""
    purse = version.get("purse", {})
    for s, service in enumerate(city.services):
        dearest = max(rates.dearest[c][m][s] for c in range(len(city.categories)) for m in range(len(city.media)))
        if rates.counts[s] and purse.get("max", dearest) < dearest:
            what = f"a purse holds {purse['max']} at most, and the dearest ride of {service.id} costs {dearest}"
            yield Lint("PURSE_TOO_SMALL", ("purse", "max"), what, "Raise `max`.")
    for name, most in (("top_up_min", "top_up_max"), ("top_up_max", "max")):
        if purse.get(name, 0) > purse.get(most, purse.get(name, 0)):
            yield Lint("PURSE_UNCLEAR", ("purse", name), f"`{name}` is above `{most}`", "Turn them round.")


def surprises(version: Version, medium: str, table: Printed) -> Iterable[Lint]:
    """A longer ride that costs less, and a rider class that pays more than the first one."""
    at: Place = (
        "fare",
        next((i for i, r in enumerate(version.get("fare", [])) if table.services[0] in r["services"]), 0),
    )
    whole = len({row.what for row in table.rows}) == 1  # tables that add up are only dear or cheap together
    for c, category in enumerate(table.categories):
        for before, after in zip(table.rows, table.rows[1:], strict=False):
            if (
                table.counts
                and (whole or before.what)
                and before.what == after.what
                and after.prices[c] < before.prices[c]
            ):
                upto = f"{before.upto} {table.counts}"
                what = f"{category} on {medium}: {table.services[0]} costs {before.prices[c]} up to {upto}"
                cure = f"Beyond, it costs {after.prices[c]}: name LONGER_IS_CHEAPER in `meant` if the notice says so."
                yield Lint("LONGER_IS_CHEAPER", at, what, cure)
        dear = next((row for row in table.rows if row.prices[c] > row.prices[0] > 0), None)
        if dear is not None:
            service, first = table.services[0], table.categories[0]
            what = f"{category} on {medium} pays {dear.prices[c]} for {service}, {first} {dear.prices[0]}"
            cure = "Name CLASS_PAYS_MORE in `meant` if the notice says so."
            yield Lint("CLASS_PAYS_MORE", at if table.counts else ("base", table.services[0], category), what, cure)
