"""Replay: the same books once more, from what came in and from nothing that was made of it.

Registers are taken over as they stand, deliveries and acts in their order and with their times, and each date is closed where
it was closed. Then log, answers, receipts, days, statements and payment files have to be the same bytes.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby, zip_longest
from pathlib import Path
from typing import Any

from afc.answers import AnswerKind
from afc.batch import digest_of
from afc.refusal import Refused
from clearing import manifest
from clearing.close import close_day
from clearing.complete import AS_IT_IS, Order, begin
from clearing.decision import Decision
from clearing.house import ISSUED, PACKS, House
from clearing.intake import Intake
from clearing.lost import range_of, waive
from clearing.registering import carry_out, change_of, without
from clearing.release import release
from clearing.ruling import enact
from clearing.settle import settle_day
from clearing.store import Act, Adoption, Answered, Quarantined, Said, Store, Waiver
from clearing.turns import BANK_SIDE, repeat_turns

Told = Callable[[date], None]
Turn = Act | Waiver | Adoption


def replay(source: House, target: House, run: Any = map, told: Told = lambda _: None) -> list[str]:
    """Rebuild the books of `source` in `target`, which are new; what differs, first of all what cannot be repeated."""
    for one in source.earlier:
        one.read()  # an edition that is gone is told before anything is begun
    damaged = list(_damaged(source.store))
    if damaged:
        return damaged
    try:
        with target.store.closing():
            _rebuild(source, target, run, told)
    except Refused as refused:
        return [*differences(source, target), f"replay stopped: {refused}"]
    return list(differences(source, target))


def _rebuild(source: House, target: House, run: Any, told: Told) -> None:
    """Deliveries, acts and closes, each in its turn."""
    _take_over_registers(source, target)
    intake = Intake(target.store, target.ring, target.ring.environment)
    desk, acts, kept = _Desk(source, target, run, told), _turns(source.store), _Kept(source.store)
    for number, received_us, lines in _deliveries(source.store):
        while acts and acts[0].delivery < number:
            desk.close(acts)
            desk.act(acts.pop(0))
        desk.close(acts)
        intake.repeat([kept.line(line) for line in lines], received_us)
    while acts:
        desk.close(acts)
        desk.act(acts.pop(0))
    desk.close([])
    desk.rule()


def differences(source: House, target: House) -> Iterator[str]:
    """Whatever is not the same in both, the evidence first."""
    yield from _apart("answer", source.store.submissions(), target.store.submissions())
    yield from _apart("receipt", source.store.given_receipts(), target.store.given_receipts())
    yield from _apart("kept aside", _aside(source.store), _aside(target.store))
    yield from _apart("log", source.store.log(), target.store.log())
    yield from _apart("act", source.store.acts(), target.store.acts())
    yield from _apart("waiver", source.store.waivers(), target.store.waivers())
    yield from _apart("adoption", source.store.adoptions(), target.store.adoptions())
    yield from _apart("key act", source.store.key_acts(), target.store.key_acts())
    yield from _apart("ruling", source.store.rulings(), target.store.rulings())
    yield from _apart("request", *(list(house.store.requests().items()) for house in (source, target)))
    ours, theirs = ([day for day in house.store.days() if day.state == "closed"] for house in (source, target))
    yield from _apart("day", ours, theirs)
    for what, rows in BANK_SIDE.items():
        yield from _apart(what, rows(source.store), rows(target.store))
    for day in ours:
        files = [told.file for told in source.store.statements(day.clearing_date)]
        yield from _files_apart("statement", source, target, files)
        yield from _files_apart("manifest", source, target, [str(manifest.file_of(day.clearing_date))])
    yield from _files_apart("payment file", source, target, [one.file for one in source.store.settlements()])


class _Kept:
    """The bytes behind a delivery's lines."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._aside = {row.digest: row.content for row in store.quarantined() if not row.seq}

    def line(self, line: Answered) -> bytes | Said:
        """What was handed over; of what was rejected, only the answer is left."""
        if AnswerKind[line.answer] in (AnswerKind.REJECTED, AnswerKind.RETRY):
            return Said(line.digest, line.answer, line.reason, None)
        if line.position is None:
            return self._aside[line.digest]
        return next(sealed for _, sealed in self._store.accepted(line.position, line.position))


