"""Schema 3, the first that was released. New books are begun by `tables` itself, so there is nothing to do here."""

revision, down_revision = "3", None


def upgrade() -> None:
    """Every released schema is this one or follows from it."""
