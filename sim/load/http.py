"""Over HTTP: one connection, one call at a time, as a reader's modem makes them; and the questions that a load asks a house.

h11 says what the bytes of a call and of its answer are; when they leave is ours.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import h11

from afc.refusal import Refused
from sim.load.link import Broken, Cut, Told

ANSWER_S = 60.0
"""Until an answer that does not come is given up and its batch sent again."""
RETRY_S = 2.0


class Place(NamedTuple):
    """Where a house listens."""

    host: str
    port: int
    path: str
    secure: bool

    @classmethod
    def of(cls, url: str) -> Place:
        """The place of a URL; refused where it is none."""
        parts = urlsplit(url)
        try:
            port = parts.port or (443 if parts.scheme == "https" else 80)
        except ValueError:
            port = 0
        if parts.scheme not in ("http", "https") or not parts.hostname or not port:
            raise Refused("URL_MALFORMED", f'"{url}" is no address', where="--to", cure="Write http://127.0.0.1:8640.")
        return cls(parts.hostname, port, parts.path.rstrip("/"), parts.scheme == "https")


class HttpLink:
    """One connection, opened when it is needed and again when it broke."""

    def __init__(self, place: Place, secret_of: Callable[[int], str]) -> None:
        self._place, self._secret_of = place, secret_of
        self._host = f"{place.host}:{place.port}"
        self._open: tuple[h11.Connection, asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def send(self, sealed: bytes, device: int, cut: Cut) -> Told:
        """Hand a batch over."""
        headers = {"Content-Type": "application/octet-stream", "Content-Length": str(len(sealed))}
        status, body, after = await self.call("POST", "/v1/batches", self._secret_of(device), headers, sealed, cut)
        try:
            words = json.loads(body)
        except ValueError:
            return Told("REFUSED", f"HTTP {status}", retry_s=after)
        if "answer" not in words:  # a problem, or a server that is too busy to say so in our words
            return Told("RETRY" if status == 503 else "REFUSED", str(words.get("code", status)), retry_s=after)
        return Told(words["answer"], words["reason"] or "", bytes.fromhex(words["receipt"] or ""), after)

    async def get(self, path: str, secret: str) -> tuple[int, Any]:
        """Ask something; the status and the answer."""
        status, body, _ = await self.call("GET", path, secret, {}, b"", Cut.NOT)
        try:
            return status, json.loads(body)
        except ValueError:
            return status, {}

    async def call(
        self, method: str, path: str, secret: str, headers: Mapping[str, str], content: bytes, cut: Cut
    ) -> tuple[int, bytes, float]:
        """One call: its status, its body, and in how many seconds to come again where it says so."""
        try:
            async with asyncio.timeout(ANSWER_S):
                return await self._call(method, path, secret, headers, content, cut)
        except (OSError, h11.ProtocolError, TimeoutError) as error:
            await self.close()
            raise Broken(str(error)) from None
        except Broken:
            await self.close()
            raise

    async def _call(
        self, method: str, path: str, secret: str, headers: Mapping[str, str], content: bytes, cut: Cut
    ) -> tuple[int, bytes, float]:
        state, reader, writer = self._open = self._open or await self._connect()
        bearer = {"Host": self._host, "Authorization": f"Bearer {secret}"}
        request = h11.Request(
            method=method, target=self._place.path + path, headers=list((bearer | dict(headers)).items())
        )
        data = state.send(request) or b""
        data += (state.send(h11.Data(data=content)) or b"") + (state.send(h11.EndOfMessage()) or b"")
        if cut is Cut.HALFWAY:
            writer.write(data[: len(data) - len(content) // 2])
            await writer.drain()
            raise Broken("hung up in the middle")
        writer.write(data)
        if cut is Cut.UNHEARD:
            await writer.drain()
            raise Broken("hung up before the answer")
        response, body = await _read(state, reader)
        if state.our_state is state.their_state is h11.DONE:
            state.start_next_cycle()
        else:
            await self.close()
        after = dict(response.headers).get(b"retry-after", b"")
        return response.status_code, body, float(after) if after.isdigit() else RETRY_S

    async def _connect(self) -> tuple[h11.Connection, asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection(
            self._place.host, self._place.port, ssl=True if self._place.secure else None
        )
        return h11.Connection(h11.CLIENT), reader, writer

    async def close(self) -> None:
        """Hang up."""
        if self._open:
            self._open[2].close()
            self._open = None


async def _read(state: h11.Connection, reader: asyncio.StreamReader) -> tuple[h11.Response, bytes]:
    """The next response and its body."""
    response, body = None, b""
    while True:
        event = state.next_event()
        if event is h11.NEED_DATA:
            state.receive_data(await reader.read(65_536))
        elif isinstance(event, h11.Response):
            response = event
        elif isinstance(event, h11.Data):
            body += bytes(event.data)
        elif isinstance(event, h11.EndOfMessage):
            assert response is not None, "a body has a head"
            return response, body
        else:
            raise Broken("the house hung up")
