"""The life of an edition: proposed, approved, on trial with some readers, with all of them, withdrawn."""

from __future__ import annotations

from typing import NamedTuple

from afc.limits import blast_cards_per_mille_max
from afc.refusal import Refused
from clearing.store import Edition, EditionAct, Store

LISTS = ("denylist", "actions")
KINDS = (*LISTS, "parameters")


class Life(NamedTuple):
    """An edition with the steps that were taken, by name."""

    edition: Edition
    steps: dict[str, EditionAct]

    @property
    def is_large(self) -> bool:
        """Does it touch so much that one person and one night are not enough?"""
        return self.edition.changed * 1000 > self.edition.issued * blast_cards_per_mille_max

    @property
    def state(self) -> str:
        """How far it has come, in a word."""
        for step, word in (
            ("withdraw", "withdrawn"),
            ("all", "published"),
            ("canary", "on trial"),
            ("approve", "approved"),
        ):
            if step in self.steps:
                return word
        return "waits for a second approval" if self.is_large else "proposed"


def lives(store: Store, kind: str = "") -> list[Life]:
    """Every edition with what became of it, oldest first within its kind."""
    acts = store.edition_acts()
    return [
        Life(edition, {act.step: act for act in acts if (act.kind, act.version) == (edition.kind, edition.version)})
        for edition in store.editions(kind)
    ]


def find_life(store: Store, kind: str, version: int) -> Life:
    """One edition, or a refusal."""
    for life in lives(store, kind):
        if life.edition.version == version:
            return life
    raise Refused("EDITION_UNKNOWN", f"there is no version {version} of the {kind}", cure="See what list shows.")


def last_published(store: Store, kind: str) -> Edition | None:
    """The newest version that went to all readers. Withdrawn or not, it is what they hold until a newer one comes."""
    published = [life.edition for life in lives(store, kind) if "all" in life.steps]
    return published[-1] if published else None


def told_since(store: Store, kind: str) -> list[bytes]:
    """What all readers were told, oldest first, from the last version on that two people answered for; before any, nothing."""
    told = [b""]
    for life in lives(store, kind):
        if "all" in life.steps:
            told = [*(told if "approve" not in life.steps else []), life.edition.content]
    return told


def standing(store: Store, kind: str) -> list[Life]:
    """The versions that readers may still go by: a withdrawal takes the older ones with it."""
    every = lives(store, kind)
    withdrawn = max((life.edition.version for life in every if "withdraw" in life.steps), default=0)
    return [life for life in every if life.edition.version > withdrawn]


class Saying(NamedTuple):
    """Who does something about an edition, why, and when."""

    by: str
    because: str
    at_us: int

    def checked(self) -> Saying:
        """Somebody with a name and a reason, or a refusal."""
        by, because = " ".join(self.by.split()), " ".join(self.because.split())
        if not by or not because:
            what = "a name and a reason are needed"
            raise Refused("REASON_MISSING", what, where="--because", cure="Say who decides, and why.")
        return Saying(by, because, self.at_us)
