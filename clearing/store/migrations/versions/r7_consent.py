"""Schema 7: who let a date be closed although taps of it may be missing; when dates began to close and were closed."""

from alembic import op
from sqlalchemy import CheckConstraint, ForeignKey

from clearing.store.migrations import add_laws, add_table, add_text_laws, append_only, integer, words

revision, down_revision = "7", "6"


def upgrade() -> None:
    """Of older dates nobody noted either, and both stay unknown."""
    consent = add_table(
        op,
        "consent",
        words("clearing_date", "", ForeignKey("day.clearing_date"), primary_key=True),
        words("first", "length(first) > 0"),
        words("second", "length(second) > 0"),
        words("because", "length(because) > 0"),
        integer("at_us"),
        CheckConstraint("first <> second"),
    )
    stage = add_table(
        op,
        "stage",
        words("clearing_date", "", ForeignKey("day.clearing_date"), primary_key=True),
        words("state", "state IN ('open', 'closing', 'closed')", primary_key=True),
        integer("at_us"),
        by_key=True,
    )
    add_laws(
        op, *append_only("consent"), *append_only("stage"), *map(closed_with_its_day, ("INSERT", "UPDATE", "DELETE"))
    )
    add_text_laws(op, consent)
    add_text_laws(op, stage)


def closed_with_its_day(verb: str) -> str:
    """Nothing of a closed date changes."""
    row = "NEW" if verb == "INSERT" else "OLD"
    return (
        f"CREATE TRIGGER consent_of_closed_day_{verb} BEFORE {verb} ON consent "
        f"WHEN (SELECT state FROM day WHERE clearing_date = {row}.clearing_date) = 'closed' "
        "BEGIN SELECT RAISE(ABORT, 'the clearing date is closed'); END"
    )
