"""A story from its first step to what is expected in the end, with real readers, real batches and the commands themselves."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from afc.city import load_city
from afc.keys import KeyRing, sim_environment
from afc.moment import local_us
from afc.moment import show as moment
from afc.refusal import Refused
from clearing.audit import audit
from clearing.house import BOOKS
from sim.found import found
from sim.houses import Deed, open_books
from sim.play.desk import options_of, say
from sim.play.files import Written
from sim.play.look import TOLD_MAX, Outcome, look, shown, some
from sim.play.schema import Step
from sim.play.street import Street
from sim.play.town import lay_out, rewrite
from sim.play.words import read_words

SEED = 7
NOON = "12:00"


class Played(NamedTuple):
    """A story that was played: its steps in words, what was expected, and where it lies."""

    name: str
    about: str
    steps: tuple[str, ...]
    outcomes: tuple[Outcome, ...]
    folder: Path

    @property
    def ok(self) -> bool:
        """Did everything come as expected?"""
        return all(one.ok for one in self.outcomes)


class Play:
    """A story in a folder of its own."""

    def __init__(self, written: Written, folder: Path) -> None:
        story = self.story = written.story
        self.written, self.folder = written, folder
        name = lay_out(written, folder / story.city if story.city == "town" else folder / "pack")
        self.city = load_city(name)
        self.pack, self.editions = Path(name), [self.city]
        ring = KeyRing.from_seed(SEED, sim_environment(self.city.id))
        self.street = Street(self.city, ring, story, SEED)
        self.db = str(folder / "house" / BOOKS)
        found(self.db, self.city, Deed(name, SEED, story.start), self.street.cards.copy())
        self.now = f"{story.start} {NOON}"
        self.outcomes: list[Outcome] = []

    def through(self) -> Played:
        """Every step, then what is expected, then an audit of the books."""
        told = [self.step(number, step) for number, step in enumerate(self.story.step)]
        with open_books(self.db, "") as books:
            expected = enumerate(self.story.expect)
            self.outcomes += [look(books.house, self.db, one, self.written.where("expect", i)) for i, one in expected]
            bad = [one for one in audit(books.house.store, books.house.ring.receipt_public()) if not one.ok]
            bad = [one for one in bad if one.invariant != "I8"]  # what never came is part of many stories
        wrong = "; ".join(f"{one.invariant} {one.name}: {one.first_offender}" for one in bad)
        where, command = str(self.written.path), f"afc clearing audit --db {self.db}"
        self.outcomes.append(Outcome(where, "an audit of the books", "", wrong, command))
        return Played(self.story.name, self.story.about, tuple(told), tuple(self.outcomes), self.folder)

    def step(self, number: int, step: Step) -> str:
        """One step; a refusal says at which line of the story it is."""
        where = self.written.where("step", number)
        self.now = step.at or self.now
        ways: dict[str, Callable[[Step, str], str]] = {
            "rides": self.rides, "tariff": self.tariff, "bring": self.bring, "lose": self.lose, "pack": self.edit,
            "file": self.file, "do": self.do,
        }  # fmt: skip
        try:
            told = ways[step.kind()](step, where)
        except Refused as refused:
            raise Refused(refused.code, refused.what, where=refused.where or where, cure=refused.cure) from None
        return f"{step.say}: {told}" if step.say else told

    def rides(self, step: Step, where: str) -> str:
        """A card's way; where the clerk wrote a price, it has to be that."""
        assert step.rides is not None
        assert step.card is not None
        assert step.on is not None
        paid = []
        for text in step.rides:
            leg = read_words(text, where)
            paid.append(self.street.go(step.card, step.on, leg))
            price = getattr(leg, "price", None)
            if price is not None:
                self.outcomes.append(Outcome(where, f"card {step.card}: {text}", str(price), str(paid[-1]), where))
        return f"{step.on}  card {step.card}  {'; '.join(step.rides)}  took {', '.join(map(str, paid))}"

    def tariff(self, step: Step, where: str) -> str:
        """Readers are told to charge by another version."""
        self.street.command(str(step.tariff), step.readers)
        return f"readers {', '.join(step.readers) or 'everywhere'} charge by {step.tariff}"

    def bring(self, step: Step, where: str) -> str:
        """Readers report; every batch has to be accepted."""
        files = self.street.report(step.bring or (), step.but, self.folder / "batches")
        if not files:
            raise Refused("NOTHING_HELD", "these readers hold nothing that has not been brought")
        at = self.moment()
        said = say(f"clearing ingest {' '.join(map(str, files))}", self.db, **{"received-at": at})
        accepted, came = f"{len(files)} accepted", said.text
        if said.data:
            came = ", ".join(f"{count} {kind.lower()}" for kind, count in said.data["counts"].items() if count)
        look_at = f"afc clearing quarantine list --db {self.db}"
        self.outcomes.append(Outcome(where, "batches that came in", accepted, came, look_at))
        return f"{at}  {accepted}: {', '.join(path.stem for path in files)}"

    def lose(self, step: Step, where: str) -> str:
        """What readers hold is gone."""
        return f"{', '.join(step.lose or ())} lost {self.street.lose(step.lose or ())} taps"

    def edit(self, step: Step, where: str) -> str:
        """Somebody writes the pack otherwise."""
        for change in step.pack or ():
            rewrite(self.pack, change, where)
        return f"wrote {', '.join(dict.fromkeys(change.file for change in step.pack or ()))}"

    def file(self, step: Step, where: str) -> str:
        """Somebody writes a file."""
        path = self.folder / str(step.file)
        if not path.resolve().is_relative_to(self.folder.resolve()):
            raise Refused("PATH_OUTSIDE", f"{step.file} lies outside of the play", cure="Name a file without a path.")
        path.write_text(step.text or "", "utf-8")
        return f"wrote {step.file}"

    def do(self, step: Step, where: str) -> str:
        """A command; it has to be refused, or to end, as the story says."""
        command = str(step.do).replace("{folder}", str(self.folder))
        at = self.moment() if self.takes_time(command) else None
        said = say(command, self.db, by=step.by, second=step.second, because=step.because, at=at)
        wanted = step.refused or f"exit code {step.exit or 0}"
        came = said.refusals[0] if step.refused and said.refusals else f"exit code {said.code}"
        told = came if came == wanted else f"{came} {said.text}".rstrip()
        if isinstance(said.data, dict) and said.data.get("adopted"):
            self.editions.append(load_city(self.pack))
            self.street.go_on(self.editions)
        self.outcomes.append(Outcome(where, f"afc {command}", wanted, told, f"afc {command} --db {self.db}"))
        if step.find is not None:
            row = f"a row with {shown(step.find)}"
            got = row if some(said.data, step.find) else json.dumps(said.data, ensure_ascii=False)[:TOLD_MAX]
            self.outcomes.append(Outcome(where, f"afc {command}", row, got, f"afc {command} --db {self.db}"))
        who = f" by {step.by} and {step.second}" if step.by and step.second else ""
        return f"{at or self.now}  afc {command}{who}: {told}"

    def takes_time(self, command: str) -> bool:
        """Does the command ask for the moment?"""
        return "at" in options_of(shlex.split(command))

    def moment(self) -> str:
        """The moment of a step as commands take it."""
        return moment(local_us(self.now, self.city.zone), self.city.zone)
