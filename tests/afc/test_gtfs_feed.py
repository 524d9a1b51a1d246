"""Feeds as they come: read whole, or refused with file, line and column and nothing half loaded."""

from __future__ import annotations

import contextlib
import zipfile
from pathlib import Path

import pytest
from tiny_feed import TINY, edited, feed

from afc.gtfs import csv_text, files
from afc.gtfs.feed import read_feed
from afc.refusal import Refused


def refusals(path: Path, *, mend: bool = False) -> list[Refused]:
    with pytest.raises(Refused) as told:
        read_feed(path, mend=mend, shapes=True)
    return list(getattr(told.value, "refusals", [told.value]))


def refusal(path: Path) -> Refused:
    return refusals(path)[0]


BROKEN = [
    # what is changed, then the refusal: name, place, sentence
    (edited("stops", "stop_lat", "stop_lad"), "COLUMN_MISSING", "stops.txt:1", "column stop_lat is missing"),
    (edited("stops", "stop_name", "stop_lat"), "COLUMN_TWICE", "stops.txt:1", "column stop_lat is there twice"),
    (edited("stops", "48.2100,16.3700,0", "98.21,16.37,0"), "VALUE_MALFORMED", "stops.txt:5",
     'column stop_lat must be a latitude in degrees, not "98.21"'),
    (edited("stops", "P2,PARK", "P1,PARK"), "DUPLICATE_ID", "stops.txt:6", 'stop_id "P1" is there twice'),
    (edited("stops", "0,H\n", "0,G\n"), "UNKNOWN_ID", "stops.txt:3",
     'column parent_station must be an id of stops.txt, not "G"'),
    (edited("stops", "M,Museum", 'M,"Museum'), "CSV_BROKEN", "stops.txt:11", None),
    (edited("stops", "M,Museum,", 'M,"Museum\nof Art",'), "QUOTE_OPEN", "stops.txt:7", "a quote runs on to line 8"),
    (edited("stops", "M,Museum", 'M,"Mus"eum'), "CSV_BROKEN", "stops.txt:7", None),
    (edited("agency", "Bus GmbH", "Bus, GmbH"), "ROW_RAGGED", "agency.txt:3", "5 fields under 4 columns"),
    (edited("stops", ",16.3700,0,\nb1", "\nb1"), "ROW_RAGGED", "stops.txt:7", "3 fields under 6 columns"),
    (edited("routes", "U1,7", "U1,9"), "UNKNOWN_ID", "routes.txt:2",
     'column agency_id names "9", which is not in agency.txt'),
    (edited("routes", "Museum,1", "Museum,１"), "VALUE_MALFORMED", "routes.txt:2",
     'column route_type must be a whole number, not "１"'),
    (edited("routes", "Museum,1", "Museum,1_0"), "VALUE_MALFORMED", "routes.txt:2", None),
    (edited("routes", "Museum,1", "Museum,1e3"), "VALUE_MALFORMED", "routes.txt:2", None),
    (edited("routes", "Museum,1", "Museum," + "9" * 5000), "VALUE_MALFORMED", "routes.txt:2", None),
    (edited("trips", "5,wk,b-out-1", "6,wk,b-out-1"), "UNKNOWN_ID", "trips.txt:5",
     'column route_id must be an id of routes.txt, not "6"'),
    (edited("trips", "5,wk,b-out-1", "5,winter,b-out-1"), "UNKNOWN_ID", "trips.txt:5",
     'column service_id names "winter", which is not in the calendar'),
    (edited("stop_times", "00:06:00,00:06:00,M", "0:6:00,0:6:00,M"), "VALUE_MALFORMED", "stop_times.txt:4",
     'column arrival_time must be a time like 08:30:00, not "0:6:00"'),
    (edited("stop_times", "00:06:00,00:06:00,M", "48:06:00,48:06:00,M"), "VALUE_MALFORMED", "stop_times.txt:4", None),
    (edited("stop_times", "00:06:00,00:06:00,M", ",,M"), "VALUE_MALFORMED", "stop_times.txt:4",
     "the first and the last stop of a trip need a time"),
    (edited("stop_times", "07:04:00,07:04:00", "06:04:00,06:04:00"), "TIMES_REVERSED", "stop_times.txt:13",
     "the time is before the one that it follows"),
    (edited("stop_times", "P1,5", "P1,1"), "DUPLICATE_ID", "stop_times.txt:3", "stop_sequence 1 is there twice in the trip"),
    (edited("stop_times", "boat-1,10:30:00,10:30:00,b3,2\n", ""), "TRIP_TOO_SHORT", "stop_times.txt",
     'trip "boat-1" has 1 stops'),
    (edited("stop_times", "boat-1,10:00", "ship-1,10:00"), "UNKNOWN_ID", "stop_times.txt:20",
     'column trip_id must be an id of trips.txt, not "ship-1"'),
    (edited("frequencies", "08:00:00,600", "06:00:00,600"), "TIMES_REVERSED", "frequencies.txt:2",
     "end_time is not after start_time"),
    (edited("frequencies", "08:00:00,600", "08:00:00,0"), "VALUE_MALFORMED", "frequencies.txt:2",
     "column headway_secs must be at least 1"),
    (edited("calendar", "20250106", "20250230"), "VALUE_MALFORMED", "calendar.txt:2",
     'column start_date must be a date like 20260304, not "20250230"'),
    (edited("calendar", "wk,1", "wk,2"), "VALUE_MALFORMED", "calendar.txt:2", 'column monday must be 0 or 1, not "2"'),
    ({"stops": None}, "FILE_MISSING", "stops.txt", "the file is missing"),
    ({"stops": ""}, "COLUMN_MISSING", "stops.txt:1", None),
    ({"calendar": None, "calendar_dates": None}, "FILE_MISSING", "calendar.txt", None),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "code", "where", "what"), BROKEN)
