"""Work: what happens on a worker of a cluster, one shard at a time. It needs the product and nothing of the keeper's host.

A refusal is an answer like any other, so that the scheduler does not try again what would be refused again.
"""

from __future__ import annotations

import pickle
from typing import Any, NamedTuple

from afc.refusal import Refused
from sim.engine.sameness import differences, made_of
from sim.engine.scratch import Wrote, scratch


class Task(NamedTuple):
    """A function of a shard's number, packed; what the worker must be made of; and, where the files are in a storage, its URL
    with the names of the files that are there."""

    packed: bytes
    made_of: dict[str, str]
    storage: str = ""


class Answer(NamedTuple):
    """What a shard came to, or why not; and what was done to files of the storage: digests of those read, those written, those
    that are to go."""

    value: Any
    refused: Refused | None = None
    read: tuple[tuple[str, str], ...] = ()
    wrote: tuple[Wrote, ...] = ()
    gone: tuple[str, ...] = ()


def here() -> dict[str, str]:
    """What a worker is made of, asked before it gets any work."""
    return made_of()


def same(task: Task) -> Task:
    """The task as it is: what all shards share, kept by the scheduler so that it can be had again when a worker is lost."""
    return task


def work(task: Task, shard: int, staged: frozenset[str] = frozenset()) -> Answer:
    """Work one shard out, in the shared folder or in a scratch folder of this worker."""
    try:
        refuse_other_code(task)
        if task.storage:
            with scratch(task.storage, staged) as bench:
                value = bench.unpack(task.packed)(shard)
                wrote, gone = bench.hand_over()
                return Answer(value, None, tuple(bench.read.items()), wrote, gone)
        return Answer(pickle.loads(task.packed)(shard))
    except Refused as refused:
        return Answer(None, refused)
    except FileNotFoundError as error:
        return Answer(None, not_seen(task, error))


def refuse_other_code(task: Task) -> None:
    """A worker that joined late, or was renewed meanwhile, is asked again at each shard."""
    if found := differences(task.made_of):
        raise other_code("a worker", found)


def other_code(who: str, found: list[str]) -> Refused:
    """What is said of a worker that could come to other digests."""
    cure = "Install on every host what the keeper of the books has."
    return Refused("WORKER_DIFFERS", f"{who} differs: " + "; ".join(found), where="--scheduler", cure=cure)


def not_seen(task: Task, error: FileNotFoundError) -> Refused:
    """What is said where a worker lacks a file that it was to read."""
    if task.storage:
        cure = "Close again: what is missing is brought there. Does somebody else clear the storage?"
        return Refused("STORAGE_LACKS", "a worker lacks a file", where=str(error.filename or error), cure=cure)
    cure = "Mount the folder there under the same name, or give --storage."
    return Refused("FOLDER_NOT_SHARED", "a worker does not see a file", where=str(error.filename), cure=cure)
