"""Remuneration: what parties are paid beside or instead of fares, and what they give up for being served.

Work is paid by what vehicles did, whatever the riders brought, and less of it where less was operated than promised. Rides
that riders do not pay are made good by whoever wants them. The money of passes is earned by use. Those who serve the system
keep fees. A pool pays what is written and is brought back to zero each day by those who fill and empty it. Everything is
counted once for the whole day and rounded once, in favour of the payer.
"""

from clearing.remuneration.counts import Names, Past
from clearing.remuneration.everything import agreements
from clearing.remuneration.passes import passes
from clearing.remuneration.pool import level_pool

__all__ = ["Names", "Past", "agreements", "level_pool", "passes"]
