"""A clerk who closes one shard, day after day, and what a result comes to by operator."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

import numpy as np
from riding import WEDNESDAY, Street

from afc.actions import NO_ACTIONS
from afc.keys import KeyRing
from afc.moment import day_start_us
from clearing import detail
from clearing.gathering import clear_up
from clearing.placing import known_of
from clearing.shard import Context, Result, close_shard, dealt_file
from clearing.split import nothing_within


class Clerk:
    """Closes shard 0 of one day after another, each in its own folder."""

    def __init__(self, street: Street, ring: KeyRing, folder: Path, cards: np.ndarray) -> None:
        self.street, self.ring, self.root, self.folder = street, ring, folder, folder / "issued"
        self.carried: tuple[bytes, ...] = ()
        self.orders = NO_ACTIONS
        self.folder.mkdir()
        detail.write_array(self.folder / "cards-00.npy", cards)

    def close(self, taps: np.ndarray, day: int = 0, register: np.ndarray | None = None) -> Result:
        """The day's result; `day` counts from the first, and the next day begins where this one ended."""
        folder = self.root / str(day)
        folder.mkdir()
        taps.tofile(folder / dealt_file(0))
        city = self.street.city
        register = self.street.register() if register is None else register
        context = Context(
            date="", folder=folder, before=self.folder, ring=self.ring, rates=self.street.rates, tables=city.network.tables,
            cut_us=day_start_us(WEDNESDAY + timedelta(days=day + 1), city.zone, city.day_cut_s), carried=self.carried,
            policy="standalone_base", within=nothing_within(), concessions=(2,),
            register=register, known=known_of(city, register, city.network.tables), shards=1,
            orders=self.orders,
        )  # fmt: skip
        result = close_shard(context, 0)
        clear_up(folder)
        self.folder, self.carried = folder, (result.carry,)
        return result


def minor(result: Result, kind: str) -> dict[int, int]:
    """The money of one kind by operator."""
    sums: Counter[int] = Counter()
    for row in result.totals[result.totals["kind"] == kind]:
        sums[int(row["operator"])] += int(row["minor"])
    return dict(sums)


def quantity(result: Result, kind: str) -> dict[int, int]:
    """How many of one kind, by operator."""
    sums: Counter[int] = Counter()
    for row in result.totals[result.totals["kind"] == kind]:
        sums[int(row["operator"])] += int(row["quantity"])
    return dict(sums)
