"""How fast evidence comes in: sealed batches from files, and over HTTP, until each has its durable receipt.

From files two things are timed, as a clearing house does them: the intake (signatures, chain, registers, one durable commit a
call, receipts) and the card MACs of all that was taken, card shard by card shard as at the close.
"""

from __future__ import annotations

import resource
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from afc.batch import HEADER, digest_of, seal
from afc.keys import NO_DIGEST, SIGNATURE_BYTES, KeyRing
from afc.moment import HOUR_US, SECOND_US
from afc.refusal import Refused
from afc.tap import TAP, TapKind
from clearing.api.keys import make_api_key
from clearing.dealing import SHARDS_MIN, shard_of
from clearing.intake import Intake
from clearing.store import FOREVER_US, Device, Party, Store, shown
from clearing.store.row_a_tap import write_rows
from clearing.unseal import processes
from sim.bench import row
from sim.bench_http import SENDERS, posted
from sim.houses import is_begun
from sim.moments import now_us

ENVIRONMENT, SEED = "sim-bench", 1
READERS, TAPS, CALL, HTTP_BATCHES, ROWS_BATCHES = 64, 200, 512, 2_048, 1_024
TAPS_OF_A_CARD = 4
"""What a card taps on a day; the close sees all of them together."""


def measure(batches: int, workers: int, db: str | None = None) -> list[dict[str, Any]]:
    """Rows of what, figure, unit; the books lie in a folder that goes away again, or in the empty database `db`."""
    ring, posted_too = KeyRing.from_seed(SEED, ENVIRONMENT), min(batches, HTTP_BATCHES)
    if db and is_begun(db):
        raise Refused("BOOKS_EXIST", "there are books already", where=shown(db), cure="Name an empty database.")
    with tempfile.TemporaryDirectory() as folder:
        spool, where = Path(folder) / "spool", db or str(Path(folder) / "books.db")
        spool.mkdir()
        write_spool(spool, ring, batches + posted_too)
        files = sorted(spool.iterdir())
        rows = from_files(where, files[:batches], ring, workers)
        return (
            rows
            + a_row_a_tap(Path(folder), files[: min(batches, ROWS_BATCHES)], rows[1])
            + over_http(where, files[batches:])
        )


def a_row_a_tap(folder: Path, files: Sequence[Path], intake: dict[str, Any]) -> list[dict[str, Any]]:
    """The same taps as rows of a file, as durable and nothing of them verified; and the intake against that."""
    taps = [np.frombuffer(file.read_bytes()[HEADER.size : -SIGNATURE_BYTES], TAP) for file in files]
    calls = [np.concatenate(taps[at : at + CALL]) for at in range(0, len(taps), CALL)]
    began = time.perf_counter()
    written = write_rows(str(folder / "rows.db"), calls)
    rate = written / (time.perf_counter() - began)
    assert written == len(files) * TAPS, "every tap has its row"
    return [
        row("a row a tap with SQLAlchemy Core, nothing verified", f"{rate:,.0f}", "taps/s"),
        row("intake against it", f"{float(intake['figure'].replace(',', '')) / rate:.1f}", "times"),
    ]


def over_http(where: str, files: Sequence[Path]) -> list[dict[str, Any]]:
    """The batches after those, posted to a server."""
    with Store.open(where) as store:
        secret = make_api_key(store, "operator", "bench", 1).secret
    sealed = [file.read_bytes() for file in files]
    seconds, p99_s = posted(where, SEED, secret, sealed)
    return [
        row(f"over HTTP, {SENDERS} connections", f"{len(sealed) * TAPS / seconds:,.0f}", "taps/s"),
        row("receipt over HTTP, 99 of 100 within", f"{1000 * p99_s:,.0f}", "ms"),
    ]


