"""Bank files as they are read: XML without anything that a bank file does not need.

No document type, no entities, no processing instructions; so many bytes and so deep and no more. What is not well formed is
refused with its line. Elements are found by their names within one namespace, which says message and version.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Collection
from datetime import date
from typing import NoReturn
from xml.parsers import expat

from afc.refusal import Refused

BYTES_MAX = 20_000_000
DEPTH_MAX = 60
_ISO = "urn:iso:std:iso:20022:tech:xsd:"


class Message:
    """The content of a bank file: its version, and the elements below its root."""

    def __init__(self, content: bytes, versions: Collection[str], where: str) -> None:
        self.where, root = where, _tree(content, where)
        space, _, name = root.tag.rpartition("}")
        self.version = space.removeprefix("{" + _ISO)
        if name != "Document" or self.version not in versions:
            cure = f"Known: {', '.join(sorted(versions))}."
            raise Refused("BANK_FILE_UNKNOWN", f'this is "{self.version or name}"', where=where, cure=cure)
        self.root, self._space = root, space + "}"

    def all(self, below: ET.Element, path: str) -> list[ET.Element]:
        """Every element at a path such as `Refs/EndToEndId`."""
        return below.findall("/".join(self._space + name for name in path.split("/")))

    def text(self, below: ET.Element, path: str) -> str:
        """The text of the first element at a path, or nothing."""
        found = self.all(below, path)
        return (found[0].text or "").strip() if found else ""

    def needed(self, below: ET.Element, path: str) -> str:
        """The same where the message cannot be without it."""
        return self.text(below, path) or self.refuse(f"{path} is missing")

    def day(self, below: ET.Element, path: str) -> date:
        """A date, or the date of a moment as the bank wrote it down."""
        word = self.text(below, f"{path}/Dt") or self.text(below, f"{path}/DtTm")[:10]
        try:
            return date.fromisoformat(word)
        except ValueError:
            self.refuse(f'{path} "{word}" is not a date')

    def minor(self, amount: ET.Element, currency: str, decimals: int) -> int:
        """An amount in minor units; another currency or a fraction of the smallest unit is refused."""
        word = (amount.text or "").strip()
        if amount.get("Ccy") != currency:
            self.refuse(f"an amount is in {amount.get('Ccy')}, and these books are in {currency}")
        if not re.fullmatch(r"[0-9]{1,15}(\.[0-9]{0,5})?", word, re.ASCII):
            self.refuse(f'"{word}" is not an amount')
        whole, _, part = word.partition(".")
        if part[decimals:].strip("0"):
            self.refuse(f"{word} {currency} has more decimals than the currency")
        return int(whole + part[:decimals].ljust(decimals, "0"))

    def refuse(self, what: str) -> NoReturn:
        """The file is not taken, and nothing of it."""
        raise Refused("BANK_FILE_MALFORMED", what, where=self.where, cure="Nothing of the file was taken.")


def _tree(content: bytes, where: str) -> ET.Element:
    """The tree, built while it is checked."""

    def refuse(what: str) -> NoReturn:
        raise Refused("BANK_FILE_MALFORMED", what, where=where, cure="Nothing of the file was taken.")

    if len(content) > BYTES_MAX:
        refuse(f"it has {len(content)} bytes, and at most {BYTES_MAX} are read")
    builder, depth = ET.TreeBuilder(), 0
    parser = expat.ParserCreate(namespace_separator="}")

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEPTH_MAX:
            refuse(f"elements stand deeper than {DEPTH_MAX}")
        builder.start(_named(tag), attributes)

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(_named(tag))

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = lambda *_: refuse("a document type is declared, and bank files have none")
    parser.ProcessingInstructionHandler = lambda *_: refuse("it holds an instruction to programs")
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        refuse(f"it is not well-formed XML: {error}")
    return builder.close()


def _named(tag: str) -> str:
    return "{" + tag if "}" in tag else tag
