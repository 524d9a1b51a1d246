"""Schema 10: the name that who asked for a ruling gave to the request."""

from alembic import op
from sqlalchemy import ForeignKey

from clearing.store.migrations import add_laws, add_table, add_text_laws, append_only, integer, words

revision, down_revision = "10", "9"


def upgrade() -> None:
    """Older requests had no name."""
    made = add_table(
        op,
        "ruling_ref",
        words("ref", "length(ref) > 0", primary_key=True),
        integer("ruling", "", ForeignKey("ruling.ruling"), unique=True),
    )
    add_text_laws(op, made)
    add_laws(op, *append_only("ruling_ref"))