def test_a_broken_feed_is_refused_with_its_place(
    changes: dict[str, str | None], code: str, where: str, what: str | None, tmp_path: Path
) -> None:
    told = refusals(feed(tmp_path / "tiny.zip", **changes), mend=True)
    sentences = [one.what for one in told if (one.code, one.where) == (code, f"tiny.zip/{where}")]
    assert sentences
    assert what is None or what in sentences


@pytest.mark.parametrize(
    ("raw", "code", "line"),
    [
        (TINY["stops.txt"].encode("latin-1"), "FILE_NOT_UTF8", 10),
        (TINY["stops.txt"].encode("utf-16"), "FILE_NOT_UTF8", 1),
        (TINY["stops.txt"].replace("Museum", "Mus\0eum").encode(), "FILE_NOT_TEXT", 7),
    ],
    ids=["Latin-1", "UTF-16", "NUL"],
)
def test_other_encodings_are_refused_with_the_line(raw: bytes, code: str, line: int, tmp_path: Path) -> None:
    folder = unpacked(tmp_path)
    (folder / "stops.txt").write_bytes(raw)
    told = refusal(folder)
    assert (told.code, told.where) == (code, f"feed/stops.txt:{line}")


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_marks_line_ends_blank_lines_and_blanks_in_the_header_change_nothing(end: str, tmp_path: Path) -> None:
    plain = read_feed(feed(tmp_path / "tiny.zip"))
    folder = unpacked(tmp_path)
    for name, text in TINY.items():
        spaced = text.replace(",", ", ", 1).replace("\n", end) + end + end
        (folder / name).write_bytes(b"\xef\xbb\xbf" + spaced.encode())
    read = read_feed(folder, "tiny.zip")
    assert read.stops == plain.stops
    assert (read.times.line == plain.times.line).all()


def unpacked(tmp_path: Path) -> Path:
    """The feed as a folder."""
    folder = tmp_path / "feed"
    with zipfile.ZipFile(feed(tmp_path / "whole.zip")) as archive:
        archive.extractall(folder)
    return folder


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    changes = {
        **edited("stops", "48.2100", "x"),
        **edited("calendar", "20250106", "x"),
        **edited("routes", ",1\n", ",x\n"),
    }
    with pytest.raises(Refused) as told:
        read_feed(feed(tmp_path / "tiny.zip", **changes))
    assert [one.where for one in getattr(told.value, "refusals", ())] == [
        "tiny.zip/calendar.txt:2",
        "tiny.zip/routes.txt:2",
        "tiny.zip/stops.txt:5",
    ]


