"""Schema 9: editions of lists and parameters, new epochs by order, revoked readers; the versions that made a batch."""

from alembic import op
from sqlalchemy import CheckConstraint, ForeignKeyConstraint

from clearing.store.migrations import add_laws, add_table, add_text_laws, append_only, blob, integer, on_sqlite, words

revision, down_revision = "9", "8"

TWO_PEOPLE = ("first", "second", "because")
PURPOSES = "purpose IN ('record', 'device', 'receipt', 'list', 'command', 'statement')"
SCHEME_KEY_LAWS = (
    "CREATE TRIGGER scheme_key_never_deleted BEFORE DELETE ON scheme_key "
    "BEGIN SELECT RAISE(ABORT, 'a key ends, it is not deleted'); END",
    """CREATE TRIGGER scheme_key_only_ends BEFORE UPDATE ON scheme_key
WHEN NEW.to_us > OLD.to_us OR (NEW.to_us = OLD.to_us AND NEW.grace_us > OLD.grace_us) OR NEW.purpose <> OLD.purpose
  OR NEW.version <> OLD.version OR NEW.from_us <> OLD.from_us
BEGIN SELECT RAISE(ABORT, 'a key may end sooner, never later'); END""",
)


def upgrade() -> None:
    """Readers of older batches named no versions."""
    for name in ("parameters", "lists"):
        kind = "INTEGER" if on_sqlite(op) else "BIGINT"
        op.execute(f"ALTER TABLE batch ADD COLUMN {name} {kind} NOT NULL DEFAULT 0 CHECK ({name} >= 0)")
        if not on_sqlite(op):
            op.execute(f"ALTER TABLE batch ALTER COLUMN {name} DROP DEFAULT")
    more_purposes()
    add_editions()
    add_orders()


def more_purposes() -> None:
    """Orders to readers and statements have keys of their own."""
    if not on_sqlite(op):
        op.execute("ALTER TABLE scheme_key DROP CONSTRAINT scheme_key_purpose_check")
        op.execute(f"ALTER TABLE scheme_key ADD CHECK ({PURPOSES})")
        return
    made = add_table(
        op,
        "scheme_key_new",
        words("purpose", PURPOSES, primary_key=True),
        integer("version", "version > 0", primary_key=True),
        integer("from_us"),
        integer("to_us"),
        integer("grace_us", "grace_us >= 0"),
        CheckConstraint("to_us > from_us"),
    )
    op.execute("INSERT INTO scheme_key_new SELECT * FROM scheme_key")
    op.execute("DROP TABLE scheme_key")
    op.execute("ALTER TABLE scheme_key_new RENAME TO scheme_key")
    made.name = "scheme_key"
    add_text_laws(op, made)
    add_laws(op, *SCHEME_KEY_LAWS)


def add_editions() -> None:
    """What was proposed to tell readers, and what was done about it."""
    added(
        "edition",
        words("kind", "kind IN ('denylist', 'actions', 'parameters')", primary_key=True),
        integer("version", "version > 0", primary_key=True),
        integer("changed", "changed >= 0"),
        integer("issued", "issued >= 0"),
        words("canary"),
        words("by", "length(by) > 0"),
        words("because", "length(because) > 0"),
        integer("at_us"),
        blob("content"),
    )
    added(
        "edition_act",
        words("kind", primary_key=True),
        integer("version", primary_key=True),
        words("step", "step IN ('approve', 'canary', 'all', 'withdraw')", primary_key=True),
        words("by", "length(by) > 0"),
        words("second"),
        words("because", "length(because) > 0"),
        integer("at_us"),
        integer("grace_us", "grace_us >= 0"),
        blob("message"),
        ForeignKeyConstraint(["kind", "version"], ["edition.kind", "edition.version"]),
        CheckConstraint("by <> second"),
    )


def add_orders() -> None:
    """New epochs, and readers that are not believed any more."""
    added(
        "epoch_order",
        integer("device", primary_key=True),
        integer("epoch", "epoch > 0", primary_key=True),
        integer("closed_seq", "closed_seq >= 0"),
        integer("lost_from", "lost_from BETWEEN 0 AND closed_seq"),
        *[words(name, f"length({name}) > 0") for name in TWO_PEOPLE],
        integer("at_us"),
        integer("position", "position >= 0"),
        integer("closings", "closings >= 0"),
        blob("message"),
        CheckConstraint("first <> second"),
    )
    added(
        "revocation",
        integer("device", primary_key=True),
        integer("position", "position >= 0"),
        *[words(name, f"length({name}) > 0") for name in TWO_PEOPLE],
        integer("at_us"),
        CheckConstraint("first <> second"),
    )


def added(name: str, *parts: object) -> None:
    """A table that is only ever added to."""
    add_text_laws(op, add_table(op, name, *parts))
    add_laws(op, *append_only(name))
