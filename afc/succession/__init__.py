"""Succession: may books that were begun under one edition of a pack go on under another one?

They may if the new edition says of every date before a given one what the old edition said, and gives nothing a new number.
"""

from afc.succession.compare import differences
from afc.succession.difference import Difference

__all__ = ["Difference", "differences"]
