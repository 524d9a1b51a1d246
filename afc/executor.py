"""One meaning, run two ways: rules are plain Python, and the same source becomes machine code when a city closes its day.

A function marked with `@rule` keeps to the subset of Python that Numba compiles: integers, records and tables. Called
as it stands it is interpreted, over any objects with the right attributes, which is what one ride on a person's screen
needs. `compiled(function)` is the same function over NumPy records; every rule that it calls is compiled with it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import FunctionType
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])
_PACKAGES = ("afc", "terminals", "clearing", "sim")


def rule(function: F) -> F:
    """Mark a function as one that runs both ways; it is returned as it is."""
    function.__rule__ = True  # type: ignore[attr-defined]
    return function


@cache
def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same rule in machine code, kept on disk between runs."""
    import numba

    numba.config.CACHE_DIR = str(cache_folder())  # type: ignore[attr-defined]
    namespace = dict(function.__globals__)
    allocates = may_allocate(function)
    for name in function.__code__.co_names:
        if getattr(namespace.get(name), "__rule__", False):
            namespace[name] = compiled(namespace[name])
            allocates = allocates or namespace[name].allocates
    twin = FunctionType(function.__code__, namespace, function.__name__, function.__defaults__)
    twin.__module__, twin.__qualname__ = function.__module__, function.__qualname__
    dispatcher: Any = called_with_whole_words(
        numba.njit(cache=True, boundscheck=False, error_model="numpy", _nrt=allocates)(twin)  # type: ignore[call-overload]
    )
    dispatcher.allocates = allocates
    return dispatcher  # type: ignore[no-any-return]


def may_allocate(function: Callable[..., Any]) -> bool:
    """Might a rule make arrays or lists, or hand one back? Only then must references be counted.

    A rule that works on what it is given, with numbers and other rules alone, needs no count; counting the references to
    the network's tables took half of all the time that a charge takes.
    """
    used = [function.__globals__[name] for name in function.__code__.co_names if name in function.__globals__]
    foreign = [one for one in used if not isinstance(one, int) and not getattr(one, "__rule__", False)]
    return bool(foreign) or "copy" in function.__code__.co_names or function.__annotations__.get("return") == "Any"


def called_with_whole_words(dispatcher: Any) -> Any:
    """Let other rules call this one with whole numbers of one width.

    Records hold numbers of many widths, and each mix of widths would be compiled as a function of its own: a third of all
    the time that compiling takes.
    """
    from numba import types

    template_for = dispatcher.get_call_template

    def widened(kind: Any) -> Any:
        kind = getattr(kind, "literal_type", kind)
        return types.int64 if kind in (types.int8, types.int16, types.int32) else kind

    dispatcher.get_call_template = lambda args, kws: template_for([widened(kind) for kind in args], kws)
    return dispatcher


@cache
def cache_folder() -> Path:
    """Where compiled rules are kept: a folder named by the digest of every rule's source and layout.

    Numba looks only at the file of the outermost function, so a changed callee in another file would go unnoticed; the
    digest in the folder's name makes a stale answer impossible.
    """
    import os

    import numba

    digest = hashlib.sha256(numba.__version__.encode())
    root = Path(__file__).resolve().parent.parent
    for package in _PACKAGES:
        for source in sorted((root / package).rglob("*.py")):
            text = source.read_bytes()
            if b"@rule" in text or b"np.dtype(" in text:
                digest.update(text)
    base = os.environ.get("AFC_CACHE_DIR") or os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(base) / "afc" / digest.hexdigest()[:16]
    folder.mkdir(parents=True, exist_ok=True)
    return folder
