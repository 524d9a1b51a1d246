"""The tables of the clearing house, with the laws that the database itself keeps.

Every amount is whole minor units and every moment UTC microseconds, both as 64-bit integers; dates are ISO text; nothing
here is a float. The same checks hold on every database; what only one of them can say stands in `triggers`.
Columns that hold large bytes come last, so that reading the small ones never walks over them.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

from afc.answers import AnswerKind
from afc.keys import PURPOSES
from afc.limits import key_overlap_hours_max
from afc.moment import HOUR_US

SCHEMA_VERSION = 14
FOREVER_US = 2**63 - 1
GRACE_US = key_overlap_hours_max * HOUR_US
DEVICE_KINDS = ("bus", "gate", "kiosk", "vending", "top_up", "handheld", "gateway")
DAY_STATES = ("open", "closing", "closed")
ACTS = ("release",)
KEY_STEPS = ("revoke",)
NETTINGS = ("multilateral", "bilateral")
PAYMENTS = ("pay", "call")
TURNS = ("instruct", "file", "resolve", "default")
WAYS = ("retry", "write-off", "credit")
EDITIONS = ("denylist", "actions", "parameters")
EDITION_STEPS = ("approve", "canary", "all", "withdraw")
RULINGS = (
    "stop", "clock", "operator", "tariff", "split", "refund", "take_back", "dispute", "upheld", "rejected", "charge_back",
    "replace", "write_off", "expire", "settle",
)  # fmt: skip

metadata = MetaData()
INT = BigInteger().with_variant(Integer, "sqlite")  # a STRICT table knows INTEGER, and there it has 64 bits


def _int(name: str, *more: Any, **options: Any) -> Column[Any]:
    return Column(name, INT, *more, nullable=options.pop("nullable", False), **options)


TEXT = Text().with_variant(Text(collation="C"), "postgresql")  # compared and sorted by its bytes, as SQLite does


def _text(name: str, *more: Any, **options: Any) -> Column[Any]:
    return Column(name, TEXT, *more, nullable=False, **options)


def _bytes(name: str, *more: Any, **options: Any) -> Column[Any]:
    return Column(name, LargeBinary, *more, nullable=False, **options)


def _one_of(column: str, values: tuple[str, ...]) -> CheckConstraint:
    return CheckConstraint(f"{column} IN ({', '.join(repr(value) for value in values)})")


def _digest(column: str) -> CheckConstraint:
    return CheckConstraint(f"length({column}) = 32")


def _date(column: str) -> CheckConstraint:
    return CheckConstraint(f"length({column}) = 10")


def _table(name: str, *parts: Any, by_key: bool = False) -> Table:
    """A table; `by_key` where rows are small and lie in the order of a key of several columns, without another index."""
    return Table(name, metadata, *parts, sqlite_strict=True, sqlite_with_rowid=not by_key)


meta = _table(
    "meta",
    _int("id", CheckConstraint("id = 1"), primary_key=True, autoincrement=False),
    _int("schema_version"),
    _text("environment"),
    _text("city"),  # digest of the city pack under which the books were opened
    _int("registers"),  # rises with each change of a register, so that a reader knows when to look again
)

# -- registers ---------------------------------------------------------------------------------------------------------

party = _table(
    "party",
    _int("number", CheckConstraint("number >= 0"), primary_key=True, autoincrement=False),
    _text("id", unique=True),
    _text("name"),
    _text("roles"),  # words between spaces
    _text("iban"),
    _text("other"),  # an account number where the country has no IBAN
    _text("from_date"),  # the first and the last clearing date on which it is there, "" where there is none
    _text("until_date"),
    _text("merged_into"),  # who goes on with its work, readers and balance after its last date
)

device = _table(
    "device",
    _int("device", CheckConstraint("device >= 0"), primary_key=True, autoincrement=False),
    _int("from_us", primary_key=True, autoincrement=False),
    _int("to_us"),
    _int("operator", CheckConstraint("operator >= 0")),
    _int("vehicle", CheckConstraint("vehicle >= -1")),
    _int("service", CheckConstraint("service >= -1")),
    _int("stop", CheckConstraint("stop >= -1")),
    _text("kind", _one_of("kind", DEVICE_KINDS)),
    _bytes("public_key"),
    _text("brand"),  # its make, "" where nobody says
    _int("collector", CheckConstraint("collector >= -1")),  # the party that brings its taps in, -1: its operator
    _text("spot"),  # which door, lane or office
    _int("first_epoch", CheckConstraint("first_epoch >= 0")),  # every later one begins by an order
    CheckConstraint("to_us > from_us"),
    CheckConstraint("length(public_key) = CASE kind WHEN 'gateway' THEN 0 ELSE 32 END"),  # a gateway signs nothing
)

card_register = _table(
    "card_register",
    _text("date", _date("date"), primary_key=True),
    _text("issuer", primary_key=True),
    _bytes("digest", _digest("digest")),
    _text("path"),
    _int("shards", CheckConstraint("shards > 0")),
)

api_key = _table(
    "api_key",  # who may speak to the office over the network, by the digest of a secret that is nowhere here
    _text("id", primary_key=True),
    _int("party", ForeignKey("party.number")),
    _bytes("digest", _digest("digest"), unique=True),
    _int("from_us"),
    _int("to_us"),
    CheckConstraint("to_us > from_us"),
)

scheme_key = _table(
    "scheme_key",  # generations of the scheme's keys, by what they are for; the secrets are in the key store
    _text("purpose", _one_of("purpose", PURPOSES), primary_key=True),
    _int("version", CheckConstraint("version > 0"), primary_key=True),
    _int("from_us"),
    _int("to_us"),
    _int("grace_us", CheckConstraint("grace_us >= 0")),  # for how long after its end what comes in is still honoured
    CheckConstraint("to_us > from_us"),
)

key_act = _table(
    "key_act",  # two people took a generation of keys back; what arrives under it later waits for a person
    _text("purpose", primary_key=True),
    _int("version", CheckConstraint("version > 0"), primary_key=True),
    _text("step", _one_of("step", KEY_STEPS), primary_key=True),
    _text("first", CheckConstraint("length(first) > 0")),
    _text("second", CheckConstraint("length(second) > 0")),
    _text("because", CheckConstraint("length(because) > 0")),
    _int("at_us"),
    CheckConstraint("first <> second"),
)
adoption = _table(
    "adoption",  # two people let the books go on under another edition of the city pack
    _int("adoption", CheckConstraint("adoption > 0"), primary_key=True, autoincrement=False),
    _text("city", CheckConstraint("length(city) = 64")),  # digest of the pack that counts from `from_date` on
    _text("before", CheckConstraint("length(before) = 64")),
    _text("from_date", _date("from_date")),
    _text("registers"),  # JSON with sorted keys: the rows of parties and readers that came, changed and ended by it
    _text("first", CheckConstraint("length(first) > 0")),
    _text("second", CheckConstraint("length(second) > 0")),
    _text("because", CheckConstraint("length(because) > 0")),
    _int("at_us"),
    _int("delivery", CheckConstraint("delivery >= 0")),  # this and the next two: its turn among all that happened
    _int("position", CheckConstraint("position >= 0")),
    _int("closings", CheckConstraint("closings >= 0")),
    CheckConstraint("first <> second"),
    CheckConstraint("city <> before"),
)

# -- what the scheme tells its readers ---------------------------------------------------------------------------------

edition = _table(
    "edition",  # a version of a list or of the parameters, as somebody proposed it
    _text("kind", _one_of("kind", EDITIONS), primary_key=True),
    _int("version", CheckConstraint("version > 0"), primary_key=True, autoincrement=False),
    _int("changed", CheckConstraint("changed >= 0")),  # cards that it would change, of so many that were issued
    _int("issued", CheckConstraint("issued >= 0")),
    _text("canary"),  # the readers that take it first, numbers between spaces
    _text("by", CheckConstraint("length(by) > 0")),
    _text("because", CheckConstraint("length(because) > 0")),
    _int("at_us"),
    _bytes("content"),  # rows of a list; the fields of parameters as JSON
)

edition_act = _table(
    "edition_act",  # what was done about an edition, by whom and why; each step once
    _text("kind", primary_key=True),
    _int("version", primary_key=True, autoincrement=False),
    _text("step", _one_of("step", EDITION_STEPS), primary_key=True),
    _text("by", CheckConstraint("length(by) > 0")),
    _text("second"),  # for a withdrawal, which takes two at once
    _text("because", CheckConstraint("length(because) > 0")),
    _int("at_us"),
    _int("grace_us", CheckConstraint("grace_us >= 0")),  # for how long a withdrawn one is still honoured
    _bytes("message"),  # signed, as readers get it
    ForeignKeyConstraint(["kind", "version"], ["edition.kind", "edition.version"]),
    CheckConstraint("by <> second"),
)

epoch_order = _table(
    "epoch_order",  # a reader begins to count again; its epoch before ends at a number
    _int("device", primary_key=True, autoincrement=False),
    _int("epoch", CheckConstraint("epoch > 0"), primary_key=True, autoincrement=False),
    _int("closed_seq", CheckConstraint("closed_seq >= 0")),
    _int("lost_from", CheckConstraint("lost_from BETWEEN 0 AND closed_seq")),
    _text("first", CheckConstraint("length(first) > 0")),
    _text("second", CheckConstraint("length(second) > 0")),
    _text("because", CheckConstraint("length(because) > 0")),
    _int("at_us"),
    _int("position", CheckConstraint("position >= 0")),
    _int("closings", CheckConstraint("closings >= 0")),
    _bytes("message"),
    CheckConstraint("first <> second"),
)

revocation = _table(
    "revocation",  # a reader whose SAM is not believed: nothing that arrives later enters the log; where the log was
    _int("device", primary_key=True, autoincrement=False),
    _int("position", CheckConstraint("position >= 0")),
    _text("first", CheckConstraint("length(first) > 0")),
    _text("second", CheckConstraint("length(second) > 0")),
    _text("because", CheckConstraint("length(because) > 0")),
    _int("at_us"),
    CheckConstraint("first <> second"),
)

# -- evidence ----------------------------------------------------------------------------------------------------------

batch = _table(
    "batch",
    _int("position", CheckConstraint("position > 0"), primary_key=True, autoincrement=False),
    _bytes("digest", _digest("digest"), unique=True),
    _int("device"),
    _int("epoch", CheckConstraint("epoch >= 0")),
    _int("number", CheckConstraint("number > 0")),
    _int("first_seq", CheckConstraint("first_seq > 0")),
    _int("last_seq"),
    _int("count", CheckConstraint("count > 0")),
    _int("received_us"),
    _bytes("previous", _digest("previous")),
    _bytes("head", _digest("head")),
    _int("parameters", CheckConstraint("parameters >= 0")),  # the versions that its reader went by
    _int("lists", CheckConstraint("lists >= 0")),
    _bytes("sealed"),
    CheckConstraint("last_seq >= first_seq"),
    CheckConstraint("count <= last_seq - first_seq + 1"),
    UniqueConstraint("device", "epoch", "number"),
    UniqueConstraint("device", "epoch", "first_seq"),
)

receipt = _table("receipt", _int("position", ForeignKey("batch.position"), primary_key=True), _bytes("bytes"))

delivery = _table(
    "delivery",  # one call of a collector: what was handed over together
    _int("delivery", CheckConstraint("delivery > 0"), primary_key=True, autoincrement=False),
    _int("received_us"),
    _int("batches", CheckConstraint("batches > 0")),
)

submission = _table(
    "submission",  # every answer ever given, one row a sealed batch handed over
    _int("delivery", ForeignKey("delivery.delivery"), primary_key=True),
    _int("line", CheckConstraint("line > 0"), primary_key=True),
    _bytes("digest", _digest("digest")),
    _text("answer", _one_of("answer", tuple(kind.name for kind in AnswerKind))),
    _text("reason"),
    _int("position", ForeignKey("batch.position"), nullable=True),  # of the batch that an answer speaks of
    by_key=True,
)

quarantine = _table(
    "quarantine",  # bytes that are not money, kept as evidence; seq 0 is a whole batch
    _int("id", CheckConstraint("id > 0"), primary_key=True, autoincrement=False),
    _bytes("digest", _digest("digest")),
    _int("device"),
    _int("epoch"),
    _int("seq", CheckConstraint("seq >= 0")),
    _text("reason"),
    _text("detail"),
    _int("at_us"),
    _bytes("receipt"),  # what the sender was given for a whole batch; a single tap has none
    _bytes("content"),
    UniqueConstraint("digest", "seq"),
)

act = _table(
    "act",  # what two people decided about something that was kept aside, and why
    _int("act", CheckConstraint("act > 0"), primary_key=True, autoincrement=False),
    _text("kind", _one_of("kind", ACTS)),
    _bytes("digest", _digest("digest"), unique=True),
    _text("waived"),  # the doubts that these two answer for, words between spaces
    _text("first", CheckConstraint("length(first) > 0")),
    _text("second", CheckConstraint("length(second) > 0")),
    _text("because", CheckConstraint("length(because) > 0")),
    _int("at_us"),
    _int("delivery", CheckConstraint("delivery >= 0")),  # the last one before the act, so that a replay knows its turn
    _int("position", ForeignKey("batch.position"), unique=True),
    CheckConstraint("first <> second"),
)

ruling = _table(
    "ruling",  # what two people decided about facts or money; the next close after `after_date` acts on it
    _int("ruling", CheckConstraint("ruling > 0"), primary_key=True, autoincrement=False),
    _text("kind", _one_of("kind", RULINGS)),
    _text("subject", CheckConstraint("length(subject) > 0")),
    _text("facts"),  # JSON with sorted keys
    _text("first", CheckConstraint("length(first) > 0")),
    _text("second", CheckConstraint("length(second) > 0")),
    _text("because", CheckConstraint("length(because) > 0")),
    _int("at_us"),
    _text("after_date"),  # the newest date that had begun to close, "" before the first
    CheckConstraint("first <> second"),
)

ruling_ref = _table(
    "ruling_ref",  # the name that who asked for a ruling gave to the request, so that it may be sent again
    _text("ref", CheckConstraint("length(ref) > 0"), primary_key=True),
    _int("ruling", ForeignKey("ruling.ruling"), unique=True),
)

waiver = _table(
    "waiver",  # a range of a reader's numbers that two people declared lost
    _int("waiver", CheckConstraint("waiver > 0"), primary_key=True, autoincrement=False),
    _int("device"),
    _int("epoch", CheckConstraint("epoch >= 0")),
    _int("first_seq", CheckConstraint("first_seq > 0")),
    _int("last_seq"),
    _text("first", CheckConstraint("length(first) > 0")),
    _text("second", CheckConstraint("length(second) > 0")),
    _text("because", CheckConstraint("length(because) > 0")),
    _int("at_us"),
    _int("delivery", CheckConstraint("delivery >= 0")),  # this and the next two: its turn among all that happened
    _int("position", CheckConstraint("position >= 0")),
    _int("closings", CheckConstraint("closings >= 0")),
    CheckConstraint("first <> second"),
    CheckConstraint("last_seq >= first_seq"),
    UniqueConstraint("device", "epoch", "first_seq"),
)

asked = Table(
    "asked",  # the batches of one call, so that a call asks its questions once and not once a batch
    MetaData(),
    _int("device"),
    _int("epoch"),
    _int("first_seq"),
    _int("last_seq"),
    _int("number"),
    _bytes("digest"),
    prefixes=["TEMPORARY"],
    postgresql_on_commit="DELETE ROWS",
)

# -- books -------------------------------------------------------------------------------------------------------------

day = _table(
    "day",
    _text("clearing_date", _date("clearing_date"), primary_key=True),
    _text("state", _one_of("state", DAY_STATES)),
    _int("from_position"),
    _int("through_position"),
    _text("city"),  # digest of the city pack under which the day was closed
    _bytes("digest"),
    CheckConstraint("from_position > 0 AND through_position >= from_position - 1"),
    CheckConstraint("length(digest) = CASE state WHEN 'closed' THEN 32 ELSE 0 END"),
)

shard = _table(
    "shard",
    _text("clearing_date", ForeignKey("day.clearing_date"), primary_key=True),
    _int("shard", CheckConstraint("shard >= 0"), primary_key=True, autoincrement=False),
    _text("kind", primary_key=True),
    _text("file"),
    _bytes("digest", _digest("digest")),
    _int("rows", CheckConstraint("rows >= 0")),
)

shortfall = _table(
    "shortfall",  # numbers that had not come when a date was closed
    _text("clearing_date", ForeignKey("day.clearing_date"), primary_key=True),
    _int("device", primary_key=True, autoincrement=False),
    _int("epoch", primary_key=True, autoincrement=False),
    _int("first_seq", CheckConstraint("first_seq > 0"), primary_key=True, autoincrement=False),
    _int("last_seq"),
    _int("waiver", CheckConstraint("waiver >= 0")),  # 0: open
    CheckConstraint("last_seq >= first_seq"),
    by_key=True,
)

consent = _table(
    "consent",  # two people let a date be closed although taps of it may be missing
    _text("clearing_date", ForeignKey("day.clearing_date"), primary_key=True),
    _text("first", CheckConstraint("length(first) > 0")),
    _text("second", CheckConstraint("length(second) > 0")),
    _text("because", CheckConstraint("length(because) > 0")),
    _int("at_us"),
    CheckConstraint("first <> second"),
)

stage = _table(
    "stage",  # when a date came into a state, by the clock of whoever closed it; no digest covers it
    _text("clearing_date", ForeignKey("day.clearing_date"), primary_key=True),
    _text("state", _one_of("state", DAY_STATES), primary_key=True),
    _int("at_us"),
    by_key=True,
)

entry = _table(
    "entry",
    _int("entry", CheckConstraint("entry > 0"), primary_key=True, autoincrement=False),
    _bytes("identity", _digest("identity"), unique=True),
    _text("clearing_date", ForeignKey("day.clearing_date")),
    _text("service_date", _date("service_date")),
    _text("kind"),
    _text("cause"),
    _text("rule"),
    _text("service"),
    _text("product"),
    _int("quantity"),
    _bytes("digest", _digest("digest")),
    Column("reverses", LargeBinary, ForeignKey("entry.identity"), unique=True, nullable=True),
    UniqueConstraint("clearing_date", "service_date", "kind", "cause"),
)

posting = _table(
    "posting",
    _int("entry", ForeignKey("entry.entry"), primary_key=True),
    _int("line", CheckConstraint("line > 0"), primary_key=True),
    _text("account", CheckConstraint("length(account) > 0"), index=True),
    _int("minor", CheckConstraint("minor <> 0")),
    by_key=True,
)

statement = _table(
    "statement",
    _text("clearing_date", ForeignKey("day.clearing_date"), primary_key=True),
    _text("party", primary_key=True),
    _int("minor"),
    _text("file"),
    _bytes("digest", _digest("digest")),
)

settlement = _table(
    "settlement",  # one payment file: a cycle's, or one more for what came back of it
    _text("cycle", primary_key=True),
    _text("first_date", _date("first_date")),
    _text("last_date", _date("last_date")),
    _text("currency", CheckConstraint("length(currency) = 3")),
    _text("file"),  # empty where nobody is paid
    _bytes("digest", _digest("digest")),
    _text("message", unique=True),  # made from all that is settled, so that a bank knows the same file again
    _text("execution", _date("execution")),
    _text("netting", _one_of("netting", NETTINGS)),
    _text("keeper"),  # in whose name the account is: it neither pays itself nor is called
    CheckConstraint("last_date >= first_date"),
)

payment = _table(
    "payment",  # what the bank is told to pay, and what parties are called to pay in
    _text("end_to_end", CheckConstraint("length(end_to_end) BETWEEN 1 AND 35"), primary_key=True),
    _text("cycle", ForeignKey("settlement.cycle")),
    _text("party"),
    _int("minor", CheckConstraint("minor > 0")),
    _text("kind", _one_of("kind", PAYMENTS)),
    _text("counterparty"),  # the other one where two parties settle between them
    Column("replaces", TEXT, ForeignKey("payment.end_to_end"), unique=True, nullable=True),  # dead, and made once more
    UniqueConstraint("cycle", "party", "counterparty"),
)

bank_turn = _table(
    "bank_turn",  # what was done about the bank, in order, and after which clearing date
    _int("turn", CheckConstraint("turn > 0"), primary_key=True, autoincrement=False),
    _text("kind", _one_of("kind", TURNS)),
    _text("subject"),
    _text("after_date", _date("after_date")),
    _int("at_us"),
    UniqueConstraint("kind", "subject"),
)

bank_file = _table(
    "bank_file",  # what the bank said, with its bytes
    _int("turn", ForeignKey("bank_turn.turn"), primary_key=True, autoincrement=False),
    _text("form"),
    _text("name"),  # the bank's own id of it
    _int("closing", nullable=True),  # of a statement: what the account holds at its end
    _text("closing_date"),
    _bytes("digest", _digest("digest"), unique=True),
    _bytes("content"),
)

answer = _table(
    "answer",  # each thing that the bank said, and what was made of it
    _int("turn", ForeignKey("bank_file.turn"), primary_key=True),
    _int("line", CheckConstraint("line >= 0"), primary_key=True),
    _text("end_to_end"),
    _text("status"),
    _int("minor"),  # above zero came in, below zero went out
    _text("on_date", _date("on_date")),
    _text("reference"),
    _text("account"),
    _text("outcome"),
    _text("state"),  # of the payment from here on; empty where it stays what it was
    Column("entry", LargeBinary, ForeignKey("entry.identity"), nullable=True),
    by_key=True,
)

bank_break = _table(
    "bank_break",
    _int("number", CheckConstraint("number > 0"), primary_key=True, autoincrement=False),
    _text("kind"),
    _int("turn", ForeignKey("bank_turn.turn")),
    _int("line"),
    _text("end_to_end"),
    _text("party"),
    _int("minor"),  # what stands in suspense for it, debit above zero
    _text("since", _date("since")),
)

resolution = _table(
    "resolution",
    _int("number", ForeignKey("bank_break.number"), primary_key=True, autoincrement=False),
    _int("turn", ForeignKey("bank_turn.turn")),
    _text("way", _one_of("way", WAYS)),
    _text("party"),
    _text("first", CheckConstraint("length(first) > 0")),
    _text("second", CheckConstraint("length(second) > 0")),
    _text("because", CheckConstraint("length(because) > 0")),
    Column("entry", LargeBinary, ForeignKey("entry.identity"), nullable=True),
    CheckConstraint("first <> second"),
)

party_default = _table(
    "party_default",  # who can no longer pay; cycles that end on or after the date are settled without it
    _text("party", ForeignKey("party.id"), primary_key=True),
    _int("turn", ForeignKey("bank_turn.turn")),
    _text("from_date", _date("from_date")),
    _text("first", CheckConstraint("length(first) > 0")),
    _text("second", CheckConstraint("length(second) > 0")),
    _text("because", CheckConstraint("length(because) > 0")),
    CheckConstraint("first <> second"),
)
