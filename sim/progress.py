"""Progress for people, on stderr; nothing where nobody watches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def showing(quiet: bool) -> Iterator[Callable[[str, float], None]]:
    """A progress bar for each thing done; it goes when the work is over."""
    from rich.console import Console

    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield lambda _what, _part: None
        return
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn()
    with Progress(*columns, console=console, transient=True) as bars:
        tasks: dict[str, int] = {}

        def show(what: str, part: float) -> None:
            if what not in tasks:
                for task in tasks.values():
                    bars.update(task, completed=1.0)  # type: ignore[arg-type]
                tasks[what] = int(bars.add_task(what, total=1.0))
            bars.update(tasks[what], completed=part)  # type: ignore[arg-type]

        yield show
