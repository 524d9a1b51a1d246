"""Going on with a day that was being collected: it is simulated again, and what the books have is not handed over again.

The same seed gives the same batches in the same calls, and a call is kept whole or not at all. So what the books have is how
the day begins, and its readers get the receipts that they were given then. The books do not show that it was ever stopped.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from afc.batch import digest_of
from afc.limits import intake_batches_max
from afc.refusal import Refused
from clearing.store import Store
from sim.world.office import Send


class Remembered:
    """A `Send` that begins with what the log has; when that is used up, `send` takes over."""

    def __init__(self, store: Store, send: Send) -> None:
        self._store, self._send = store, send
        self._log = [kept.digest for kept in store.log()]
        self._aside = {row.digest: row.receipt for row in store.quarantined() if row.seq == 0} if self._log else {}
        self._at = 0

    def __call__(self, batches: Sequence[bytes], now_us: int) -> list[bytes | None]:
        """Receipts for what readers hand over at one moment, from the books or from the house."""
        calls = [batches[at : at + intake_batches_max] for at in range(0, len(batches), intake_batches_max)]
        return [receipt for call in calls for receipt in self._one_call(call, now_us)]

    def _one_call(self, batches: Sequence[bytes], now_us: int) -> Iterable[bytes | None]:
        if self._at == len(self._log):
            return self._send(list(batches), now_us)
        digests = [digest_of(sealed) for sealed in batches]
        taken = [digest for digest in digests if digest not in self._aside]
        end = self._at + len(taken)
        if self._log[self._at : end] != taken:
            raise differs(f"batch {self._at + 1} and after")
        positions = dict(zip(taken, range(self._at + 1, end + 1), strict=True))
        receipts = self._store.receipts(positions.values())
        self._at = end
        return [receipts[positions[one]] if one in positions else self._aside[one] for one in digests]


def differs(what: str) -> Refused:
    """The simulation does not come out as it did."""
    cure = "The program or its data have changed since. Begin anew: --fresh."
    return Refused("RUN_DIFFERS", f"{what} came out otherwise than before the run was stopped", cure=cure)
