"""Fuzzing with coverage as its guide: `make fuzz`, or `python tests/fuzz/explore.py [TARGET...] [--seconds N] [--seeds]`.

Needs atheris (`pip install 'afc[fuzz]'`). Each target runs in a process of its own, with a limit on memory; half of the
inputs are mended and signed again. What libFuzzer finds interesting is thrown away at the end; what it finds wrong is
written into the corpus, where `make test` tries it from then on.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

MEMORY_MB = 1_024


def fuzz(name: str, arguments: list[str]) -> None:
    """One target, in this process, until libFuzzer has had enough."""
    import atheris

    with atheris.instrument_imports(include=["afc", "terminals", "clearing"]):
        from targets import TARGETS

    target = TARGETS[name]

    def mutate(data: bytes, size_max: int, seed: int) -> bytes:
        fresh = atheris.Mutate(data, size_max)
        return target.mend(fresh)[:size_max] if seed & 1 else fresh

    def run(data: bytes) -> None:
        target.run(bytes(data))

    atheris.Setup([sys.argv[0], *arguments], run, custom_mutator=mutate)
    atheris.Fuzz()


def write_seeds() -> None:
    """The corpus, from what is written today."""
    from targets import CORPUS, TARGETS

    for name, target in TARGETS.items():
        (CORPUS / name).mkdir(exist_ok=True)
        for seed, data in target.seeds().items():
            (CORPUS / name / seed).write_bytes(data)


def main() -> int:
    """Every target, one after another; how many targets found something."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("target", nargs="*")
    words.add_argument("--seconds", type=int, default=60, help="for each target")
    words.add_argument("--seeds", action="store_true", help="write the seeds of the corpus again, and stop")
    words.add_argument("--inside", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    said = words.parse_args()
    if said.inside:
        fuzz(said.inside[0], said.inside[1:])
    if said.seeds:
        write_seeds()
        return 0
    from targets import CORPUS, TARGETS

    broken = 0
    print(f"  {'':<12}{'runs':>12}{'runs/s':>10}{'edges':>8}{'memory MB':>11}   found")
    for name in said.target or TARGETS:
        with tempfile.TemporaryDirectory() as interesting:
            limits = [f"-max_total_time={said.seconds}", f"-rss_limit_mb={MEMORY_MB}", "-max_len=20000", "-timeout=10"]
            options = [
                interesting,
                str(CORPUS / name),
                *limits,
                f"-artifact_prefix={CORPUS / name}/found-",
                "-print_final_stats=1",
            ]
            words_ = [sys.executable, __file__, "--inside", name, *options]
            told = subprocess.run(words_, capture_output=True, text=True, check=False, errors="replace")
        stats = dict(re.findall(r"stat::(\w+): +(\d+)", told.stderr))
        edges = re.findall(r"cov: (\d+)", told.stderr)
        runs, memory = int(stats.get("number_of_executed_units", 0)), stats.get("peak_rss_mb", "?")
        found = (
            "nothing" if told.returncode == 0 else Path(told.stderr.rpartition("written to ")[2].split("\n")[0]).name
        )
        print(
            f"  {name:<12}{runs:>12,}{runs // said.seconds:>10,}{edges[-1] if edges else '?':>8}{memory:>11}   {found}"
        )
        if told.returncode:
            broken += 1
            print(told.stderr[-3_000:])
    return broken


if __name__ == "__main__":
    sys.exit(main())
