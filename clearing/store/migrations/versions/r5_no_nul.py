"""Schema 5: in a file, too, no text holds the sign NUL. A server never took it, and most programs stop reading there."""

from alembic import op

revision, down_revision = "5", "4"

TEXTS = {
    "meta": ("environment", "city"),
    "party": ("id", "name", "roles", "iban", "other"),
    "device": ("kind", "brand", "spot"),
    "card_register": ("date", "issuer", "path"),
    "api_key": ("id",),
    "scheme_key": ("purpose",),
    "submission": ("answer", "reason"),
    "quarantine": ("reason", "detail"),
    "act": ("kind", "waived", "first", "second", "because"),
    "waiver": ("first", "second", "because"),
    "shortfall": ("clearing_date",),
    "day": ("clearing_date", "state", "city"),
    "shard": ("clearing_date", "kind", "file"),
    "entry": ("clearing_date", "service_date", "kind", "cause", "rule", "service", "product"),
    "posting": ("account",),
    "statement": ("clearing_date", "party", "file"),
    "settlement": ("cycle", "first_date", "last_date", "currency", "file"),
    "payment": ("end_to_end", "cycle", "party"),
}


def upgrade() -> None:
    """A trigger before each INSERT and UPDATE of a table with texts."""
    if op.get_bind().dialect.name != "sqlite":
        return
    for table, columns in TEXTS.items():
        holds = " OR ".join(f'instr(NEW."{column}", char(0))' for column in columns)
        for verb in ("INSERT", "UPDATE"):
            op.execute(
                f"CREATE TRIGGER {table}_texts_{verb} BEFORE {verb} ON {table} WHEN {holds} "
                "BEGIN SELECT RAISE(ABORT, 'a text holds the sign NUL'); END"
            )
