"""Every check is shown a violation that somebody planted, and has to find it."""

from __future__ import annotations

import hashlib
from datetime import date

import pytest
from office import CHART, NOON_US, ON_A_FILE, PARTIES, WEDNESDAY, another_hand, entry

from afc.batch import digest_of
from afc.moment import DAY_US
from clearing.audit import audit, gaps
from clearing.bank import instructions, pain001
from clearing.decision import Decision
from clearing.netting import positions
from clearing.plan import multilateral
from clearing.postings import Basis, Total, post
from clearing.release import release
from clearing.statement import draw_up, publish, write_durably
from clearing.store import Edition, EditionAct, Settlement

THURSDAY = date(2026, 3, 5)
TOTALS = [
    Total(0, "load", 4, 0, 0, 0, 1, 10_000),
    Total(0, "charge", 0, 0, 0, 0, 1, 1_400),
    Total(0, "share", 0, 0, 0, 0, 1, 1_400),
]


@pytest.fixture
def settled(store, ring, intake, reader, tmp_path):
    """A Wednesday with two readers' batches, a duplicate, a conflict, a rejection and a release; closed, stated and paid."""
    mine = reader(1)
    twin = mine.twin()
    first = mine.batch()
    intake.take([first, mine.batch(), reader(3).batch(), first, twin.batch(amount=9), b"rubbish"], NOON_US)
    early = reader(2).batch(at_us=NOON_US + DAY_US)
    intake.take([early], NOON_US)
    release(store, ring, digest_of(early), Decision("A", "B", "the clock was mended"), NOON_US)
    tell_readers(store)
    entries = post(TOTALS, CHART, Basis(WEDNESDAY, "tariff", {0: bytes(32)}))
    told = draw_up(PARTIES[0], entries, TOTALS, CHART, clearing_date=WEDNESDAY, currency="MNT", decimals=2)
    with store.begin():
        store.open_day(WEDNESDAY)
        store.post(entries)
        store.freeze_day(WEDNESDAY, "ab" * 32)
        store.add_statements([publish(told, tmp_path)])
        store.close_day(WEDNESDAY)
        store.open_day(THURSDAY)
        pay(store, tmp_path / "c1.xml")
    return store


def tell_readers(store) -> None:
    """A list of six cards of a thousand went to one reader, and then to all."""
    with store.begin():
        store.propose_edition(Edition("denylist", 1, 6, 1_000, (1,), "A", "reported lost", 1, bytes(48)))
        for at_us, (step, by) in enumerate([("approve", "B"), ("canary", "A"), ("all", "A")], start=2):
            store.edition_act(EditionAct("denylist", 1, step, by, "", "looked at", at_us, 0, b"signed"))


def pay(store, path) -> None:
    payments = multilateral(positions(store.balances(WEDNESDAY)), "c1", "house")
    xml = pain001(
        instructions(payments, PARTIES), debtor=PARTIES[2], message_id="c1", created_us=NOON_US, execution=THURSDAY,
        currency="MNT", decimals=2,
    )  # fmt: skip
    write_durably(path, xml)
    digest = hashlib.sha256(xml).digest()
    once = Settlement("c1", WEDNESDAY, WEDNESDAY, "MNT", path.name, digest, "c1", THURSDAY, "multilateral", "house")
    store.settle(once, payments)


def offences(store, ring, folder, purses=None) -> dict[str, str]:
    """Name of each check that failed, with the first offender."""
    findings = audit(store, ring.receipt_public(), purses, folder, thorough=True)
    return {f"{finding.invariant} {finding.name}": finding.first_offender for finding in findings if not finding.ok}


def test_honest_books_pass_every_check(settled, ring, tmp_path):
    """And every check looked at something: a check of nothing proves nothing."""
    findings = audit(settled, ring.receipt_public(), {"issuer": 8_600}, tmp_path, thorough=True)
    assert [finding for finding in findings if not finding.ok] == []
    assert {finding.name: finding.checked for finding in findings if not finding.checked} == {}
    assert {finding.invariant for finding in findings} == {
        "I1",
        "I2",
        "I5",
        "I6",
        "I7",
        "I8",
        "I10",
        "I11",
        "I17",
        "I18",
        "I19",
        "I24",
        "I26",
    }


