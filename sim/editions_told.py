"""Lists and parameters from files and options, and what is said of their editions."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np

from afc.actionlist import CURE, find_wrong
from afc.actions import ACTION, Action
from afc.moment import show as moment
from afc.parameters import Parameters
from afc.refusal import Refused, nearest

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from clearing.editions import Life
    from clearing.store import Edition

SETTABLE = (
    "tariff", "denylist", "actions", "record_key", "repeat_window_s", "clock_step_s", "clock_held_s", "sam_count_max",
    "sam_minor_max",
)  # fmt: skip
_U32 = 2**32 - 1


def read_cards(path: str) -> NDArray[np.uint64]:
    """Card numbers, one a line, in decimal or as 0x...; what is behind # is a remark."""
    found = []
    for number, line in enumerate(_text(path).splitlines(), start=1):
        word = line.partition("#")[0].strip()
        if word:
            found.append(_number(word, 2**64 - 1, f"{path}:{number}", least=1))
    return np.array(found, np.uint64)


def read_orders(path: str, zone: ZoneInfo) -> NDArray[np.void]:
    """Orders from CSV with the heading card,control,action,amount,category,until; until is ISO 8601 with its zone."""
    from sim.moments import moment_or_now

    rows, lines = [], []
    reader = csv.DictReader(_text(path).splitlines())
    for name in ("card", "control", "action"):
        if name not in (reader.fieldnames or ()):
            cure = "It is: card,control,action,amount,category,until"
            raise Refused("HEADING_WRONG", f'the heading has no "{name}"', where=f"{path}:1", cure=cure)
    for row in reader:
        where = f"{path}:{reader.line_num}"
        word = (row.get("action") or "").strip().upper()
        if word not in Action.__members__:
            known = [action.name.lower() for action in Action]
            cure = nearest(word.lower(), known) or f"Known: {', '.join(known)}."
            raise Refused("ACTION_UNKNOWN", f'"{word.lower()}" is no action', where=where, cure=cure)
        numbers = [
            _number((row.get(name) or "0").strip(), most, where)
            for name, most in (("card", 2**64 - 1), ("control", _U32), ("amount", 2**31 - 1), ("category", 255))
        ]
        card, control, amount, category = numbers
        rows.append((card, control, moment_or_now(row.get("until") or "", where), amount, int(Action[word]), category))
        lines.append(where)
    orders = np.array(rows, ACTION)
    if wrong := find_wrong(orders):
        at, what = wrong
        raise Refused("ACTION_LIST_WRONG", what, where=lines[at], cure=CURE)
    return orders


def changed(before: Parameters, words: Sequence[str], valid_from_us: int) -> Parameters:
    """The parameters with what `KEY=VALUE` says instead."""
    values: dict[str, Any] = {}
    for word in words:
        key, _, value = word.partition("=")
        if key not in SETTABLE:
            cure = nearest(key, SETTABLE) or f"Known: {', '.join(SETTABLE)}."
            raise Refused("KEY_UNKNOWN", f'"{key}" is no parameter', where="--set", cure=cure)
        if key in values:
            raise Refused("KEY_TWICE", f'"{key}" is given twice', where="--set", cure="Which of the two?")
        values[key] = _number(value, 2**63 - 1 if key == "sam_minor_max" else _U32, f"--set {key}")
    return before._replace(version=1, valid_from_us=valid_from_us, **values)


def numbers(text: str | None) -> list[int]:
    """Device numbers between commas."""
    return [_number(word.strip(), _U32, "--canary") for word in (text or "").split(",") if word.strip()]


def facts_of(life: Life, zone: ZoneInfo) -> dict[str, Any]:
    """An edition for a program."""
    edition = life.edition
    return {
        "kind": edition.kind, "version": edition.version, "state": life.state, "changed": edition.changed,
        "issued": edition.issued, "large": life.is_large, "canary": list(edition.canary), "by": edition.by,
        "because": edition.because, "at": moment(edition.at_us, zone), "says": said_by(edition),
        "steps": [
            {"step": act.step, "by": act.by, "second": act.second, "because": act.because, "at": moment(act.at_us, zone),
             "bytes": len(act.message)}
            for act in sorted(life.steps.values(), key=lambda act: act.at_us)
        ],
    }  # fmt: skip


def said_by(edition: Edition) -> dict[str, int]:
    """What the parameters say, or how many rows a list has."""
    from clearing.editions import parameters_in

    if edition.kind == "parameters":
        told = parameters_in(edition)._asdict()
        return {key: told[key] for key in SETTABLE}
    return {"rows": len(edition.content) // (ACTION.itemsize if edition.kind == "actions" else 8)}


def line_of(facts: dict[str, Any]) -> str:
    """The same for a person: a line, another with what it says, and one for each step with who took it."""
    who = "readers" if facts["kind"] == "parameters" else "cards"
    trial = f", first with readers {', '.join(map(str, facts['canary']))}" if facts["canary"] else ""
    since = "" if facts["kind"] == "parameters" else " since two people last answered for one"
    share = f"changes {facts['changed']:,} of {facts['issued']:,} {who}{since}{trial}"
    lines = [f"{facts['kind']} {facts['version']}: {facts['state']}; {share}; {facts['because']} ({facts['by']})"]
    lines.append("    " + "  ".join(f"{key} {value}" for key, value in facts["says"].items()))
    for step in facts["steps"]:
        who = f"{step['by']} and {step['second']}" if step["second"] else step["by"]
        lines.append(f"    {step['step']} {step['at']} by {who}: {step['because']}")
    return "\n".join(lines)


def _text(path: str) -> str:
    import sys

    try:
        return sys.stdin.read() if path == "-" else Path(path).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused("FILE_UNREADABLE", str(error), where=path) from None


def _number(word: str, most: int, where: str, least: int = 0) -> int:
    right = re.fullmatch(r"\d{1,20}|0x[0-9a-fA-F]{1,16}", word, re.ASCII)
    number = int(word, 16 if "x" in word else 10) if right else -1
    if not least <= number <= most:
        raise Refused("NUMBER_WRONG", f'"{word}" is not a whole number from {least} to {most}', where=where)
    return number
