"""A house that runs already: who the keys speak for, which readers they bring, and what it knows of the pool before."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any, NamedTuple

from afc.batch import digest_of, header_of
from afc.keys import KeyRing
from afc.moment import service_date
from afc.refusal import Refused
from clearing.store import Store, shown
from sim.load.door import Door, http_links
from sim.load.http import HttpLink, Place
from sim.load.link import Broken

ASKERS = 16


class Readers(NamedTuple):
    """The readers that may send: each one's secret ("" where none is needed) and public key, and since when they are known."""

    secrets: dict[int, str]
    publics: dict[int, str]
    from_us: int


def readers_of(url: str, keys: Sequence[str]) -> Readers:
    """Ask the house which readers each key brings."""
    if not keys:
        cure = "Make one where the books are (afc keys api make), and give it with --key or in AFC_LOAD_KEY."
        raise Refused("KEY_MISSING", "a house that runs takes batches from who has a key", where="--key", cure=cure)
    secrets, publics, from_us = dict[int, str](), dict[int, str](), list[int]()
    for key, (status, rows) in zip(keys, ask(url, [("/v1/devices", key) for key in keys]), strict=True):
        if status == 401:
            raise Refused(rows["code"], rows["detail"], where="--key", cure=rows["cure"])
        if status != 200 or not isinstance(rows, list):
            raise Refused("NOT_A_HOUSE", f"what answers there (HTTP {status}) is no clearing house", where=url)
        for row in rows:
            if row["public_key"]:
                secrets.setdefault(row["device"], key)
                publics[row["device"]] = row["public_key"]
                from_us.append(row["from_us"])
    if not secrets:
        raise Refused("NO_READERS", "no reader is of the parties whose keys these are", where="--key")
    return Readers(secrets, publics, min(from_us))


def readers_in(books: str) -> Readers:
    """All readers of books that can be read."""
    with Store.open(books) as store, store.reading():
        rows = [row for row in store.devices() if row.public_key]
    if not rows:
        raise Refused("NO_READERS", "these books know no reader", where=shown(books), cure="See: afc clearing init")
    publics = {row.device: row.public_key.hex() for row in rows}
    return Readers(dict.fromkeys(publics, ""), publics, min(row.from_us for row in rows))


def wanted_in(books: str, readers: Readers) -> Callable[[Sequence[bytes]], list[bool]]:
    """Which batches are worth sending: of readers that are known, and not in these books yet."""
    with Store.open(books) as store, store.reading():
        known = {kept.digest for kept in store.log()}
    return lambda sealed: [header_of(s).device in readers.publics and digest_of(s) not in known for s in sealed]


def first_day(readers: Readers, city: Any) -> date:
    """The first service date of the books: the register begins a day before it."""
    return service_date(readers.from_us, city.zone, city.day_cut_s) + timedelta(days=1)


def refuse_others(readers: Readers, ring: KeyRing, devices: Sequence[Any]) -> None:
    """Readers with keys from another seed would be refused one by one."""
    for row in devices:
        known = readers.publics.get(row.device)
        if known and known != ring.device_public(row.device).hex():
            cure = "Give the --seed that the books began with (house.toml), and the scenario of their city."
            raise Refused("SEED_DIFFERS", "the readers of this house have other keys", where="--seed", cure=cure)


def wanted_by(url: str, readers: Readers) -> Callable[[Sequence[bytes]], list[bool]]:
    """Which batches are worth sending: of readers that the keys bring, and not in the house yet."""

    def wanted(sealed: Sequence[bytes]) -> list[bool]:
        brought = [header_of(one).device in readers.secrets for one in sealed]
        if is_empty(url, next(iter(readers.secrets.values()))):
            return brought
        known = iter(shows(url, readers, [digest_of(one) for one, mine in zip(sealed, brought, strict=True) if mine]))
        return [mine and not next(known) for mine in brought]

    return wanted


def is_empty(url: str, secret: str) -> bool:
    """Is there nothing in the house's log?"""
    ((_, head),) = ask(url, [("/v1/head", secret)])
    return bool(head["position"] == 0)


def shows(url: str, readers: Readers, digests: Sequence[bytes]) -> list[bool]:
    """Which of these batches the house can show, each asked for by its name."""
    secret = next(iter(readers.secrets.values()))
    answers = ask(url, [(f"/v1/batches/{digest.hex()}", secret) for digest in digests])
    return [status in (200, 403) for status, _ in answers]  # 403: it is there, and of another of the parties


def ask(url: str, questions: Sequence[tuple[str, str]]) -> list[tuple[int, Any]]:
    """The status and answer to each path and secret."""
    found: list[tuple[int, Any]] = [(0, None)] * len(questions)

    async def some(at: int, link: HttpLink) -> None:
        for i in range(at, len(questions), ASKERS):
            found[i] = await link.get(*questions[i])
        await link.close()

    async def all_of_them() -> None:
        links = [HttpLink(Place.of(url), lambda _device: "") for _ in range(min(ASKERS, len(questions)))]
        await asyncio.gather(*(some(at, link) for at, link in enumerate(links)))

    try:
        asyncio.run(all_of_them())
    except Broken as broken:
        cure = "Is it running? Start one: afc serve intake --db BOOKS"
        raise Refused("HOUSE_UNREACHABLE", f"no house answers: {broken}", where=url, cure=cure) from None
    return found


def running_door(url: str, readers: Readers, books: str) -> Door:
    """A house at an address; `books` where they may be read as well."""
    return Door(url, partial(http_links, url, readers.secrets.__getitem__), books, partial(shows, url, readers))
