"""What `afc kit inspect` says of a message: one object for a program, one line a tap for a person."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from afc.answers import AnswerKind
from afc.city import City
from afc.moment import show as moment
from afc.money import show as money
from afc.tap import NO_PATTERN, NO_STOP, WITHOUT_CARD, ClockQuality, TapKind, TapState
from terminals.kit.checks import Check
from terminals.kit.reading import Reading

UTC = ZoneInfo("UTC")
MOMENTS = ("issued_us", "received_us", "valid_from_us")
SHOWN_CARDS = 20


def facts_of(reading: Reading, city: City | None) -> dict[str, Any]:
    """Everything, with numbers as they stand in the bytes."""
    taps = [{name: int(tap[name]) for name in reading.taps.dtype.names or ()} for tap in reading.taps]
    facts: dict[str, Any] = {
        "kind": reading.kind,
        "bytes": len(reading.data),
        "digest": reading.digest.hex(),
        "header": reading.header,
    }
    if reading.kind == "batch":
        facts["taps"] = [
            numbers | {"mac": f"{numbers['mac']:016x}", "told": tap_text(tap, city)}
            for numbers, tap in zip(taps, reading.taps, strict=True)
        ]
    if reading.kind == "denylist":
        facts["cards"] = list(reading.cards)
    return facts | {"checks": [check._asdict() for check in reading.checks], "ok": reading.holds}


def text_of(reading: Reading, city: City | None) -> str:
    """Header, records and checks."""
    lines = [f"{reading.kind}  {len(reading.data)} bytes  digest {reading.digest.hex()}"]
    lines += [f"  {key:<15}{header_text(key, value, city)}" for key, value in reading.header.items()]
    lines += [f"  tap {tap['seq']:>6}  {tap_text(tap, city)}" for tap in reading.taps]
    promised = {"batch": "tap_count", "denylist": "count"}.get(reading.kind)
    read = len(reading.taps) if reading.kind == "batch" else len(reading.cards)
    if promised in reading.header and reading.header[promised] != read:
        lines.append(f"  {read} of {reading.header[promised]} records could be read")
    if reading.cards:
        shown = ", ".join(str(card) for card in reading.cards[:SHOWN_CARDS])
        lines.append(f"  cards          {shown}{', ...' if len(reading.cards) > SHOWN_CARDS else ''}")
    return "\n".join([*lines, checks_text(reading.checks)])


def checks_text(checks: Iterable[Check]) -> str:
    """A tick, a cross, or a dot for what could not be checked."""
    marks = {True: "✓", False: "✗", None: "·"}
    return "\n".join(f"{marks[check.ok]} {check.name:<22}{check.told}".rstrip() for check in checks)


def header_text(key: str, value: Any, city: City | None) -> str:
    """A field of a header; moments and answers in words as well."""
    if key in MOMENTS:
        return f"{value} ({_moment(value, city)})"
    if key == "answer":
        known = {int(kind): kind.name for kind in AnswerKind}
        return f"{value} ({known.get(value, 'unknown')})"
    return str(value)


def tap_text(tap: np.void, city: City | None) -> str:
    """One tap in words; what the pack does not know stays a number."""
    kind = int(tap["kind"])
    alone, known = kind in WITHOUT_CARD, {int(one): one.name for one in TapKind}
    who = f"device {tap['device']}" if alone else f"card {tap['card']} counter {tap['counter']}"
    parts = [_moment(int(tap["time_us"]), city), known.get(kind, f"kind {kind}"), who]
    if not alone:
        parts.append(_rider(tap, city))
    parts.append(_where(tap, city))
    parts.append(_of_vehicle(tap, city) if alone else _purse(tap, city))
    return "  ".join(part for part in [*parts, _odd(tap)] if part)


def _rider(tap: np.void, city: City | None) -> str:
    category = _word([one.id for one in city.categories] if city else [], int(tap["category"]), "category")
    medium = _word([one.id for one in city.media] if city else [], int(tap["medium"]), "medium")
    group = f" ×{tap['group']}" if tap["group"] != 1 else ""
    product = f", product {tap['product']}" if tap["product"] else ""
    return f"{category} on {medium}{group}{product}, tariff {tap['tariff']}"


def _where(tap: np.void, city: City | None) -> str:
    stop, pattern = int(tap["stop"]), int(tap["pattern"])
    place = "" if stop == NO_STOP else "at " + _word(city.network.stop_ids if city else (), stop, "stop")
    if pattern == NO_PATTERN:
        return place
    network = city.network if city else None
    known = network is not None and pattern < len(network.patterns)
    route = f" (route {network.route_ids[network.patterns[pattern].route]})" if known and network else ""
    return f"{place} on pattern {pattern}{route}, stop {tap['stop_seq']}, trip {tap['trip']}".strip()


def _of_vehicle(tap: np.void, city: City | None) -> str:
    """What a vehicle's own record counts."""
    if tap["kind"] == TapKind.CASH:
        amount = int(tap["amount"])
        paid = f"{money(amount, city.exponent)} {city.currency}" if city else f"amount {amount}"
        return f"{tap['group']} riders paid {paid} in cash"
    return f"driver {tap['balance']}" if tap["kind"] == TapKind.LOG_ON else f"{tap['amount']} m driven"


def _purse(tap: np.void, city: City | None) -> str:
    amount, balance = int(tap["amount"]), int(tap["balance"])
    if city is None:
        return f"amount {amount}, balance {balance}"
    return f"amount {money(amount, city.exponent)}, balance {money(balance, city.exponent)} {city.currency}"


def _odd(tap: np.void) -> str:
    """What is not as usual: a clock that nobody set, a card that did not confirm."""
    clock, state = int(tap["clock"]), int(tap["state"])
    clocks, states = {int(one): one.name for one in ClockQuality}, {int(one): one.name for one in TapState}
    odd = [] if clock == ClockQuality.SYNCED else [f"clock {clocks.get(clock, clock)}"]
    return "  ".join(odd if state == TapState.COMMITTED else [*odd, states.get(state, f"state {state}")])


def _word(words: tuple[str, ...] | list[str], place: int, key: str) -> str:
    return words[place] if place < len(words) else f"{key} {place}"


def _moment(t_us: int, city: City | None) -> str:
    try:
        return moment(t_us, city.zone if city else UTC)
    except (OverflowError, ValueError):
        return f"time_us {t_us}"