def write_spool(spool: Path, ring: KeyRing, batches: int) -> None:
    """Sealed batches of `READERS` readers in turn, a file each."""
    morning_us = now_us() - 12 * HOUR_US
    chance, cards = np.random.default_rng(SEED), batches * TAPS // TAPS_OF_A_CARD
    previous, private = [NO_DIGEST] * READERS, [ring.device_private(device) for device in range(READERS)]
    for i in range(batches):
        number, device = divmod(i, READERS)
        taps = np.zeros(TAPS, TAP)
        taps["version"] = taps["key_version"] = taps["group"] = 1
        taps["kind"], taps["device"], taps["epoch"], taps["amount"] = TapKind.ENTRY, device, 1, 1_400
        taps["seq"] = np.arange(number * TAPS + 1, (number + 1) * TAPS + 1)
        taps["card"], taps["counter"] = chance.integers(1, cards + 1, TAPS), i + 1
        taps["time_us"] = morning_us + i * SECOND_US
        taps["mac"] = ring.macs(taps)
        sealed = seal(
            private[device], device=device, epoch=1, number=number + 1, previous=previous[device], taps=taps,
            environment=ENVIRONMENT,
        )  # fmt: skip
        previous[device] = digest_of(sealed)
        (spool / f"{i:08d}.afc").write_bytes(sealed)


@contextmanager
def books(where: str, ring: KeyRing) -> Iterator[Store]:
    """New books that know the readers."""
    with Store.open(where, environment=ENVIRONMENT) as store:
        with store.begin():
            store.register_parties([Party(0, "operator", "Operator", ("service_operator",))])
            publics = [ring.device_public(device) for device in range(READERS)]
            store.register_devices(
                [Device(d, 0, FOREVER_US, 0, -1, 0, -1, "bus", key) for d, key in enumerate(publics)]
            )
        yield store


def from_files(where: str, files: Sequence[Path], ring: KeyRing, workers: int) -> list[dict[str, Any]]:
    """Files in, receipts out, MACs held."""
    pool = ProcessPoolExecutor(workers, get_context("spawn"))
    list(pool.map(abs, range(workers * 4)))
    with books(where, ring) as store, processes(where, ENVIRONMENT, workers) as unseal:
        intake = Intake(store, ring, ENVIRONMENT, unseal)
        unseal([file.read_bytes() for file in files[: 64 * workers]], store_version(store), now_us())()
        began = time.perf_counter()
        calls = ([file.read_bytes() for file in files[at : at + CALL]] for at in range(0, len(files), CALL))
        for answers in intake.take_all(calls, now_us):
            assert all(answer.receipt for answer in answers), "a receipt for each"
        taken, peak_kb = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        wrong = sum(pool.map(wrong_macs, dealt(store)))
        ended = time.perf_counter()
    pool.shutdown()
    assert wrong == 0, "what the readers wrote is genuine"
    taps = len(files) * TAPS
    return [
        row("sealed batches of 200 taps, from files", f"{len(files):,}", "batches"),
        row("intake: signatures, chain, durable receipts", f"{taps / (taken - began):,.0f}", "taps/s"),
        row("card MACs, by shard", f"{taps / (ended - taken):,.0f}", "taps/s"),
        row("both, one after the other", f"{taps / (ended - began):,.0f}", "taps/s"),
        row("peak memory of the process that keeps them", f"{peak_kb / 1024:,.0f}", "MB"),
    ]


def store_version(store: Store) -> int:
    """The version of the registers."""
    with store.reading():
        return store.meta().registers


def dealt(store: Store) -> Iterator[np.ndarray]:
    """The log's taps, a card shard at a time."""
    parts = [sealed[HEADER.size : -SIGNATURE_BYTES] for _, sealed in store.accepted(1, store.high()[0])]
    taps = np.frombuffer(b"".join(parts), TAP)
    shard = shard_of(taps["card"], SHARDS_MIN)
    order = np.argsort(shard, kind="stable")
    bounds = np.searchsorted(shard[order], np.arange(SHARDS_MIN + 1))
    return (taps[order[bounds[s] : bounds[s + 1]]] for s in range(SHARDS_MIN))


def wrong_macs(taps: np.ndarray) -> int:
    """How many taps carry a MAC that is not theirs."""
    return int((~KeyRing.from_seed(SEED, ENVIRONMENT).macs_ok(taps)).sum())
