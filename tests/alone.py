"""Tests run on a product that was made worse: a process of its own that is a copy of this one, so nothing else is touched.

It begins with everything imported and all rules compiled, so a verdict costs what the tests cost.
"""

from __future__ import annotations

import io
import os
import resource
import signal
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, Phase, settings

ROOT = Path(__file__).resolve().parents[1]
OURS = ("afc", "clearing", "terminals", "sim")
settings.register_profile(
    "verdict", max_examples=60, deadline=None, derandomize=True, database=None,
    suppress_health_check=list(HealthCheck), phases=(Phase.explicit, Phase.generate),
)  # fmt: skip


class Verdict(NamedTuple):
    """Did a test object, and which; or what ended the process."""

    caught: bool
    by: str
    cpu_s: float = 0.0


class Watcher:
    """A plugin of pytest that tells which test failed first."""

    def __init__(self, pipe: int) -> None:
        self.pipe, self.told = pipe, False

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed and not self.told:
            self.told = True
            os.write(self.pipe, report.nodeid.encode())

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            os.write(self.pipe, b"collecting " + report.nodeid.encode())


class Trial:
    """A process in which tests run after `change` was done to the product."""

    def __init__(self, tests: Sequence[str], change: Callable[[], object], cpu_s: int = 60, only: str = "") -> None:
        self.basetemp = tempfile.TemporaryDirectory(prefix="afc-trial-")
        self.told, theirs = os.pipe()
        sys.stdout.flush()
        self.child = os.fork()
        if self.child == 0:
            os.close(self.told)
            try:
                _try(tests, change, cpu_s, only, Path(self.basetemp.name, "t"), theirs)
            finally:
                os._exit(70)
        os.close(theirs)

    def verdict(self) -> Verdict:
        """Wait for the end."""
        _, status, used = os.wait4(self.child, 0)
        cpu_s = used.ru_utime + used.ru_stime
        by = os.read(self.told, 500).decode()
        os.close(self.told)
        self.basetemp.cleanup()
        code = os.waitstatus_to_exitcode(status)
        if code < 0:
            return Verdict(True, signal.Signals(-code).name, cpu_s)
        assert code in (0, 1), f"the tests did not run: {code} {by}"
        return Verdict(code == 1, by, cpu_s)


def _try(tests: Sequence[str], change: Callable[[], object], cpu_s: int, only: str, temp: Path, told: int) -> None:
    """In the child: quiet, bounded, and never back into the tests around it."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s))
    os.environ["HYPOTHESIS_PROFILE"] = "verdict"
    change()
    os._exit(int(pytest.main(["-x", "--basetemp", str(temp), *asked(tests, only)], plugins=[Watcher(told)])))


def asked(tests: Sequence[str], only: str) -> list[str]:
    """The words by which pytest is asked for some tests."""
    words = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--rootdir", str(ROOT)] + (["-k", only] if only else [])
    return words + [str(ROOT / test) for test in tests]


def warm(tests: Sequence[str], only: str = "") -> None:
    """Import some tests and all that they import, once for all copies of this process."""
    with redirect_stdout(io.StringIO()) as said:
        code = pytest.main(["--collect-only", *asked(tests, only)])
    assert code == 0, said.getvalue()


def everywhere(old: Any, new: Any) -> None:
    """Put something in the place of a function wherever a module of ours, or a test, has it by name."""
    for module in list(sys.modules.values()):
        for name, value in list(getattr(module, "__dict__", {}).items()):
            if value is old:
                setattr(module, name, new)
