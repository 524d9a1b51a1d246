"""A server that does nothing: it answers every call at once and keeps nothing, so what it is asked is the generator's most."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection

_WORDS = {"answer": "ACCEPTED", "reason": None, "sentence": "Nothing was kept.", "digest": "", "receipt": None}
_BODY = json.dumps(_WORDS).encode()
_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(_BODY), _BODY)


@contextmanager
def null_server() -> Iterator[str]:
    """Its URL; it runs in a process of its own until this is left."""
    fresh = multiprocessing.get_context("spawn")
    here, there = fresh.Pipe()
    process = fresh.Process(target=serve, args=(there,), daemon=True)
    process.start()
    there.close()
    try:
        yield f"http://127.0.0.1:{here.recv()}"
    finally:
        here.close()
        process.terminate()
        process.join()


def serve(there: Connection) -> None:
    """Answer until somebody ends the process."""

    async def run() -> None:
        server = await asyncio.get_running_loop().create_server(_Null, "127.0.0.1", 0)
        there.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


class _Null(asyncio.Protocol):
    """Counts bytes: after the head of a call and as many as it declares comes the answer."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport, self._head, self._left = transport, b"", -1

    def data_received(self, data: bytes) -> None:
        while data:
            if self._left < 0:
                self._head += data
                head, end, data = self._head.partition(b"\r\n\r\n")
                if not end:
                    return
                self._head, self._left = b"", _length(head)
            self._left, data = self._left - len(data[: self._left]), data[self._left :]
            if self._left == 0:
                self._left = -1
                assert isinstance(self._transport, asyncio.WriteTransport)
                self._transport.write(_ANSWER)


def _length(head: bytes) -> int:
    declared = (line[15:] for line in head.split(b"\r\n") if line[:15].lower() == b"content-length:")
    return int(next(declared, b"0"))
