"""`afc follow`: one tap down the line."""

from __future__ import annotations

import click

from sim.output import Reply, answers


@click.command(epilog="Example:  afc follow last")
@click.argument("run", metavar="[RUN]", default="last")
@click.argument("tap", metavar="[TAP]", default="any")
@answers("afc.follow/1")
def follow(run: str, tap: str) -> Reply:
    """Walk one tap down the thirteen stations, from the sealed bytes to the bank file.

    TAP is T-device-epoch-sequence, or `any` for one worth following.
    """
    from clearing.views import Detail, open_house, tap_name
    from sim.follow import Walk, any_tap
    from sim.houses import place_of
    from sim.runs import find_run

    found = find_run(run)
    house = open_house(found.folder, found.scenario.load(), found.scenario.seed, place_of(found.folder))
    detail = Detail(found.folder)
    name = any_tap(detail) if tap == "any" else tap_name(tap)
    stations = Walk(house, detail, name).stations()
    house.store.close()
    lines = [f"tap {name}", *(f"{i:>2} {station:<12} {told}" for i, (station, told) in enumerate(stations, 1))]
    data = {"tap": str(name), "stations": [{"station": s, "told": t} for s, t in stations]}
    return Reply(data, "\n".join(lines))
