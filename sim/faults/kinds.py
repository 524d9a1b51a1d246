"""What can be put into a run: a closed list, each kind with its place in the world and a sentence."""

from __future__ import annotations

from typing import NamedTuple

from afc.refusal import Refused, nearest


class Kind(NamedTuple):
    """A fault or fraud: where it happens, what it is, and how many there are unless somebody says otherwise."""

    name: str
    where: str
    about: str
    usual: int = 5


KINDS = (
    Kind(
        "cloned_card", "card", "A copy of a card rides in parallel: one counter twice, with other content, elsewhere."
    ),
    Kind("restored_card", "card", "After some rides an old image is written back: counter and purse are as they were."),
    Kind("raised_balance", "card", "Between two taps the purse grows, and nobody was paid."),
    Kind("impossible_travel", "card", "A card is relayed: minutes after a tap it opens a reader far across the city."),
    Kind("staff_pass", "card", "One card boards the same vehicle twelve times and more, back to back.", 2),
    Kind("dropped_taps", "reader", "A reader leaves numbered taps out of what it seals, and goes on behind the hole."),
    Kind("over_staging", "reader", "On some trips an operator's readers write a farther stop where riders left.", 20),
    Kind("altered_fare", "reader", "A reader takes more than its rules say."),
    Kind("moved_clock", "reader", "A reader's clock runs one to two hours behind."),
    Kind("reset_sequence", "reader", "A reader begins again at number 1 with other content."),
    Kind("cloned_reader", "reader", "Two devices report under one identity: the chain of batches forks."),
    Kind("altered_batch", "way", "On the way a bit of a sealed batch flips; the reader's own copy comes later."),
    Kind("duplicated_batch", "way", "A sealed batch is handed over twice."),
    Kind("lost_batch", "way", "A sealed batch never arrives, and those after it do."),
    Kind("late_batch", "way", "A sealed batch is held back until the day is closed."),
    Kind("reordered_batches", "way", "A batch arrives before the one that it follows."),
)


def kind_of(name: str) -> Kind:
    """A kind by its name."""
    for kind in KINDS:
        if kind.name == name:
            return kind
    names = [kind.name for kind in KINDS]
    cure = nearest(name, names) or "See: afc fault list"
    raise Refused("FAULT_UNKNOWN", f'no fault is called "{name}"', cure=cure)
