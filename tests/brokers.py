"""A real broker for tests, and a clearing house that listens to it."""

from __future__ import annotations

import asyncio
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from afc.keys import KeyRing
from clearing.api.mqtt import serve_mqtt
from sim.serving import open_intake

MOSQUITTO = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")


@contextmanager
def mosquitto(folder: Path) -> Iterator[int]:
    """The port of a mosquitto of its own, on this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = folder / "mosquitto.conf"
    config.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\npersistence false\nuser root\n")
    with subprocess.Popen([str(MOSQUITTO), "-c", str(config)], stderr=subprocess.DEVNULL) as process:
        for _ in range(200):
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.02)
        yield port
        process.terminate()


@contextmanager
def listening(port: int, where: str, ring: KeyRing, now_us: Callable[[], int]) -> Iterator[None]:
    """A clearing house over these books, listening to the broker until this is left."""
    up, loop = threading.Event(), asyncio.new_event_loop()
    opened = partial(open_intake, where, ring)
    task = loop.create_task(serve_mqtt(f"mqtt://127.0.0.1:{port}", ring.environment, opened, now_us, up.set))

    def run() -> None:
        with suppress(asyncio.CancelledError):
            loop.run_until_complete(task)

    thread = threading.Thread(target=run)
    thread.start()
    assert up.wait(10)
    yield
    loop.call_soon_threadsafe(task.cancel)
    thread.join()
    loop.close()
