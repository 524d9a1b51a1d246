"""Schema 7: payments know kind, other party and what they repeat; what the bank said, breaks, decisions, defaults."""

from alembic import op
from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Integer, LargeBinary, Text, UniqueConstraint

from clearing.store.migrations import add_laws, add_table, add_text_laws, append_only, blob, integer, on_sqlite, words

revision, down_revision = "7", "6"

TEXT = Text().with_variant(Text(collation="C"), "postgresql")
INT = BigInteger().with_variant(Integer, "sqlite")
TWO_PEOPLE = ("first", "second", "because")


def upgrade() -> None:
    """What was paid before stays paid: those files name no keeper, and none of their payments repeats another."""
    for table in ("settlement", "payment"):
        op.execute(f"CREATE TEMPORARY TABLE {table}_before AS SELECT * FROM {table}")
    for table in ("payment", "settlement"):
        op.drop_table(table)
        drop_functions(table)
    add_payments()
    op.execute(
        "INSERT INTO settlement SELECT cycle, first_date, last_date, currency, file, digest, cycle, last_date, "
        "'multilateral', '' FROM settlement_before"
    )
    op.execute("INSERT INTO payment SELECT end_to_end, cycle, party, minor, 'pay', '', NULL FROM payment_before")
    for table in ("settlement", "payment"):
        op.execute(f"DROP TABLE {table}_before")
        add_laws(op, *append_only(table))
    add_answers()
    add_decisions()


def drop_functions(table: str) -> None:
    """On a server the functions behind a table's laws outlive it."""
    if not on_sqlite(op):
        for verb in ("update", "delete"):
            op.execute(f"DROP FUNCTION {table}_no_{verb}()")


def add_payments() -> None:
    """The two tables that were there before, with what is new in them."""
    made = add_table(
        op,
        "settlement",
        words("cycle", primary_key=True),
        words("first_date", "length(first_date) = 10"),
        words("last_date", "length(last_date) = 10"),
        words("currency", "length(currency) = 3"),
        words("file"),
        blob("digest", "length(digest) = 32"),
        words("message", unique=True),
        words("execution", "length(execution) = 10"),
        words("netting", "netting IN ('multilateral', 'bilateral')"),
        words("keeper"),
        CheckConstraint("last_date >= first_date"),
    )
    add_text_laws(op, made)
    made = add_table(
        op,
        "payment",
        words("end_to_end", "length(end_to_end) BETWEEN 1 AND 35", primary_key=True),
        words("cycle", "", ForeignKey("settlement.cycle")),
        words("party"),
        integer("minor", "minor > 0"),
        words("kind", "kind IN ('pay', 'call')"),
        words("counterparty"),
        Column("replaces", TEXT, ForeignKey("payment.end_to_end"), unique=True, nullable=True),
        UniqueConstraint("cycle", "party", "counterparty"),
    )
    add_text_laws(op, made)


def add_answers() -> None:
    """What was done about the bank, its files, and each thing that they say."""
    added(
        "bank_turn",
        integer("turn", "turn > 0", primary_key=True),
        words("kind", "kind IN ('instruct', 'file', 'resolve', 'default')"),
        words("subject"),
        words("after_date", "length(after_date) = 10"),
        integer("at_us"),
        UniqueConstraint("kind", "subject"),
    )
    added(
        "bank_file",
        integer("turn", "", ForeignKey("bank_turn.turn"), primary_key=True),
        words("form"),
        words("name"),
        Column("closing", INT, nullable=True),
        words("closing_date"),
        blob("digest", "length(digest) = 32", unique=True),
        blob("content"),
    )
    added(
        "answer",
        integer("turn", "", ForeignKey("bank_file.turn"), primary_key=True),
        integer("line", "line >= 0", primary_key=True),
        words("end_to_end"),
        words("status"),
        integer("minor"),
        words("on_date", "length(on_date) = 10"),
        words("reference"),
        words("account"),
        words("outcome"),
        words("state"),
        Column("entry", LargeBinary, ForeignKey("entry.identity"), nullable=True),
        by_key=True,
    )


def add_decisions() -> None:
    """Breaks, how two people ended them, and parties in default."""
    added(
        "bank_break",
        integer("number", "number > 0", primary_key=True),
        words("kind"),
        integer("turn", "", ForeignKey("bank_turn.turn")),
        integer("line"),
        words("end_to_end"),
        words("party"),
        integer("minor"),
        words("since", "length(since) = 10"),
    )
    people = [words(name, f"length({name}) > 0") for name in TWO_PEOPLE]
    added(
        "resolution",
        integer("number", "", ForeignKey("bank_break.number"), primary_key=True),
        integer("turn", "", ForeignKey("bank_turn.turn")),
        words("way", "way IN ('retry', 'write-off', 'credit')"),
        words("party"),
        *people,
        Column("entry", LargeBinary, ForeignKey("entry.identity"), nullable=True),
        CheckConstraint("first <> second"),
    )
    added(
        "party_default",
        words("party", "", ForeignKey("party.id"), primary_key=True),
        integer("turn", "", ForeignKey("bank_turn.turn")),
        words("from_date", "length(from_date) = 10"),
        *[words(name, f"length({name}) > 0") for name in TWO_PEOPLE],
        CheckConstraint("first <> second"),
    )


def added(name: str, *parts: object, by_key: bool = False) -> None:
    """A table that is only ever added to."""
    add_text_laws(op, add_table(op, name, *parts, by_key=by_key))
    add_laws(op, *append_only(name))
