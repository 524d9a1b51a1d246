"""All that a date's agreements make of its totals, in the order in which each needs the ones before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from clearing.entry import Entry
from clearing.postings import Basis, Chart, Total
from clearing.remuneration.counts import Names, Past
from clearing.remuneration.fees import fees
from clearing.remuneration.fines import fines
from clearing.remuneration.passes import passes
from clearing.remuneration.pool import level_pool
from clearing.remuneration.riders import concessions
from clearing.remuneration.work import contracts

if TYPE_CHECKING:
    from afc.pack.schema_contracts import ContractsFile


def remunerate(
    totals: Sequence[Total],
    fares: Sequence[Entry],
    agreed: ContractsFile,
    names: Names,
    chart: Chart,
    basis: Basis,
    past: Past = Past(),  # noqa: B008
) -> list[Entry]:
    """The entries beside those of fares, which are `fares`; the pool, where there is one, is level after all of them."""
    entries = passes(totals, agreed.pass_use, past, chart, basis)
    entries += concessions(totals, agreed.concession, names, chart, basis)
    entries += contracts(totals, agreed, chart, basis)
    entries += fines(totals, agreed.fine, chart, basis)
    entries += fees(totals, agreed.fee, names, chart, basis)
    if agreed.pool:
        entries += level_pool([*fares, *entries], agreed.pool, agreed.contract, past.owed, basis)
    return entries
