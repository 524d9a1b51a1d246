"""Batches over a real broker."""

from __future__ import annotations

import asyncio
import json
import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
import pytest
from brokers import MOSQUITTO, listening, mosquitto
from office import HERE, NOON_US, Reader
from paho.mqtt.enums import CallbackAPIVersion

from afc.keys import KeyRing
from afc.receipt import open_receipt
from afc.refusal import Refused
from clearing.api.mqtt import serve_mqtt
from clearing.store import Store
from sim.serving import open_intake

pytestmark = pytest.mark.skipif(MOSQUITTO is None, reason="mosquitto is not installed")


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[int]:
    with mosquitto(tmp_path) as port:
        yield port


def house(port: int, where: str, ring: KeyRing) -> AbstractContextManager[None]:
    """The clearing house, listening to the broker until this is left."""
    return listening(port, where, ring, lambda: NOON_US)


@contextmanager
def gateway(port: int) -> Iterator[tuple[Callable[[int, bytes], None], queue.Queue[Any]]]:
    """A depot's gateway: publish(device, sealed), and the answers as they come."""
    answers: queue.Queue[Any] = queue.Queue()
    up = threading.Event()
    client = mqtt.Client(CallbackAPIVersion.VERSION2)
    client.on_message = lambda _c, _u, message: answers.put((message.topic, json.loads(message.payload)))
    client.on_subscribe = lambda *_: up.set()
    client.connect("127.0.0.1", port)
    client.loop_start()
    client.subscribe(f"afc/{HERE}/answers/+", qos=1)
    assert up.wait(10)
    yield (
        lambda device, sealed: client.publish(f"afc/{HERE}/batches/{device}", sealed, qos=1).wait_for_publish(10),
        answers,
    )
    client.disconnect()
    client.loop_stop()


def test_a_batch_goes_over_the_broker_and_its_receipt_comes_back(
    broker: int, where: str, store: Store, ring: KeyRing
) -> None:
    with house(broker, where, ring), gateway(broker) as (publish, answers):
        publish(1, Reader(ring, 1).batch(taps=3))
        topic, told = answers.get(timeout=10)
        assert (topic, told["answer"]) == (f"afc/{HERE}/answers/1", "ACCEPTED")
        receipt = open_receipt(bytes.fromhex(told["receipt"]), ring.receipt_public(), HERE)
        assert (receipt.device, receipt.through_seq) == (1, 3)
        publish(1, b"no batch at all")
        assert answers.get(timeout=10)[1]["reason"] == "TOO_SHORT"
    assert store.high()[0] == 1


def test_batches_published_while_the_house_was_away_are_taken_when_it_is_back(
    broker: int, where: str, store: Store, ring: KeyRing
) -> None:
    """The broker keeps what the house has not acknowledged."""
    reader = Reader(ring, 1)
    with gateway(broker) as (publish, answers):
        with house(broker, where, ring):
            publish(1, reader.batch())
            answers.get(timeout=10)
        for _ in range(20):
            publish(1, reader.batch())
        with house(broker, where, ring):
            kinds = [answers.get(timeout=10)[1]["answer"] for _ in range(20)]
    assert kinds == ["ACCEPTED"] * 20
    assert store.high()[0] == 21


def test_no_broker_is_told_with_its_place(where: str, store: Store, ring: KeyRing) -> None:
    with pytest.raises(Refused, match="no broker answers") as refused:
        asyncio.run(
            serve_mqtt("mqtt://127.0.0.1:1", HERE, partial(open_intake, where, ring), lambda: NOON_US, lambda: None)
        )
    assert refused.value.where == "mqtt://127.0.0.1:1"
