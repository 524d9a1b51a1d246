"""Books that several stories begin with are made once, and copied for each."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from house import WEDNESDAY
from settling import Counter, counter


@pytest.fixture(scope="session")
def wednesday(tmp_path_factory: pytest.TempPathFactory) -> Counter:
    """One ride on Wednesday, closed, and its payment ordered; not to be changed."""
    office = counter(tmp_path_factory.mktemp("wednesday"))
    office.close(WEDNESDAY)
    return office


@pytest.fixture
def office(wednesday: Counter, tmp_path: Path) -> Counter:
    """A copy of those books."""
    shutil.copytree(wednesday.db.parent, tmp_path / "house")
    for batch in wednesday.folder.glob("*.afc"):
        shutil.copy(batch, tmp_path)
    return Counter(tmp_path, pack=wednesday.pack)
