"""What every process of a run works with, imported; and the compiler of rules made ready, which takes it a second.

Importing this is all that it is for: the server that a run's processes are forked from does it once for all of them.
"""

from __future__ import annotations

from pyarrow import parquet

from afc.executor import compiled
from afc.network.zones import is_single
from sim import run

__all__ = ["parquet", "run"]

compiled(is_single)(1)
