"""`afc follow`: one tap down the line."""

from __future__ import annotations

from pathlib import Path

import click

from sim.commands.books import DB, FOLDER, named_in
from sim.output import Reply, answers


@click.command(epilog="Example:  afc follow last")
@click.argument("run", metavar="[RUN]", default="last")
@click.argument("tap", metavar="[TAP]", default="any")
@DB
@FOLDER
@answers("afc.follow/1")
def follow(run: str, tap: str, db: str | None, folder: Path | None) -> Reply:
    """Walk one tap down the thirteen stations, from the sealed bytes to the bank file.

    TAP is T-device-epoch-sequence, or `any` for one worth following.
    """
    from clearing.views import detail_of, tap_name
    from sim.follow import Walk, any_tap
    from sim.houses import open_books

    db, run, tap = named_in(db, run, tap)
    with open_books(db, run, folder) as books:
        detail = detail_of(books.house)
        name = any_tap(detail) if tap == "any" else tap_name(tap)
        stations = Walk(books.house, detail, name).stations()
    lines = [f"tap {name}", *(f"{i:>2} {station:<12} {told}" for i, (station, told) in enumerate(stations, 1))]
    data = {"tap": str(name), "stations": [{"station": s, "told": t} for s, t in stations]}
    return Reply(data, "\n".join(lines))
