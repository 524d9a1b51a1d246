"""The pack of a story: the small town or a city's own, with what the story says is otherwise there."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from afc.refusal import Refused
from sim.play.files import Written
from sim.play.schema import TOWN, Change


def lay_out(written: Written, folder: Path) -> str:
    """The pack's name or folder. Only a pack that the story changes is written anew."""
    from afc.city import load_city
    from afc.starter.begin import begin, place_of

    story = written.story
    if story.city == TOWN:
        begin(place_of(TOWN, None, None, story.zone, None), folder)
    elif story.pack or any(step.pack for step in story.step):
        shutil.copytree(load_city(story.city).folder, folder)
    else:
        return story.city
    for number, change in enumerate(story.pack):
        rewrite(folder, change, written.where("pack", number))
    return str(folder)


def rewrite(folder: Path, change: Change, where: str) -> None:
    """Change a file of the pack."""
    file = folder / change.file
    if not file.resolve().is_relative_to(folder.resolve()) or not file.is_file():
        raise Refused("FILE_MISSING", f'the pack has no file "{change.file}"', where=where)
    file.write_text(changed(file.read_text("utf-8"), change, where), "utf-8")


def changed(text: str, change: Change, where: str) -> str:
    """A file of the pack as the story wants it."""
    if change.old is not None and change.new is not None:
        return once(text, change.old, change.new, where)
    if change.version is None:
        return text.rstrip("\n") + "\n" + (change.add or "")
    again = version_of(text, change.version, where)
    again = re.sub(r'^id = ".*?"', f'id = "{change.called}"', again, count=1, flags=re.MULTILINE)
    again = re.sub(r"^from = \S+", f"from = {change.from_}", again, count=1, flags=re.MULTILINE)
    for old, new in change.swap:
        again = once(again, old, new, where)
    return text.rstrip("\n") + "\n\n" + again


def version_of(text: str, name: str, where: str) -> str:
    """A version as it stands in the file, from its [[version]] to the next."""
    parts = re.split(r"^(?=\[\[version\]\])", text, flags=re.MULTILINE)
    found = [part for part in parts if re.search(rf'^\[\[version\]\]\n(?:#.*\n)*id = "{re.escape(name)}"', part)]
    if len(found) != 1:
        raise Refused("VERSION_UNKNOWN", f'the file has no version "{name}"', where=where)
    return found[0]


def once(text: str, old: str, new: str, where: str) -> str:
    """Text that stands there once, replaced."""
    if text.count(old) != 1:
        cure = "Write more of the line, so that it is found once and no more."
        raise Refused("TEXT_UNCLEAR", f'"{old[:60]}" stands there {text.count(old)} times', where=where, cure=cure)
    return text.replace(old, new)
