"""In this process: the house's own reception without a network, to tell what the network costs."""

from __future__ import annotations

from clearing.reception import Reception
from sim.load.http import RETRY_S
from sim.load.link import Cut, Told


class ReceptionLink:
    """One sender at the reception, which many share."""

    def __init__(self, reception: Reception) -> None:
        self._reception = reception

    async def send(self, sealed: bytes, device: int, cut: Cut) -> Told:
        """Hand a batch over."""
        answer = await self._reception.take(sealed)
        return Told(answer.kind.name, answer.reason.name if answer.reason else "", answer.receipt or b"", RETRY_S)

    async def close(self) -> None:
        """Nobody hangs up on himself."""