# What somebody did with another program, the checks that must notice, and a word of what the first of them says.
PLANTED = {
    "a posting was changed": (
        "UPDATE posting SET minor = minor + 1 WHERE account = 'cash:agent'",
        {"I1 every entry is in balance", "I1 every entry is what was posted", "I2 all accounts sum to zero"},
        "out of balance by 1",
    ),
    "an entry lost its postings": (
        "DELETE FROM posting WHERE entry = 2", {"I1 every entry is in balance"}, "has no postings",
    ),
    "a posting lost its entry": (
        "PRAGMA foreign_keys = 0; DELETE FROM entry WHERE entry = 2", {"I1 every entry is in balance"}, "which is not there",
    ),
    "an entry was given another rule": (
        "UPDATE entry SET rule = 'tariff 1999' WHERE entry = 1",
        {"I1 every entry is what was posted", "I10 closed days have not changed"}, "entry 1 is not what was posted",
    ),
    "a batch was copied under a new position": (
        "CREATE TABLE b AS SELECT * FROM batch; DROP TABLE batch; ALTER TABLE b RENAME TO batch; INSERT INTO batch "
        "SELECT 4, digest, device, epoch, number, first_seq, last_seq, count, received_us, previous, head, 0, 0, "
        "sealed FROM batch "
        "WHERE position = 1",
        {"I5 every batch stands once", "I6 every sequence number was accepted once", "I18 the log's chain holds"}, "repeats",
    ),
    "two batches overlap": (
        "UPDATE batch SET last_seq = 3 WHERE position = 1", {"I6 every sequence number was accepted once"}, "sequence 3",
    ),
    "a receipted batch was deleted": (
        "PRAGMA foreign_keys = 0; DELETE FROM batch WHERE position = 3",
        {"I7 every receipt has its batch", "I19 nothing that was handed over has vanished"}, "that batch is not there",
    ),
    "a receipt was deleted": ("DELETE FROM receipt WHERE position = 2", {"I7 every receipt has its batch"}, "have no receipt"),
    "a receipt was forged": (
        "UPDATE receipt SET bytes = zeroblob(length(bytes)) WHERE position = 2", {"I7 every receipt has its batch"}, "believed",
    ),
    "a batch in the middle was deleted": (
        "PRAGMA foreign_keys = 0; DELETE FROM batch WHERE position = 1",
        {"I8 no sequence number is missing", "I18 the log's chain holds"}, "lacks sequences 1 to 2",
    ),
    "a shard was added to a closed day": (
        "INSERT INTO shard VALUES ('2026-03-04', 0, 'legs', 'x', zeroblob(32), 1)",
        {"I10 closed days have not changed"}, "is not what was closed",
    ),
    "a statement was changed": (
        "UPDATE statement SET minor = 1", {"I10 closed days have not changed"}, "is not what was closed",
    ),
    "a payment was raised": (
        "UPDATE payment SET minor = minor + 100 WHERE party = 'bus'",
        {"I11 positions net to zero and are what was paid"}, "the payments are not the positions",
    ),
    "an arrival was moved": (
        "UPDATE batch SET received_us = 0 WHERE position = 2", {"I18 the log's chain holds"}, "the head at position 2",
    ),
    "taps were wiped": (
        "UPDATE batch SET sealed = zeroblob(length(sealed)) WHERE position = 2",
        {"I18 the bytes of every batch are whole"}, "the bytes at position 2 were changed",
    ),
    "an answer was deleted": (
        "DELETE FROM submission WHERE line = 6", {"I19 nothing that was handed over has vanished"}, "got 5 answers",
    ),
    "evidence was deleted": (
        "DELETE FROM quarantine", {"I19 nothing that was handed over has vanished"}, "its bytes are gone",
    ),
    "a signature was changed": (
        "UPDATE batch SET sealed = CAST(substr(sealed, 1, length(sealed) - 1) || x'00' AS BLOB) WHERE position = 2",
        {"I18 every batch is signed by its reader"}, "the batch at position 2 cannot be believed",
    ),
    "a reader was revoked before its last batch": (
        "INSERT INTO revocation VALUES (1, 1, 'A', 'B', 'stolen', 0)",
        {"I23 nothing of a revoked reader came into the log later"}, "position 2 is of a reader revoked at 1",
    ),
    "one person released it": (
        "PRAGMA ignore_check_constraints = 1; UPDATE act SET second = first",
        {"I17 every act was made by two people"}, "act 1 was not made by two people",
    ),
    "a list went to all without a second yes": (
        "DELETE FROM edition_act WHERE step = 'approve'",
        {"I24 what touches many cards had a second yes and a trial"}, "no second person approved it",
    ),
    "a list went to all without a trial": (
        "DELETE FROM edition_act WHERE step = 'canary'",
        {"I24 what touches many cards had a second yes and a trial"}, "no readers tried it first",
    ),
    "an act was deleted": (
        "DELETE FROM act",
        {"I26 what left quarantine left by an act", "I19 nothing that was handed over has vanished"}, "without an act",
    ),
    "an act was made up": (
        "PRAGMA foreign_keys = 0; INSERT INTO act VALUES (2, 'release', zeroblob(32), '', 'A', 'B', 'why', 0, 1, 99)",
        {"I26 what left quarantine left by an act"}, "act 2 let in what was never in quarantine",
    ),
    "an acceptance became a rejection": (
        "UPDATE submission SET answer = 'REJECTED', position = NULL WHERE line = 2",
        {"I19 nothing that was handed over has vanished"}, "was never answered",
    ),
}  # fmt: skip


