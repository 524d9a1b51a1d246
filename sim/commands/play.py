"""`afc scenario play`: settlement scenarios, and whether the money in the end is what they say."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from afc.refusal import Refused
from sim.output import INVARIANT_VIOLATED, OK, Reply, answers

if TYPE_CHECKING:
    from sim.play.play import Played


@click.command("play", epilog="Example:  afc scenario play late-bus")
@click.argument("stories", metavar="[NAME]...", nargs=-1)
@click.option("--keep", type=click.Path(path_type=Path), metavar="DIR", help="A new folder to keep everything in.")
@click.option("--steps", is_flag=True, help="Tell every step, and what came as expected.")
@click.option("--quiet", "-q", is_flag=True, help="No progress on stderr.")
@answers("afc.scenario.play/1")
def play(stories: tuple[str, ...], keep: Path | None, steps: bool, quiet: bool) -> Reply:
    """Play settlement scenarios from the readers to the bank: NAME is one of `afc scenario list`, or a .toml file.

    Without NAME all that come with afc are played. Exits with 4 if anything is not as expected, and says what, where it is
    written, what it came to, and where to look. docs/scenarios.md says how to write one.
    """
    from sim.play.files import find_story, shipped
    from sim.play.play import Play
    from sim.progress import showing

    if keep is not None and keep.exists():
        cure = "Name a folder that does not exist yet."
        raise Refused("OUT_EXISTS", "there is something already", where=str(keep), cure=cure)
    written = [find_story(name) for name in stories or [path.stem for path in shipped()]]
    with ExitStack() as stack:
        home = keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="afc-play-")))
        progress = stack.enter_context(showing(quiet))
        played = []
        for number, one in enumerate(written):
            progress("play", number / len(written))
            folder = home / one.story.name if len(written) > 1 else home
            folder.mkdir(parents=True, exist_ok=True)
            played.append(Play(one, folder.resolve()).through())
    data = [facts_of(one, keep is not None) for one in played]
    wrong = sum(not one.ok for one in played)
    lines = [line for one in played for line in lines_of(one, steps, keep is not None)]
    total = f"{len(played)} played, {wrong} wrong"
    return Reply(data, "\n".join([*lines, total]), INVARIANT_VIOLATED if wrong else OK)


def facts_of(one: Played, kept: bool) -> dict[str, Any]:
    """A story for a program."""
    rows = [outcome._asdict() | {"ok": outcome.ok} for outcome in one.outcomes]
    folder = str(one.folder) if kept else ""
    return {"name": one.name, "about": one.about, "ok": one.ok, "steps": one.steps, "expected": rows, "folder": folder}


def lines_of(one: Played, steps: bool, kept: bool) -> list[str]:
    """A story for a person: what was wrong, or everything."""
    lines = [f"{'holds' if one.ok else 'WRONG'}  {one.name}: {one.about}"]
    lines += [f"         {told}" for told in one.steps if steps]
    for outcome in one.outcomes:
        if not outcome.ok:
            lines += [
                f"  WRONG  {outcome.where}  {outcome.what}", f"         expected  {outcome.expected or 'nothing wrong'}",
                f"         came to   {outcome.came_to}", f"         look at   {outcome.look}",
            ]  # fmt: skip
        elif steps:
            lines.append(f"  holds  {outcome.what}: {outcome.expected or 'nothing wrong'}")
    if kept:
        lines.append(f"         kept in {one.folder}")
    elif not one.ok:
        lines.append("         play it again with --keep DIR to look into its books")
    return lines
