"""A session: a card is held to a reader, and at the end both know the same, or the reader knows that it does not know.

Whether a card that left too early has paid is seen when it comes back. If its last session was made for the same ride and
was never ratified, the rider is let in and nothing more is charged; the card's counter does not move.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NamedTuple

import numpy as np

from afc.actions import NO_ACTIONS
from afc.fares.state import Refusal
from afc.tap import TAP, TapKind, TapState
from terminals.card.chip import IDENTITY
from terminals.card.field import Field, Torn
from terminals.card.image import blocks, history, next_image, opened
from terminals.card.proof import PROOF_BYTES
from terminals.journal import Journal
from terminals.reader import Accepted, decide
from terminals.sam import Sam

_NO_TAPS = np.empty(0, TAP)
_NO_CARDS = np.empty(0, np.uint64)


class Answer(NamedTuple):
    """What the rider sees: the way is `opened` or not, and why not. `taps` is what the reader has written down now."""

    opened: bool
    refusal: Refusal | None = None
    taps: np.ndarray = _NO_TAPS


class Lane:
    """One reader at work: where it is, its SAM, its journal, and what it goes by.

    `opens_in_doubt` is a door that nobody can shut, as on a bus: whoever pulled the card away rides all the same.
    """

    def __init__(
        self, reader: np.ndarray, sam: Sam, journal: Journal, rates: np.ndarray, tables: Any, *,
        denylist: np.ndarray = _NO_CARDS, actions: np.ndarray = NO_ACTIONS, opens_in_doubt: bool = False,
        random: Callable[[int], bytes] = os.urandom,
    ) -> None:  # fmt: skip
        self.reader, self.sam, self.journal, self.rates, self.tables = reader, sam, journal, rates, tables
        self.denylist, self.actions, self.opens_in_doubt, self._random = denylist, actions, opens_in_doubt, random
        self._doubts: dict[int, int] = {}  # counter of a card's session of whose end nothing was heard
        self._let_in: dict[int, tuple[int, int]] = {}  # counter and time of a ride, for as long as the repeat window

    def hold(
        self, field: Field, kind: int, t_us: int, *, amount: int = 0, product: int = 0, group: int = 1
    ) -> Answer:  # fmt: skip
        """One presentation of one card, from the first word to the last that is heard."""
        try:
            ratified, before = self._read(field)
        except Torn:
            return Answer(False)
        if before is None:  # whoever made this card does not have its key
            return Answer(False)
        self._forget(t_us)
        recovered = self._recover(before)
        if not ratified and self._stands_for(before, kind, t_us, amount, product):
            self._remember(opened(before)["state"], t_us, let_in=True)
            _say_goodbye(field)
            return Answer(True, None, recovered)
        self.reader["seq"] = self.journal.next_seq - 1
        told = decide(
            opened(before)["state"], self.reader, t_us, kind, rates=self.rates, tables=self.tables,
            denylist=self.denylist, actions=self.actions, group=group, amount=amount, product=product,
        )  # fmt: skip
        if isinstance(told, Accepted):
            taps = np.concatenate([told.orders, told.tap])
            return self._write(field, before, told.card, taps, None, recovered)
        if told.card is None:
            _say_goodbye(field)
            return Answer(False, told.reason, recovered)
        return self._write(field, before, told.card, told.orders, told.reason, recovered)

    def _read(self, field: Field) -> tuple[bool, bytes | None]:
        """Was the last session ratified, and the card's image; None for one whose key is not the card's."""
        said, challenge = field.select(), self._random(PROOF_BYTES)
        (card, key_version), ratified = IDENTITY.unpack_from(said), said[-1] == 1
        self.sam.select(card, key_version)
        answer = field.read(challenge)
        image, proof = answer[:-PROOF_BYTES], answer[-PROOF_BYTES:]
        genuine = self.sam.vouches_read(challenge, image, proof) and int(opened(image)["state"]["card"][0]) == card
        return ratified, image if genuine else None

    def _write(
        self, field: Field, before: bytes, card: np.ndarray, taps: np.ndarray, refusal: Refusal | None, recovered: np.ndarray
    ) -> Answer:  # fmt: skip
        """Write the new image, have it made the card, and write down what is known of it."""
        self.sam.stamp(taps)
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
        self.journal.append(taps)
        opens = refusal is None and (done or self.opens_in_doubt)
        self._remember(card, int(taps["time_us"][-1]), let_in=opens)
        if done:
            _say_goodbye(field)
        return Answer(opens, refusal, np.concatenate([recovered, taps]))

    def _stands_for(self, image: bytes, kind: int, t_us: int, amount: int, product: int) -> bool:
        """Was the card's last session this very ride, and nobody was let in for it?"""
        state, last = opened(image)["state"][0], history(image)[-1:]
        card, counter = int(state["card"]), int(state["counter"])
        if not len(last) or int(last["counter"][0]) != counter or int(last["kind"][0]) != kind:
            return False
        if any(last[field][0] != np.uint32(self.reader[field][0]) for field in ("stop", "trip")):
            return False
        if kind in (TapKind.LOAD, TapKind.SALE) and (int(last["amount"][0]), int(last["product"][0])) != (
            amount,
            product,
        ):
            return False
        if self._let_in.get(card, (0, 0))[0] == counter:
            return False
        soon = 0 <= t_us - int(last["time_us"][0]) < int(self.rates["repeat_us"][0])
        return self._doubts.get(card) == counter or soon

    def _remember(self, card: np.ndarray, t_us: int, *, let_in: bool) -> None:
        number, counter = int(card["card"][0]), int(card["counter"][0])
        self._doubts.pop(number, None)
        if let_in:
            self._let_in[number] = (counter, t_us)
        else:
            self._doubts[number] = counter

    def _forget(self, t_us: int) -> None:
        """Riders who were let in longer ago than the repeat window need not be told apart from others any more."""
        since_us = t_us - int(self.rates["repeat_us"][0])
        while self._let_in and (oldest := next(iter(self._let_in.items())))[1][1] <= since_us:
            del self._let_in[oldest[0]]

    def _recover(self, image: bytes) -> np.ndarray:
        """Write down taps that this reader made and lost with its power before they were in its journal."""
        taps: np.ndarray = history(image)
        mine = (taps["device"] == self.reader["device"][0]) & (taps["epoch"] == self.reader["epoch"][0])
        taps = taps[mine & (taps["seq"] >= self.journal.next_seq)]
        taps = taps[np.argsort(taps["seq"])]
        numbers = np.arange(self.journal.next_seq, self.journal.next_seq + len(taps))
        if not len(taps) or (taps["seq"] != numbers).any() or not self.sam.vouches_taps(taps):
            return _NO_TAPS
        self.journal.append(taps)
        return taps


def _say_goodbye(field: Field) -> None:
    """Ratify; if the card is gone already, it will ask at the next reader."""
    with suppress(Torn):
        field.ratify()
