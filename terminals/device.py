"""The device: one reader put together, from its keys to its line to the office.

It goes by what was signed and by nothing else: messages and receipts come in as bytes, cards are held to it, batches go out.
Its SAM and its media survive a power cut; a device is what is made of them when the power is back. Parameters never go back,
because the SAM keeps them. Lists are handed to it anew, and without a battery its clock waits for the office.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, BinaryIO, Final

import numpy as np

from afc.moment import SECOND_US
from afc.orders import MAGIC as ORDER_MAGIC
from afc.parameters import MAGIC as PARAMETERS_MAGIC
from afc.parameters import open_parameters
from afc.receipt import MAGIC as RECEIPT_MAGIC
from afc.receipt import open_receipt
from afc.refusal import Refused
from terminals import clock
from terminals.card.field import Field
from terminals.card.keeper import Keeper
from terminals.card.session import Answer, Lane
from terminals.clock import Clock
from terminals.epoch import begin_epoch
from terminals.journal import Journal
from terminals.sam import Sam
from terminals.standing import Standing, Tables, at, take
from terminals.uplink import Uplink

CAPACITY_TAPS: Final = 10_000
"""Room in a device's journal, where nobody says otherwise."""


class Device:
    """`reader` (READER[1]) has its place, which may change; `media` gives the medium for an epoch, empty for one to come.

    `ticks` are microseconds of its own counter, which nobody sets; where a battery drives it, the clock is `kept`.
    """

    def __init__(
        self, reader: np.ndarray, sam: Sam, media: Callable[[int], BinaryIO], rates: np.ndarray, tables: Any, *,
        capacity_taps: int = CAPACITY_TAPS, opens_in_doubt: bool = False, kept: Clock = clock.NEVER_SET,
    ) -> None:  # fmt: skip
        self.sam, self.clock, self._rates = sam, kept, rates
        self._media, self._capacity_taps = media, capacity_taps
        equipped = Tables(tariff=int(rates["version"][0]), record_key=sam.record_version)
        self.standing, self._messages = Standing(sam.device, parameters=sam.bounds, tables=equipped), dict[int, bytes]()
        journals = {epoch: Journal(media(epoch), capacity_taps) for epoch in (sam.epoch - 1, sam.epoch) if epoch}
        self._uplinks = [self._line(journal, epoch) for epoch, journal in journals.items()]
        reader["device"], reader["epoch"] = sam.device, sam.epoch
        self.lane = Lane(reader, sam, journals[sam.epoch], rates, tables, opens_in_doubt=opens_in_doubt)

    def now(self, ticks: int) -> int:
        """What its clock says."""
        return clock.now(self.clock, ticks)

    def receive(self, message: bytes, ticks: int) -> None:
        """Obey a message of the scheme or believe a receipt; `MessageRefused` for one that is not believed, and `Refused`
        for an order that would lose taps. Either changes nothing."""
        kind = message[:4]
        if kind == RECEIPT_MAGIC:
            self._believe(message, ticks)
        elif kind == ORDER_MAGIC:
            self._begin_epoch(message)
        else:
            self.standing = take(self.standing, message, self.sam.list_public, self.sam.environment, self.now(ticks))
            if kind == PARAMETERS_MAGIC:
                told = open_parameters(message, self.sam.list_public, self.sam.environment)
                self._messages[told.version] = message
                self._hear(told.issued_us, ticks)
        self.tick(ticks)

    def hold(self, field: Field, kind: int, ticks: int, *, amount: int = 0, product: int = 0, group: int = 1) -> Answer:
        """A card is held to it."""
        try:
            self.tick(ticks)
        except Refused as fault:
            return Answer(False, fault=fault)
        return self.lane.hold(field, kind, self.now(ticks), amount=amount, product=product, group=group)

    def tick(self, ticks: int) -> None:
        """Time goes by: what has come into force now is gone by, and what stood in no batch before is sealed as it was made."""
        self._write_down()
        self.standing = at(self.standing, self.now(ticks))
        told = self.standing.parameters
        if told.version > self.sam.bounds.version:
            self.sam.take_parameters(self._messages[told.version])
        self._messages = {version: told_in for version, told_in in self._messages.items() if version > told.version}
        self._uplinks[-1].go_by(*self.standing.versions)
        self.lane.denylist, self.lane.actions = self.standing.denylist.cards, self.standing.actions.orders
        self.lane.rates = self._with_window(told.repeat_window_s)
        self.lane.reader["clock"] = clock.quality(self.clock, ticks, told)

    def batches(self) -> list[bytes]:
        """What the office has not receipted yet, the oldest first."""
        self._write_down()
        return [batch for uplink in self._uplinks for batch in uplink.batches()]

    def _believe(self, receipt: bytes, ticks: int) -> None:
        told = open_receipt(receipt, self.sam.receipt_public, self.sam.environment)
        uplink = next((one for one in self._uplinks if one.epoch == told.epoch), self._uplinks[-1])
        self._hear(uplink.receive(receipt).received_us, ticks)

    def _hear(self, signed_us: int, ticks: int) -> None:
        self.clock = clock.hear(self.clock, signed_us, ticks, self.standing.parameters)

    def _begin_epoch(self, order: bytes) -> None:
        self._write_down()
        flash = self._media(self.sam.epoch + 1)
        journal, uplink = begin_epoch(self.sam, order, self.lane.keeper.journal, flash, self._capacity_taps)
        self._uplinks.append(uplink)
        self.lane.reader["epoch"], self.lane.keeper = self.sam.epoch, Keeper(self.sam, journal, self.sam.epoch)

    def _write_down(self) -> None:
        fault = self.lane.keeper.catch_up()
        if fault is not None:
            raise fault

    def _line(self, journal: Journal, epoch: int) -> Uplink:
        parameters, lists = self.standing.versions
        return Uplink(
            self.sam, journal, self.sam.device, epoch, self.sam.environment, parameters=parameters, lists=lists
        )

    def _with_window(self, window_s: int) -> np.ndarray:
        """The tariff with the window of the parameters in place of its own, copied only where that is another."""
        wanted = window_s * SECOND_US or int(self._rates["repeat_us"][0])
        if int(self.lane.rates["repeat_us"][0]) == wanted:
            return self.lane.rates
        rates = self._rates.copy()
        rates["repeat_us"] = wanted
        return rates
