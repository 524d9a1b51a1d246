"""Doors: the ways to a clearing house that a load may take, and what can be looked at behind each of them afterwards."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

from afc.keys import KeyRing
from clearing.reception import Reception
from sim.load.http import HttpLink, Place
from sim.load.inprocess import ReceptionLink
from sim.load.link import Link
from sim.load.null import null_server
from sim.load.pace import Open
from sim.serving import open_intake


class Door(NamedTuple):
    """A way in. `links` opens connections inside an event loop; `books` says where its books may be read, "" where they may
    not; `shows` asks the house itself which of some digests it can show."""

    name: str
    links: Callable[[], AbstractAsyncContextManager[Open]]
    books: str = ""
    shows: Callable[[Sequence[bytes]], list[bool]] | None = None
    receipts: bool = True


@asynccontextmanager
async def http_links(url: str, secret_of: Callable[[int], str]) -> AsyncIterator[Open]:
    """Connections to a server."""

    async def open_link() -> Link:
        return HttpLink(Place.of(url), secret_of)

    yield open_link


@asynccontextmanager
async def reception_links(where: str, ring: KeyRing, now_us: Callable[[], int]) -> AsyncIterator[Open]:
    """Places at a reception over these books."""
    async with Reception(partial(open_intake, where, ring), now_us) as reception:

        async def open_link() -> Link:
            return ReceptionLink(reception)

        yield open_link


@contextmanager
def null_door() -> Iterator[Door]:
    """The server that does nothing."""
    with null_server() as url:
        yield Door("a server that answers at once", partial(http_links, url, lambda _device: "none"), receipts=False)


def reception_door(books: Path, ring: KeyRing, now_us: Callable[[], int]) -> Door:
    """The reception of a house of our own, in this process."""
    return Door("a house in this process", partial(reception_links, str(books), ring, now_us), str(books))
