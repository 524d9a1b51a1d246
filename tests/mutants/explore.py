"""`make mutants`: every mutant of the code that decides over money, the tests that object, and a page of those that live.

What was found out is kept in .mutants/ as long as neither the code nor its tests change, so whoever is interrupted goes on. A
mutant that lives is either killed by a worked day that somebody adds, or reasons.toml says why it changes nothing.
"""

from __future__ import annotations

import argparse
import json
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path

from alone import ROOT
from hunt import TARGETS, Fate, Target, all_of, digest_of, hunt

HERE = Path(__file__).resolve().parent
KEPT, PAGE = ROOT / ".mutants", ROOT / "docs" / "mutants.md"
HEAD = """# Mutants

What `make mutants` found: the code that decides over money was made worse in one place at a time, and the tests named beside it
had to object. Rules are interpreted for it.
A mutant that lives stands here with the reason why it changes nothing. This page is written by that command.

| what | files | tests | mutants | killed | live |
| --- | --- | --- | --- | --- | --- |
"""


def main() -> int:
    """Hunt in the named targets, or in all; 1 if one lives without a reason."""
    parser = argparse.ArgumentParser(description="Make the code that decides over money worse, one line at a time.")
    parser.add_argument("targets", nargs="*", help=f"which parts (default: all): {', '.join(TARGETS)}")
    for name in parser.parse_args().targets or TARGETS:
        explore(name, TARGETS[name])
    fates = {name: found for name, target in TARGETS.items() if (found := recalled(name, target))}
    reasons = tomllib.loads((HERE / "reasons.toml").read_text())["lives"]
    unexplained = [
        fate for found in fates.values() for fate in found if not fate.by and fate.mutant.name not in reasons
    ]
    for fate in unexplained:
        mutant = fate.mutant
        print(f"{mutant.file}:{mutant.line} {mutant.function}\n  - {mutant.was}\n  + {mutant.now}")
    PAGE.write_text(page(fates, reasons))
    print(f"{sum(map(len, fates.values()))} mutants, {len(unexplained)} live without a reason")
    return 1 if unexplained else 0


def explore(name: str, target: Target) -> None:
    """Try all mutants of a target; those that are known are not tried again."""
    KEPT.mkdir(exist_ok=True)
    known, prey = noted(name, target), all_of(target)
    left = [mutant for mutant in prey if mutant.name not in known]
    with note_of(name, target).open("a") as file:

        def told(fate: Fate) -> None:
            known[fate.mutant.name] = fate.by
            file.write(json.dumps([fate.mutant.name, fate.by]) + "\n")
            file.flush()
            lives = sum(not by for by in known.values())
            print(f"\r{name}: {len(known)} of {len(prey)}, {lives} live", end="", file=sys.stderr, flush=True)

        if left:
            hunt(target, left, told)
            print(file=sys.stderr)


def note_of(name: str, target: Target) -> Path:
    """Where the fates are noted, for this code and these tests."""
    return KEPT / f"{name}-{digest_of(target)}.jsonl"


def noted(name: str, target: Target) -> dict[str, str]:
    """What is known already: the names of mutants, and what objected to each."""
    note = note_of(name, target)
    return dict(json.loads(line) for line in note.read_text().splitlines()) if note.exists() else {}


def recalled(name: str, target: Target) -> list[Fate]:
    """The fates of all mutants of a target, from the notes; none as long as some are missing."""
    known, prey = noted(name, target), all_of(target)
    return [Fate(mutant, known[mutant.name]) for mutant in prey] if all(one.name in known for one in prey) else []


def page(fates: dict[str, list[Fate]], reasons: dict[str, str]) -> str:
    """The page of all targets."""
    rows, lives = [], list[Fate]()
    for name in TARGETS:
        found = fates.get(name, [])
        live = [fate for fate in found if not fate.by]
        files, tests = (names(paths) for paths in TARGETS[name][:2])
        counts = f"{len(found)} | {len(found) - len(live)} | {len(live)}" if found else "not tried since it changed | |"
        rows.append(f"| {name} | {files} | {tests} | {counts} |\n")
        lives += live
    text = (
        HEAD
        + "".join(rows)
        + "\n## Those that live\n\n| where | stood there | stands there | why it changes nothing |\n"
    )
    text += "| --- | --- | --- | --- |\n"
    for mutant, _ in lives:
        cells = (
            f"{mutant.file} `{mutant.function}`",
            f"`{mutant.was}`",
            f"`{mutant.now}`",
            reasons.get(mutant.name, "?"),
        )
        text += f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"
    return text


def names(paths: Iterable[str]) -> str:
    """Paths from the root, as the page shows them."""
    return " ".join(f"`{path}`" for path in paths)


if __name__ == "__main__":
    sys.exit(main())
