"""Compile every rule once, by running a thousandth of a day where nobody looks."""

from __future__ import annotations

import tempfile
from pathlib import Path

from afc.fares.history import Compiled, issue_card
from afc.fares.rides import load_event


def warm() -> None:
    """The whole line in a folder that goes away; what was compiled stays."""
    from afc.city import list_cities, load_city
    from sim.run import execute, rates_on
    from sim.scenario import find_scenario

    smallest = min(list_cities(), key=lambda name: len(load_city(name).network.stop_ids))
    scenario = find_scenario(None, smallest).changed(scale=0.001, days=1)
    with tempfile.TemporaryDirectory() as folder:
        execute(scenario, Path(folder), workers=1)
    city = load_city(smallest)
    card = issue_card(city, {}, city.categories[0].id, city.media[0].id, {})
    Compiled(card, rates_on(city, scenario.start)).tap(load_event(0, 0))
