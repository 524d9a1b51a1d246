"""What a reader writes down about one presentation, but for the MAC."""

from __future__ import annotations

from typing import Any

from afc.executor import rule
from afc.fares.codes import ENTRY, EXIT
from afc.tap import NO_PATTERN, TAP_VERSION


@rule
def write_tap(tap: Any, card: Any, e: Any, reader: Any, amount: int) -> None:
    """The record of what happened, complete but for the MAC, which only the SAM can make."""
    tap.version, tap.kind, tap.clock, tap.key_version = TAP_VERSION, e.kind, reader.clock, reader.key_version
    tap.medium, tap.category, tap.group = card.medium, card.category, e.group
    tap.product = card.leg_product if e.kind == ENTRY or e.kind == EXIT else e.product
    tap.device, tap.epoch, tap.seq, tap.tariff, tap.state = reader.device, reader.epoch, reader.seq, reader.tariff, 0
    tap.counter, tap.card, tap.time_us, tap.stop = card.counter, card.card, e.t_us, reader.stop
    tap.pattern = reader.pattern if reader.pattern >= 0 else NO_PATTERN
    tap.stop_seq, tap.trip, tap.amount, tap.balance = reader.stop_seq, reader.trip, amount, card.balance
