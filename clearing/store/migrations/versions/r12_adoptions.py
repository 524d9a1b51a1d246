"""Schema 12: books go on under another edition of their pack, and parties have dates."""

from alembic import op
from sqlalchemy import CheckConstraint, MetaData, Table

from clearing.store.migrations import add_laws, add_table, add_text_laws, append_only, integer, on_sqlite, words

revision, down_revision = "12", "11"

DATES = ("from_date", "until_date", "merged_into")
TEXTS_OF_PARTY = ("id", "name", "roles", "iban", "other", *DATES)


def upgrade() -> None:
    """Parties so far have always been there."""
    date_parties()
    adoption = add_table(
        op,
        "adoption",
        integer("adoption", "adoption > 0", primary_key=True),
        words("city", "length(city) = 64"),
        words("before", "length(before) = 64"),
        words("from_date", "length(from_date) = 10"),
        words("registers"),
        *[words(name, f"length({name}) > 0") for name in ("first", "second", "because")],
        integer("at_us"),
        *[integer(name, f"{name} >= 0") for name in ("delivery", "position", "closings")],
        CheckConstraint("first <> second"),
        CheckConstraint("city <> before"),
    )
    add_text_laws(op, adoption)
    add_laws(op, *append_only("adoption"))


def date_parties() -> None:
    """Empty where nobody says since when, until when, and who goes on."""
    for name in DATES:
        kind = "TEXT" if on_sqlite(op) else 'TEXT COLLATE "C"'
        op.execute(f"ALTER TABLE party ADD COLUMN {name} {kind} NOT NULL DEFAULT ''")
        if not on_sqlite(op):
            op.execute(f"ALTER TABLE party ALTER COLUMN {name} DROP DEFAULT")
    if on_sqlite(op):
        for verb in ("INSERT", "UPDATE"):
            op.execute(f"DROP TRIGGER party_texts_{verb}")
        add_text_laws(op, Table("party", MetaData(), *[words(name) for name in TEXTS_OF_PARTY]))
