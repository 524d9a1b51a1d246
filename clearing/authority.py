"""Authority: what the scheme told its readers, as far as it decides whether a batch is believed.

A batch is judged by what had been said when it arrived: a withdrawal or an order that came later does not count against it.
So a replay, which knows all of them from the start, gives the same answers. Revoked readers are looked up where a batch is
given its position of the log (`clearing.intake`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from afc.answers import Reason
from afc.batch import Batch
from clearing.store import EditionAct, Ordered, Store

WITHDRAWABLE = ("denylist", "parameters")
"""What a batch names the version of."""


class Authority:
    """Withdrawn versions and ordered epochs."""

    def __init__(self, edition_acts: Iterable[EditionAct] = (), orders: Iterable[Ordered] = ()) -> None:
        self._withdrawn = [act for act in edition_acts if act.step == "withdraw"]
        self._orders = {(order.device, order.epoch): order for order in orders}

    def order(self, device: int, epoch: int) -> Ordered | None:
        """The order by which this epoch began."""
        return self._orders.get((device, epoch))

    def epoch_doubts(self, batch: Batch, first_epoch: int, received_us: int) -> Iterator[Reason]:
        """Was the epoch ordered, and does the batch lie in the part of it that was not closed?"""
        begun, ended = self.order(batch.device, batch.epoch), self.order(batch.device, batch.epoch + 1)
        if batch.epoch != first_epoch and (begun is None or begun.at_us > received_us):
            yield Reason.EPOCH_UNORDERED
        if ended is not None and ended.at_us <= received_us and batch.last_seq > ended.closed_seq:
            yield Reason.EPOCH_CLOSED

    def honours(self, parameters: int, denylist: int, received_us: int) -> bool:
        """May a reader still have gone by these versions, arriving now? A withdrawal takes the older ones with it."""
        held = {"parameters": parameters, "denylist": denylist}
        return not any(
            held.get(act.kind, act.version + 1) <= act.version and received_us >= act.at_us + act.grace_us
            for act in self._withdrawn
        )


def authority_of(store: Store) -> Authority:
    """What was told so far."""
    return Authority(store.edition_steps(), store.epoch_orders())


class Reported(NamedTuple):
    """The versions that a reader named in its accepted batches: the newest of each, and when it first did."""

    parameters: int = 0
    parameters_us: int = 0
    lists: int = 0
    lists_us: int = 0


def reported(store: Store) -> dict[int, Reported]:
    """What each reader has receipted, by device."""
    found: dict[int, Reported] = {}
    for kept in store.log():
        told = found.get(kept.device, Reported())
        if kept.parameters > told.parameters:
            told = told._replace(parameters=kept.parameters, parameters_us=kept.received_us)
        if kept.lists > told.lists:
            told = told._replace(lists=kept.lists, lists_us=kept.received_us)
        found[kept.device] = told
    return found
