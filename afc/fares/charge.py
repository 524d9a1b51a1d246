"""The fare: one tap of a card's history after another, each leaving what the rider still holds.

A journey's money telescopes. After each tap an integrated journey as a whole is due

    min(highest base + distance, sum of what its legs cost alone) + sections - early discount

and the tap charges what that is more than was due before; what was charged is never given back on the way. So the lines of
all taps add up to the fare that a clerk would work out for the whole journey at once, and the order of legs does not
matter unless a part of the journey would have cost more than the whole. Through fares telescope in the same way over the
fare tables; other tariffs price each leg, and a transfer takes something off it.
"""

from __future__ import annotations

from typing import Any

from afc.executor import rule
from afc.fares.alight import tap_out
from afc.fares.board import tap_in
from afc.fares.codes import ENTRY, EXIT
from afc.fares.purse import take_from_purse, top_up
from afc.fares.state import REFUSED


@rule
def charge(card: Any, e: Any, r: Any, lines: Any) -> int:
    """Apply one tap to a card: what the rider pays now, with `lines` saying why; or REFUSED less a `Refusal`.

    `lines` comes in as zeros, LINES_MAX rows of (rule, amount, quantity). After a refusal the card is half changed and must
    be thrown away: callers work on a second image, as a chip does.
    """
    if e.kind == ENTRY:
        due = tap_in(card, e, r, lines)
    elif e.kind == EXIT:
        due = tap_out(card, e, r, lines)
    else:
        return top_up(card, e, r)
    if due < REFUSED:
        return due
    card.counter += 1
    return take_from_purse(card, e, r, due)
