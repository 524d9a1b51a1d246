"""A run's denylist: which cards the scenario lists, and the edition by which the scheme gives the list to readers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from afc.limits import blast_cards_per_mille_max
from afc.moment import day_start_us
from afc.refusal import Refused
from clearing.editions import Saying, propose_denylist, publish
from clearing.house import House
from sim.demand.chance import child
from sim.world.listing import Listing

if TYPE_CHECKING:
    from sim.scenario import Scenario


def publish_list(house: House, scenario: Scenario, cards: NDArray[np.uint64]) -> Listing | None:
    """The list as the scheme publishes it when the first service day begins; None for a scenario without one."""
    listed = listed_cards(scenario, cards)
    if not len(listed):
        return None
    if len(listed) * 1000 > len(cards) * blast_cards_per_mille_max:
        what = (
            f"{len(listed)} of {len(cards)} cards; more than {blast_cards_per_mille_max} in a thousand wait for a trial"
        )
        raise Refused(
            "DENYLIST_TOO_LARGE", what, where="[denylist]", cure="List fewer; a run has nobody to approve it."
        )
    from_us = counts_from_us(house, scenario)
    saying = Saying("the scenario", "listed before the run began", from_us)
    life = propose_denylist(house, listed, (), saying)
    done = publish(house, "denylist", life.edition.version, saying)
    return Listing(done.steps["all"].message, life.edition.version, listed, from_us)


def published_list(house: House, scenario: Scenario, cards: NDArray[np.uint64]) -> Listing | None:
    """The same list in a run that goes on: as the books have it."""
    listed = listed_cards(scenario, cards)
    if not len(listed):
        return None
    version = max(one.version for one in house.store.editions("denylist"))
    message = house.store.edition_message("denylist", version, "all")
    return Listing(message, version, listed, counts_from_us(house, scenario))


def counts_from_us(house: House, scenario: Scenario) -> int:
    """When readers may have the list: as the first service day begins."""
    return day_start_us(scenario.start, house.city.zone, house.city.day_cut_s)


def listed_cards(scenario: Scenario, cards: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The cards that the scenario names, and its share of all of them, drawn by its seed; sorted."""
    told = scenario.denylist
    unknown = set(told.cards) - set(cards.tolist()) if told.cards else set()
    if unknown:
        what = f"no rider of this run has card {min(unknown)}"
        raise Refused("CARD_UNKNOWN", what, where="[denylist]", cure="Numbers are in detail/issued of a run.")
    drawn = child(scenario.seed, "denylist").permutation(cards)[: round(told.share * len(cards))]
    return np.unique(np.concatenate([np.array(told.cards, np.uint64), drawn.astype(np.uint64)]))
