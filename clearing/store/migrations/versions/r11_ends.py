"""Schema 11: the grace of a key does not grow, also where its end comes sooner; a party keeps its number and its id."""

from alembic import op

from clearing.store.migrations import add_laws, on_sqlite

revision, down_revision = "11", "10"

LAWS = (
    """CREATE TRIGGER scheme_key_only_ends BEFORE UPDATE ON scheme_key
WHEN NEW.to_us > OLD.to_us OR NEW.grace_us > OLD.grace_us OR NEW.purpose <> OLD.purpose
  OR NEW.version <> OLD.version OR NEW.from_us <> OLD.from_us
BEGIN SELECT RAISE(ABORT, 'a key may end sooner, never later'); END""",
    "CREATE TRIGGER party_never_deleted BEFORE DELETE ON party "
    "BEGIN SELECT RAISE(ABORT, 'a party is not deleted'); END",
    """CREATE TRIGGER party_keeps_its_number BEFORE UPDATE ON party
WHEN NEW.number <> OLD.number OR NEW.id <> OLD.id
BEGIN SELECT RAISE(ABORT, 'a party keeps its number and its id'); END""",
)


def upgrade() -> None:
    """No row changes."""
    if on_sqlite(op):
        op.execute("DROP TRIGGER scheme_key_only_ends")
    else:
        op.execute("DROP FUNCTION scheme_key_only_ends() CASCADE")
    add_laws(op, *LAWS)
