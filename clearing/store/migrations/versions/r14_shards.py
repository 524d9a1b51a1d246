"""Schema 14: a register of cards says over how many shards its cards are dealt."""

from alembic import op

from clearing.store.migrations import on_sqlite

revision, down_revision = "14", "13"


def upgrade() -> None:
    """Until now there were always sixteen."""
    whole = "INTEGER" if on_sqlite(op) else "BIGINT"
    op.execute(f"ALTER TABLE card_register ADD COLUMN shards {whole} NOT NULL DEFAULT 16 CHECK (shards > 0)")
