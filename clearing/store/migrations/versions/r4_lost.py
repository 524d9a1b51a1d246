"""Schema 4: more kinds of device, with make, collector, spot and first epoch; ranges declared lost; what a date lacked."""

from alembic import op
from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint

from clearing.store.migrations import add_laws, add_table, append_only, blob, integer, on_sqlite, words

revision, down_revision = "4", "3"

KINDS = "kind IN ('bus', 'gate', 'kiosk', 'vending', 'top_up', 'handheld', 'gateway')"
KEYED = "length(public_key) = CASE kind WHEN 'gateway' THEN 0 ELSE 32 END"
DEVICE_LAWS = (
    "CREATE TRIGGER device_never_deleted BEFORE DELETE ON device "
    "BEGIN SELECT RAISE(ABORT, 'a device row ends, it is not deleted'); END",
    """CREATE TRIGGER device_ends_once BEFORE UPDATE ON device
WHEN OLD.to_us <> 9223372036854775807 OR NEW.device <> OLD.device OR NEW.from_us <> OLD.from_us
  OR NEW.operator <> OLD.operator OR NEW.vehicle <> OLD.vehicle OR NEW.service <> OLD.service OR NEW.stop <> OLD.stop
  OR NEW.kind <> OLD.kind OR NEW.public_key <> OLD.public_key OR NEW.brand <> OLD.brand
  OR NEW.collector <> OLD.collector OR NEW.spot <> OLD.spot OR NEW.first_epoch <> OLD.first_epoch
BEGIN SELECT RAISE(ABORT, 'only the open end of a device row may be set, once'); END""",
    """CREATE TRIGGER device_rows_do_not_overlap BEFORE INSERT ON device
WHEN EXISTS (SELECT 1 FROM device WHERE device = NEW.device AND from_us < NEW.to_us AND to_us > NEW.from_us)
BEGIN SELECT RAISE(ABORT, 'the device is already registered at that time'); END""",
)
WAIVER_LAW = """CREATE TRIGGER waivers_do_not_overlap BEFORE INSERT ON waiver
WHEN EXISTS (SELECT 1 FROM waiver WHERE device = NEW.device AND epoch = NEW.epoch
             AND first_seq <= NEW.last_seq AND last_seq >= NEW.first_seq)
BEGIN SELECT RAISE(ABORT, 'these sequence numbers were declared lost before'); END"""


def upgrade() -> None:
    """The register's rows stay as they are; what is new in them says nothing yet."""
    if on_sqlite(op):
        device_in_a_file()
    else:
        device_on_a_server()
    add_waivers()
    add_shortfalls()


def device_in_a_file() -> None:
    """SQLite changes no check of a table: another takes its place."""
    add_table(
        op,
        "device_new",
        integer("device", "device >= 0", primary_key=True),
        integer("from_us", primary_key=True),
        integer("to_us"),
        integer("operator", "operator >= 0"),
        integer("vehicle", "vehicle >= -1"),
        integer("service", "service >= -1"),
        integer("stop", "stop >= -1"),
        words("kind", KINDS),
        blob("public_key"),
        words("brand"),
        integer("collector", "collector >= -1"),
        words("spot"),
        integer("first_epoch", "first_epoch >= 0"),
        CheckConstraint("to_us > from_us"),
        CheckConstraint(KEYED),
    )
    op.execute("INSERT INTO device_new SELECT *, '', -1, '', 1 FROM device")
    op.execute("DROP TABLE device")
    op.execute("ALTER TABLE device_new RENAME TO device")
    add_laws(op, *DEVICE_LAWS)


def device_on_a_server() -> None:
    """Four columns, their checks, one law."""
    for name, kind, nothing in (
        ("brand", 'TEXT COLLATE "C"', "''"),
        ("collector", "BIGINT", "-1"),
        ("spot", 'TEXT COLLATE "C"', "''"),
        ("first_epoch", "BIGINT", "1"),
    ):
        op.execute(f"ALTER TABLE device ADD COLUMN {name} {kind} NOT NULL DEFAULT {nothing}")
        op.execute(f"ALTER TABLE device ALTER COLUMN {name} DROP DEFAULT")
    for name in ("device_kind_check", "device_public_key_check"):
        op.execute(f"ALTER TABLE device DROP CONSTRAINT {name}")
    for check in (KINDS, KEYED, "collector >= -1", "first_epoch >= 0"):
        op.execute(f"ALTER TABLE device ADD CHECK ({check})")
    op.execute("DROP TRIGGER device_ends_once ON device")
    op.execute("DROP FUNCTION device_ends_once()")
    add_laws(op, DEVICE_LAWS[1])


def add_waivers() -> None:
    """Ranges of a reader's numbers that two people declared lost."""
    add_table(
        op,
        "waiver",
        integer("waiver", "waiver > 0", primary_key=True),
        integer("device"),
        integer("epoch", "epoch >= 0"),
        integer("first_seq", "first_seq > 0"),
        integer("last_seq"),
        words("first", "length(first) > 0"),
        words("second", "length(second) > 0"),
        words("because", "length(because) > 0"),
        integer("at_us"),
        integer("delivery", "delivery >= 0"),
        integer("position", "position >= 0"),
        integer("closings", "closings >= 0"),
        CheckConstraint("first <> second"),
        CheckConstraint("last_seq >= first_seq"),
        UniqueConstraint("device", "epoch", "first_seq"),
    )
    add_laws(op, *append_only("waiver"), WAIVER_LAW)


def add_shortfalls() -> None:
    """Numbers that had not come when a date was closed; what older dates lacked was not noted, and stays unknown."""
    add_table(
        op,
        "shortfall",
        words("clearing_date", "", ForeignKey("day.clearing_date"), primary_key=True),
        integer("device", primary_key=True),
        integer("epoch", primary_key=True),
        integer("first_seq", "first_seq > 0", primary_key=True),
        integer("last_seq"),
        integer("waiver", "waiver >= 0"),
        CheckConstraint("last_seq >= first_seq"),
        by_key=True,
    )
    add_laws(op, *(closed_with_its_day(verb) for verb in ("INSERT", "UPDATE", "DELETE")))


def closed_with_its_day(verb: str) -> str:
    """Nothing of a closed date changes."""
    row = "NEW" if verb == "INSERT" else "OLD"
    return (
        f"CREATE TRIGGER shortfall_of_closed_day_{verb} BEFORE {verb} ON shortfall "
        f"WHEN (SELECT state FROM day WHERE clearing_date = {row}.clearing_date) = 'closed' "
        "BEGIN SELECT RAISE(ABORT, 'the clearing date is closed'); END"
    )
