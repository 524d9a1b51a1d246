"""The network interface, asked by real clients over a real port."""

from __future__ import annotations

import gzip
import hashlib
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from databases import Hand
from office import HERE, NOON_US, ON_A_FILE, PARTIES, Reader, served

from afc.answers import AnswerKind
from afc.batch import batch_bytes_max, digest_of
from afc.keys import KeyRing
from afc.limits import api_device_batches_max, api_gaps_max
from afc.receipt import open_receipt
from clearing.api.app import app_of
from clearing.api.page import page
from clearing.gaps import Gap
from clearing.reception import Reception
from clearing.store import ApiKey, Edition, EditionAct, Ordered, Party, Store
from sim.serving import open_intake

KEYS = {
    "bus": "bus-secret",
    "metro": "metro-secret",
    "house": "house-secret",
    "agent": "old-secret",
    "collector": "gateway",
}


class Served:
    """A clearing house that listens, and what its callers ask it."""

    def __init__(self, port: int, where: str, ring: KeyRing) -> None:
        self.base, self.where, self.ring = f"http://127.0.0.1:{port}", where, ring
        self.client = httpx.Client(base_url=self.base, timeout=20)

    def post(self, sealed: bytes, party: str = "bus", **headers: str) -> httpx.Response:
        said = {"Authorization": f"Bearer {KEYS[party]}", "Content-Type": "application/octet-stream"} | headers
        return self.client.post("/v1/batches", content=sealed, headers=said)

    def get(self, path: str, party: str = "bus") -> httpx.Response:
        return self.client.get(path, headers={"Authorization": f"Bearer {KEYS[party]}"})


