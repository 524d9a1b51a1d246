"""The form of a settlement scenario: a town, cards, steps in their order, and what is expected in the end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, Field, StrictInt

from afc.moment import local_us
from afc.pack.form import Finding, Form, Known, wrong
from afc.pack.words import Id, Money, Text
from afc.refusal import Refused

TOWN = "town"
"""The name of the small town that `afc city new` begins with."""


def _moment(text: str) -> str:
    from zoneinfo import ZoneInfo

    try:
        local_us(text, ZoneInfo("UTC"))
    except Refused as refused:
        raise wrong(refused.code, refused.what, 'Write it as "2026-03-04 23:30".') from None
    return text


Moment = Annotated[str, AfterValidator(_moment)]


class Change(Form):
    """Something that is otherwise in this town's pack."""

    file: Text
    """The file of the pack."""
    add: str | None = None
    """Text that is written at its end."""
    old: str | None = None
    """Text that stands there once,"""
    new: str | None = None
    """and what stands there instead."""
    version: Id | None = None
    """A [[version]] that is written once more at the end,"""
    called: Id | None = None
    """under this id,"""
    from_: date | None = Field(default=None, alias="from")
    """in force from this date on,"""
    swap: tuple[tuple[str, str], ...] = ()
    """with these texts in place of those."""

    def checks(self, known: Known) -> Iterable[Iterable[Finding]]:
        return (self._one(),)

    def _one(self) -> Iterable[Finding]:
        ways = {"add": self.add is not None, "old": self.old is not None, "version": self.version is not None}
        if sum(ways.values()) != 1:
            yield Finding(
                (), "CHANGE_UNCLEAR", "a change is `add`, or `old` and `new`, or `version`", "Write one of them."
            )
        if ways["old"] and self.new is None:
            yield Finding(("old",), "CHANGE_UNCLEAR", "`old` without `new`", "Say what stands there instead.")
        if ways["version"] and (self.called is None or self.from_ is None):
            yield Finding(("version",), "CHANGE_UNCLEAR", "`version` needs `called` and `from`", "Give id and date.")


class Card(Form):
    """A card as its issuer gave it out."""

    number: Annotated[StrictInt, Field(ge=1)]
    """Its number."""
    balance: StrictInt = 0
    """Minor units on it."""
    rider: Id | None = None
    """The rider category. Default the pack's first."""
    medium: Id | None = None
    """The medium. Default the pack's first."""
    attributes: tuple[str, ...] = ()
    """Flags that it carries."""
    product: Id | None = None
    """The pass on it."""


class Step(Form):
    """One thing that happens."""

    say: Text | None = None
    """A word to whoever reads the story."""
    card: Annotated[StrictInt, Field(ge=1)] | None = None
    """The card that rides,"""
    on: date | None = None
    """on this service date,"""
    rides: Annotated[tuple[str, ...], Field(min_length=1)] | None = None
    """like this: "08:00 rail mill > town-hall 08:09", one text a leg."""
    tariff: Id | None = None
    """From now on readers charge by this version, whatever its date."""
    readers: tuple[str, ...] = ()
    """These readers only: "bus 10", or a station."""
    bring: tuple[str, ...] | None = None
    """Readers that report what they hold; an empty list is all of them."""
    but: tuple[str, ...] = ()
    """Readers that do not."""
    lose: Annotated[tuple[str, ...], Field(min_length=1)] | None = None
    """Readers that lose for good what they hold."""
    pack: Annotated[tuple[Change, ...], Field(min_length=1)] | None = None
    """Somebody writes the town's pack otherwise. It counts once it is adopted: `do = "clearing adopt --from 2026-03-05"`."""
    file: Text | None = None
    """A file that somebody writes, below the folder of the play,"""
    text: str | None = None
    """and what is in it."""
    do: Text | None = None
    """A command of afc, without --db and --json."""
    by: Text | None = None
    """Who does it,"""
    second: Text | None = None
    """who has looked as well,"""
    because: Text | None = None
    """and why."""
    at: Moment | None = None
    """When, by the town's clock. Default when the step before happened."""
    refused: Text | None = None
    """The name of the refusal that the command has to meet."""
    exit: Annotated[StrictInt, Field(ge=0)] | None = None
    """The exit code that it has to end with. Default 0, and 3 where it is refused."""
    find: Mapping[str, Any] | None = None
    """A row of its answer has all of these values."""

    def checks(self, known: Known) -> Iterable[Iterable[Finding]]:
        return self._one(), self._rider()

    def kind(self) -> str:
        """What happens: rides, tariff, bring, lose, pack, file or do."""
        kinds = ("rides", "tariff", "bring", "lose", "pack", "file", "do")
        found = [name for name in kinds if getattr(self, name) is not None]
        return found[0] if len(found) == 1 else ""

    def _one(self) -> Iterable[Finding]:
        if not self.kind():
            cure = "Write one of them; put what happens next into the next step."
            yield Finding(
                (), "STEP_UNCLEAR", "a step is `rides`, `tariff`, `bring`, `lose`, `pack`, `file` or `do`", cure
            )

    def _rider(self) -> Iterable[Finding]:
        if self.rides is not None and (self.card is None or self.on is None):
            yield Finding(
                ("rides",), "STEP_UNCLEAR", "`rides` needs `card` and `on`", "Say who rides, and on what date."
            )


