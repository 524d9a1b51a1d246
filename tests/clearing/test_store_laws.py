"""What the database itself refuses, whoever asks, in whatever program."""

from __future__ import annotations

from datetime import date

import pytest
from databases import Forbidden, Hand
from office import NOON_US, WEDNESDAY, entry, served
from sqlalchemy.exc import DataError, IntegrityError

from afc.refusal import Refused
from clearing.store import (
    FOREVER_US,
    CardFile,
    Edition,
    EditionAct,
    Ordered,
    Party,
    Revocation,
    Ruling,
    Shard,
    StatementFile,
)  # fmt: skip
from clearing.store.triggers import APPEND_ONLY

THURSDAY = date(2026, 3, 5)


@pytest.fixture
def full(store, where, intake, reader):
    """Books with something in every table that is only ever added to; the connection is another program's."""
    mine = reader(1)
    twin = mine.twin()
    intake.take([mine.batch(), twin.batch(amount=9)], NOON_US)
    with store.begin():
        store.open_day(WEDNESDAY)
        store.post([entry("load", "a", cash_agent=1000, float_issuer=-1000)])
        store._connection.exec_driver_sql(
            "INSERT INTO settlement VALUES"
            " ('c1', '2026-03-04', '2026-03-04', 'MNT', 'f', zeroblob(32), 'm', '2026-03-05', 'multilateral', 'house')"
        )
        store._connection.exec_driver_sql(
            "INSERT INTO act VALUES (1, 'release', zeroblob(32), '', 'A', 'B', 'why', 0, 1, 1)"
        )
        store.propose_edition(Edition("denylist", 1, 1, 1000, (), "A", "why", 0, bytes(8)))
        store.edition_act(EditionAct("denylist", 1, "all", "A", "", "why", 0, 0, b"signed"))
        store.order_epoch(Ordered(1, 2, 4, 0, "A", "B", "why", 0, 1, 0, b"signed"))
        store.revoke_device(Revocation(2, 1, "A", "B", "why", 0))
        store.rule(Ruling(1, "write_off", "1", "{}", "A", "B", "why", 0, ""))
        store._connection.exec_driver_sql("INSERT INTO waiver VALUES (1, 1, 1, 7, 9, 'A', 'B', 'burnt', 0, 1, 1, 0)")
        for row in (
            "payment VALUES ('c1-bus', 'c1', 'bus', 5, 'pay', '', NULL)",
            "bank_turn VALUES (1, 'file', 'f', '2026-03-04', 0), (2, 'resolve', '1', '2026-03-04', 0)",
            "bank_file VALUES (1, 'camt.053.001.08', 's', 0, '2026-03-05', zeroblob(32), zeroblob(9))",
            "answer VALUES (1, 1, 'c1-bus', 'BOOK', -5, '2026-03-05', '', '', 'confirmed', 'confirmed', NULL)",
            "bank_break VALUES (1, 'late', 1, 1, 'c1-bus', 'bus', 0, '2026-03-05')",
            "resolution VALUES (1, 2, 'credit', 'bus', 'A', 'B', 'why', NULL)",
            "party_default VALUES ('bus', 2, '2026-03-04', 'A', 'B', 'why')",
            f"adoption VALUES (1, '{'ab' * 32}', '{'cd' * 32}', '2026-03-05', '{{}}', 'A', 'B', 'a new route', 0, 0, 0, 0)",
            "key_act VALUES ('record', 1, 'revoke', 'A', 'B', 'a reader was opened', 0)",
            "consent VALUES ('2026-03-04', 'A', 'B', 'the reader burnt', 0)",
            "ruling_ref VALUES ('case 1', 1)",
            "stage VALUES ('2026-03-04', 'open', 0)",
        ):
            store._connection.exec_driver_sql(f"INSERT INTO {row}")
    with Hand(where) as other:
        yield other


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_evidence_and_entries_are_only_ever_added(full, table):
    """A correction is a new entry; the old one stays for whoever asks in ten years."""
    assert full.execute(f"SELECT count(*) FROM {table}")[0][0] > 0, "the example covers every such table"
    column = full.columns(table)[0]
    for change in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):
        with pytest.raises(Forbidden, match="only ever added to"):
            full.execute(change)