@contextmanager
def listening(app: Any) -> Iterator[int]:
    """A server in a thread, up when this is entered and down when it is left."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
        thread = threading.Thread(target=server.run, args=([door],))
        thread.start()
        while not server.started and thread.is_alive():
            time.sleep(0.01)
        try:
            yield door.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture
def office(where: str, ring: KeyRing) -> Iterator[Served]:
    """Readers 1 and 2 are the bus company's, 3 the metro's; the agent's key ended long ago."""
    with Store.open(where, environment=HERE) as store, store.begin():
        parties = [*PARTIES, Party(len(PARTIES), "collector", "Depot Gateways", ("collector",))]
        store.register_parties(parties)
        store.register_devices([served(ring, device, operator=device // 3) for device in (1, 2)])
        store.register_devices([served(ring, 3, operator=1)._replace(collector=len(PARTIES))])
        for party in parties:
            if party.id in KEYS:
                digest = hashlib.sha256(KEYS[party.id].encode()).digest()
                ends = {"to_us": 2} if party.id == "agent" else {}
                store.add_api_key(ApiKey(party.id, party.number, digest, 1, **ends))
    app = app_of(HERE, partial(Store.open, where), partial(open_intake, where, ring), lambda: NOON_US)
    with listening(app) as port:
        yield Served(port, where, ring)


def test_a_batch_comes_in_and_its_receipt_goes_out(office: Served, reader: Any) -> None:
    sealed = reader(1).batch(taps=3)
    told = office.post(sealed)
    assert told.status_code == 200
    answer = told.json()
    assert (answer["answer"], answer["reason"], answer["digest"]) == ("ACCEPTED", None, digest_of(sealed).hex())
    receipt = open_receipt(bytes.fromhex(answer["receipt"]), office.ring.receipt_public(), HERE)
    assert (receipt.answer, receipt.device, receipt.through_seq, receipt.position) == (AnswerKind.ACCEPTED, 1, 3, 1)
    assert office.get("/v1/head").json() == {"environment": HERE, "position": 1, "head": receipt.head.hex()}


def test_the_answer_was_lost_on_the_radio_so_the_reader_sends_again(office: Served, reader: Any) -> None:
    sealed = reader(1).batch()
    first, again = office.post(sealed).json(), office.post(sealed).json()
    assert again["answer"] == "DUPLICATE"
    assert again["receipt"] == first["receipt"] == office.get(f"/v1/batches/{first['digest']}").json()["receipt"]


def test_two_hundred_senders_at_once_get_two_hundred_answers(office: Served, ring: KeyRing) -> None:
    """Each batch four times over four connections: kept once, and every sender has the same receipt."""
    one = Reader(ring, 1)
    batches = [one.batch(taps=5) for _ in range(50)]
    with ThreadPoolExecutor(16) as senders:
        told = [answer.json() for answer in senders.map(office.post, batches * 4)]
    assert sorted({answer["answer"] for answer in told}) == ["ACCEPTED", "DUPLICATE"]
    assert len({answer["receipt"] for answer in told}) == 50
    with Store.open(office.where) as store:
        assert store.high()[0] == 50


@pytest.mark.parametrize(
    ("flipped", "status", "reason"),
    [(0, 422, "NOT_A_BATCH"), (100, 422, "SIGNATURE_WRONG"), (-1, 422, "SIGNATURE_WRONG")],
)
def test_a_flipped_bit_is_told_by_its_reason(
    office: Served, reader: Any, flipped: int, status: int, reason: str
) -> None:
    sealed = bytearray(reader(1).batch())
    sealed[flipped] ^= 1
    told = office.post(bytes(sealed))
    assert (told.status_code, told.json()["answer"], told.json()["reason"]) == (status, "REJECTED", reason)
    assert told.json()["receipt"] is None


def test_other_content_under_the_same_numbers_is_a_conflict_with_a_receipt(office: Served, reader: Any) -> None:
    mine = reader(1)
    twin = mine.twin()
    office.post(mine.batch(amount=500))
    told = office.post(twin.batch(amount=900))
    assert (told.status_code, told.json()["reason"]) == (409, "SEQUENCE_TAKEN")
    assert told.json()["receipt"]
    asked = office.get(f"/v1/batches/{told.json()['digest']}").json()
    assert (asked["answer"], asked["receipt"]) == ("CONFLICT", told.json()["receipt"])


def test_nobody_sends_or_sees_what_is_anothers(office: Served, reader: Any) -> None:
    """The bus company may not speak for the metro's gate, nor read what became of it; the clearing house may."""
    sealed = reader(3).batch()
    refused = office.post(sealed, "bus")
    assert (refused.status_code, refused.json()["code"]) == (403, "DEVICE_FOREIGN")
    digest = office.post(sealed, "metro").json()["digest"]
    assert office.get(f"/v1/batches/{digest}", "bus").status_code == 403
    assert office.get(f"/v1/batches/{digest}", "house").json()["answer"] == "ACCEPTED"
    assert {row["device"] for row in office.get("/v1/devices", "bus").json()} == {1, 2}
    assert {row["device"] for row in office.get("/v1/devices", "house").json()} == {1, 2, 3}


def test_a_collector_brings_what_is_not_its_own(office: Served, reader: Any) -> None:
    """A depot's gateway only forwards, for the readers whose collector the register names it."""
    assert office.post(reader(1).batch(), "collector").json()["code"] == "DEVICE_FOREIGN"
    told = office.post(reader(3).batch(), "collector")
    assert told.json()["answer"] == "ACCEPTED"
    digest = told.json()["digest"]
    assert office.get(f"/v1/batches/{digest}", "metro").json()["receipt"] == told.json()["receipt"]


def test_what_is_missing_is_told_to_its_owner_alone(office: Served, reader: Any) -> None:
    one = reader(1)
    kept, _lost, late = (one.batch(taps=4) for _ in range(3))
    office.post(kept), office.post(late)
    assert office.get("/v1/gaps", "bus").json() == [{"device": 1, "epoch": 1, "first_seq": 5, "last_seq": 8}]
    assert office.get("/v1/gaps", "metro").json() == []


@ON_A_FILE
def test_what_is_missing_comes_page_by_page(office: Served, reader: Any) -> None:
    """Every second of nine batches is lost. Two of the four holes are asked for at a time; one is filled in between, and
    nothing is told twice or left out."""
    one = reader(1)
    batches = [one.batch(taps=1) for _ in range(9)]
    for kept in batches[::2]:
        office.post(kept)
    first = office.get("/v1/gaps?limit=2")
    assert [row["first_seq"] for row in first.json()] == [2, 4]
    assert first.headers["Link"] == '</v1/gaps?after=1-1-4&limit=2>; rel="next"'
    office.post(batches[3])
    last = office.get(first.links["next"]["url"])
    assert [row["first_seq"] for row in last.json()] == [6, 8]
    assert "Link" not in last.headers
    assert office.get(f"/v1/gaps?limit={api_gaps_max}").status_code == 200
    for wrong in (f"limit={api_gaps_max + 1}", "limit=0", "after=1-1"):
        assert office.get(f"/v1/gaps?{wrong}").json()["code"] == "PARAMETER_WRONG"


def test_an_answer_has_an_end_however_many_gaps_there_are() -> None:
    gaps = [Gap(device, 1, seq, seq) for device in (2, 1) for seq in range(1, 2 * api_gaps_max, 2)]
    first = page(gaps, "", api_gaps_max)
    assert (len(first.rows), first.last) == (api_gaps_max, f"1-1-{2 * api_gaps_max - 1}")
    second = page(gaps, first.last, api_gaps_max)
    assert (len(second.rows), second.last, second.rows[0].device) == (api_gaps_max, "", 2)


@ON_A_FILE
@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer nonsense", "Basic bus-secret", "Bearer old-secret", "Bearer é"]
)
def test_without_a_key_in_force_nothing_is_told(office: Served, reader: Any, header: str) -> None:
    headers = {"Authorization": header.encode()} if header else {}
    for told in (
        office.client.get("/v1/head", headers=headers),
        office.client.post("/v1/batches", content=reader(1).batch(), headers=headers),
    ):
        assert told.status_code == 401
        assert told.headers["content-type"] == "application/problem+json"
        assert told.json()["code"] in ("KEY_MISSING", "KEY_UNKNOWN")
    with Store.open(office.where) as store:
        assert store.high()[0] == 0


@ON_A_FILE
def test_the_interface_keeps_to_its_own_description(office: Served, tmp_path: Path) -> None:
    """Schemathesis calls every route with what the description allows and with what it forbids. Bytes that no reader has
    signed are a well-formed request and no batch, so that they are refused is right."""
    told = subprocess.run(
        [Path(sys.executable).parent / "schemathesis", "run", f"{office.base}/openapi.json", "--checks", "all",
         "--exclude-checks", "positive_data_acceptance", "--header", f"Authorization: Bearer {KEYS['house']}",
         "--max-examples", "20", "--generation-deterministic", "--no-color"],
        capture_output=True, text=True, check=False, cwd=tmp_path,
    )  # fmt: skip
    assert told.returncode == 0, told.stdout[-3000:]
    assert "Tested: 9" in told.stdout
    assert "nresolvable" not in told.stdout


# Limits, met before anything is read.


@ON_A_FILE
def test_a_body_is_refused_by_its_length_before_it_is_read(office: Served) -> None:
    told = office.post(bytes(batch_bytes_max + 1))
    assert (told.status_code, told.json()["code"]) == (413, "TOO_LARGE")


@ON_A_FILE
def test_a_body_without_length_is_cut_off_where_the_limit_is(office: Served) -> None:
    """A thousand pieces of a kilobyte, of which the house reads nineteen."""
    headers = {"Authorization": f"Bearer {KEYS['bus']}"}
    told = httpx.post(f"{office.base}/v1/batches", content=(bytes(1024) for _ in range(1000)), headers=headers)
    assert told.status_code == 413


@ON_A_FILE
def test_a_packed_body_is_unpacked_no_further_than_a_batch(office: Served, reader: Any) -> None:
    """Two hundred megabytes of zeros in two hundred kilobytes are more than a batch; in nineteen, they are too."""
    assert office.post(gzip.compress(bytes(10_000_000)), **{"Content-Encoding": "gzip"}).json()["code"] == "TOO_LARGE"
    packed = gzip.compress(reader(1).batch())
    assert office.post(packed, **{"Content-Encoding": "gzip"}).json()["answer"] == "ACCEPTED"
    for broken in (packed[:-3], packed + b"x", b"nothing"):
        assert office.post(broken, **{"Content-Encoding": "gzip"}).json()["code"] == "GZIP_BROKEN"
    assert office.post(packed, **{"Content-Encoding": "br"}).json()["code"] == "ENCODING_UNKNOWN"


@ON_A_FILE
def test_who_names_anothers_reader_spends_a_quota_of_its_own(office: Served, reader: Any) -> None:
    """Ten unsigned bodies a second in a reader's name, from whoever brings its taps, must not silence the reader."""
    sealed = reader(3).batch()
    rubbish = sealed[:-64] + bytes(64)
    with ThreadPoolExecutor(8) as senders:
        told = list(senders.map(partial(office.post, party="collector"), [rubbish] * (api_device_batches_max + 200)))
    assert "QUOTA_SPENT" in {answer.json()["reason"] for answer in told}
    assert office.post(sealed, "metro").json()["answer"] == "ACCEPTED"


def test_who_had_the_reader_before_has_what_is_of_its_own_time(office: Served, reader: Any) -> None:
    """Reader 1 went from the bus company to the metro an hour ago. A batch of the morning comes late from the old depot."""
    one, hour_us = reader(1), 3_600_000_000
    with Store.open(office.where) as store, store.begin():
        (before,) = [row for row in store.devices() if row.device == 1]
        store.end_device(1, NOON_US - hour_us)
        store.register_devices([before._replace(operator=1, from_us=NOON_US - hour_us)])
    time.sleep(1.1)  # as long as the door may go by the register of a moment ago
    morning, lost, noon = one.batch(at_us=NOON_US - 2 * hour_us), one.batch(), one.batch(at_us=NOON_US - 1_000_000)
    assert lost
    digest = office.post(morning, "bus").json()["digest"]
    assert office.post(noon, "bus").json()["code"] == "DEVICE_FOREIGN"
    later = office.post(noon, "metro").json()["digest"]
    asked = {party: [office.get(f"/v1/batches/{one}", party).status_code for one in (digest, later)] for party in KEYS}
    assert (asked["bus"], asked["metro"]) == ([200, 403], [200, 200])
    assert office.get("/v1/gaps", "bus").json() == []
    assert len(office.get("/v1/gaps", "metro").json()) == 1
    assert office.get("/v1/orders/1", "bus").status_code == 403
    assert [row["to_us"] for row in office.get("/v1/devices", "bus").json()] == [NOON_US - hour_us, None]


def test_a_reader_that_floods_is_told_to_wait_and_others_are_not(office: Served, reader: Any) -> None:
    sealed, other = reader(1).batch(), reader(2).batch()
    with ThreadPoolExecutor(8) as senders:
        told = list(senders.map(office.post, [sealed] * (api_device_batches_max + 200)))
    spent = [answer for answer in told if answer.status_code == 503]
    assert {answer.json()["reason"] for answer in spent} == {"QUOTA_SPENT"}
    assert all(int(answer.headers["retry-after"]) > 0 for answer in spent)
    assert office.post(other).json()["answer"] == "ACCEPTED"


def test_a_locked_database_is_told_as_retry_and_keeps_nothing(office: Served, reader: Any, monkeypatch: Any) -> None:
    """Another program holds the books for longer than the house waits."""
    sealed = reader(1).batch()
    with Hand(office.where) as holder, holder.holding():
        told = office.post(sealed)
        assert (told.status_code, told.json()["reason"]) == (503, "DATABASE_BUSY")
    assert office.post(sealed).json()["answer"] == "ACCEPTED"


async def gathered(reception: Reception, sealed: list[bytes]) -> list[Any]:
    """Answers to batches that wait together."""
    import asyncio

    async with reception:
        return list(await asyncio.gather(*(reception.take(one, f"party {i % 2}") for i, one in enumerate(sealed))))


class Poisoned:
    """An intake that dies over one batch, as a bug of ours would make it."""

    def __init__(self, intake: Any, poison: bytes) -> None:
        self.intake, self.poison = intake, poison

    def take(self, sealed: list[bytes], received_us: int) -> Any:
        assert self.poison not in sealed, "a bug of ours"
        return self.intake.take(sealed, received_us)


def test_a_batch_over_which_the_intake_dies_stops_no_other(where: str, store: Store, ring: KeyRing) -> None:
    """Ten senders at once, one of them with bytes that our own bug cannot stand."""
    import asyncio

    one = Reader(ring, 1)
    batches = [one.batch() for _ in range(10)]

    @contextmanager
    def dying() -> Iterator[Any]:
        with open_intake(where, ring) as intake:
            yield Poisoned(intake, batches[3])

    answers = asyncio.run(gathered(Reception(dying, lambda: NOON_US), batches))
    assert [answer.kind.name for answer in answers] == ["ACCEPTED"] * 3 + ["RETRY"] + ["ACCEPTED"] * 6
    assert answers[3].reason.name == "FAULT_OF_OURS"


def test_who_finds_no_room_to_wait_is_told_at_once(where: str, store: Store, ring: KeyRing) -> None:
    import asyncio

    one = Reader(ring, 1)
    batches = [one.batch() for _ in range(8)]
    answers = asyncio.run(
        gathered(Reception(partial(open_intake, where, ring), lambda: NOON_US, waiting_max=5), batches)
    )
    assert [answer.kind.name for answer in answers] == ["ACCEPTED"] * 5 + ["RETRY"] * 3
    assert {answer.reason.name for answer in answers[5:]} == {"TOO_MANY_WAITING"}


class Filling:
    """An intake on whose disk somebody leaves no room, and makes room again."""

    def __init__(self, intake: Any, full: threading.Event) -> None:
        self.intake, self.full = intake, full

    def take(self, sealed: list[bytes], received_us: int) -> Any:
        connection = self.intake._store._connection
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar() + (0 if self.full.is_set() else 100_000)
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        return self.intake.take(sealed, received_us)


@ON_A_FILE
def test_a_monitor_hears_that_the_disk_is_full_and_that_it_is_not_any_more(
    where: str, store: Store, ring: KeyRing
) -> None:
    """A house that says ok while it keeps nothing is found out by its operators, at the end of the month."""
    with store.begin():
        store.add_api_key(ApiKey("bus", 0, hashlib.sha256(KEYS["bus"].encode()).digest(), 1))
    full = threading.Event()

    @contextmanager
    def filling() -> Iterator[Any]:
        with open_intake(where, ring) as intake:
            yield Filling(intake, full)

    def health() -> tuple[int, str]:
        told = house.client.get("/v1/health")
        return told.status_code, told.json()["status"]

    with listening(app_of(HERE, partial(Store.open, where), filling, lambda: NOON_US)) as port:
        house, one = Served(port, where, ring), Reader(ring, 1)
        for _ in range(3):  # the pages that every new table has are full now
            assert house.post(one.batch(taps=200)).json()["answer"] == "ACCEPTED"
        sealed = one.batch(taps=200)
        assert health() == (200, "ok")
        full.set()
        assert house.post(sealed).json()["reason"] == "STORE_FULL"
        assert health() == (503, "STORE_FULL")
        full.clear()
        assert house.post(sealed).json()["answer"] == "ACCEPTED"
        assert health() == (200, "ok")


def publish(office: Served, kind: str, step: str, message: bytes, canary: tuple[int, ...] = ()) -> None:
    """An edition that went to some readers, or to all."""
    with Store.open(office.where) as store, store.begin():
        version = 1 + sum(one.kind == kind for one in store.editions())
        store.propose_edition(Edition(kind, version, 1, 1_000, canary, "A", "why", 1, b""))
        store.edition_act(EditionAct(kind, version, step, "A", "", "why", 2, 0, message))


def test_a_list_goes_down_to_whoever_asks_for_a_reader_of_theirs(office: Served) -> None:
    assert office.get("/v1/lists/denylist?device=1").json()["code"] == "NOTHING_PUBLISHED"
    publish(office, "denylist", "all", b"first list")
    told = office.get("/v1/lists/denylist?device=1")
    assert (told.content, told.headers["content-type"]) == (b"first list", "application/octet-stream")
    assert office.get("/v1/lists/denylist?device=3").json()["code"] == "DEVICE_FOREIGN"
    assert office.get("/v1/lists/denylist?device=3", "collector").content == b"first list"
    assert office.get("/v1/lists/denylist?device=99").json()["code"] == "DEVICE_UNKNOWN"
    assert office.client.get("/v1/lists/denylist?device=1").status_code == 401


def test_what_is_on_trial_goes_to_the_trial_readers_alone(office: Served) -> None:
    publish(office, "parameters", "all", b"old")
    publish(office, "parameters", "canary", b"new", canary=(2,))
    assert [office.get(f"/v1/parameters?device={device}").content for device in (1, 2)] == [b"old", b"new"]


def test_a_withdrawn_list_is_given_to_nobody_and_neither_is_one_before_it(office: Served) -> None:
    """Readers keep what they have, and whoever asks gets none until there is a newer one."""
    for message in (b"first", b"second"):
        publish(office, "denylist", "all", message)
    assert office.get("/v1/lists/denylist?device=1").content == b"second"
    with Store.open(office.where) as store, store.begin():
        store.edition_act(EditionAct("denylist", 2, "withdraw", "A", "B", "why", 3))
    assert office.get("/v1/lists/denylist?device=1").json()["code"] == "NOTHING_PUBLISHED"
    publish(office, "denylist", "all", b"third")
    assert office.get("/v1/lists/denylist?device=1").content == b"third"


def test_who_has_the_bytes_is_not_sent_them_again(office: Served) -> None:
    """A thousand buses ask for a list of eight megabytes every quarter of an hour."""
    publish(office, "actions", "all", b"orders")
    tag = office.get("/v1/lists/actions?device=1").headers["etag"]
    headers = {"Authorization": f"Bearer {KEYS['bus']}"}
    for known, status in ((tag, 304), (f'"other", W/{tag}', 304), ('"other"', 200)):
        told = office.client.get("/v1/lists/actions?device=1", headers=headers | {"If-None-Match": known})
        assert (told.status_code, told.content) == (status, b"" if status == 304 else b"orders")


def test_an_order_goes_down_to_its_reader(office: Served) -> None:
    assert office.get("/v1/orders/1").status_code == 404
    with Store.open(office.where) as store, store.begin():
        store.order_epoch(Ordered(1, 2, 4, 0, "A", "B", "why", 1, 0, 0, b"begin again"))
    assert office.get("/v1/orders/1").content == b"begin again"
    assert office.get("/v1/orders/2").status_code == 404