def _damaged(store: Store) -> Iterator[str]:
    """Evidence that is no longer what it was taken as: nothing can be rebuilt from it."""
    names = {kept.position: kept.digest for kept in store.log()}
    for position, sealed in store.accepted(1, max(names, default=0)):
        if digest_of(sealed) != names[position]:
            yield f"log: the bytes at position {position} were changed"
    for row in store.quarantined():
        if not row.seq and digest_of(row.content) != row.digest:
            yield f"kept aside: the bytes of {row.digest.hex()} were changed"
    known = {row.digest for row in store.quarantined()} | set(names.values())
    for said in store.submissions():
        lost = said.digest not in known and AnswerKind[said.answer].receipted
        if lost:
            yield f"answer: the bytes behind line {said.line} of delivery {said.delivery} are gone"


def _take_over_registers(source: House, target: House) -> None:
    store = target.store
    parties, devices = without(source.store, source.store.adoptions())
    with store.begin():
        store.register_parties(parties)
        store.register_devices(devices)
        store.register_scheme_keys(source.store.scheme_keys())
        store.register_key_acts(source.store.key_acts())
        store.register_editions(source.store.editions(), source.store.edition_acts())
        store.register_commands(source.store.epoch_orders(), source.store.revocations())
        for file in source.store.card_files():
            store.register_cards(file)
    shutil.copytree(source.detail(ISSUED), target.detail(ISSUED))
    if (source.folder / PACKS).is_dir():
        shutil.copytree(source.folder / PACKS, target.folder / PACKS)


def _deliveries(store: Store) -> Iterator[tuple[int, int, list[Answered]]]:
    """Number, moment and lines of each delivery."""
    moments = {number: received_us for number, received_us, _ in store.deliveries()}
    for number, lines in groupby(store.submissions(), key=lambda said: said.delivery):
        yield number, moments[number], list(lines)


def _turns(store: Store) -> list[Turn]:
    """Acts, waivers and adoptions in the order in which they happened. An act makes the position that it names; the others
    only say how far the log was, so they come after the act of that position and before that of the next."""
    turns: list[Turn] = [*store.acts(), *store.waivers(), *store.adoptions()]
    return sorted(turns, key=lambda one: (one.delivery, one.position, *_after_an_act(one), one.number))


def _after_an_act(one: Turn) -> tuple[bool, int]:
    return (False, 0) if isinstance(one, Act) else (True, one.closings)