def test_a_sequence_number_is_taken_once_even_by_hand(full):
    """The rule that keeps a rider from paying twice does not live in one program alone."""
    seventh_from_two_to_three = (
        "2, randomblob(32), device, epoch, 7, 2, 3, 2, received_us, previous, head, 0, 0, sealed"
    )
    with pytest.raises(Forbidden, match="taken before"):
        full.execute(f"INSERT INTO batch SELECT {seventh_from_two_to_three} FROM batch")


@pytest.mark.parametrize("names", ["'A', 'A', 'why'", "'A', '', 'why'", "'A', 'B', ''"])
def test_an_act_is_of_two_people_even_by_hand(full, names):
    """Whoever writes with another program meets the four-eyes rule there too."""
    with pytest.raises(Forbidden, match=r"(?i)check"):
        full.execute(f"INSERT INTO act VALUES (2, 'release', randomblob(32), '', {names}, 0, 1, 99)")


@pytest.mark.parametrize(("first", "last"), [(7, 9), (9, 12), (1, 7), (8, 8), (1, 20)])
def test_a_number_is_declared_lost_once_even_by_hand(full, first, last):
    """Two declarations for one tap would count it twice among the lost."""
    with pytest.raises(Forbidden, match="declared lost before"):
        full.execute(f"INSERT INTO waiver VALUES (2, 1, 1, {first}, {last}, 'A', 'B', 'burnt', 0, 1, 1, 0)")


def test_a_text_is_no_number(full):
    """Without STRICT this database would keep '12abc' as an amount."""
    with pytest.raises(Forbidden, match=r"cannot store TEXT|invalid input syntax"):
        full.execute("INSERT INTO posting VALUES (1, 9, 'pool', '12abc')")


def test_no_text_holds_a_nul(store):
    """Most programs stop reading there: what a person saw and what the books hold would be two things."""
    refused = (IntegrityError, DataError)
    with store.begin():
        store.open_day(WEDNESDAY)
    with pytest.raises(refused, match=r"NUL|0x00"), store.begin():
        store.register_parties([Party(9, "tram", "Tram\0Ltd")])
    with pytest.raises(refused, match=r"NUL|0x00"), store.begin():
        store.post([entry("load", "a\0b", cash_agent=1000, float_issuer=-1000)])
    assert (len(store.parties()), list(store.entries())) == (6, [])


def test_a_day_goes_one_way_and_closes_for_good(store, where):
    """What operators were told on Wednesday stays what they were told."""
    with store.begin():
        store.open_day(WEDNESDAY)
        store.post([entry("load", "a", cash_agent=1000, float_issuer=-1000)])
        store.add_shards([Shard(WEDNESDAY, 0, "legs", "legs-00.parquet", bytes(32), 5)])
        store.add_statements([StatementFile(WEDNESDAY, "bus", 700, "bus.json", bytes(32))])
        store.freeze_day(WEDNESDAY, "ab" * 32)
        closed = store.close_day(WEDNESDAY)
    assert (closed.state, len(closed.digest)) == ("closed", 32)
    with Hand(where) as other:
        for change in (
            "UPDATE day SET state = 'open'",
            "UPDATE day SET digest = zeroblob(32)",
            "DELETE FROM day",
            "UPDATE shard SET rows = 6",
            "DELETE FROM statement",
            "INSERT INTO shard VALUES ('2026-03-04', 1, 'legs', 'x', zeroblob(32), 0)",
            "INSERT INTO statement VALUES ('2026-03-04', 'metro', 1, 'x', zeroblob(32))",
            "INSERT INTO posting VALUES (1, 9, 'pool', 5)",
            "INSERT INTO entry SELECT 9, x'00', clearing_date, service_date, 'k', '', '', '', '', 0, digest, NULL FROM entry",
        ):
            with pytest.raises(Forbidden):
                other.execute(change)


def test_days_are_not_skipped_over(store):
    """Each step is a decision that somebody can point at."""
    with store.begin():
        store.open_day(WEDNESDAY)
        with pytest.raises(Refused, match="is open, not closing"):
            store.close_day(WEDNESDAY)
        with pytest.raises(Refused, match="never opened"):
            store.freeze_day(THURSDAY, "")
        store.freeze_day(WEDNESDAY, "")
        store.freeze_day(WEDNESDAY, "")
        store.close_day(WEDNESDAY)
        with pytest.raises(Refused, match="is closed, not open"):
            store.freeze_day(WEDNESDAY, "")


