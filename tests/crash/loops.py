"""Crash loops: kill a process over and over, look after every death, and compare the end with a day on which nobody died.

Every draw comes from one seed, which a failure prints; the operating system's timing is its own, so a seed brings back the
plan and not the instant.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import sys
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import lives
import numpy as np
from lives import DEVICES, HERE, HOUSE_POINTS, JOURNAL_TAPS, NOON_US, RING, Fate, open_books, taps_of

from afc.answers import AnswerKind
from afc.batch import digest_of, open_sealed
from afc.receipt import open_receipt
from afc.tap import TAP
from clearing.audit import audit
from clearing.gaps import gaps
from clearing.intake import Intake
from clearing.store import Kept, Store
from terminals.journal import Journal
from terminals.sam import Sam
from terminals.uplink import Uplink

CALLS_A_LIFE = 60
LIFE_S = 0.12


def mothers() -> Any:
    """Processes begin as copies of one that has imported everything, so that a life begins in milliseconds."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["lives", "pytest"])
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(sys.path)  # the server of this Python version does not take over ours
    try:
        forkserver.ensure_running()
    finally:
        os.environ.pop("PYTHONPATH")
        if before is not None:
            os.environ["PYTHONPATH"] = before
    return context


_servers = mothers()


class Life:
    """One process from its start to its end."""

    def __init__(self, work: Callable[..., None], where: Path | str, *fate: Any) -> None:
        self.line, theirs = _servers.Pipe()
        self.process = _servers.Process(target=work, args=(where, theirs, *fate), daemon=True)
        self.process.start()
        theirs.close()

    def end(self) -> None:
        """Wherever it is now, it is over. A process that ended by itself, by an error of its own, proves nothing."""
        self.process.kill()
        self.process.join()
        assert self.process.exitcode == -signal.SIGKILL, f"not killed, but ended with {self.process.exitcode}"
        self.line.close()


def said(line: Connection) -> tuple[AnswerKind, bytes, bytes]:
    """One whole answer; EOFError or OSError where the other side died over it."""
    answer = line.recv_bytes()
    return AnswerKind[answer[:16].decode().rstrip()], answer[16:48], answer[48:]


def contents(store: Store) -> set[bytes]:
    """The log as a set: the order of arrival is nobody's business."""
    return {sealed for _, sealed in store.accepted(1, store.high()[0])}


def look(store: Store, but: tuple[str, ...] = ()) -> None:
    """Every check of the audit holds, but for invariants that cannot hold yet."""
    found = [finding for finding in audit(store, RING.receipt_public()) if not finding.ok]
    assert [finding for finding in found if finding.invariant not in but] == []


class Bus:
    """A reader on the street: a real uplink over a real journal in a real file."""

    def __init__(self, medium: Path, device: int) -> None:
        self.medium, self.device, self.tapped = medium, device, 0
        medium.touch()
        self.file = medium.open("r+b")
        self.journal = Journal(self.file, JOURNAL_TAPS)
        self.uplink = Uplink(Sam(RING, device), self.journal, device, 1, HERE)

    def ride(self, riders: int) -> None:
        """So many riders more."""
        self.tapped += riders
        self.journal.append(taps_of(self.device, self.journal.next_seq, range(1, riders + 1)))


