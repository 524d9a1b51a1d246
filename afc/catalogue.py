"""Taking up sentences that riders are told and that no mark in the source shows; `make messages` calls this by way of Babel."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping
from typing import IO, Any

TABLE = "_SENTENCES"
Message = tuple[int, str, str, list[str]]


def refusals(
    fileobj: IO[bytes], keywords: Collection[str], comment_tags: Collection[str], options: Mapping[str, Any]
) -> Iterator[Message]:
    """The sentences of a module's table `_SENTENCES`, each with its line; the arguments are Babel's.

    >>> import io
    >>> list(refusals(io.BytesIO(b'_SENTENCES = {1: "No.", 2: "Not now."}'), (), (), {}))
    [(1, '', 'No.', []), (1, '', 'Not now.', [])]
    """
    for node in ast.parse(fileobj.read()).body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict) and _name(node) == TABLE:
            for value in node.value.values:
                if isinstance(value, ast.Constant) and isinstance(value.value, str):
                    yield value.lineno, "", value.value, []


def _name(node: ast.Assign) -> str:
    target = node.targets[0]
    return target.id if isinstance(target, ast.Name) else ""
