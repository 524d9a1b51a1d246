"""The steps of an edition: a second yes, the trial, all readers, and back."""

from __future__ import annotations

from collections.abc import Sequence

from afc.limits import canary_batches_min, canary_hours_min
from afc.moment import HOUR_US, MINUTE_US
from afc.refusal import Refused
from clearing.decision import Decision
from clearing.editions.content import message_of
from clearing.editions.life import Life, Saying, find_life, lives
from clearing.house import House
from clearing.store import EditionAct, Store


def approve(store: Store, kind: str, version: int, saying: Saying) -> Life:
    """A second person says yes."""
    said = saying.checked()
    with store.begin():
        life = find_life(store, kind, version)
        if life.edition.by.casefold() == said.by.casefold():
            cure = "Ask somebody else to look at it."
            raise Refused("ONE_PERSON", "who proposed it cannot approve it as well", where="--by", cure=cure)
        if "approve" not in life.steps:
            store.edition_act(EditionAct(kind, version, "approve", said.by, "", said.because, said.at_us))
    return find_life(store, kind, version)


def publish(house: House, kind: str, version: int, saying: Saying) -> Life:
    """The next readers get it: all, or first those of the trial where it is large. Doing it once more changes nothing."""
    said, store = saying.checked(), house.store
    with store.begin():
        life = find_life(store, kind, version)
        if "all" in life.steps or "withdraw" in life.steps:
            return life
        _refuse_overtaken(store, life)
        step = "all"
        if life.is_large:
            step = "all" if "canary" in life.steps else "canary"
            _refuse_untried(store, life, said.at_us)
        canary = life.edition.canary if step == "canary" else ()
        message = message_of(house.ring, life.edition, said.at_us, canary)
        store.edition_act(EditionAct(kind, version, step, said.by, "", said.because, said.at_us, 0, message))
    return find_life(store, kind, version)


def withdraw(store: Store, kind: str, version: int, decision: Decision, grace_us: int, at_us: int) -> Life:
    """Readers may not go by this version any more, nor by an older one; what comes within the grace is still honoured."""
    two = decision.checked()
    with store.begin():
        life = find_life(store, kind, version)
        if "withdraw" not in life.steps:
            store.edition_act(EditionAct(kind, version, "withdraw", *two, at_us, grace_us))
    return find_life(store, kind, version)


def _refuse_overtaken(store: Store, life: Life) -> None:
    """The newest proposal stands: it was counted against what readers held, and would undo one published in between.

    Readers never go back, either, so an older version would reach nobody who has the newer one.
    """
    edition = life.edition
    newest = max(other.edition.version for other in lives(store, edition.kind))
    if newest > edition.version:
        what = f"version {newest} of the {edition.kind} has been proposed since, over the same list as this one"
        raise Refused("EDITION_OVERTAKEN", what, cure="Propose the change again: it gets the next number.")


def _refuse_untried(store: Store, life: Life, at_us: int) -> None:
    """What is large needs its second yes, and before it goes to all the trial has to be over."""
    edition = life.edition
    if "approve" not in life.steps:
        share = f"{edition.changed:,} of {edition.issued:,}"
        cure = f"Ask somebody else: afc clearing {_noun(edition.kind)} approve"
        raise Refused("APPROVAL_MISSING", f"it changes {share} and waits for a second approval", cure=cure)
    if "canary" not in life.steps:
        return
    silent = still_silent(store, life)
    if silent:
        what = f"{len(silent)} of {len(edition.canary)} trial readers have not reported it: {_some(silent)}"
        raise Refused("TRIAL_UNFINISHED", what, cure="Wait for their next contact, or withdraw it.")
    since_us = at_us - life.steps["canary"].at_us
    if since_us < canary_hours_min * HOUR_US:
        what = f"the trial has lasted {since_us // MINUTE_US} minutes, and lasts {canary_hours_min} hours at least"
        raise Refused("TRIAL_UNFINISHED", what, cure="Let riders meet it first.")


def still_silent(store: Store, life: Life) -> list[int]:
    """Trial readers that have not named this version in accepted batches; nothing names an action list, so it asks nobody."""
    field = {"parameters": "parameters", "denylist": "lists"}.get(life.edition.kind)
    if field is None:
        return []
    told = dict.fromkeys(life.edition.canary, 0)
    for kept in store.log():
        if kept.device in told and getattr(kept, field) >= life.edition.version:
            told[kept.device] += 1
    return [device for device, batches in told.items() if batches < canary_batches_min]


def _noun(kind: str) -> str:
    return kind if kind == "parameters" else f"list {kind}"


def _some(devices: Sequence[int]) -> str:
    return ", ".join(map(str, devices[:5])) + (", ..." if len(devices) > 5 else "")
