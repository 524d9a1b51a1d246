"""Whoever spoils a pack in many places is told of every place in one run, and of nothing else.

A mistake hides no other: not in the same table, nor in the same file, nor in another file. And no mistake is told only
because of another: one mistake is one finding.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import pytest
from hanbit_pack import HANBIT, copied

from afc.city import load_city
from afc.pack.checks import as_far_as_read
from afc.pack.findings import SeveralRefused
from afc.pack.form import Form, Known
from afc.pack.json_schema import FORMS
from afc.pack.keys import keys_below
from afc.pack.load import load_pack
from afc.pack.schema import CityFile
from afc.pack.unread import with_values
from afc.refusal import Refused


class Slip(NamedTuple):
    """One mistake on one line: the file, the text taken out and put in, and what is told, on that line or another."""

    file: str
    out: str
    into: str
    code: str
    line: int = 0


SLIPS = [
    # a word, a kind, a date, an id: wrong by themselves
    Slip("city.toml", 'zone = "Asia/Seoul"', 'zone = "Asia/Soul"', "UNKNOWN_ZONE"),
    Slip("city.toml", 'roles = ["card_issuer"', 'rolls = ["card_issuer"', "UNKNOWN_KEY"),
    Slip("city.toml", 'name = "Senior"', "name = 65", "WRONG_TYPE"),
    Slip("tariff.toml", "adult = 1400", "adult = -75", "MONEY_NEGATIVE"),
    Slip("tariff.toml", "window_s = 1800", "windwo_s = 1800", "UNKNOWN_KEY"),
    Slip("tariff.toml", "max = 500000", "max = 0.5", "MONEY_NOT_WHOLE"),
    Slip("tariff.toml", 'categories = ["youth"]', 'categories = ["yuth"]', "UNKNOWN_CATEGORY"),
    Slip("tariff.toml", 'source = "City notice 2026-12', 'sorce = "City notice 2026-12', "UNKNOWN_KEY"),
    Slip("split.toml", 'source = "Agreement', 'soucre = "Agreement', "UNKNOWN_KEY"),
    Slip("contracts.toml", 'kind = "gross_km"', 'kind = "gross"', "WRONG_WORD"),
    Slip("contracts.toml", "bp = 80", "bp = 8.0", "WRONG_TYPE"),
    Slip("demand.toml", "days = 1", "days = 0", "OUT_OF_RANGE"),
    Slip("demand.toml", "[day.sunday]", "[day.sundays]", "UNKNOWN_DAY_TYPE"),
    Slip("demand.toml", "b-market = 500", "b-markt = 500", "UNKNOWN_STOP"),
    Slip("cases.toml", "charges = [1500, 50]", 'charges = [1500, "50"]', "MONEY_NOT_WHOLE"),
    # rows of one list, some of which are broken above
    Slip("city.toml", 'name = "Hanbit Bus"', 'name = "HANBIT METRO"', "NAME_TWIN"),
    Slip(
        "city.toml", 'date = 2026-03-02, type = "sunday"', 'date = 2027-03-02, type = "sunday"', "HOLIDAY_PAST_HORIZON"
    ),
    Slip("tariff.toml", "from_m = 20000", "from_m = 10000", "BANDS_UNSORTED"),
    Slip("tariff.toml", "from = 2026-01-01", "from = 2023-01-01", "VERSIONS_UNSORTED"),
    Slip("demand.toml", 'name = "hanbit-weekend"', 'name = "hanbit-weekday"', "DUPLICATE_ID"),
    # keys of one table, another key of which is broken above
    Slip("city.toml", "to = 2026-07-15", "to = 2026-02-15", "DATES_REVERSED"),
    Slip("city.toml", 'distance = "along"', 'distance = "path"', "DISTANCE_NEEDS_GATES"),
    Slip("tariff.toml", "senior = 1200", "#", "BASE_MISSING", 11),
    Slip("tariff.toml", 'night = "21:00-07:00"', "#", "NIGHT_UNCLEAR", 28),
    Slip("tariff.toml", "top_up_min = 1000", "top_up_min = 99000", "PURSE_UNCLEAR"),
    Slip("tariff.toml", "suspend_s = 86400", "#", "SUSPENSION_UNCLEAR", 95),
    Slip("tariff.toml", "max_rides = 60", "max_rides = 6", "REBATE_UNCLEAR"),
    Slip("demand.toml", "metro = 0.55", "metro = 0.5", "SHARES_NOT_WHOLE"),
    Slip("demand.toml", "share = 0.2", "share = 0.1", "SHARES_NOT_WHOLE", 32),
    Slip("demand.toml", "low = 0, high = 20000", "low = 30000, high = 20000", "BALANCE_UNCLEAR"),
    Slip("cases.toml", "total = 1600", "total = 1700", "CASE_TOTAL"),
    Slip("cases.toml", "charges = [1500, 1500]", "charges = [3000]", "CASE_UNCLEAR"),
    # files against each other, of which each is broken above
    Slip("city.toml", 'account = { other = "001-0002" }', "#", "ACCOUNT_MISSING", 30),
    Slip("tariff.toml", "date = 2026-05-05", "date = 2027-05-05", "CALENDAR_HORIZON"),
    Slip("split.toml", 'metro = "entry_gate"', 'bus = "entry_gate"', "SPLIT_NEEDS_GATES"),
    Slip("contracts.toml", 'payer = "city"', 'payer = "pool"', "POOL_MISSING"),
    Slip("contracts.toml", 'bank = "first-bank"', 'bank = "city"', "ROLE_MISSING"),
    Slip("demand.toml", "start = 2026-03-04", "start = 2024-03-04", "NO_VERSION_IN_FORCE"),
    Slip("demand.toml", "start = 2026-03-06", "start = 2026-12-30", "CALENDAR_HORIZON"),
    Slip("cases.toml", "shares = { hanbit-bus", "shares = { hanbit-boat", "UNKNOWN_PARTY"),
]
# Alone these are told as they stand here; beside others it depends on what a reader would need to know first.
MORE = [
    Slip("city.toml", 'id = "hanbit-bus"', 'id = "hanbit-metro"', "DUPLICATE_ID"),
    Slip("city.toml", 'id = "bus"', 'id = "City Bus"', "ID_MALFORMED"),
    Slip("city.toml", 'id = "senior"', 'idd = "senior"', "UNKNOWN_KEY"),
    Slip("city.toml", 'day_types = ["weekday", "sunday"]', 'day_tipes = ["weekday", "sunday"]', "UNKNOWN_KEY"),
    Slip("city.toml", "[[service]]", "[[servise]]", "UNKNOWN_KEY"),
    Slip("demand.toml", "[day.sunday]", "[dya.sunday]", "UNKNOWN_KEY"),
    Slip("contracts.toml", "[[fee]]", "[[fe]]", "UNKNOWN_KEY"),
    Slip("city.toml", 'access = "station"', 'access = "gate"', "WRONG_WORD"),
    Slip("city.toml", "horizon = 2026-12-31", 'horizon = "2026-12-31"', "WRONG_TYPE"),
    Slip("city.toml", 'funding = "prepaid"', 'funding = "paid"', "WRONG_WORD"),
    Slip("tariff.toml", 'id = "2026"', 'id = "2024"', "DUPLICATE_ID"),
    Slip("tariff.toml", 'id = "month"', 'id = "Month"', "ID_MALFORMED"),
    Slip("tariff.toml", "[version.base.metro]", "[version.base.metr]", "UNKNOWN_SERVICE"),
    Slip("tariff.toml", "[version.journey]", "[version.jurney]", "UNKNOWN_KEY"),
    Slip("tariff.toml", "[version.purse]", "[version.purze]", "UNKNOWN_KEY"),
    Slip("tariff.toml", "step_m = 5000, adult", "stp_m = 5000, adult", "UNKNOWN_KEY"),
    Slip("tariff.toml", "adult = 100, youth = 80, senior", "adlt = 100, youth = 80, senior", "UNKNOWN_KEY"),
    Slip("tariff.toml", "adult = 1400", "adult = { offpeak = 1400 }", "UNKNOWN_PERIOD"),
    Slip("tariff.toml", "days = 30", "dayz = 30", "UNKNOWN_KEY"),
    Slip("tariff.toml", "percent_bp = {", "percentbp = {", "UNKNOWN_KEY"),
    Slip("tariff.toml", 'services = ["metro", "bus"]', 'services = ["metro", "bsu"]', "UNKNOWN_SERVICE"),
    Slip("split.toml", "from = 2024-10-05", 'from = "2024-10-05"', "WRONG_TYPE"),
    Slip("contracts.toml", 'party = "corner-shops"', 'party = "corner-shop"', "UNKNOWN_PARTY"),
    Slip("contracts.toml", "per_km = 900", "per_kn = 900", "UNKNOWN_KEY"),
    Slip("contracts.toml", "[settlement]", "[setlement]", "UNKNOWN_KEY"),
    Slip("demand.toml", "[stations]", "[station]", "UNKNOWN_KEY"),
    Slip("demand.toml", "bus = { capacity = 70", "buss = { capacity = 70", "UNKNOWN_SERVICE"),
    Slip("demand.toml", "hancard = 0.4", "hancard = -0.4", "OUT_OF_RANGE"),
    Slip("cases.toml", "charges = [1400, 200]", "charges = [1400, -200]", "MONEY_NEGATIVE"),
    Slip("cases.toml", 'from = "NG"', 'form = "NG"', "UNKNOWN_KEY"),
    Slip("cases.toml", "legs = [{", "leg = [{", "UNKNOWN_KEY"),
]


def spoilt(folder: Path, slips: Iterable[Slip]) -> tuple[Path, list[str]]:
    """Hanbit with these slips in it, and what has to be told of them."""
    pack, expected = copied(folder), []
    for slip in slips:
        original, text = (HANBIT / slip.file).read_text("utf-8"), (pack / slip.file).read_text("utf-8")
        assert slip.out in text, "the mistake is made in a text that Hanbit has, and no other slip has changed"
        (pack / slip.file).write_text(text.replace(slip.out, slip.into, 1), "utf-8")
        line = slip.line or original[: original.index(slip.out)].count("\n") + 1
        expected.append(f"{slip.code} hanbit/{slip.file}:{line}")
    return pack, sorted(expected)


def told(pack: Path) -> list[str]:
    """Every refusal of a pack, by its name and its place."""
    with pytest.raises(Refused) as refused:
        load_pack(pack)
    several = refused.value
    each = several.refusals if isinstance(several, SeveralRefused) else (several,)
    return sorted(f"{one.code} {one.where}" for one in each)


def test_forty_mistakes_in_six_files_are_told_in_one_run(tmp_path: Path) -> None:
    pack, expected = spoilt(tmp_path, SLIPS)
    assert told(pack) == expected
    wrong = [line for file in pack.glob("*.toml") for line in differing(file, HANBIT / file.name)]
    assert len(wrong) == len(expected), "whoever mends as many lines as were told has mended the pack"
    assert load_pack(HANBIT)


def differing(file: Path, good: Path) -> list[str]:
    """The lines of a file that are not as in the good one."""
    pairs = zip(file.read_text("utf-8").split("\n"), good.read_text("utf-8").split("\n"), strict=True)
    return [line for line, other in pairs if line != other]


@pytest.mark.parametrize("slip", [*SLIPS, *MORE], ids=lambda slip: f"{slip.file} {slip.into}")
def test_one_mistake_is_one_finding(slip: Slip, tmp_path: Path) -> None:
    pack, expected = spoilt(tmp_path, [slip])
    assert told(pack) == expected


@pytest.mark.parametrize("seed", range(12))
def test_any_mistakes_together_are_told_as_each_alone(seed: int, tmp_path: Path) -> None:
    """What is told of one mistake does not depend on which others stand beside it."""
    chosen = random.Random(seed)
    pack, expected = spoilt(tmp_path, [slip for slip in SLIPS if chosen.random() < 0.3])
    assert told(pack) == expected


@pytest.mark.parametrize(
    "file", ["city.toml", "tariff.toml", "split.toml", "contracts.toml", "demand.toml", "cases.toml"]
)
@pytest.mark.parametrize("text", [None, "this is no TOML", "\udcff"], ids=["missing", "broken", "not UTF-8"])
def test_a_file_that_cannot_be_read_hides_no_mistake_in_the_others(file: str, text: str | None, tmp_path: Path) -> None:
    slips = {
        slip.file: slip for slip in reversed(SLIPS) if slip.code.startswith(("UNKNOWN_KEY", "WRONG", "MONEY", "OUT"))
    }
    pack, expected = spoilt(tmp_path, [slip for name, slip in slips.items() if name != file])
    (pack / file).unlink() if text is None else (pack / file).write_text(text, "utf-8", "surrogateescape")
    others = [line for line in told(pack) if f"/{file}" not in line]
    assert others == expected
    assert len(told(pack)) == len(expected) + 1


def test_the_first_of_several_contradictions_hides_none(tmp_path: Path) -> None:
    pack = copied(tmp_path)
    text = (pack / "tariff.toml").read_text("utf-8")
    text = text.replace("percent_bp = { general = 2000, youth = 3000 }", "#").replace("max_rides = 60", "max_rides = 6")
    text = text.replace("days = 30", "days = 30\nhours = 7").replace("suspend_s = 86400", "#")
    (pack / "tariff.toml").write_text(text, "utf-8")
    assert [line.split()[0] for line in told(pack)] == [
        "PRODUCT_UNCLEAR", "REBATE_UNCLEAR", "REBATE_UNCLEAR", "SUSPENSION_UNCLEAR",
    ]  # fmt: skip


def test_a_misspelt_key_names_the_key_that_it_was_meant_to_be(tmp_path: Path) -> None:
    pack, _ = spoilt(tmp_path, [Slip("city.toml", 'id = "senior"', 'idd = "senior"', "UNKNOWN_KEY")])
    with pytest.raises(Refused) as refused:
        load_city(pack)
    assert (refused.value.what, refused.value.cure) == ("`idd` is not a key of `category`", 'Did you mean "id"?')


def test_nobody_finds_anything_in_a_form_of_which_nothing_could_be_read() -> None:
    """Each check asks its fields first where it is run, so that one unread value gives up one question only."""
    forms: set[type[Form]] = set(FORMS.values())
    forms |= {key.form for form in FORMS.values() for key in keys_below(form)}
    for form in forms:
        blank = with_values(form, {})
        assert [finding for check in blank.checks(Known()) for finding in as_far_as_read(check)] == [], form
    with pytest.raises(AttributeError):
        _ = with_values(CityFile, {}).party
