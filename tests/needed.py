"""Programs that we did not write and that some tests ask: skipped with a reason where one is missing.

AFC_NEEDS names those that have to be there, between spaces, so that a machine on which all is tried skips nothing unseen.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest


def program(name: str) -> str:
    """The path of a program, from this environment or the machine."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    if found := shutil.which(name, path=path):
        return found
    if name in os.environ.get("AFC_NEEDS", "").split():
        pytest.fail(f"AFC_NEEDS names {name}, and it is not installed")
    pytest.skip(f"{name} is not installed")
