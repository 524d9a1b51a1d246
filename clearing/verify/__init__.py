"""Verify: an operator that trusts nobody works its statement out again, from what it has itself and what the house signed."""

from clearing.verify.checks import Check, verify
from clearing.verify.handover import hand_over

__all__ = ["Check", "hand_over", "verify"]
