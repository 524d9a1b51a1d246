"""Editions: how a list or a set of parameters comes to the readers, and how many cards it may touch before it is tried.

Somebody proposes a version, and what it would change is counted. Half a percent of the cards or less may go out at once. More
waits for a second person, then goes to the readers that the proposal named, and to all only when these have worked with it: a
wrong list must not stop a city in one night.
"""

from clearing.editions.content import parameters_in
from clearing.editions.life import KINDS, LISTS, Life, Saying, find_life, last_published, lives
from clearing.editions.propose import issued_cards, propose_actions, propose_denylist, propose_parameters
from clearing.editions.steps import approve, publish, still_silent, withdraw

__all__ = [
    "KINDS", "LISTS", "Life", "Saying", "approve", "find_life", "issued_cards", "last_published", "lives",
    "parameters_in", "propose_actions", "propose_denylist", "propose_parameters", "publish", "still_silent", "withdraw",
]  # fmt: skip
