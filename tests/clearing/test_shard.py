"""One shard of a day: from taps to shares as files, with every tap in one place and every unit in one total."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from riding import Street, cards_of
from shards import Clerk, minor, quantity

from afc.city import City
from afc.keys import KeyRing
from afc.moment import HOUR_US
from afc.refusal import Refused
from clearing import detail
from clearing.admit import REGISTER, SetAside

DAY_OUT = """in NG 07:41, out HB 07:55, on 571 b-harbour 08:10, off 571 b-stadium 08:30, load 3000 NG 09:00,
 on 12 b-market 12:00, in NG 18:00, out AP 18:25"""


@pytest.fixture
def street(hanbit: City) -> Street:
    return Street(hanbit, cards_of(5, 6, 7))


@pytest.fixture
def clerk(street: Street, ring: KeyRing, tmp_path: Path) -> Clerk:
    return Clerk(street, ring, tmp_path, cards_of(5, 6, 7))


def test_every_unit_that_was_charged_is_shared_collected_or_still_open(
    street: Street, ring: KeyRing, clerk: Clerk
) -> None:
    """What riders paid and what operators are told is the same money."""
    street.go(5, DAY_OUT)
    street.go(6, DAY_OUT)
    street.go(7, "in NG 26:00, out HB 26:11, on 571 b-harbour 26:20")
    result = clerk.close(street.taps(ring))
    charged, told = minor(result, "charge"), [minor(result, kind) for kind in ("share", "collected", "open_journey")]
    assert sum(charged.values()) == sum(sum(one.values()) for one in told) > 0
    assert minor(result, "open_journey") == {0: 1550, 1: 0}
    assert (minor(result, "load"), quantity(result, "load")) == ({0: 6000}, {0: 2})
    assert quantity(result, "boarding") == {0: 5, 1: 5}
    assert result.counts["rated_otherwise"] == result.counts["purse_breaks"] == result.counts["refused_by_rule"] == 0


def test_what_was_carried_over_must_be_what_the_books_say(street: Street, ring: KeyRing, clerk: Clerk) -> None:
    """Somebody put money on a card between two closes, in the file."""
    street.go(7, "in NG 27:30, out HB 27:45")
    clerk.close(street.taps(ring))
    cards = detail.read_array(clerk.folder / "cards-00.npy")
    cards["balance"] += 1
    detail.write_array(clerk.folder / "cards-00.npy", cards)
    with pytest.raises(Refused, match="carried over") as refused:
        clerk.close(street.taps(ring)[:0], day=1)
    assert refused.value.code == "DETAIL_DAMAGED"


def test_a_journey_that_may_go_on_is_settled_with_the_next_day(street: Street, ring: KeyRing, clerk: Clerk) -> None:
    """The train at two in the morning, and the bus of the same journey after the cut."""
    street.go(7, "in NG 27:30, out HB 27:45")
    first = clerk.close(street.taps(ring))
    assert (first.counts["journeys"], first.counts["carried_out"]) == (0, 1)
    street.written = []
    street.go(7, "on 571 b-harbour 28:10, off 571 b-stadium 28:30")
    second = clerk.close(street.taps(ring), day=1)
    assert (second.counts["journeys"], second.counts["carried_out"]) == (1, 0)
    assert minor(second, "charge") == {1: 200}  # 9.2 km and 8.44 km are two steps past ten
    assert minor(second, "share") == {0: 889, 1: 861}  # 1,750 by 1,550 and 1,500


def test_a_journey_that_is_long_over_is_settled_today(street: Street, ring: KeyRing, clerk: Clerk) -> None:
    street.go(7, "in NG 24:00, out HB 24:59:59")
    assert clerk.close(street.taps(ring)).counts["carried_out"] == 0


def test_a_tap_that_cannot_count_is_kept_with_its_reason(street: Street, ring: KeyRing, clerk: Clerk) -> None:
    """A forged amount, a card that nobody issued, the same counter twice."""
    street.go(5, "in NG 07:41, out HB 07:55")
    street.go(6, "in NG 07:41")
    taps = street.taps(ring)
    stranger, copy, forged = taps[2:].copy(), taps[2:].copy(), taps[:1].copy()
    stranger["card"], copy["time_us"] = 99, copy["time_us"] + 5
    for row in (stranger, copy):
        row["mac"] = ring.macs(row)
    forged["amount"] = 1
    result = clerk.close(np.concatenate([taps, stranger, copy, forged]))
    reasons = [finding.reason for finding in result.found]
    assert sorted(reasons, key=lambda r: r.name) == [SetAside.CARD_UNKNOWN, SetAside.COUNTER_REUSED, SetAside.MAC_WRONG]
    assert {finding.tap for finding in result.found} == {row.tobytes() for row in (stranger, copy, forged)}
    assert (result.counts["taps"], result.counts["aside"]) == (3, 3)
    assert sum(minor(result, "charge").values()) == 3100


def test_a_forged_copy_does_not_push_the_genuine_tap_aside(street: Street, ring: KeyRing, clerk: Clerk) -> None:
    """It came first, but without the key."""
    street.go(5, "in NG 07:41")
    taps = street.taps(ring)
    forged = taps.copy()
    forged["time_us"] -= HOUR_US
    result = clerk.close(np.concatenate([forged, taps]))
    assert [finding.reason for finding in result.found] == [SetAside.MAC_WRONG]
    assert minor(result, "charge") == {0: 1550}


def test_a_late_tap_waits_in_suspense_with_its_money(street: Street, ring: KeyRing, clerk: Clerk) -> None:
    """The bus uploads on Friday; the card's later taps were judged on Thursday."""
    street.go(7, "on 571 b-harbour 08:00, off 571 b-park 08:10, in NG 12:00, out HB 12:11")
    taps = street.taps(ring)
    clerk.close(taps[2:])
    result = clerk.close(taps[:2], day=1)
    assert [finding.reason for finding in result.found] == [SetAside.COUNTER_PASSED] * 2
    assert (minor(result, "late"), minor(result, "charge")) == ({1: 1500}, {})


