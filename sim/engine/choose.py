"""Choose: the `run` that a close is handed. It has the shape of `map`, whoever stands behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any, NamedTuple

from afc.refusal import Refused
from sim.children import Children, end_with_parent

Told = Callable[[str, float], None]
"""Told what is being done and how much of it is done, 0 to 1."""


class Cluster(NamedTuple):
    """A Dask cluster that runs already: its scheduler's address, and the URL of a storage that its workers reach; without one
    they see the folder of the books under the same name."""

    scheduler: str
    storage: str = ""


@contextmanager
def mapper(workers: int, cluster: Cluster | None = None, tell: Told | None = None) -> Iterator[Any]:
    """The built-in map for one worker, a process pool's for more. On a cluster, `workers` is how many processes here do what
    is not counted by shard."""
    with at_home(workers) as home:
        if cluster is None:
            yield home
            return
        with dealt_to(cluster, home, tell) as run:
            yield run


@contextmanager
def at_home(workers: int) -> Iterator[Any]:
    """A map of this machine."""
    if workers <= 1:
        yield map
        return
    with ProcessPoolExecutor(workers, mp_context=Children(), initializer=end_with_parent) as pool:
        yield pool.map


def dealt_to(cluster: Cluster, home: Any, tell: Told | None) -> Any:
    """A map of the cluster; what it needs beyond the product is an extra."""
    try:
        from sim.engine.cluster import dealing_out
    except ModuleNotFoundError as error:
        what = f"a cluster needs {error.name}, which is not installed"
        raise Refused("CLUSTER_EXTRA", what, where="--engine", cure='Install "afc[cluster]".') from None
    return dealing_out(cluster, home, tell)
