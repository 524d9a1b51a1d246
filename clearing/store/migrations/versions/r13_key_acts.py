"""Schema 13: a generation of keys is taken back by two people, who say why."""

from alembic import op
from sqlalchemy import CheckConstraint

from clearing.store.migrations import add_laws, add_table, add_text_laws, append_only, integer, words

revision, down_revision = "13", "12"


def upgrade() -> None:
    """What was taken back before has no names, and is not given any."""
    key_act = add_table(
        op,
        "key_act",
        words("purpose", primary_key=True),
        integer("version", "version > 0", primary_key=True),
        words("step", "step IN ('revoke')", primary_key=True),
        *[words(name, f"length({name}) > 0") for name in ("first", "second", "because")],
        integer("at_us"),
        CheckConstraint("first <> second"),
    )
    add_text_laws(op, key_act)
    add_laws(op, *append_only("key_act"))
