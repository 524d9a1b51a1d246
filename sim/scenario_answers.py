"""A scenario's events, elasticity and riders' mistakes: read from its table, and written down again."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from pydantic import ValidationError

from afc.pack.form import Form, Known
from afc.pack.read import frozen
from afc.pack.schema_events import Answers
from afc.pack.sentences import told
from afc.refusal import Refused


def with_answers(table: dict[str, Any], where: str) -> dict[str, Any]:
    """The scenario's table with its events, elasticity and mistakes as forms; the first thing that is wrong is refused."""
    given = frozen({key: table[key] for key in Answers.model_fields if key in table})
    if not given:
        return table
    known = Known()
    try:
        read = Answers.model_validate(given, context=known)
    except ValidationError as error:
        first = next(iter(told(error, given, known)))
        at = ".".join(str(part) for part in first.at if not str(part).startswith("<"))
        raise Refused(first.code, first.what, where=f"{where}: {at}", cure=first.cure) from None
    return table | {"event": read.event, "elasticity": read.elasticity, "errors": read.errors}


def answers_text(events: tuple[Form, ...], elasticity: Form | None, errors: Form | None) -> str:
    """All of them as tables of a scenario's file; nothing where there are none."""
    parts = [f"\n[[event]]\n{keys_text(event)}" for event in events]
    tables = {"elasticity": elasticity, "errors": errors}
    return "".join(parts) + "".join(f"\n[{name}]\n{keys_text(one)}" for name, one in tables.items() if one)


def keys_text(form: Form) -> str:
    """The keys that were given, a line each."""
    given = form.model_dump(by_alias=True, exclude_none=True, exclude_unset=True)
    return "".join(f"{key} = {value_text(value)}\n" for key, value in given.items())


def value_text(value: Any) -> str:
    """A value as TOML writes it."""
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return f"[{', '.join(map(value_text, value))}]"
    return str(value)


def quoted(text: str) -> str:
    """A TOML string."""
    return json.dumps(text, ensure_ascii=False)