class Expect(Form):
    """Something that has to be so in the end."""

    account: Text | None = None
    """An account of the ledger, "payable:town-bus","""
    balance: StrictInt | None = None
    """and its balance in minor units: debits above zero."""
    statement: Id | None = None
    """The statement of this party,"""
    day: date | None = Field(default=None, alias="date")
    """of this clearing date; of a card the service date."""
    line: Text | None = None
    """The kind of its lines that are added up. Default all of them."""
    about: date | None = None
    """Only lines about this service date."""
    service: Id | None = None
    """Only lines of this service."""
    minor: StrictInt | None = None
    """What these lines bring the party, in minor units."""
    quantity: StrictInt | None = None
    """How many they count."""
    card: Annotated[StrictInt, Field(ge=1)] | None = None
    """A card,"""
    fare: Money | None = None
    """and what its journeys of `date` come to, in minor units."""
    ask: Text | None = None
    """A question to the books: a command of afc, without --db and --json."""
    find: Mapping[str, Any] | None = None
    """A row of its answer has all of these values."""
    never: Mapping[str, Any] | None = None
    """No row of its answer has all of these values."""
    rows: Annotated[StrictInt, Field(ge=0)] | None = None
    """The answer has so many rows; with `find`, so many of them."""
    exit: Annotated[StrictInt, Field(ge=0)] | None = None
    """The exit code of the question. Default any."""

    def checks(self, known: Known) -> Iterable[Iterable[Finding]]:
        return (self._whole(),)

    def kind(self) -> str:
        """What is looked at: account, statement, card or ask."""
        found = [name for name in ("account", "statement", "card", "ask") if getattr(self, name) is not None]
        return found[0] if len(found) == 1 else ""

    def _whole(self) -> Iterable[Finding]:
        needs = {
            "account": self.balance is not None,
            "statement": self.day is not None and (self.minor is not None or self.quantity is not None),
            "card": self.day is not None and self.fare is not None,
            "ask": any(one is not None for one in (self.find, self.never, self.rows, self.exit)),
            "": False,
        }
        if not needs[self.kind()]:
            cure = "`account` with `balance`, `statement` with `date` and `minor` or `quantity`, `card` with `date` and `fare`,"
            yield Finding(
                (), "EXPECT_UNCLEAR", "this expects nothing", f"{cure} or `ask` with `find`, `never` or `rows`."
            )


class Story(Form):
    """The whole file."""

    name: Id
    """What it is called."""
    about: Text
    """What it shows, in a sentence."""
    city: Text = TOWN
    """A pack's name or folder. Default the small town of `afc city new`."""
    zone: Text = "UTC"
    """The clock of that town."""
    start: date
    """The first service date."""
    pack: tuple[Change, ...] = ()
    """What is otherwise in this town."""
    card: Annotated[tuple[Card, ...], Field(min_length=1)]
    """The cards."""
    step: Annotated[tuple[Step, ...], Field(min_length=1, max_length=1000)]
    """What happens, in its order."""
    expect: Annotated[tuple[Expect, ...], Field(min_length=1)]
    """What has to be so in the end."""
