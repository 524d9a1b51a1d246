"""Over MQTT: batches to a reader's topic of a broker, answers from another; each answer finds its batch by the digest."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from afc.batch import digest_of
from afc.refusal import Refused
from clearing.api.mqtt import connect_to
from sim.load.http import ANSWER_S, RETRY_S
from sim.load.link import Broken, Cut, Link, Told
from sim.load.pace import Open

IN_FLIGHT_MAX, READY_S = 2_000, 10.0


@asynccontextmanager
async def mqtt_links(broker: str, environment: str) -> AsyncIterator[Open]:
    """Senders that share one connection to a broker."""
    shared = _Shared(environment)
    shared.connect(broker)
    try:
        await asyncio.wait_for(shared.ready.wait(), READY_S)
        yield shared.link
    except TimeoutError:
        raise Refused("BROKER_SILENT", "the broker confirms no subscription", where=broker) from None
    finally:
        shared.close()


class _Shared:
    """The broker's thread on one side, the event loop with who waits for which digest on the other."""

    def __init__(self, environment: str) -> None:
        import paho.mqtt.client as mqtt
        from paho.mqtt.enums import CallbackAPIVersion

        self.topic, self.ready = f"afc/{environment}", asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._waiting: defaultdict[str, deque[asyncio.Future[Told]]] = defaultdict(deque)
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2)
        self._client.max_inflight_messages_set(IN_FLIGHT_MAX)
        self._client.on_connect = self._on_connect
        self._client.on_subscribe = self._on_subscribe
        self._client.on_message = self._on_message

    def connect(self, broker: str) -> None:
        """Connect to `mqtt://host:port`."""
        connect_to(self._client, broker)

    def close(self) -> None:
        """Leave."""
        self._client.disconnect()
        self._client.loop_stop()

    async def link(self) -> Link:
        """One of the senders."""
        return _MqttLink(self)

    async def exchange(self, sealed: bytes, device: int) -> Told:
        """Publish a batch and wait for its answer."""
        answer: asyncio.Future[Told] = self._loop.create_future()
        self._waiting[digest_of(sealed).hex()].append(answer)
        self._client.publish(f"{self.topic}/batches/{device}", sealed, qos=1)
        try:
            return await asyncio.wait_for(answer, ANSWER_S)
        except TimeoutError:
            raise Broken("no answer came") from None

    def _on_connect(self, client: Any, *_: Any) -> None:
        client.subscribe(f"{self.topic}/answers/+", qos=1)

    def _on_subscribe(self, *_: Any) -> None:
        self._loop.call_soon_threadsafe(self.ready.set)

    def _on_message(self, _client: Any, _userdata: Any, message: Any) -> None:
        self._loop.call_soon_threadsafe(self._heard, bytes(message.payload))

    def _heard(self, payload: bytes) -> None:
        """Answers to one digest are given to those who wait for it in turn; what others asked for is not ours."""
        words: dict[str, Any] = json.loads(payload)
        told = Told(words["answer"], words["reason"] or "", bytes.fromhex(words["receipt"] or ""), RETRY_S)
        waiting = self._waiting.get(words["digest"], deque())
        while waiting:
            answer = waiting.popleft()
            if not answer.done():
                answer.set_result(told)
                return


class _MqttLink:
    """One sender, with one batch on its way at a time."""

    def __init__(self, shared: _Shared) -> None:
        self._shared = shared

    async def send(self, sealed: bytes, device: int, cut: Cut) -> Told:
        """Hand a batch over."""
        return await self._shared.exchange(sealed, device)

    async def close(self) -> None:
        """The connection is everybody's."""
