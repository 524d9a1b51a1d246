"""What a run's manifest says that it came to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple


class Made(NamedTuple):
    """A run: its folder, the digests of what it came to, and those of its files of detail."""

    folder: Path
    digests: dict[str, str]
    detail: dict[str, str]


def made(folder: Path) -> Made:
    """What a run's manifest says of it."""
    told = json.loads((folder / "manifest.json").read_text("utf-8"))
    return Made(folder, told["digests"], {name: d for name, d in told["files"].items() if name.startswith("detail/")})
