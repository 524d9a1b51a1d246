"""The gateway of a depot that somebody has got at: a whole day waits in it, is changed, and goes on to the house.

Readers are told that all is well, as on any day. So riders and vehicles do what they do without faults, and only what is
injected is different.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, NamedTuple

import numpy as np

from afc.answers import AnswerKind
from afc.batch import HEADER, digest_of, header_of
from afc.keys import NO_DIGEST, SIGNATURE_BYTES, KeyRing
from afc.receipt import Receipt, sign_receipt
from afc.tap import TAP
from clearing.suspicion.finding import card_name
from clearing.views import TapName
from sim.demand.chance import child
from sim.faults import cards, readers, way
from sim.faults.kinds import kind_of
from sim.faults.label import Label
from sim.faults.sealing import Chain, Sent, in_deliveries, seal_all
from sim.faults.street import Parcel, Rules, Street
from sim.world.office import Send

Tamper = Callable[[Street, int, np.random.Generator, Any], list[Label]]
BEFORE_SEALING: dict[str, Tamper] = cards.KINDS | readers.KINDS


class Plan(NamedTuple):
    """Which faults a run is to have, and the seed that chooses whom they hit."""

    kind: str
    faults: int
    seed: int


class Gateway:
    """Takes a day's batches in place of the house (it is a `Send`); `pass_on` hands them over."""

    def __init__(self, plan: Plan, city: Any, ring: KeyRing, send: Send) -> None:
        kind_of(plan.kind)
        self.plan, self.city, self.ring, self.send = plan, city, ring, send
        self.labels: list[Label] = []
        self._parcels: list[Parcel] = []
        self._chains: dict[int, Chain] = {}
        self._held: list[Sent] = []
        self._cards: np.ndarray | None = None

    def __call__(self, batches: Sequence[bytes], now_us: int) -> list[bytes | None]:
        """A reader hands over batches, and is given its receipts."""
        receipts: list[bytes | None] = []
        for sealed in batches:
            header = header_of(sealed)
            device, epoch, last_seq = header.device, header.epoch, header.last_seq
            taps = np.frombuffer(sealed[HEADER.size : -SIGNATURE_BYTES], TAP)
            self._parcels.append(Parcel(device, now_us, taps))
            facts = (digest_of(sealed), device, epoch, last_seq, 1, NO_DIGEST, now_us, self.ring.environment)
            receipts.append(sign_receipt(self.ring.receipt_private(), Receipt(AnswerKind.ACCEPTED, *facts)))
        return receipts

    def morning(self, cards_now: np.ndarray) -> None:
        """Remember what cards hold before the first tap."""
        self._cards = cards_now.copy()

    def pass_on(self, day: date, cards_now: np.ndarray, readers_now: np.ndarray, rates: np.ndarray) -> None:
        """The day is over: put the faults in, seal, and hand over; `cards_now` becomes what chips then hold."""
        assert self._cards is not None, "the morning comes first"
        street = Street(self._parcels, Rules(self.city.network, rates, readers_now), cards_now)
        street.before = self._cards
        rng = child(self.plan.seed, "faults", self.plan.kind, day.isoformat())
        tamper = BEFORE_SEALING.get(self.plan.kind, way.cut_apart)
        labels = tamper(street, self.plan.faults, rng, self.city)
        sent = seal_all(street, self.ring, self._chains)
        if self.plan.kind in way.KINDS:
            labels, sent, held = way.KINDS[self.plan.kind](street, sent, self.plan.faults, rng)
            self._held += held
        self._name(street, labels, sent)
        self.labels += labels
        self._parcels = []
        for moment_us, batches in in_deliveries(sent):
            self.send(batches, moment_us)

    def after_close(self) -> None:
        """What was held back comes in when it is too late."""
        held, self._held = self._held, []
        for moment_us, batches in in_deliveries(sorted(held, key=lambda one: (one.moment_us, one.order))):
            self.send(batches, moment_us)

    def _name(self, street: Street, labels: Sequence[Label], sent: Sequence[Sent]) -> None:
        """Give labels the names that their taps were sealed under."""
        batch_of = defaultdict(set)
        for one in sent:
            for row in one.rows.tolist():
                batch_of[row].add(digest_of(one.sealed).hex())
        for label in labels:
            taps = street.taps[label.rows]
            label.taps = [str(TapName(*map(int, (t["device"], t["epoch"], t["seq"])))) for t in taps]
            label.cards = sorted({*label.cards, *(card_name(self.ring, int(c)) for c in taps["card"] if c)})
            if not label.batches:
                label.batches = sorted({digest for row in label.rows for digest in batch_of[row]})