def test_every_batch_belongs_to_exactly_one_day(store, intake, reader):
    """What arrives after Wednesday was frozen belongs to Thursday, whenever it was tapped."""
    mine = reader(1)
    intake.take([mine.batch(), mine.batch()], NOON_US)
    with store.begin():
        store.open_day(WEDNESDAY)
        wednesday = store.freeze_day(WEDNESDAY, "")
    intake.take([mine.batch()], NOON_US)
    with store.begin():
        assert store.freeze_day(WEDNESDAY, "") == wednesday, "a closing that starts over finds the same batches"
        store.open_day(THURSDAY)
        thursday = store.freeze_day(THURSDAY, "")
    assert (wednesday.from_position, wednesday.through_position) == (1, 2)
    assert (thursday.from_position, thursday.through_position) == (3, 3)
    assert [day.clearing_date for day in store.days()] == [WEDNESDAY, THURSDAY]


def test_detail_noted_again_is_the_same_detail(store):
    """A closing that was interrupted notes its files again; other content is a matter for a person."""
    shard = Shard(WEDNESDAY, 0, "legs", "legs-00.parquet", bytes(32), 5)
    with store.begin():
        store.open_day(WEDNESDAY)
        store.add_shards([shard])
        store.add_shards([shard])
        with pytest.raises(Refused, match="another content"):
            store.add_shards([shard._replace(rows=6)])
    assert store.shards(WEDNESDAY) == [shard]


def test_two_rows_of_a_device_never_overlap(store, ring):
    """Otherwise one tap would have two operators."""
    with store.begin(), pytest.raises(Refused, match="already registered"):
        store.register_devices([served(ring, 1, operator=1, from_us=NOON_US)])
    with store.begin():
        store.end_device(1, NOON_US)
        store.register_devices([served(ring, 1, operator=1, from_us=NOON_US)])
        with pytest.raises(Refused, match="no open row"):
            store.end_device(77, NOON_US)
    assert [(row.operator, row.to_us) for row in store.devices() if row.device == 1] == [(0, NOON_US), (1, FOREVER_US)]


def test_the_past_of_a_device_is_not_rewritten(store, where):
    """Last month's tap is judged by last month's row."""
    with Hand(where) as other:
        with pytest.raises(Forbidden, match="only the open end"):
            other.execute("UPDATE device SET operator = 1")
        with pytest.raises(Forbidden, match="not deleted"):
            other.execute("DELETE FROM device")


def test_a_party_keeps_its_number_even_by_hand(store, where):
    """Entries, devices and keys name a party by it. Its account may be corrected."""
    with Hand(where) as other:
        for change in (
            "UPDATE party SET number = 90 WHERE id = 'bus'",
            "UPDATE party SET id = 'tram' WHERE id = 'bus'",
        ):
            with pytest.raises(Forbidden, match="keeps its number and its id"):
                other.execute(change)
        with pytest.raises(Forbidden, match="not deleted"):
            other.execute("DELETE FROM party")
        other.execute("UPDATE party SET iban = 'MN00' WHERE id = 'bus'")
    assert "MN00" in {party.iban for party in store.parties()}


def test_a_party_keeps_its_number(store):
    """Taps and contracts name parties by number; a line taken out of the list would pay the wrong one."""
    with store.begin(), pytest.raises(Refused, match='party 1 is "bus" and was "metro"'):
        store.register_parties([Party(1, "bus", "Bus")])
    with store.begin():
        store.register_parties([Party(0, "bus", "Bus Company", ("service_operator",), other="77")])
    assert store.parties()[0] == Party(0, "bus", "Bus Company", ("service_operator",), other="77")


def test_an_issuers_file_for_a_date_is_one_file(store):
    """Which cards exist decides which taps are paid."""
    file = CardFile(WEDNESDAY, "issuer", bytes(32), "cards.parquet", 16)
    with store.begin():
        store.register_cards(file)
        store.register_cards(file)
        with pytest.raises(Refused, match="another file"):
            store.register_cards(file._replace(digest=bytes(31) + b"x"))
    assert store.card_files() == [file]
