"""Suspicions: what in a closed day does not fit together, ranked, each with its sum and its evidence.

Found from what is stored and from nothing else. A suspicion is a question to a person; no money moves because of one.
"""

from clearing.suspicion.finding import HIGH, Suspicion, card_name
from clearing.suspicion.kinds import KINDS, suspicions

__all__ = ["HIGH", "KINDS", "Suspicion", "card_name", "suspicions"]
