"""Proposing an edition: what it would change is counted before anybody can say yes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from afc.actionlist import rows_of_orders
from afc.actions import ACTION
from afc.denylist import rows_of_cards
from afc.fares.cases import versions_of
from afc.keys import sha256
from afc.limits import blast_cards_per_mille_max, canary_readers_max
from afc.parameters import Parameters, possible
from afc.refusal import Refused
from clearing.detail import read_array
from clearing.editions.content import as_json
from clearing.editions.life import LISTS, Life, Saying, find_life, standing, told_since
from clearing.house import ISSUED, House
from clearing.store import Edition, Store

Differ = Callable[[bytes, bytes], NDArray[np.uint64]]
"""Which cards a list treats otherwise than the one before it."""


def propose_denylist(house: House, cards: NDArray[np.uint64], canary: Sequence[int], saying: Saying) -> Life:
    """A new denylist; changed are cards that it stops, and cards that it lets go again."""
    return _propose_list(house, "denylist", rows_of_cards(cards), _stopped_or_let_go, canary, saying)


def propose_actions(house: House, orders: NDArray[np.void], canary: Sequence[int], saying: Saying) -> Life:
    """A new action list; changed are cards with an order that was not on the one before."""
    return _propose_list(house, "actions", rows_of_orders(orders), _newly_ordered, canary, saying)


def _propose_list(
    house: House, kind: str, content: bytes, differ: Differ, canary: Sequence[int], saying: Saying
) -> Life:
    """All cards count that were treated otherwise since two people answered for a version: many small changes one after another
    are a large one."""
    steps = [differ(before, after) for before, after in pairwise([*told_since(house.store, kind), content])]
    changed = np.unique(np.concatenate(steps))
    return _propose(house, kind, content, len(changed), len(issued_cards(house)), canary, saying)


def _stopped_or_let_go(before: bytes, after: bytes) -> NDArray[np.uint64]:
    was, now = np.frombuffer(before, "<u8"), np.frombuffer(after, "<u8")
    return np.setxor1d(now, was)


def _newly_ordered(before: bytes, after: bytes) -> NDArray[np.uint64]:
    was, now = (np.frombuffer(content, ACTION) for content in (before, after))
    ordered: NDArray[np.uint64] = np.setdiff1d(now, was)["card"]
    return ordered


def propose_parameters(house: House, told: Parameters, canary: Sequence[int], saying: Saying) -> Life:
    """New parameters; every reader goes by them, so every reader is changed."""
    refuse_unknown(house, told)
    tables = {kind: required(house.store, kind, getattr(told, kind)) for kind in LISTS}
    told = told._replace(denylist_digest=tables["denylist"], actions_digest=tables["actions"])
    readers = len({row.device for row in house.store.devices()})
    if not possible(told._replace(version=1, issued_us=saying.at_us, canary=())):
        raise Refused("PARAMETERS_WRONG", "no reader would believe these parameters", cure="Look at time and bounds.")
    return _propose(house, "parameters", as_json(told), readers, readers, canary, saying)


def refuse_unknown(house: House, told: Parameters) -> None:
    """A reader that lacks what it must have takes no card, and nobody could give it what does not exist."""
    tariffs = [f"{place} is {version['id']}" for place, version in enumerate(versions_of(house.city))]
    if told.tariff >= len(tariffs):
        what = f"the pack has no tariff version at place {told.tariff}, so every reader would stop"
        raise Refused("TARIFF_UNKNOWN", what, where="--set tariff", cure=f"Places: {', '.join(tariffs)}.")
    keys = sorted(key.version for key in house.store.scheme_keys() if key.purpose == "record")
    if told.record_key > max(keys, default=1):
        what = f"the books know no generation {told.record_key} of record keys, so every reader would stop"
        raise Refused("RECORD_KEY_UNKNOWN", what, where="--set record_key", cure="Make it first: afc keys rotate.")


def required(store: Store, kind: str, version: int) -> bytes:
    """The digest of the version of a list that readers must have: they can only have what was published to all."""
    if version == 0:
        return bytes(32)
    life = find_life(store, kind, version)
    if "all" not in life.steps:
        what = f"version {version} of the {kind} has not been published to all readers"
        raise Refused("LIST_UNPUBLISHED", what, cure="Publish it first.")
    if life not in standing(store, kind):
        what = f"version {version} of the {kind} is withdrawn, or an older one is asked for than was withdrawn"
        raise Refused("LIST_WITHDRAWN", what, cure="Publish a newer one first.")
    return sha256(life.edition.content)


def issued_cards(house: House) -> NDArray[np.uint64]:
    """The numbers of all cards that were issued when the books began."""
    folder = house.detail(ISSUED)
    parts = (
        [read_array(folder / f"cards-{s:02d}.npy")["card"].copy() for s in range(house.shards)]
        if folder.is_dir()
        else []
    )
    return np.concatenate([*parts, np.empty(0, np.uint64)]).astype(np.uint64)


def _propose(
    house: House, kind: str, content: bytes, changed: int, issued: int, canary: Sequence[int], saying: Saying
) -> Life:
    said, store = saying.checked(), house.store
    with store.begin():
        version = max((one.version for one in store.editions() if one.kind == kind), default=0) + 1
        first = tuple(sorted(set(canary)))
        edition = Edition(kind, version, changed, issued, first, said.by, said.because, said.at_us, content)
        life = Life(edition, {})
        unknown = set(canary) - {row.device for row in store.devices()}
        if unknown:
            raise Refused("DEVICE_UNKNOWN", f"the register has no device {min(unknown)}", where="--canary")
        if len(first) > canary_readers_max:
            raise Refused("CANARY_TOO_LARGE", f"{len(first)} readers; at most {canary_readers_max} take it first")
        if life.is_large and not canary:
            what = f"it changes {changed:,} of {issued:,}, more than {blast_cards_per_mille_max} in a thousand"
            what += ", counted since two people last answered for one" if kind in LISTS else ""
            raise Refused("CANARY_MISSING", what, where="--canary", cure="Name the readers that take it first.")
        store.propose_edition(edition)
    return life
