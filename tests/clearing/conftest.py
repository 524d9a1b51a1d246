"""Books in a fresh folder and in a fresh database on a server, and readers in service since for ever."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import databases
import pytest
from office import HERE, Reader, begin

from afc.keys import KeyRing
from clearing.intake import Intake
from clearing.store import Store


@pytest.fixture(scope="session")
def ring() -> KeyRing:
    return KeyRing.from_seed(7, HERE)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "books.db"


@pytest.fixture(params=databases.KINDS)
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A place for new books: each test that asks for it runs on both databases."""
    with databases.place(request.param, tmp_path, begin if "store" in request.fixturenames else None) as place:
        yield place


@pytest.fixture
def store(where: str) -> Iterator[Store]:
    """The books that were begun there."""
    with Store.open(where) as store:
        yield store


@pytest.fixture
def intake(store: Store, ring: KeyRing) -> Intake:
    return Intake(store, ring, HERE)


@pytest.fixture
def reader(ring: KeyRing) -> Callable[[int], Reader]:
    return lambda device: Reader(ring, device)
