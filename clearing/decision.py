"""A decision: who answers for an act by hand, and why. One person alone decides nothing."""

from __future__ import annotations

from typing import NamedTuple

from afc.refusal import Refused


class Decision(NamedTuple):
    """Who decided, and why."""

    first: str
    second: str
    because: str

    def checked(self) -> Decision:
        """Four eyes and a reason, or a refusal."""
        said = Decision(*(" ".join(text.split()) for text in self))
        if said.first.casefold() == said.second.casefold() or not (said.first and said.second):
            cure = "Ask somebody else to decide with you."
            raise Refused("ONE_PERSON", "two different people have to decide this", where="--second", cure=cure)
        if not said.because:
            raise Refused(
                "REASON_MISSING", "a decision needs a reason", where="--because", cure="Say what was found out."
            )
        return said
