"""A session: a card is held to a reader, and at the end both know the same, or the reader knows that it does not know.

Whether a card that left too early has paid is seen when it comes back. If its last session was made for the same ride and
was never ratified, the rider is let in and nothing more is charged; the card's counter does not move.

A card is changed only when there is room for its taps and the SAM has stamped them. Whatever else keeps a reader from its
work is told as a fault; the next card finds it at work again if that is over.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from afc.actions import NO_ACTIONS
from afc.fares.calendar import service_day
from afc.fares.state import Refusal
from afc.moment import show
from afc.refusal import Refused
from afc.tap import TapState
from terminals.card.again import Again, Asked
from terminals.card.chip import IDENTITY
from terminals.card.field import Field, Torn
from terminals.card.image import blocks, next_image, opened
from terminals.card.keeper import Keeper
from terminals.card.proof import PROOF_BYTES
from terminals.journal import Journal
from terminals.reader import NO_CARDS, NO_TAPS, Accepted, TurnedAway, decide
from terminals.sam import Sam


class Answer(NamedTuple):
    """What the rider sees: the way is `opened` or not, and why not. `taps` is what the reader keeps of it.

    `fault` says why the reader itself can do nothing more, or nothing of this kind, until somebody helps it.
    """

    opened: bool
    refusal: Refusal | None = None
    taps: np.ndarray = NO_TAPS
    fault: Refused | None = None


class Lane:
    """One reader at work: where it is, its SAM, its journal, and what it goes by.

    `opens_in_doubt` is a door that nobody can shut, as on a bus: whoever pulled the card away rides all the same.
    """

    def __init__(
        self, reader: np.ndarray, sam: Sam, journal: Journal, rates: np.ndarray, tables: Any, *,
        denylist: np.ndarray = NO_CARDS, actions: np.ndarray = NO_ACTIONS, opens_in_doubt: bool = False,
        random: Callable[[int], bytes] = os.urandom,
    ) -> None:  # fmt: skip
        self.reader, self.sam, self.rates, self.tables = reader, sam, rates, tables
        self.denylist, self.actions, self.opens_in_doubt, self._random = denylist, actions, opens_in_doubt, random
        self._again, self.keeper = Again(), Keeper(sam, journal, int(reader["epoch"][0]))

    def hold(
        self, field: Field, kind: int, t_us: int, *, amount: int = 0, product: int = 0, group: int = 1
    ) -> Answer:  # fmt: skip
        """One presentation of one card, from the first word to the last that is heard."""
        asked, repeat_us = Asked(kind, t_us, amount, product, group), int(self.rates["repeat_us"][0])
        self._again.forget(t_us, repeat_us)
        try:
            ratified, before = self._read(field)
        except Torn:
            return Answer(False)
        if before is None:  # whoever made this card does not have its key
            return Answer(False)
        recovered, fault = self.keeper.recover(before)
        if fault is not None:
            return Answer(False, None, recovered, fault)
        if not ratified and self._again.stands_for(before, asked, self.reader, repeat_us):
            self._again.remember(opened(before)["state"], t_us, let_in=True)
            _say_goodbye(field)
            return Answer(True, None, recovered)
        fault = _no_day(t_us, self.rates)
        if fault is not None:
            return Answer(False, None, recovered, fault)
        told, taps, fault = self._decide(before, asked, self.actions)
        if fault is not None and len(told.orders):  # the orders wait, the rider need not
            told, taps, fault = self._decide(before, asked, NO_ACTIONS)
        reason = told.reason if isinstance(told, TurnedAway) else None
        if fault is not None:
            return Answer(False, reason, recovered, fault)
        if told.card is None:
            if self._again.has_let_in(before):  # otherwise whoever has paid may still come for it
                _say_goodbye(field)
            return Answer(False, reason, recovered)
        return self._write(field, before, told.card, taps, reason, recovered)

    def _read(self, field: Field) -> tuple[bool, bytes | None]:
        """Was the last session ratified, and the card's image; None for one whose key is not the card's."""
        said, challenge = field.select(), self._random(PROOF_BYTES)
        if len(said) != IDENTITY.size + 1:
            return False, None
        (card, key_version), ratified = IDENTITY.unpack_from(said), said[-1] == 1
        if not self.sam.select(card, key_version):
            return False, None
        answer = field.read(challenge)
        image, proof = answer[:-PROOF_BYTES], answer[-PROOF_BYTES:]
        genuine = self.sam.vouches_read(challenge, image, proof)
        return ratified, image if genuine and int(opened(image)["state"]["card"][0]) == card else None

    def _decide(
        self, before: bytes, asked: Asked, actions: np.ndarray
    ) -> tuple[Accepted | TurnedAway, np.ndarray, Refused | None]:  # fmt: skip
        """What the rule says, the stamped taps of it, and why the reader cannot write them down or give so much."""
        self.reader["seq"] = self.keeper.journal.next_seq - 1
        told = decide(
            opened(before)["state"], self.reader, asked.t_us, asked.kind, rates=self.rates, tables=self.tables,
            denylist=self.denylist, actions=actions, group=asked.group, amount=asked.amount, product=asked.product,
        )  # fmt: skip
        taps = np.concatenate([told.orders, told.tap]) if isinstance(told, Accepted) else told.orders
        try:
            self.keeper.journal.check_room(len(taps))
            self.sam.stamp(taps)
        except Refused as fault:
            return told, taps, fault
        return told, taps, None

    def _write(
        self, field: Field, before: bytes, card: np.ndarray, taps: np.ndarray, refusal: Refusal | None, recovered: np.ndarray
    ) -> Answer:  # fmt: skip
        """Write the new image, have it made the card, and write down what is known of it."""
        after, sent = next_image(before, card, taps), False
        try:
            for number, block in enumerate(blocks(after)):
                field.write(number, block)
            sent = True
            done = self.sam.heard_done(after, field.commit(self.sam.allow(before, after)))
        except Torn:
            if not sent:
                return Answer(False, None, recovered)
            done = False
        if not done:
            taps["state"] = TapState.UNRATIFIED
            self.sam.stamp(taps)
        fault = self.keeper.keep(taps)
        opens = refusal is None and (done or self.opens_in_doubt)
        self._again.remember(card, int(taps["time_us"][-1]), let_in=opens)
        if done:
            _say_goodbye(field)
        return Answer(opens, refusal, np.concatenate([recovered, taps]), fault)


def _no_day(t_us: int, rates: np.ndarray) -> Refused | None:
    """Why nothing can be priced at this moment: the reader does not know the time, or its tariff is an old one."""
    r = rates.view(np.recarray)[0]
    if 0 <= service_day(t_us, r) - int(r["day0"]) < int(r["days"]):
        return None
    what = f"the clock says {show(t_us, ZoneInfo('UTC'))}, and the tariff has no such day"
    return Refused(
        "TARIFF_WITHOUT_DAY", what, cure="The reader takes no card until it has the time, or a newer tariff."
    )


def _say_goodbye(field: Field) -> None:
    """Ratify; if the card is gone already, it will ask at the next reader."""
    with suppress(Torn):
        field.ratify()