class _Desk:
    """The target's dates and acts, each in its turn."""

    def __init__(self, source: House, target: House, run: Any, told: Told) -> None:
        self._source, self._run, self._told = source, run, told
        self._target = source.under(0)._replace(store=target.store, folder=target.folder)
        self._dates = [day for day in source.store.days() if day.state == "closed"]
        self._closed, self._rulings = 0, source.store.rulings()
        self._refs = {number: ref for ref, number in source.store.requests().items()}
        self._consents = source.store.find_consent

    def close(self, turns: Sequence[Turn]) -> None:
        """Close every date whose last batch has come, but none that was closed after the next waiver or adoption."""
        following = next((one for one in turns if not isinstance(one, Act)), None)
        until = following.closings if following else len(self._dates)
        for day in self._dates[self._closed : until]:
            if day.through_position > self._target.store.high()[0]:
                return
            self._told(day.clearing_date)
            self.rule(day.clearing_date.isoformat())
            order = self._order(day.clearing_date)
            closed = close_day(self._target, day.clearing_date, self._run, order)
            settle_day(self._target, closed, self._run, order)
            repeat_turns(self._source.store, self._target, day.clearing_date)
            self._closed += 1
        if isinstance(following, Adoption):
            self._begin(following)

    def _begin(self, adoption: Adoption) -> None:
        """A date that began to close before more came in, and before another pack was adopted, begins again there."""
        for day in self._dates[self._closed : self._closed + 1]:
            if day.through_position <= min(self._target.store.high()[0], adoption.position - 1):
                begin(self._target, day.clearing_date, self._order(day.clearing_date))

    def rule(self, before: str = "~") -> None:
        """Ask again for every ruling of which a date's close knew; in the end for all that are left."""
        while self._rulings and self._rulings[0].after_date < before:
            ruling = self._rulings.pop(0)
            decision = Decision(ruling.first, ruling.second, ruling.because)
            asked, ref = ruling.decided["asked"], self._refs.get(ruling.number, "")
            enact(self._target, ruling.kind, ruling.subject, asked, decision, ruling.at_us, ref)

    def _order(self, day: date) -> Order:
        """Who had to consent to a close of an incomplete date does so again."""
        consent = self._consents(day)
        if consent is None:
            return AS_IT_IS
        return Order(consent.at_us, True, Decision(consent.first, consent.second, consent.because))

    def act(self, one: Turn) -> None:
        """Let the same people do the same."""
        store, decision = self._target.store, Decision(one.first, one.second, one.because)
        if isinstance(one, Adoption):
            with store.begin():
                carry_out(store, change_of(one))
                store.adopt(one)
            self._target = self._source.under(one.number)._replace(store=store, folder=self._target.folder)
        elif isinstance(one, Waiver):
            waive(store, range_of(one), decision, one.at_us)
        else:
            release(store, self._target.ring, one.digest, decision, one.at_us)


def _aside(store: Store) -> list[Quarantined]:
    return sorted(store.quarantined(), key=lambda row: (row.seq != 0, row.device, row.epoch, row.seq, row.digest))


def _apart(what: str, ours: Iterable[tuple[Any, ...]], theirs: Iterable[tuple[Any, ...]]) -> Iterator[str]:
    """The first row that is not the same in both."""
    for number, (one, other) in enumerate(zip_longest(ours, theirs), start=1):
        if one is None or other is None:
            yield f"{what}: there is {'no' if other is None else 'a'} number {number} in the rebuilt books"
            return
        if one != other:
            apart = [i for i in range(len(one)) if one[i] != other[i]]
            names = getattr(one, "_fields", range(len(one)))
            told = ", ".join(f"{names[i]} was {_word(one[i])} and is {_word(other[i])}" for i in apart)
            yield f"{what} {', '.join(f'{names[i]} {_word(one[i])}' for i in (0, 1) if i not in apart)}: {told}"
            return


def _word(value: Any) -> str:
    """Bytes by their digest if they are long."""
    if isinstance(value, bytes):
        return value.hex() if len(value) <= 32 else f"sha256 {hashlib.sha256(value).hexdigest()[:16]}…"
    return str(value)


def _files_apart(what: str, source: House, target: House, files: Iterable[str]) -> Iterator[str]:
    for name in files:
        ours, theirs = (_bytes(house.folder / name) for house in (source, target))
        if ours != theirs:
            yield f"{what}: {name} has other bytes"
            return


def _bytes(path: Path) -> bytes:
    """A file's bytes; a statement's spreadsheets go with it."""
    sheets = (path.with_suffix(".csv"), path.with_suffix(".repriced.csv"))
    parts = [one.read_bytes() if one.is_file() else b"" for one in (path, *sheets)]
    return b"\0".join(parts)


def refuse_not_empty(target: House) -> None:
    """Books are rebuilt in an empty place, or what is compared is not what was rebuilt."""
    if target.store.parties() or target.folder.joinpath("detail").exists():
        cure = "Name a file in an empty folder."
        raise Refused("BOOKS_EXIST", "there are books already", where=str(target.folder), cure=cure)
