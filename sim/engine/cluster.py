"""Cluster: shards dealt to the workers of a Dask cluster that runs already.

The scheduler gives a lost worker's shards to others. That a shard is begun twice harms nothing: it is a pure function of files,
and what it writes appears under its name only when it is whole.
"""

from __future__ import annotations

import logging
import pickle
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from distributed import CancelledError, Client, KilledWorker, wait

from afc.refusal import Refused
from sim.engine import work
from sim.engine.choose import Cluster, Told
from sim.engine.sameness import differences, made_of
from sim.engine.storage import Packed, Storage

CONNECT_S = 10
LOOK_S = 5
NOBODY_LOOKS = 12
"""So many looks at a cluster without a worker, one after another, before the close gives up: a minute."""
TRIES, ROUNDS = 2, 4
"""A shard that failed with an error of its host, a full disk for one, is tried so often again; one that read a stale file is
given out so often in all."""


@contextmanager
def dealing_out(cluster: Cluster, home: Any, tell: Told | None) -> Iterator[Any]:
    """A map over shards on the cluster; `home` is the map for everything else."""
    with connected(cluster.scheduler) as client:
        refuse_no_workers(client, cluster.scheduler)
        storage = Storage(cluster.storage) if cluster.storage else None
        yield Dealer(client, cluster.scheduler, storage, home, tell or (lambda _what, _part: None)).run


@contextmanager
def connected(address: str) -> Iterator[Client]:
    """A client of the scheduler; addresses that begin with tls:// need the certificates of Dask's configuration."""
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what matters of it is refused in our words
    try:
        client = Client(address, timeout=CONNECT_S, set_as_default=False, name="afc")
    except (OSError, ValueError, TypeError) as error:
        cure = "Start one with `dask scheduler`, and give the address that it prints, as tcp://host:8786."
        what = f"no scheduler answers: {type(error).__name__}: {str(error).splitlines()[0]}".rstrip(".")
        raise Refused("NO_SCHEDULER", what, where=address, cure=cure) from None
    try:
        yield client
    finally:
        with suppress(OSError, TimeoutError):
            client.close(timeout=CONNECT_S)


def refuse_no_workers(client: Client, address: str) -> None:
    """Refuse a cluster without workers, or with any that could come to other digests."""
    told = client.run(work.here, on_error="return")
    if not told:
        cure = f"Start some: dask worker {address}"
        raise Refused("NO_WORKERS", "the cluster has no workers", where=address, cure=cure)
    for worker, answer in sorted(told.items()):
        if isinstance(answer, Exception):
            raise work.other_code(worker, [f"{type(answer).__name__}: {answer}"])
        if found := differences(answer):
            raise work.other_code(worker, found)


class Dealer:
    """Gives shards out and takes their answers in."""

    def __init__(self, client: Client, address: str, storage: Storage | None, home: Any, tell: Told) -> None:
        self.client, self.address, self.storage, self.home, self.tell = client, address, storage, home, tell

    def run(self, function: Any, items: Iterable[Any]) -> Iterable[Any]:
        """In the shape of `map`. What is counted by shard goes to the cluster; all else, as files of a run, is done at home."""
        items = list(items)
        if all(isinstance(item, int) for item in items):
            return self.work_out(function, items)
        done: Iterable[Any] = self.home(function, items)
        return done

    def work_out(self, function: Any, shards: Sequence[int]) -> list[Any]:
        """The values of a function of a shard's number, in the order of `shards`."""
        if self.storage is None:
            task = work.Task(pickle.dumps(function), made_of())
            answers = self.answers(task, dict.fromkeys(shards, frozenset()))
            return in_order({shard: answer.value for shard, answer in answers}, shards)
        packed = Packed(function)
        task, values = work.Task(packed.out.getvalue(), made_of(), self.storage.url), dict[int, Any]()
        staged = self.storage.stage(packed.folders, shards)
        for _ in range(ROUNDS):
            again = {shard: names for shard, names in staged.items() if shard not in values}
            for shard, answer in self.answers(task, again):
                stale = self.storage.stale(answer, packed.folders)
                for name in stale:  # as books restored from a backup find it: what is at home counts
                    folder, file = name.split("/")
                    self.storage.put(name, packed.folders[folder] / file)
                if not stale:
                    self.storage.take_home(answer, packed.folders)
                    values[shard] = answer.value
            if len(values) == len(shards):
                return in_order(values, shards)
        what = f"what workers read is again and again not what is at home: {len(shards) - len(values)} shards"
        cure = "Does another house use this storage? One URL is for one house."
        raise Refused("STORAGE_SPOILT", what, where=self.storage.url, cure=cure)

    def answers(self, task: work.Task, staged: dict[int, frozenset[str]]) -> Iterator[tuple[int, work.Answer]]:
        """Each shard with its answer, as they come."""
        shared = self.client.submit(work.same, task, pure=False)
        futures = {
            self.client.submit(work.work, shared, shard, names, pure=False, retries=TRIES): shard
            for shard, names in staged.items()
        }
        try:
            for done, future in enumerate(self.finished(set(futures)), 1):
                answer = self.answer_of(future)
                if answer.refused:
                    raise answer.refused
                yield futures[future], answer
                self.tell("shards on the cluster", done / len(futures))
        finally:
            with suppress(OSError, TimeoutError, CancelledError):
                self.client.cancel([*futures, shared], force=True)

    def finished(self, pending: set[Any]) -> Iterator[Any]:
        """Futures as they are done, one way or another."""
        looks = 0
        while pending:
            try:
                with self.client.as_current():
                    done = wait(pending, timeout=LOOK_S, return_when="FIRST_COMPLETED").done
            except TimeoutError:
                looks = 0 if self.has_workers() else looks + 1
                if looks == NOBODY_LOOKS:
                    cure = "Start workers and close again; nothing is lost."
                    raise Refused("NO_WORKERS", "all workers are gone", where=self.address, cure=cure) from None
                continue
            except CancelledError:
                raise self.scheduler_lost() from None
            looks = 0
            yield from done
            pending -= done

    def has_workers(self) -> bool:
        """Is anybody there to work?"""
        try:
            return bool(self.client.nthreads())
        except (OSError, TimeoutError):
            raise self.scheduler_lost() from None

    def answer_of(self, future: Any) -> work.Answer:
        """What a shard's future holds."""
        try:
            answer: work.Answer = future.result()
        except KilledWorker as lost:
            cure = "Look at their logs: a shard may need more memory than a worker has."
            what = f"every worker that was given this shard was lost: {lost}"
            raise Refused("WORKERS_LOST", what.splitlines()[0], where=self.address, cure=cure) from None
        except CancelledError:
            raise self.scheduler_lost() from None
        except Exception as error:
            cure = "Nothing is lost: close again when it is put right."
            what = f"a worker failed {TRIES + 1} times: {type(error).__name__}: {error}".rstrip(".")
            raise Refused("WORKER_FAILED", what, where=self.address, cure=cure) from error
        return answer

    def scheduler_lost(self) -> Refused:
        """What is said when the scheduler went away in the middle."""
        cure = "Start it again with its workers, and close again; nothing is lost."
        return Refused("SCHEDULER_LOST", "the scheduler went away", where=self.address, cure=cure)


def in_order(values: dict[int, Any], shards: Sequence[int]) -> list[Any]:
    """As `map` gives them."""
    return [values[shard] for shard in shards]
