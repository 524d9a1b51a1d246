"""I24: what touches many cards had a second yes and a trial, and every message is what was approved."""

from __future__ import annotations

from collections.abc import Iterator

from clearing.editions import Life, lives
from clearing.store import Store


def editions_tried(store: Store) -> Iterator[str | None]:
    """Each edition that went to readers: who said yes, and whether it was tried first."""
    for life in lives(store):
        if {"canary", "all"} & life.steps.keys():
            yield _offence(life) if life.is_large else None


def _offence(life: Life) -> str | None:
    edition, steps = life.edition, life.steps
    what = f"{edition.kind} {edition.version} changes {edition.changed} of {edition.issued}"
    if "approve" not in steps or steps["approve"].by.casefold() == edition.by.casefold():
        return f"{what}, and no second person approved it"
    if "canary" not in steps:
        return f"{what}, and no readers tried it first"
    if "all" in steps and steps["all"].at_us < steps["canary"].at_us:
        return f"{what}, and it went to all before its trial"
    return None
