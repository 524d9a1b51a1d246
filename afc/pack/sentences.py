"""Sentences: what a form found wrong, in words that a fare clerk can act on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from afc.pack.form import Finding, Known, Place
from afc.refusal import nearest

_KINDS = {
    "int_type": "a whole number",
    "float_type": "a number",
    "string_type": "a text in quotes",
    "bool_type": "true or false",
    "tuple_type": "a list in square brackets",
    "dict_type": "a table",
    "mapping_type": "a table",
    "model_type": "a table",
    "date_type": "a date like 2026-01-01, without quotes",
    "finite_number": "a finite number",
}
_BOUNDS = {
    "greater_than_equal": ("ge", "at least"),
    "less_than_equal": ("le", "at most"),
    "greater_than": ("gt", "more than"),
    "less_than": ("lt", "less than"),
}


def told(error: ValidationError, table: dict[str, Any], known: Known) -> Iterator[Finding]:
    """Each mistake with the keys that lead to it, as they stand in the file."""
    errors = error.errors(include_url=False)
    for one in errors:
        if one["type"] == "too_short" and any(_below(other["loc"], one["loc"]) for other in errors):
            continue  # entries that were refused are not counted; they are told themselves
        loc, context = one["loc"], one.get("ctx", {})
        at = in_file(table, loc)
        if one["type"] == "FINDINGS":
            for finding in context["found"]:
                yield finding._replace(at=in_file(table, (*loc, *finding.at)))
        elif one["type"] == "FINDING":
            key = "" if loc[-1] == "[key]" else f"`{_name(at)}`: "  # the sentence about a key names it already
            yield context["found"]._replace(at=at, what=key + context["found"].what)
        elif one["type"] == "extra_forbidden":
            yield _unknown_key(at, table, known)
        elif one["type"] == "missing":
            if loc[-1] not in _misspelt(_value_at(table, at), known):
                whole = f"`{_name(at)}`" if at else "the file"
                yield Finding(at, "KEY_MISSING", f"`{loc[-1]}` is missing from {whole}")
        else:
            code, sentence = _sentence(one["type"], context, one["input"], one["msg"])
            yield Finding(at, code, f"`{_name(at)}` {sentence}", _near_word(one["type"], context, one["input"]))


def _below(loc: Place, table: Place) -> bool:
    return len(loc) > len(table) and loc[: len(table)] == table


def _sentence(kind: str, context: dict[str, Any], value: Any, otherwise: str) -> tuple[str, str]:
    shown = _shown(value)
    if kind in _KINDS:
        return "WRONG_TYPE", f"must be {_KINDS[kind]}, not {shown}"
    if kind in _BOUNDS:
        key, words = _BOUNDS[kind]
        return "OUT_OF_RANGE", f"must be {words} {context[key]:.15g}, not {shown}"
    if kind == "literal_error":
        return "WRONG_WORD", f"must be {_either(_words(context))}, not {shown}"
    if kind in ("too_short", "too_long"):
        bound = f"at least {context['min_length']}" if kind == "too_short" else f"at most {context['max_length']}"
        return "WRONG_LENGTH", f"must have {bound} entries, not {context['actual_length']}"
    if kind in ("string_too_short", "string_too_long"):
        bound = f"at least {context['min_length']}" if kind.endswith("short") else f"at most {context['max_length']}"
        return "WRONG_LENGTH", f"must have {bound} signs"
    return "WRONG_VALUE", f"is not right: {otherwise}"


def _words(context: dict[str, Any]) -> list[str]:
    return re.findall(r"'([^']*)'", str(context["expected"]))


def _near_word(kind: str, context: dict[str, Any], value: Any) -> str:
    return nearest(value, _words(context)) if kind == "literal_error" and isinstance(value, str) else ""


def _either(words: list[str]) -> str:
    quoted = [f'"{word}"' for word in words]
    return " or ".join([", ".join(quoted[:-1]), quoted[-1]] if len(quoted) > 1 else quoted)


def _misspelt(table: dict[str, Any], known: Known) -> set[str]:
    """Keys that are missing only because they are misspelt, which is told of the unknown key."""
    form = known.forms.get(id(table))
    return form.misspelt(table, known) if form else set()


def _unknown_key(at: Place, table: dict[str, Any], known: Known) -> Finding:
    form = known.forms.get(id(_value_at(table, at[:-1])))
    keys = form.known_keys(known) if form else []
    name = f"`{_name(at[:-1])}`" if at[:-1] else "this file"
    cure = nearest(str(at[-1]), keys) or (f"Its keys are {', '.join(keys)}." if keys else "")
    return Finding(at, "UNKNOWN_KEY", f"`{at[-1]}` is not a key of {name}", cure)


def in_file(root: Any, loc: Place) -> Place:
    """The part of a place that exists in the file; steps that only the form knows are left out."""
    table: Any = root
    at: Place = ()
    for step in loc:
        keyed = isinstance(table, dict) and step in table
        listed = isinstance(table, tuple) and isinstance(step, int) and step < len(table)
        if keyed or listed:
            table, at = table[step], (*at, step)
    return at


def _value_at(root: Any, at: Place) -> Any:
    value = root
    for step in at:
        value = value[step]
    return value


def _name(at: Place) -> str:
    """The last key on the way, which is what a reader looks for on the line."""
    return next((step for step in reversed(at) if isinstance(step, str)), "file")


def _shown(value: Any) -> str:
    text = f'"{value}"' if isinstance(value, str) else "a table" if isinstance(value, dict) else str(value)
    if isinstance(value, bool):
        text = text.lower()
    if isinstance(value, tuple):
        text = "a list"
    return text if len(text) <= 60 else text[:57] + "..."
