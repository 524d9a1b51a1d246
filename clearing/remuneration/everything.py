"""All that a date's agreements make of its totals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from clearing.entry import Entry
from clearing.postings import Basis, Chart, Total
from clearing.remuneration.counts import Names
from clearing.remuneration.fees import fees
from clearing.remuneration.fines import fines
from clearing.remuneration.riders import concessions
from clearing.remuneration.work import contracts

if TYPE_CHECKING:
    from afc.pack.schema_contracts import ContractsFile


def agreements(totals: Sequence[Total], agreed: ContractsFile, names: Names, chart: Chart, basis: Basis) -> list[Entry]:
    """What a date's totals alone bring and cost: worked out again over all of them whenever the date changes."""
    entries = concessions(totals, agreed.concession, names, chart, basis)
    entries += contracts(totals, agreed, chart, basis)
    entries += fines(totals, agreed.fine, chart, basis)
    return entries + fees(totals, agreed.fee, names, chart, basis)
