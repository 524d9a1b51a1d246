"""Schema 6: what two people decide about facts or money, a row a ruling."""

from alembic import op
from sqlalchemy import CheckConstraint

from clearing.store.migrations import add_laws, add_table, add_text_laws, append_only, integer, words

revision, down_revision = "6", "5"

KINDS = (
    "kind IN ('stop', 'clock', 'operator', 'tariff', 'split', 'refund', 'take_back', 'dispute', 'upheld', 'rejected', "
    "'charge_back', 'replace', 'write_off', 'expire', 'settle')"
)


def upgrade() -> None:
    """Older books have no rulings."""
    made = add_table(
        op,
        "ruling",
        integer("ruling", "ruling > 0", primary_key=True),
        words("kind", KINDS),
        words("subject", "length(subject) > 0"),
        words("facts"),
        words("first", "length(first) > 0"),
        words("second", "length(second) > 0"),
        words("because", "length(because) > 0"),
        integer("at_us"),
        words("after_date"),
        CheckConstraint("first <> second"),
    )
    add_text_laws(op, made)
    add_laws(op, *append_only("ruling"))
