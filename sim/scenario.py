"""A scenario: which city, which days, how much of it, and the one seed that everything random is drawn from."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from afc.refusal import Refused, nearest
from sim.scenario_answers import answers_text, quoted, with_answers

if TYPE_CHECKING:
    from afc.city import City

_KEYS = {
    "name",
    "city",
    "start",
    "days",
    "scale",
    "seed",
    "about",
    "tariff",
    "torn",
    "denylist",
    "event",
    "elasticity",
    "errors",
}
DAYS_MAX = 366
SCALE_MAX = 10.0
TORN_MAX = 0.5


class Listed(NamedTuple):
    """Cards on the denylist of a run: a share of all, and those that are named."""

    share: float = 0.0
    cards: tuple[int, ...] = ()


NOBODY_LISTED = Listed()


@dataclass(frozen=True)
class Scenario:
    """What one run is asked to do. `city` is a pack's name or its folder; `scale` 1.0 is the published day;
    `tariff` activates a tariff version by command, whatever the date; `torn` is the share of presentations
    at which the card is pulled away before it confirms; `event` is what is otherwise on some dates, `elasticity` how riders
    answer to fares, and `errors` what they do by mistake, as forms of the pack."""

    name: str
    city: str
    start: date
    days: int = 1
    scale: float = 1.0
    seed: int = 7
    about: str = ""
    tariff: str = ""
    torn: float = 0.0
    denylist: Listed = NOBODY_LISTED
    event: tuple[Any, ...] = ()
    elasticity: Any = None
    errors: Any = None

    @property
    def dates(self) -> list[date]:
        """The service dates of the run."""
        return [self.start + timedelta(days=i) for i in range(self.days)]

    def changed(self, **changes: Any) -> Scenario:
        """The same scenario with what the command line says instead; what it leaves out stays."""
        return checked(replace(self, **{key: value for key, value in changes.items() if value is not None}))

    def load(self) -> City:
        """The scenario's city under its tariff."""
        from afc.city import load_city

        return load_city(self.city).under(self.tariff)

    def text(self) -> str:
        """The scenario as a file that runs again."""
        return (
            "# A scenario, resolved: `afc scenario run THIS-FILE` does the same run again.\n"
            f"name = {quoted(self.name)}\n"
            f"city = {quoted(self.city)}          # a pack's name or its folder\n"
            f"start = {self.start.isoformat()}\n"
            f"days = {self.days}\n"
            f"scale = {self.scale}           # 1.0 is the published number of boardings\n"
            f"seed = {self.seed}\n"
            f"about = {quoted(self.about)}\n"
            + (f"tariff = {quoted(self.tariff)}\n" if self.tariff else "")
            + (
                f"torn = {self.torn}            # share of presentations at which the card leaves too early\n"
                if self.torn
                else ""
            )
            + (denylist_text(self.denylist) if self.denylist != NOBODY_LISTED else "")
            + answers_text(self.event, self.elasticity, self.errors)
        )


def denylist_text(listed: Listed) -> str:
    """The table of a run's denylist."""
    return f"\n[denylist]           # readers get it at their contacts\nshare = {listed.share}\ncards = {list(listed.cards)}\n"


def denylist_of(table: Any, where: str) -> Listed:
    """The same read again."""
    fields: dict[str, Any] = table if isinstance(table, dict) else {"": None}
    for key in fields:
        if key not in Listed._fields:
            cure = nearest(key, Listed._fields) or "Write share = 0.002, or cards = [5, 7]."
            raise Refused("KEY_UNKNOWN", f'"{key}" is no key of [denylist]', where=where, cure=cure)
    share, cards = fields.get("share", 0.0), fields.get("cards", [])
    whole = isinstance(cards, list) and all(type(card) is int and 0 < card < 2**64 for card in cards)
    if type(share) not in (int, float) or not 0 <= share <= 1 or not whole:
        raise Refused("DENYLIST_WRONG", "share is a part of 1, and cards are numbers", where=where)
    return Listed(float(share), tuple(cards))


def checked(scenario: Scenario) -> Scenario:
    """The scenario, if its numbers make sense."""
    if not 1 <= scenario.days <= DAYS_MAX:
        raise Refused("DAYS_OUT_OF_RANGE", f"{scenario.days} days", where="days", cure=f"Choose 1 to {DAYS_MAX}.")
    if not 0 < scenario.scale <= SCALE_MAX:
        cure = f"Choose more than 0, at most {SCALE_MAX}."
        raise Refused("SCALE_OUT_OF_RANGE", f"scale {scenario.scale}", where="scale", cure=cure)
    if not 0 <= scenario.torn <= TORN_MAX:
        raise Refused(
            "TORN_OUT_OF_RANGE", f"torn {scenario.torn}", where="torn", cure=f"Choose a share from 0 to {TORN_MAX}."
        )
    if not 0 <= scenario.seed < 2**63:
        raise Refused("SEED_OUT_OF_RANGE", f"seed {scenario.seed}", where="seed", cure="Choose a whole number from 0.")
    return scenario


def list_scenarios() -> list[Scenario]:
    """The scenarios of every pack that ships with afc."""
    from afc.city import list_cities

    return [scenario for city in list_cities() for scenario in offered(city)]


def of_city(name_or_path: str) -> list[Scenario]:
    """The scenarios that a pack's demand.toml offers, once the pack has been found to be sound."""
    from afc.city import load_city

    load_city(name_or_path)
    return offered(name_or_path)


def offered(name_or_path: str) -> list[Scenario]:
    """The same of a pack that is known to be sound, as those that ship with afc are; reading one file takes a moment."""
    from afc.city import folder_of

    path = folder_of(name_or_path) / "demand.toml"
    rows = tomllib.loads(path.read_text("utf-8")).get("scenario", [])
    return [Scenario(city=name_or_path, **with_answers(row, str(path))) for row in rows]


def find_scenario(name: str | None, city: str | None) -> Scenario:
    """A scenario by its name, by a file, or the first of a city."""
    if name is not None and name.endswith(".toml"):
        return read_scenario(Path(name))
    known = of_city(city) if city else list_scenarios()
    if name is None:
        if not known or city is None:
            raise Refused("SCENARIO_MISSING", "no scenario named", cure="Name one of `afc scenario list`.")
        return checked(known[0])
    named = [scenario for scenario in known if scenario.name == name]
    if len(named) > 1:
        cities = ", ".join(scenario.city for scenario in named)
        raise Refused(
            "SCENARIO_UNCLEAR", f'{len(named)} cities have a scenario "{name}"', cure=f"Add --city: {cities}."
        )
    if named:
        return checked(named[0])
    near = nearest(name, [scenario.name for scenario in known])
    raise Refused("SCENARIO_UNKNOWN", f'no scenario "{name}"', cure=near or "See: afc scenario list")


def read_scenario(path: Path) -> Scenario:
    """A scenario from a file; an unknown key is refused."""
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise Refused("SCENARIO_UNREADABLE", error.strerror or "cannot be read", where=str(path)) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Refused("SCENARIO_MALFORMED", str(error), where=str(path)) from None
    for key in table:
        if key not in _KEYS:
            raise Refused("KEY_UNKNOWN", f'"{key}" is no key of a scenario', where=str(path), cure=nearest(key, _KEYS))
    for key, kind in {"name": str, "city": str, "start": date}.items():
        if not isinstance(table.get(key), kind):
            raise Refused("KEY_MISSING", f'"{key}" must be given as {kind.__name__}', where=str(path))
    if "denylist" in table:
        table["denylist"] = denylist_of(table["denylist"], str(path))
    return checked(Scenario(**with_answers(table, str(path))))