def test_who_is_paid_is_whom_the_register_names_at_the_time_of_the_tap(
    street: Street, ring: KeyRing, clerk: Clerk
) -> None:
    """At noon the bus changes hands; nobody asks the bus."""
    street.go(5, "on 571 b-harbour 08:00, off 571 b-park 08:10")
    street.go(6, "on 571 b-harbour 12:00, off 571 b-park 12:10")
    rows = [(101, 0, 1, 71, 1), (101, street.at_us("12:00"), 2, 71, 1)]
    assert minor(clerk.close(street.taps(ring), register=np.array(rows, REGISTER)), "charge") == {1: 1500, 2: 1500}


def test_a_purse_that_does_not_follow_from_its_taps_is_counted(street: Street, ring: KeyRing, clerk: Clerk) -> None:
    """A tap that never arrived, or value that nobody loaded."""
    street.go(7, "in NG 07:41, out HB 07:55, load 3000 HB 08:00, in HB 12:00")
    taps = street.taps(ring)
    assert clerk.close(taps[[0, 1, 3]]).counts["purse_breaks"] == 1


def test_a_reader_that_charges_otherwise_is_counted_with_its_sum(street: Street, ring: KeyRing, clerk: Clerk) -> None:
    street.go(7, "in NG 07:41, out HB 07:55")
    street.written[0]["amount"] = 1_400
    counts = clerk.close(street.taps(ring)).counts
    assert (counts["rated_otherwise"], counts["rated_otherwise_minor"]) == (1, 150)


def test_free_boardings_that_somebody_pays_for_are_counted(hanbit: City, ring: KeyRing, tmp_path: Path) -> None:
    """A senior on the metro; on the bus seniors pay."""
    seniors = Street(hanbit, cards_of(7, category=2))
    seniors.go(7, "in NG 07:41, out HB 07:55, on 571 b-harbour 12:00, off 571 b-park 12:10")
    result = Clerk(seniors, ring, tmp_path, cards_of(7, category=2)).close(seniors.taps(ring))
    assert quantity(result, "free") == {0: 1}
    assert minor(result, "charge") == {1: 1500}, "a tap that took nothing is no charge"


def test_the_digest_is_of_the_content_and_of_nothing_else(street: Street, ring: KeyRing, tmp_path: Path) -> None:
    """In whatever order taps arrive; but one unit more makes another day."""
    street.go(5, DAY_OUT)
    street.go(6, DAY_OUT)
    taps = street.taps(ring)
    digests = []
    for name, day in (("a", taps), ("b", taps[::-1].copy()), ("c", richer(taps, ring))):
        (tmp_path / name).mkdir()
        digests.append(Clerk(street, ring, tmp_path / name, cards_of(5, 6, 7)).close(day).digest)
    assert digests[0] == digests[1] != digests[2]


def richer(taps: np.ndarray, ring: KeyRing) -> np.ndarray:
    """The same taps with one unit more on one card."""
    taps = taps.copy()
    taps["balance"][0] += 1
    taps["mac"] = ring.macs(taps)
    return taps


def test_the_files_of_a_shard_are_there_and_its_raw_taps_are_not(street: Street, ring: KeyRing, clerk: Clerk) -> None:
    """What can be read again from the sealed batches is not kept twice."""
    street.go(7, DAY_OUT)
    clerk.close(street.taps(ring))
    names = {path.name for path in clerk.folder.iterdir()}
    tables = {f"{kind}-00.parquet" for kind in ("taps", "legs", "lines", "shares")}
    assert names == tables | {"cards-00.npy", "open-00.npy", "pages-00.json"}


def test_a_shard_without_taps_closes_too(street: Street, ring: KeyRing, clerk: Clerk) -> None:
    street.gate("NG")
    result = clerk.close(street.taps(ring))
    assert (len(result.totals), result.counts["taps"], result.found) == (0, 0, ())