class House:
    """A clearing house that is killed, and the readers that send to it. Its books lie in the folder, or `where` says."""

    def __init__(
        self, folder: Path, seed: int, work: Callable[..., None] = lives.clearing_house, where: str = ""
    ) -> None:
        self.rng, self.where, self.work = random.Random(seed), where or str(folder / "books.db"), work
        self.may_wait = False
        open_books(self.where).close()
        self.buses = [Bus(folder / f"{device}.journal", device) for device in DEVICES]
        self.sent: set[bytes] = set()
        self.receipts: dict[bytes, bytes] = {}
        self.untold: set[bytes] = set()
        self.met: Counter[str] = Counter()

    def live(
        self,
        fate: Fate | None,
        dies_after_s: float | None = None,
        calls: int = CALLS_A_LIFE,
        strike: Callable[[], None] | None = None,
    ) -> bool:
        """One life of the house; did it die before its calls were done? `strike` hits something else than the house."""
        life = Life(self.work, self.where, fate)
        assert life.line.recv_bytes() == b"ready"
        killer = threading.Timer(dies_after_s, strike or life.process.kill) if dies_after_s is not None else None
        if killer:
            killer.start()
        try:
            for _ in range(calls):
                self.call(life.line)
            return False
        except (EOFError, OSError):
            return True
        finally:
            if killer and strike:
                killer.join()
            elif killer:
                killer.cancel()
            life.end()

    def call(self, line: Connection) -> None:
        """Riders board, readers send what has no receipt yet, in any order, some of it twice; some answers get lost."""
        for bus in self.buses:
            bus.ride(self.rng.randint(1, 4))
        batches = [(bus, sealed) for bus in self.buses for sealed in bus.uplink.batches()]
        batches += self.rng.sample(batches, len(batches) // 4)
        self.rng.shuffle(batches)
        self.sent.update(sealed for _, sealed in batches)
        line.send([sealed for _, sealed in batches])
        for bus, sealed in batches:
            kind, digest, receipt = said(line)
            assert digest == digest_of(sealed), "answers come in the order of the call"
            if kind is AnswerKind.RETRY and self.may_wait:
                self.met["told to come again"] += 1
                continue
            assert kind in (AnswerKind.ACCEPTED, AnswerKind.DUPLICATE), kind
            assert self.receipts.setdefault(digest, receipt) == receipt, "the same batch got two receipts"
            self.met[kind.name] += 1
            if self.rng.random() < 0.9:
                bus.uplink.receive(receipt)

    def look(self) -> None:
        """After a death: every receipt that was said is honoured, and nothing is half done."""
        with Store.open(self.where, environment=HERE) as store:
            look(store, but=("I8",))  # what a reader still has is a gap until it comes
            for digest, receipt in self.receipts.items():
                found = store.find_digest(digest)
                assert isinstance(found, tuple), f"receipted, and not in the log: {digest.hex()}"
                assert found[1] == receipt
                assert isinstance(found[0], Kept)
                assert found[0].position == open_receipt(receipt, RING.receipt_public(), HERE).position
            assert contents(store) <= self.sent
            self.untold |= {kept.digest for kept in store.log()} - self.receipts.keys()
            self.met["kept and not told"] = len(self.untold)

    def come_to_rest(self, folder: Path) -> None:
        """Nobody dies any more. The end is the end of a day without crashes."""
        while any(bus.uplink.batches() for bus in self.buses):
            assert not self.live(None, calls=1)
        with Store.open(self.where, environment=HERE) as store, open_books(folder / "calm.db") as calm:
            look(store)
            Intake(calm, RING, HERE).take(sorted(self.sent), NOON_US)
            look(calm)
            assert contents(store) == contents(calm) == self.sent
            assert gaps(store) == gaps(calm) == []
            through = {kept.device: 0 for kept in store.log()}
            for kept in store.log():
                through[kept.device] = max(through[kept.device], kept.last_seq)
        assert through == {bus.device: bus.tapped for bus in self.buses}
        assert [len(bus.journal.unsent()) for bus in self.buses] == [0] * len(self.buses)
        for bus in self.buses:
            bus.file.close()


def crash_house(folder: Path, kills: int, seed: int) -> Counter[str]:
    """Kill a clearing house so many times, half of them at named points and half at any moment; what was met on the way."""
    house = House(folder, seed)
    for turn in range(kills):
        if turn % 2:
            point = HOUSE_POINTS[turn // 2 % len(HOUSE_POINTS)]
            fate, after_s = Fate(point, house.rng.randint(1, 12)), None
        else:
            point, fate, after_s = "any moment", None, house.rng.uniform(0, LIFE_S)
        house.met[f"killed: {point}"] += house.live(fate, after_s)
        house.look()
    house.come_to_rest(folder)
    house.met["batches"] = len(house.sent)
    return house.met


class Street:
    """A reader that loses its power, and an office that remembers everything it was ever told."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.rng, self.medium = random.Random(seed), folder / "reader.journal"
        self.store = open_books(folder / "office.db")
        self.intake = Intake(self.store, RING, HERE)
        self.written: dict[int, bytes] = {}
        self.begun: dict[int, set[bytes]] = {}
        self.met: Counter[str] = Counter()

    def live(self, turn: int) -> None:
        """From power on to power off. The card numbers of each life are its own, so no two taps are alike."""
        keeps = self.rng.choice([0, 1_000, self.rng.randint(0, 999)])
        life = Life(lives.reader, self.medium, turn << 20, self.rng.randint(1, 60), keeps)
        with suppress(EOFError, OSError):
            while True:
                what, told = life.line.recv()
                if what == "batches":
                    life.line.send(self.take(told))
                else:
                    self.hear(what, np.frombuffer(told, TAP))
        life.end()
        self.met["killed: inside a write of the journal"] += 1

    def hear(self, what: str, taps: np.ndarray) -> None:
        """A tap is about to be written, or was."""
        for tap in taps:
            seq = int(tap["seq"])
            self.begun.setdefault(seq, set()).add(tap.tobytes())
            if what == "tapped":
                assert self.written.setdefault(seq, tap.tobytes()) == tap.tobytes(), f"number {seq} was used twice"

    def take(self, batches: list[bytes]) -> list[bytes]:
        """The office's receipts, some of which get lost on the way."""
        answers = self.intake.take(batches, NOON_US)
        for sealed, answer in zip(batches, answers, strict=True):
            assert answer.kind in (AnswerKind.ACCEPTED, AnswerKind.DUPLICATE), f"{answer.kind} {answer.reason}"
            self.met[answer.kind.name] += 1
            for tap in open_sealed(sealed, RING.device_public, HERE).taps:
                assert self.written.setdefault(int(tap["seq"]), tap.tobytes()) == tap.tobytes(), (
                    "sent with other content"
                )
        return [answer.receipt for answer in answers if answer.receipt and self.rng.random() < 0.7]

    def look(self) -> None:
        """After a death: the journal opens, and what was written and is not receipted is in it."""
        with self.medium.open("r+b") as file:
            journal = Journal(file, JOURNAL_TAPS)
            left = {int(tap["seq"]): tap.tobytes() for tap in journal.unsent()}
            receipted = journal.receipted.last_seq
        for seq, tap in self.written.items():
            assert seq <= receipted or left[seq] == tap, f"tap {seq} was written down and is gone"
        for seq, tap in left.items():
            assert tap in self.begun[seq], f"tap {seq} is nobody's"
            self.met["written and not told"] += seq not in self.written
            self.written.setdefault(seq, tap)

    def come_to_rest(self) -> None:
        """What is left is sent; then every tap that was written stands in the log, and there is no hole."""
        with self.medium.open("r+b") as file:
            uplink = Uplink(Sam(RING, 1), Journal(file, JOURNAL_TAPS), 1, 1, HERE)
            while batches := uplink.batches():
                for receipt in self.take(batches):
                    uplink.receive(receipt)
        look(self.store)
        kept = [tap for sealed in contents(self.store) for tap in open_sealed(sealed, RING.device_public, HERE).taps]
        assert {int(tap["seq"]): tap.tobytes() for tap in kept} == self.written
        assert sorted(self.written) == list(range(1, len(self.written) + 1))
        self.met["taps"] = len(self.written)
        self.store.close()


def crash_reader(folder: Path, kills: int, seed: int) -> Counter[str]:
    """Cut a reader's power so many times inside the writes of its journal; what was met on the way."""
    street = Street(folder, seed)
    for turn in range(1, kills + 1):
        street.live(turn)
        street.look()
    street.come_to_rest()
    return street.met
