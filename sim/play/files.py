"""Stories as files: those that come with afc, and anybody's own."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from afc.pack.findings import Findings
from afc.pack.form import Known
from afc.pack.lines import Path as Place
from afc.pack.lines import lines_of
from afc.pack.read import line_of, read_form
from afc.refusal import Refused, nearest
from sim.play.schema import Story

SHIPPED = Path(__file__).resolve().parents[1] / "scenarios"


class Written(NamedTuple):
    """A story, and where each of its lines stands."""

    path: Path
    story: Story
    lines: dict[Place, int]

    def where(self, *at: str | int) -> str:
        """File and line of a key, as refusals name it."""
        return f"{self.path}:{line_of(at, self.lines)}"


def shipped() -> list[Path]:
    """The stories that come with afc, by name."""
    return sorted(SHIPPED.glob("*.toml"))


def find_story(name: str) -> Written:
    """A story by its name, or from a file."""
    if name.endswith(".toml"):
        return read_story(Path(name))
    known = {path.stem: path for path in shipped()}
    if name not in known:
        cure = nearest(name, known) or f"Known: {', '.join(known)}; or name a .toml file."
        raise Refused("STORY_UNKNOWN", f'no settlement scenario "{name}"', cure=cure)
    return read_story(known[name])


def read_story(path: Path) -> Written:
    """A story from a file; everything wrong in it is told at once, with its line."""
    found = Findings()
    story = read_form(path, str(path), Story, Known(), found)
    found.refuse()
    return Written(path, story, lines_of(path.read_text("utf-8-sig")))
