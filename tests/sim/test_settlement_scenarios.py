"""Settlement scenarios: those that ship come out as they say, and one that does not says what, where and by how much."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from commandline import ask, say

from sim.play.files import SHIPPED, shipped

LATE_BUS = (SHIPPED / "late-bus.toml").read_text("utf-8")


def written(folder: Path, *changes: tuple[str, str]) -> Path:
    """The story of the late bus, with some of its text changed."""
    text = LATE_BUS
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    (folder / "mine.toml").write_text(text, "utf-8")
    return folder / "mine.toml"


def line_of(path: Path, text: str) -> int:
    """The line on which a text stands."""
    return path.read_text("utf-8").split(text)[0].count("\n") + 1


def test_all_that_ship_come_out_as_they_say() -> None:
    played = ask("scenario play -q")
    assert [one["name"] for one in played] == [path.stem for path in shipped()], "a story is called as its file is"
    assert [one["name"] for one in played if not one["ok"]] == []


def test_they_are_listed_with_a_sentence_each() -> None:
    told = say("scenario list")
    assert "late-bus" in told
    stories = [row for row in ask("scenario list") if row.get("story")]
    assert len(stories) == len(shipped())
    assert all(row["about"] for row in stories)


def test_a_wrong_expectation_is_told_with_its_line_and_what_it_came_to(tmp_path: Path) -> None:
    path = written(tmp_path, ("minor = 147", "minor = 148"))
    told = say(f"scenario play {path} -q", 4)
    line = line_of(path, "minor = 148") - 5  # where its [[expect]] begins
    assert f"{path}:{line}" in told
    assert "statement of town-bus for 2026-03-05, line share, about 2026-03-04" in told
    assert "expected  148" in told
    assert "came to   147" in told
    assert "1 played, 1 wrong" in told


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        (("= 260", "= 261"), ["card 1: 08:00 rail mill > town-hall 08:09 = 261"]),
        (("2026-03-05 06:00", "2026-03-05 06:00\"\nrefused = \"DAY_INCOMPLETE"), ["afc clearing run --through 2026-03-04"]),
        (('account = "suspense:late"\nbalance = 0', 'account = "journeys"\nbalance = 7'), ["account journeys"]),
        (("fare = 360", "fare = 100"), ["fare of card 1 on 2026-03-04"]),
    ],
)  # fmt: skip
def test_each_kind_of_expectation_can_fail(tmp_path: Path, change: tuple[str, str], wrong: list[str]) -> None:
    rides = '"08:00 rail mill > town-hall 08:09 '
    change = tuple(rides + text for text in change) if change[0] == "= 260" else change  # type: ignore[assignment]
    [one] = ask_wrong(f"scenario play {written(tmp_path, change)} -q")
    assert [row["what"] for row in one["expected"] if not row["ok"]][: len(wrong)] == wrong


def ask_wrong(command: str) -> Any:
    """The data of an answer that is not well."""
    import json

    return json.loads(say(f"{command} --json", 4))["data"]


def test_a_question_is_held_against_rows_of_its_answer(tmp_path: Path) -> None:
    """`find`, `never`, `rows`, the exit code; and a row of what a step answered."""
    path = written(tmp_path)
    path.write_text(
        path.read_text()
        + '\n[[expect]]\nask = "clearing days"\nfind = { date = "2026-03-04", state = "open" }\n'
        + '\n[[expect]]\nask = "clearing days"\nnever = { state = "closed" }\n'
        + '\n[[expect]]\nask = "clearing days"\nfind = { state = "closed" }\nrows = 3\n'
        + '\n[[expect]]\nask = "clearing audit"\nexit = 5\n'
        + '\n[[expect]]\nask = "clearing days"\nfind = { state = "closed" }\nrows = 2\nexit = 0\n'
    )
    [one] = ask_wrong(f"scenario play {path} -q")
    wrong = [row["expected"] for row in one["expected"] if not row["ok"]]
    assert wrong == [
        "a row with date 2026-03-04, state open", "no row with state closed", "3 rows with state closed", "exit code 5",
    ]  # fmt: skip


def test_an_unknown_key_is_refused_with_its_line_and_the_near_one(tmp_path: Path) -> None:
    path = written(tmp_path, ("minor = 147", "minro = 147"))
    told = say(f"scenario play {path} -q", 3)
    assert f"{path}:{line_of(path, 'minro')}" in told
    assert '"minor"' in told or "`minor`" in told


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("bus 20 harbour-quay > school", "bus 20 school > school"), "does not go there"),
        (("rail mill > town-hall", "rail mil > town-hall"), 'no stop of this city. Did you mean "mill"'),
        (("balance = 2_000", "balance = 10"), "stays shut"),
        (("08:00 rail mill", "8 rail mill"), "not a clock time"),
        (('but = ["bus 20"]', 'but = ["bus 99"]'), "no route of this city"),
        (("on = 2026-03-04\nrides", "rides"), "needs `card` and `on`"),
        (('do = "clearing run --through 2026-03-04"', 'do = "clearing walk"'), 'no command "clearing walk"'),
        (('do = "clearing run --through 2026-03-04"', 'do = "clearing days"\nby = "A"'), "has no --by"),
        (("minor = 147", ""), "this expects nothing"),
    ],
)
def test_what_cannot_be_played_is_refused_with_its_place(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    path = written(tmp_path, change)
    told = say(f"scenario play {path} -q", 3)
    assert said in told
    assert f"{path}:" in told


def test_the_books_of_a_story_can_be_kept_and_asked(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    told = say(f"scenario play late-bus -q --steps --keep {kept}")
    assert "afc clearing run --through 2026-03-04: exit code 0" in told
    days = ask(f"clearing days --db {kept / 'house' / 'clearing.db'}")
    assert [row["state"] for row in days] == ["closed", "closed"]
    assert ask(f"scenario play late-bus --keep {kept}", 3)[0]["code"] == "OUT_EXISTS"


def test_a_name_that_is_not_there_is_answered_with_the_near_one() -> None:
    [refusal] = ask("scenario play late-buss", 3)
    assert (refusal["code"], "late-bus" in refusal["hint"]) == ("STORY_UNKNOWN", True)
