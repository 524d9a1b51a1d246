"""A refusal made in a process of a pool, or on another host, is told here word for word."""

from __future__ import annotations

import pickle

from afc.pack.findings import SeveralRefused
from afc.refusal import Refused


def test_a_refusal_travels_between_processes() -> None:
    one = Refused("DETAIL_DAMAGED", "a page has another content", where="taps-03.parquet", cure="Restore the folder.")
    there = pickle.loads(pickle.dumps(one))
    assert (type(there), str(there), vars(there)) == (Refused, str(one), vars(one))


def test_several_travel_together() -> None:
    several = SeveralRefused((Refused("A", "one"), Refused("B", "other", cure="Mend it.")))
    there = pickle.loads(pickle.dumps(several))
    assert str(there) == str(several)
    assert [str(one) for one in there.refusals] == [str(one) for one in several.refusals]
