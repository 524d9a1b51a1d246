"""A bank for the small town: mock-bank, a real server on this machine, asked as a customer asks a bank.

The town's settlement account gets an IBAN, because that is what this bank goes by; everybody else banks elsewhere.
"""

from __future__ import annotations

import json
import shutil
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mockbank.server import Config, make_server

ACCOUNT = "NL30MOCK0000000005"


def town_with_iban(hanbit: Path, folder: Path, **settlement: str) -> Path:
    """The small town's pack, with an IBAN for the settlement account, and other words in [settlement] if asked."""
    pack = folder / "town"
    shutil.copytree(hanbit, pack)
    city = (pack / "city.toml").read_text().replace('{ other = "001-0003" }', f'{{ iban = "{ACCOUNT}" }}')
    (pack / "city.toml").write_text(city)
    lines = (pack / "contracts.toml").read_text().rstrip().splitlines()
    head = [line for line in lines if line.partition(" =")[0] not in settlement or line.startswith("party")]
    (pack / "contracts.toml").write_text("\n".join([*head, *(f'{k} = "{v}"' for k, v in settlement.items())]) + "\n")
    return pack


class Bank:
    """What a customer can ask, and what a tester can have happen."""

    def __init__(self, base: str) -> None:
        self.base = base

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """The bank's answer, as JSON where it is."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(self.base + path, data=data, method=method)
        request.add_header("Content-Type", "application/xml" if isinstance(body, bytes) else "application/json")
        try:
            with urllib.request.urlopen(request, timeout=30) as reply:
                text = reply.read()
        except urllib.error.HTTPError as error:
            text = error.read()
        try:
            return json.loads(text)
        except ValueError:
            return text

    def send(self, file: Path) -> Any:
        """Hand in a payment file."""
        return self.ask("POST", "/payments", file.read_bytes())

    def behave(self, how: str, **parameters: Any) -> None:
        """From now on the account behaves so."""
        self.ask("PATCH", "/_mock/accounts/TOWN", {"behaviour": how, "parameters": parameters})

    def to(self, day: str) -> None:
        """Let time pass up to the morning of a day."""
        told = self.ask("POST", f"/_mock/advance?to={day}")
        assert "error" not in told, told

    def letters(self, form: str, folder: Path) -> list[Path]:
        """What lies in the mailbox and was not fetched yet, each in a file, oldest first."""
        found = []
        for one in self.ask("GET", f"/_mock/mailbox?type={form}"):
            path = folder / f"{form}-{one['id']}.xml"
            path.write_bytes(one["body"].encode())
            if form != "camt.053" or ACCOUNT in one["body"]:  # this bank has other customers too
                found.append(path)
        return found


@contextmanager
def open_bank(now: str, currency: str, balance: int) -> Iterator[Bank]:
    """A bank whose clock begins at `now`, and which holds the settlement account."""
    server = make_server(Config(port=0, quiet=True, timezone="Asia/Seoul", clock=now))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    bank = Bank(f"http://127.0.0.1:{server.server_address[1]}")
    account = {"id": "TOWN", "name": "Hancard", "iban": ACCOUNT, "currency": currency, "balance": balance}
    bank.ask("POST", "/_mock/accounts", account)
    try:
        yield bank
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
