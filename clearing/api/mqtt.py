"""MQTT: sealed batches on a topic a reader, answers on another, over a broker that the operators share.

    afc/ENVIRONMENT/batches/DEVICE    a sealed batch, QoS 1
    afc/ENVIRONMENT/answers/DEVICE    what became of it, as over HTTP, and its receipt

A batch is acknowledged to the broker only when it can no longer be lost; until then the broker keeps it and hands it over
again. Whom the broker lets speak is the broker's matter; what a batch is worth, its signature says.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from afc.answers import AnswerKind
from afc.batch import batch_bytes_max
from afc.refusal import Refused
from clearing.api.words import answer_words
from clearing.intake import Answer
from clearing.reception import OpenIntake, Reception

KEEP_ALIVE_S, RETRY_S, IN_FLIGHT_MAX = 30, 2, 512
_log = logging.getLogger(__name__)


async def serve_mqtt(
    broker: str, environment: str, open_intake: OpenIntake, now_us: Callable[[], int], ready: Callable[[], None]
) -> None:
    """Take batches from a broker until cancelled; `ready` is told once the broker has confirmed the subscription."""
    async with Reception(open_intake, now_us) as reception:
        listener = _Listener(environment, reception, ready)
        listener.connect(broker)
        try:
            await asyncio.Event().wait()
        finally:
            listener.close()


def connect_to(client: Any, broker: str) -> None:
    """Connect a client to `mqtt://host:port`, and let it work in a thread of its own."""
    url = urlsplit(broker)
    try:
        client.connect(url.hostname or "", url.port or 1883, KEEP_ALIVE_S)
    except (OSError, ValueError) as error:
        cure = "Is it running? Write mqtt://host:1883."
        raise Refused("BROKER_UNREACHABLE", f"no broker answers: {error}", where=broker, cure=cure) from None
    client.loop_start()


class _Listener:
    """The broker's thread on one side, the event loop with the reception on the other."""

    def __init__(self, environment: str, reception: Reception, ready: Callable[[], None]) -> None:
        import paho.mqtt.client as mqtt
        from paho.mqtt.enums import CallbackAPIVersion

        self._topic, self._reception, self._ready = f"afc/{environment}", reception, ready
        self._loop = asyncio.get_running_loop()
        self._tasks: set[asyncio.Task[None]] = set()
        self._client = mqtt.Client(
            CallbackAPIVersion.VERSION2, f"afc-{environment}", clean_session=False, manual_ack=True
        )
        self._client.max_inflight_messages_set(IN_FLIGHT_MAX)
        self._client.on_connect = self._on_connect
        self._client.on_subscribe = lambda *_: self._ready()
        self._client.on_message = self._on_message

    def connect(self, broker: str) -> None:
        """Connect to `mqtt://host:port`; lost connections are taken up again by themselves."""
        connect_to(self._client, broker)

    def close(self) -> None:
        """Leave; what was not acknowledged the broker keeps for the next time."""
        self._client.disconnect()
        self._client.loop_stop()

    def _on_connect(self, client: Any, _userdata: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        if reason.is_failure:
            _log.error("the broker refuses the connection: %s", reason)
            return
        client.subscribe(f"{self._topic}/batches/+", qos=1)

    def _on_message(self, _client: Any, _userdata: Any, message: Any) -> None:
        self._loop.call_soon_threadsafe(self._begin, message)

    def _begin(self, message: Any) -> None:
        task = self._loop.create_task(self._answer(message))
        self._tasks.add(task)  # the loop itself would let go of it
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, message: Any) -> None:
        """Answer on the reader's own topic. What has to come again is tried again here, for the broker has no later."""
        device = message.topic.rpartition("/")[2]
        sealed = bytes(message.payload[: batch_bytes_max + 1])
        answer = await self._reception.take(sealed, device)
        while answer.kind is AnswerKind.RETRY:
            await asyncio.sleep(RETRY_S)
            answer = await self._reception.take(sealed, device)
        self._tell(device, answer)
        self._client.ack(message.mid, message.qos)

    def _tell(self, device: str, answer: Answer) -> None:
        self._client.publish(f"{self._topic}/answers/{device}", json.dumps(answer_words(answer)), qos=1)
