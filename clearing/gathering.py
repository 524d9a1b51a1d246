"""Gathering: the accepted taps of a date, dealt to its shards a piece of the log at a time.

A city's day so needs no more memory here than a piece of it. Intake has verified these bytes and the log's chain covers them,
so they are only cut at the header.
"""

from __future__ import annotations

import hashlib
import resource
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np

from afc.batch import HEADER
from afc.flaws import find_flaws, without
from afc.keys import SIGNATURE_BYTES
from afc.records import rows_at, rows_of, rows_where
from afc.refusal import Refused
from afc.tap import TAP
from clearing import detail
from clearing.admit import SetAside
from clearing.boarded import strangers
from clearing.dealing import shard_of
from clearing.house import WAITED, WAITING, House
from clearing.placing import Unplaced, placed
from clearing.shard import DEALT, Context, dealt_file
from clearing.store import Quarantined
from clearing.trips import begun_before

PIECE_BYTES = 1 << 24
"""So much of the log is dealt together: its pieces are longer than what a file is best written in."""
FILES_BESIDE = 128
"""Open files of a close besides those of its shards: books, libraries, lines to workers."""


class Gathered(NamedTuple):
    """What no shard gets: records that no card counted, the good ones and those to keep aside with flawed taps; and what
    waits for its own date."""

    records: np.ndarray
    strange: tuple[Quarantined, ...]
    waiting: np.ndarray


def gather(house: House, context: Context, first: int, last: int) -> Gathered:
    """Deal the accepted taps that are due by the cut, in the order of the log, to the files of their shards.

    Taps with a flaw are strange whatever they say of their time, for nothing that they say decides on what date they are set
    aside.
    """
    flawed, left = list[Quarantined](), [np.zeros(0, TAP)]
    with dealing(context) as files:
        for taps in pieces(house, context, first, last):
            flaws = find_flaws(taps)
            flawed += [aside(flaw.reason.name, taps[flaw.row].tobytes(), context.cut_us) for flaw in flaws]
            taps = without(taps, flaws)
            today = due(taps, context) & (taps["counter"] != 0)
            deal(rows_where(taps, today), files)
            left.append(rows_where(taps, ~today))
    apart = rows_of(left)
    today = due(apart, context)
    today[begun_before(apart, today)] = False
    waiting = rows_where(apart, ~today)
    detail.carry_array(context.folder / WAITED, waiting)
    records, strange = sort_out(house, context, rows_where(apart, today))
    return Gathered(records, (*strange, *flawed), waiting)


def due(taps: np.ndarray, context: Context) -> np.ndarray:
    """Which taps belong to the date or an earlier one, by when they are known to have been made."""
    before_cut: np.ndarray = context.facts.judged(taps)["time_us"] < context.cut_us
    return before_cut


def pieces(house: House, context: Context, first: int, last: int) -> Iterator[np.ndarray]:
    """What waited for the date, and then the accepted taps at these positions of the log, a piece at a time."""
    if context.carried:
        held = detail.read_array(context.before / WAITED)
        noted = [row for row in house.store.shards(date.fromisoformat(context.before.name)) if row.kind == WAITING]
        detail.check_content(noted[0].digest, context.before, held)
        yield held
    parts, size = list[bytes](), 0
    for _, sealed in house.store.accepted(first, last):
        parts.append(sealed[HEADER.size : -SIGNATURE_BYTES])
        size += len(parts[-1])
        if size >= PIECE_BYTES:
            yield np.frombuffer(b"".join(parts), TAP)
            parts, size = [], 0
    yield np.frombuffer(b"".join(parts), TAP)


@contextmanager
def dealing(context: Context) -> Iterator[list[BinaryIO]]:
    """The shards' files, begun anew; what they hold may be lost with the machine, for the close then begins again."""
    clear_up(context.folder)
    allow_files(context.shards)
    with ExitStack() as stack:
        paths = [context.folder / dealt_file(shard) for shard in range(context.shards)]
        yield [stack.enter_context(open(path, "wb")) for path in paths]


def allow_files(shards: int) -> None:
    """Let this process hold a file a shard open, where the system gave it fewer; `Refused` where it may not."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = shards + FILES_BESIDE
    if soft < wanted <= hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    elif hard < wanted:
        what = f"dealing cards to {shards} shards takes {wanted} open files, and this system allows {hard}"
        raise Refused("FILES_TOO_FEW", what, cure="Raise the limit: ulimit -n, or LimitNOFILE= of the service.")


def clear_up(folder: Path) -> None:
    """Take away what shards were dealt, and files that a worker had begun when it was lost."""
    for pattern in (f"*{DEALT}", f"*{detail.PART}"):
        for path in folder.glob(pattern):
            path.unlink(missing_ok=True)


def deal(taps: np.ndarray, files: Sequence[BinaryIO]) -> None:
    """Add taps to the files of their cards' shards, in their order."""
    shard = shard_of(taps["card"], len(files))
    order = np.argsort(shard.astype(np.uint16), kind="stable")  # sorting numbers so short is counting them
    taps, ends = rows_at(taps, order), np.cumsum(np.bincount(shard, minlength=len(files)))
    for file, begin, end in zip(files, np.append(0, ends), ends, strict=False):
        file.write(taps[begin:end].view(np.uint8).data)


def sort_out(house: House, context: Context, records: np.ndarray) -> tuple[np.ndarray, list[Quarantined]]:
    """The good ones of the records that no card counted, and those to keep aside."""
    fits = placed(records, context.known)
    genuine = house.ring.macs_ok(records) if len(records) else np.zeros(0, bool)
    strange = [aside(Unplaced.PLACE_UNKNOWN.name, tap.tobytes()) for tap in records[~fits]]
    strange += [aside(SetAside.MAC_WRONG.name, tap.tobytes()) for tap in records[fits & ~genuine]]
    records = records[fits & genuine]
    foreign = strangers(records, context)
    strange += [aside(SetAside.CARD_UNKNOWN.name, tap.tobytes()) for tap in records[foreign]]
    return records[~foreign], strange


def aside(reason: str, raw: bytes, at_us: int | None = None) -> Quarantined:
    """A tap that no rule can turn into money, with its bytes; it counts from `at_us` where its own time is nonsense."""
    tap = np.frombuffer(raw, TAP)[0]
    seq, digest = int(tap["seq"]), hashlib.sha256(raw).digest()
    at_us = int(tap["time_us"]) if at_us is None else at_us
    return Quarantined(
        digest, int(tap["device"]), int(tap["epoch"]), seq, reason, "set aside at close", at_us, b"", raw
    )
