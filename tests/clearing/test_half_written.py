"""Files appear whole or not at all, and as many as a large city's close needs may be open at once."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from pathlib import Path

import pytest

from afc.refusal import Refused
from clearing.detail import durable
from clearing.gathering import FILES_BESIDE, allow_files


def write_half(path: Path, stop: BaseException) -> None:
    """A writer that stops in the middle."""
    with durable(path) as file:
        file.write(b"tod")
        raise stop


@pytest.mark.parametrize("stop", [OSError("disk full"), KeyboardInterrupt()])
def test_a_file_whose_writer_stops_leaves_what_was_there(tmp_path: Path, stop: BaseException) -> None:
    """A statement of yesterday stays, and no half of today's lies beside it."""
    statement = tmp_path / "metro.json"
    statement.write_text("yesterday")
    with pytest.raises(type(stop)):
        write_half(statement, stop)
    assert [path.name for path in tmp_path.iterdir()] == ["metro.json"]
    assert statement.read_text() == "yesterday"


@pytest.fixture
def few_files() -> Iterator[int]:
    """A system that lets a process open 256 files, and more if it asks."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, before[1]))
    yield 256
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_a_city_of_many_shards_asks_for_its_files(few_files: int) -> None:
    """128 shards of Seoul's fifty million taps fit; a thousand shards take what the system has for who asks."""
    allow_files(128)
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == few_files
    allow_files(512)
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == 512 + FILES_BESIDE


def test_a_system_that_has_too_few_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _which: (256, 512))
    with pytest.raises(Refused) as refused:
        allow_files(4096)
    assert refused.value.code == "FILES_TOO_FEW"