def test_a_column_that_is_wrong_everywhere_is_told_five_times_and_counted(tmp_path: Path) -> None:
    changes = {"stops": TINY["stops.txt"].replace("48.", "148.")}
    with pytest.raises(Refused) as told:
        read_feed(feed(tmp_path / "tiny.zip", **changes))
    assert [one.what for one in getattr(told.value, "refusals", ())][
        -1
    ] == "column stop_lat is wrong in 5 more rows, to this one"


def test_a_feed_with_too_many_rows_is_refused_at_the_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_text, "gtfs_rows_max", 3)
    told = refusal(feed(tmp_path / "tiny.zip"))
    assert (told.code, told.where) == ("TOO_MANY_ROWS", "tiny.zip/shapes.txt:5")


def test_a_file_that_unpacks_to_too_much_is_refused_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "gtfs_file_bytes_max", 100)
    assert refusal(feed(tmp_path / "tiny.zip")).code == "FILE_TOO_LARGE"


def test_what_is_no_zip_is_refused(tmp_path: Path) -> None:
    (tmp_path / "not.zip").write_bytes(b"PK nothing")
    assert refusal(tmp_path / "not.zip").code == "ZIP_BROKEN"
    assert refusal(tmp_path / "absent.zip").code == "FEED_MISSING"


def test_a_damaged_zip_is_refused_or_read_and_nothing_else(tmp_path: Path) -> None:
    whole = feed(tmp_path / "whole.zip").read_bytes()
    for at in range(0, len(whole), 41):
        (tmp_path / "damaged.zip").write_bytes(whole[:at] + bytes([whole[at] ^ 0xA5]) + whole[at + 1 :])
        with contextlib.suppress(Refused):
            read_feed(tmp_path / "damaged.zip", shapes=True)


def test_a_zip_with_a_folder_in_it_is_looked_through_and_two_of_a_name_are_not_guessed(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "folder.zip", "w") as archive:
        for name, text in TINY.items():
            archive.writestr(f"export/{name}", text)
        archive.writestr("__MACOSX/stops.txt", "junk")
    assert len(read_feed(tmp_path / "folder.zip").stops) == 10
    with zipfile.ZipFile(tmp_path / "folder.zip", "a") as archive:
        archive.writestr("stops.txt", TINY["stops.txt"])
    assert refusal(tmp_path / "folder.zip").code == "FILE_TWICE"


def test_a_line_published_twice_is_read_once_and_reported_but_a_pack_is_told_off(tmp_path: Path) -> None:
    twice = feed(tmp_path / "tiny.zip", agency=TINY["agency.txt"] + TINY["agency.txt"].splitlines()[1] + "\n")
    assert read_feed(twice, mend=True).mended == (
        "tiny.zip/agency.txt:4 repeats line 2 word for word; it was read once",
    )
    assert refusal(twice).code == "DUPLICATE_ID"


def test_invisible_signs_in_names_are_cleaned_and_reported_but_a_pack_is_told_off(tmp_path: Path) -> None:
    odd = feed(tmp_path / "tiny.zip", **edited("stops", "Museum", "Mu\u200bse\u202eum\u00a0"))
    read = read_feed(odd, mend=True)
    assert read.stops[5].name == "Museum"
    assert read.mended == ("tiny.zip/stops.txt: 1 texts of stop_name were written in plain visible letters",)
    assert refusal(odd).code == "VALUE_MALFORMED"


def test_stops_without_a_time_are_passed_at_an_even_pace(tmp_path: Path) -> None:
    read = read_feed(feed(tmp_path / "tiny.zip"))
    assert read.times.arrival_s[:3].tolist() == [0, 180, 360]


def test_a_feed_may_number_stops_in_any_order(tmp_path: Path) -> None:
    head, *rows = TINY["stop_times.txt"].splitlines()
    shuffled = feed(tmp_path / "shuffled.zip", stop_times="\n".join([head, *reversed(rows)]) + "\n")
    plain = read_feed(feed(tmp_path / "tiny.zip")).times
    assert (read_feed(shuffled).times.stop == plain.stop).all()
