"""Laws that hold whoever holds the pen: evidence and entries are only ever added, and a closed day never changes.

The code obeys these laws anyway. They stand in the database as well because one day somebody will open it with another
program, in a hurry, meaning well.
"""

from __future__ import annotations

import re

from sqlalchemy import DDL, Table, Text, event

from clearing.store.tables import metadata

APPEND_ONLY = (
    "batch",
    "receipt",
    "delivery",
    "submission",
    "quarantine",
    "act",
    "edition",
    "edition_act",
    "epoch_order",
    "revocation",
    "adoption",
    "key_act",
    "waiver",
    "ruling",
    "ruling_ref",
    "consent",
    "stage",
    "entry",
    "posting",
    "settlement",
    "payment",
    "bank_turn",
    "bank_file",
    "answer",
    "bank_break",
    "resolution",
    "party_default",
)

# A row of the device register may end once; nothing else about it changes, and two rows of one device never overlap.
_DEVICE = """
CREATE TRIGGER device_never_deleted BEFORE DELETE ON device
BEGIN SELECT RAISE(ABORT, 'a device row ends, it is not deleted'); END;
CREATE TRIGGER device_ends_once BEFORE UPDATE ON device
WHEN OLD.to_us <> 9223372036854775807 OR NEW.device <> OLD.device OR NEW.from_us <> OLD.from_us
  OR NEW.operator <> OLD.operator OR NEW.vehicle <> OLD.vehicle OR NEW.service <> OLD.service OR NEW.stop <> OLD.stop
  OR NEW.kind <> OLD.kind OR NEW.public_key <> OLD.public_key OR NEW.brand <> OLD.brand
  OR NEW.collector <> OLD.collector OR NEW.spot <> OLD.spot OR NEW.first_epoch <> OLD.first_epoch
BEGIN SELECT RAISE(ABORT, 'only the open end of a device row may be set, once'); END;
CREATE TRIGGER device_rows_do_not_overlap BEFORE INSERT ON device
WHEN EXISTS (SELECT 1 FROM device WHERE device = NEW.device AND from_us < NEW.to_us AND to_us > NEW.from_us)
BEGIN SELECT RAISE(ABORT, 'the device is already registered at that time'); END;
"""

# A party keeps its number and its name in the pack, by which all books know it; how it is called and paid may be corrected.
_PARTY = """
CREATE TRIGGER party_never_deleted BEFORE DELETE ON party
BEGIN SELECT RAISE(ABORT, 'a party is not deleted'); END;
CREATE TRIGGER party_keeps_its_number BEFORE UPDATE ON party
WHEN NEW.number <> OLD.number OR NEW.id <> OLD.id
BEGIN SELECT RAISE(ABORT, 'a party keeps its number and its id'); END;
"""

# Likewise a key: what it was stays to be read. An earlier end with a longer grace would be honoured for longer.
_SCHEME_KEY = """
CREATE TRIGGER scheme_key_never_deleted BEFORE DELETE ON scheme_key
BEGIN SELECT RAISE(ABORT, 'a key ends, it is not deleted'); END;
CREATE TRIGGER scheme_key_only_ends BEFORE UPDATE ON scheme_key
WHEN NEW.to_us > OLD.to_us OR NEW.grace_us > OLD.grace_us OR NEW.purpose <> OLD.purpose
  OR NEW.version <> OLD.version OR NEW.from_us <> OLD.from_us
BEGIN SELECT RAISE(ABORT, 'a key may end sooner, never later'); END;
"""
_API_KEY = """
CREATE TRIGGER api_key_never_deleted BEFORE DELETE ON api_key
BEGIN SELECT RAISE(ABORT, 'a key ends, it is not deleted'); END;
CREATE TRIGGER api_key_ends_once BEFORE UPDATE ON api_key
WHEN OLD.to_us <> 9223372036854775807 OR NEW.id <> OLD.id OR NEW.party <> OLD.party OR NEW.digest <> OLD.digest
  OR NEW.from_us <> OLD.from_us
BEGIN SELECT RAISE(ABORT, 'only the open end of a key may be set, once'); END;
"""

# The neighbour below is enough: rows that are already there do not overlap one another.
_BATCH = """
CREATE TRIGGER batch_ranges_do_not_overlap BEFORE INSERT ON batch
WHEN NEW.first_seq <= (SELECT last_seq FROM batch WHERE device = NEW.device AND epoch = NEW.epoch
                       AND first_seq <= NEW.last_seq ORDER BY first_seq DESC LIMIT 1)
BEGIN SELECT RAISE(ABORT, 'these sequence numbers were taken before'); END;
"""

_WAIVER = """
CREATE TRIGGER waivers_do_not_overlap BEFORE INSERT ON waiver
WHEN EXISTS (SELECT 1 FROM waiver WHERE device = NEW.device AND epoch = NEW.epoch
             AND first_seq <= NEW.last_seq AND last_seq >= NEW.first_seq)
BEGIN SELECT RAISE(ABORT, 'these sequence numbers were declared lost before'); END;
"""

