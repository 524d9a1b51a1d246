"""Shards worked out where nobody sees the keeper's folder: files go there and come back through a storage with a URL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any

import fsspec
import pytest
from commandline import ask
from digested import Made, made
from storages import bucket_here, through

from afc.refusal import Refused
from clearing.extract import digests_in, where_of
from clearing.views import open_house
from sim.engine.storage import Storage
from sim.run import execute
from sim.scenario import Scenario, read_scenario


def run_through(url: str, scenario: Scenario, out: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The scenario, its shards worked out through a storage."""

    @contextmanager
    def mapper(*_told: Any) -> Iterator[Any]:
        yield through(url)

    monkeypatch.setattr("sim.run.mapper", mapper)
    return execute(scenario, out, workers=1)


@pytest.mark.parametrize("kind", ["file", "s3"])
def test_every_file_is_the_same(
    kind: str, two_days: Scenario, in_process: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another storage, the same files at home, byte for byte; the S3 server is spoken to over HTTP."""
    with bucket_here(tmp_path) if kind == "s3" else nullcontext(f"{kind}://{tmp_path}/elsewhere") as url:
        folder = run_through(url, two_days, tmp_path / "runs", monkeypatch)
        there = fsspec.core.url_to_fs(url)[0].find(url)
    assert made(folder)[1:] == in_process[1:]
    assert len(there) > 100
    assert not [name for name in there if name.endswith((".dealt", ".part"))]


def closed_again(house: Path, url: str) -> list[Any]:
    """What `digests_in`, which reads cards and detail, comes to for each shard, through the storage."""
    scenario = read_scenario(house / "scenario.toml")
    books = open_house(house, scenario.load(), scenario.seed)
    where = where_of(books, scenario.dates[-1], (0, 1))
    return list(through(url)(partial(digests_in, where), range(books.shards)))


def test_what_the_storage_has_is_never_believed(in_process: Made, tmp_path: Path) -> None:
    """A file of the same name and length with another content, as after a restored backup: what is at home counts."""
    url = f"file://{tmp_path}/elsewhere"
    right = closed_again(in_process.folder, url)
    [old, *_] = sorted((tmp_path / "elsewhere").rglob("cards-03.npy"))
    whole = old.read_bytes()
    for file in (tmp_path / "elsewhere").rglob("cards-03.npy"):
        file.write_bytes(file.read_bytes()[:-8] + b"12345678")
    assert closed_again(in_process.folder, url) == right
    assert old.read_bytes() == whole


def test_a_storage_that_cannot_be_used_is_refused_with_a_cure(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(Refused) as unusable:
        Storage(f"file://{tmp_path}/file/below")
    assert (unusable.value.code, unusable.value.where) == ("STORAGE_UNUSABLE", f"file://{tmp_path}/file/below")
    with pytest.raises(Refused) as unknown:
        Storage("carrier-pigeon://loft")
    assert unknown.value.code == "STORAGE_UNKNOWN"
    assert ask("clearing run --run last --storage s3://afc/house", 3)[0]["code"] in {"ENGINE_UNNAMED", "NO_RUNS"}