@pytest.mark.parametrize("deed", PLANTED)
def test_what_another_hand_did_is_found(settled, where, ring, tmp_path, deed):
    """The database's laws were dropped first; the audit is there for that day."""
    change, expected, words = PLANTED[deed]
    with another_hand(where) as other:
        other.script(change)
    found = offences(settled, ring, tmp_path)
    assert expected <= found.keys()
    assert any(words in found[name] for name in expected)


def test_card_value_moved_by_anything_but_rides_and_loads_is_found(settled, ring, tmp_path):
    """An entry in perfect balance that takes value off cards for something else."""
    with settled.begin():
        settled.post([entry("fee", "x", THURSDAY, float_issuer=100, fees_house=-100)])
    assert offences(settled, ring, tmp_path) == {
        "I2 card value is opening plus loads minus charges": "float:issuer was moved by 100 by entries of kind fee"
    }


def test_books_and_cards_that_part_are_found(settled, ring, tmp_path):
    """The issuer's cards hold 8,599; the books say 8,600."""
    assert offences(settled, ring, tmp_path, {"issuer": 8_599}) == {
        "I2 card value in the books is what the cards hold": "issuer: the books say 8600, the cards hold 8599"
    }


def test_a_statement_that_was_changed_is_found(settled, ring, tmp_path):
    """The operator holds one paper and the folder another."""
    path = tmp_path / "statements" / "2026-03-04" / "bus.json"
    path.write_bytes(path.read_bytes().replace(b"1400", b"1500"))
    name = "I10 statements are the files that were published"
    assert offences(settled, ring, tmp_path) == {
        name: "statements/2026-03-04/bus.json is not the statement that was published"
    }
    elsewhere = {finding.name: finding.ok for finding in audit(settled, ring.receipt_public(), folder=tmp_path / "no")}
    assert not elsewhere["statements are the files that were published"], "what is not there is not unchanged"


def test_a_payment_file_that_was_changed_is_found(settled, ring, tmp_path):
    """Between the office and the bank the file lies in a folder."""
    path = tmp_path / "c1.xml"
    path.write_bytes(path.read_bytes().replace(b"14.00", b"41.00"))
    assert (
        "is not the file that was written"
        in offences(settled, ring, tmp_path)["I11 positions net to zero and are what was paid"]
    )


def test_gaps_are_intervals(store, intake, reader, ring, tmp_path):
    """Batches 1, 3 and 6 of six have come: 3 to 4 and 7 to 10 are missing, until they come."""
    mine = reader(1)
    batches = [mine.batch() for _ in range(6)]
    intake.take([batches[0], batches[2], batches[5]], NOON_US)
    assert [(gap.first_seq, gap.last_seq) for gap in gaps(store)] == [(3, 4), (7, 10)]
    assert offences(store, ring, tmp_path) == {
        "I8 no sequence number is missing": "device 1, epoch 1 lacks sequences 3 to 4 (2 gaps of this device)"
    }
    intake.take(batches, NOON_US)
    assert gaps(store) == []
    assert offences(store, ring, tmp_path) == {}


@ON_A_FILE
def test_very_many_gaps_are_ranges(store, intake, reader):
    """A reader whose every second batch was lost: as many ranges, each of its own numbers, found in one pass."""
    mine = reader(1)
    batches = [mine.batch() for _ in range(4_000)]
    intake.take(batches[::2], NOON_US)
    found = gaps(store)
    assert len(found) == 1_999
    assert [(gap.first_seq, gap.last_seq) for gap in found[:2]] == [(3, 4), (7, 8)]
    assert sum(gap.last_seq - gap.first_seq + 1 for gap in found) == 2 * 1_999
