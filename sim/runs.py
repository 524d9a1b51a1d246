"""Run folders: everything a run was given and everything it came to, in one place that explains itself.

runs/<run id>/
  scenario.toml    the resolved scenario; running it again is the same run
  manifest.json    seed, versions, digests of what was made
  clearing.db      the books: batches as received, registers, entries, closed days, statements, payments
  detail/<date>/   taps, legs, lines (reasons) and shares in Parquet, one each a card shard
  statements/<date>/  one CSV and one JSON an operator
  bank/            payment files (ISO 20022)
  summary.json summary.txt
  times.json       how long each part took; in no digest, for no two runs take the same time
"""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

from afc.refusal import Refused, nearest
from sim.scenario import Scenario

RUNS = Path(os.environ.get("AFC_RUNS", "runs"))
_DIGESTED_PACKAGES = ("numpy", "numba", "simpy", "cryptography", "sqlalchemy", "scipy", "pyarrow")


class Run(NamedTuple):
    """A finished run on disk."""

    id: str
    folder: Path
    manifest: dict[str, Any]
    summary: dict[str, Any]

    @property
    def scenario(self) -> Scenario:
        """What the run was asked to do."""
        from sim.scenario import read_scenario

        return read_scenario(self.folder / "scenario.toml")


def run_id(scenario: Scenario, city_digest: str) -> str:
    """A name that the same inputs give again: the first date and a short digest of pack, scenario and code version."""
    facts = json.dumps([scenario.text(), city_digest, code_version()], ensure_ascii=False)
    return f"{scenario.start:%Y%m%d}-{hashlib.sha256(facts.encode()).hexdigest()[:6]}"


def code_version() -> str:
    """The version of afc that makes the run."""
    return metadata.version("afc")


def versions() -> dict[str, str]:
    """The versions of everything that numbers pass through."""
    import platform

    packages = {name: metadata.version(name) for name in _DIGESTED_PACKAGES}
    return {"afc": code_version(), "python": platform.python_version()} | packages


def digest_of_file(path: Path) -> str:
    """SHA-256 of a file, read piece by piece."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def altered_files(run: Run) -> list[str]:
    """Files of the run folder that are missing or no longer what the run wrote."""
    found = []
    for name, digest in run.manifest.get("files", {}).items():
        path = run.folder / name
        if not path.is_file() or digest_of_file(path) != digest:
            found.append(name)
    return found


def list_runs(where: Path | None = None) -> list[Run]:
    """Finished runs, oldest first."""
    folder = where or RUNS
    found = []
    for path in folder.glob("[!.]*/manifest.json") if folder.is_dir() else ():
        with suppress(Refused):  # one damaged folder must not hide the others; asked for by name, it is refused
            found.append(open_run(path))
    return sorted(found, key=lambda run: ((run.folder / "manifest.json").stat().st_mtime_ns, run.id))


def open_run(manifest: Path) -> Run:
    """A run from its manifest."""
    try:
        told = json.loads(manifest.read_text("utf-8"))
        summary = json.loads((manifest.parent / "summary.json").read_text("utf-8"))
    except (OSError, ValueError) as error:
        cure = "Run the scenario again."
        raise Refused(
            "RUN_DAMAGED", f"the run folder cannot be read: {error}", where=str(manifest), cure=cure
        ) from None
    return Run(manifest.parent.name, manifest.parent, told, summary)


def find_run(name: str) -> Run:
    """A run by id, by folder, or the latest as `last`."""
    if (Path(name) / "manifest.json").is_file():
        return open_run(Path(name) / "manifest.json")
    runs = list_runs()
    if not runs:
        raise Refused("NO_RUNS", f"there is no run in {RUNS}", cure="Make one: afc demo")
    if name == "last":
        return runs[-1]
    for run in runs:
        if run.id == name:
            return run
    if (RUNS / name / "manifest.json").is_file():
        return open_run(RUNS / name / "manifest.json")
    ids = [run.id for run in runs]
    raise Refused("RUN_UNKNOWN", f'no run "{name}"', cure=nearest(name, ids) or "See: afc run list")