_DAY = """
CREATE TRIGGER day_never_deleted BEFORE DELETE ON day
BEGIN SELECT RAISE(ABORT, 'a clearing date is never deleted'); END;
CREATE TRIGGER day_goes_forward BEFORE UPDATE ON day
WHEN NOT (OLD.state = 'open' AND NEW.state = 'closing' OR OLD.state = 'closing' AND NEW.state = 'closed')
  OR NEW.clearing_date <> OLD.clearing_date
BEGIN SELECT RAISE(ABORT, 'a clearing date goes from open to closing to closed, and never back'); END;
CREATE TRIGGER entry_into_closed_day BEFORE INSERT ON entry
WHEN (SELECT state FROM day WHERE clearing_date = NEW.clearing_date) = 'closed'
BEGIN SELECT RAISE(ABORT, 'the clearing date is closed'); END;
CREATE TRIGGER posting_into_closed_day BEFORE INSERT ON posting
WHEN (SELECT day.state FROM day JOIN entry ON entry.clearing_date = day.clearing_date
      WHERE entry.entry = NEW.entry) = 'closed'
BEGIN SELECT RAISE(ABORT, 'the clearing date is closed'); END;
"""


def _append_only(table: str) -> str:
    return "".join(
        f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is only ever added to'); END;\n"
        for verb in ("UPDATE", "DELETE")
    )


def _closed_with_its_day(table: str) -> str:
    return "".join(
        f"CREATE TRIGGER {table}_of_closed_day_{verb} BEFORE {verb} ON {table} "
        f"WHEN (SELECT state FROM day WHERE clearing_date = {row}.clearing_date) = 'closed' "
        "BEGIN SELECT RAISE(ABORT, 'the clearing date is closed'); END;\n"
        for verb, row in (("INSERT", "NEW"), ("UPDATE", "OLD"), ("DELETE", "OLD"))
    )


def statements() -> list[str]:
    """Every trigger, one statement each."""
    text = "".join(_append_only(table) for table in APPEND_ONLY) + _DEVICE + _PARTY + _API_KEY
    text += _SCHEME_KEY + _BATCH + _WAIVER + _DAY
    text += "".join(_closed_with_its_day(table) for table in ("shard", "shortfall", "consent", "statement"))
    return [statement.strip() + "; END" for statement in text.split("; END;") if statement.strip()]


def text_law(table: Table) -> list[str]:
    """No text of a table holds the sign NUL, at which most programs stop reading. PostgreSQL never takes it."""
    texts = [column.name for column in table.columns if isinstance(column.type, Text)]
    holds = " OR ".join(f'instr(NEW."{column}", char(0))' for column in texts)
    return [
        f"CREATE TRIGGER {table.name}_texts_{verb} BEFORE {verb} ON {table.name} WHEN {holds} "
        "BEGIN SELECT RAISE(ABORT, 'a text holds the sign NUL'); END"
        for verb in ("INSERT", "UPDATE")
        if texts
    ]


_LAW = re.compile(
    r"CREATE TRIGGER (?P<name>\w+) BEFORE (?P<verb>INSERT|UPDATE|DELETE) ON (?P<table>\w+)\s+(WHEN (?P<when>.+?)\s+)?"
    r"BEGIN SELECT RAISE\(ABORT, '(?P<said>[^']+)'\); END",
    re.DOTALL,
)


def for_postgres(statement: str) -> list[str]:
    """A trigger as it is written above, in the words of PostgreSQL: a function that asks, and a trigger that calls it.

    What is never deleted is not emptied by TRUNCATE either, of which SQLite knows nothing.
    """
    law = _LAW.fullmatch(statement)
    assert law is not None, f"a law is one condition and one sentence: {statement}"
    name, verb, table = law["name"], law["verb"], law["table"]
    function = f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN\n"
    refusal = f"RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = '{law['said']}';\n"
    row = "OLD" if verb == "DELETE" else "NEW"
    asked = f"IF {law['when']} THEN {refusal}END IF;\nRETURN {row};" if law["when"] else refusal
    words = [f"{function}{asked} END $$"]
    words.append(f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")
    if verb == "DELETE" and not law["when"]:
        emptied = f"CREATE TRIGGER {table}_never_emptied BEFORE TRUNCATE ON {table}"
        words.append(f"{emptied} FOR EACH STATEMENT EXECUTE FUNCTION {name}()")
    return words


def _attach(statement: str, dialect: str) -> None:
    law = DDL(statement.replace("%", "%%")).execute_if(dialect=dialect)  # type: ignore[no-untyped-call]
    event.listen(metadata, "after_create", law)


for _table in metadata.sorted_tables:
    for _statement in text_law(_table):
        _attach(_statement, "sqlite")
for _statement in statements():
    _attach(_statement, "sqlite")
    for _words in for_postgres(_statement):
        _attach(_words, "postgresql")
