"""Agreement: what only two files of a pack together can get wrong.

Each function has a generator for each question, so that one which cannot be answered for a mistake in either file stops no
other.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from afc.pack.agree_tariff import Checks, services_with
from afc.pack.checks import each, each_read
from afc.pack.form import Finding
from afc.pack.schema import CityFile, ContractsFile, DemandFile, SplitFile, TariffFile
from afc.pack.schema_city import Party
from afc.pack.schema_demand import Scenario
from afc.pack.schema_split import SplitVersion

_ROLES_NEEDED = ("service_operator", "card_issuer", "product_retailer", "clearing_house")


def city_checks(city: CityFile) -> Checks:
    """Nobody rides, holds a card, tops it up or is settled without these roles."""
    return (_role_taken(city, role) for role in _ROLES_NEEDED)


def _role_taken(city: CityFile, role: str) -> Iterable[Finding]:
    if not any(role in party.roles for party in city.party):
        yield Finding(("party",), "ROLE_MISSING", f"no party has the role {role}", "Give it to one of the parties.")


def account_checks(city: CityFile, contracts: ContractsFile) -> Checks:
    """Whoever may be paid needs an account."""
    return (_accounts(city, contracts),)


def _accounts(city: CityFile, contracts: ContractsFile) -> Iterable[Finding]:
    def due(party: Party) -> bool:
        return bool({"service_operator", "clearing_house"} & set(party.roles)) or party.id in _paid(contracts)

    def able(_: int, party: Party) -> Iterable[Finding]:
        if party.account is None and due(party):
            what = f'party "{party.id}" is paid and has no `account`'
            yield Finding((), "ACCOUNT_MISSING", what, 'Write account = { iban = "..." } or { other = "..." }.')

    yield from each(("party",), city.party, able)


def _paid(contracts: ContractsFile) -> Iterable[str]:
    yield from each_read(contracts.contract, lambda row: row.party)
    yield from each_read(contracts.fee, lambda row: row.party)
    if contracts.pool:
        yield contracts.pool.trust


def split_checks(split: SplitFile, city: CityFile, contracts: ContractsFile) -> Checks:
    """Riders are only followed through stations with gates, and a pool needs somebody to keep it."""
    return _gates(split, city), _pool(split, contracts)


def _gates(split: SplitFile, city: CityFile) -> Iterable[Finding]:
    on_board = services_with(city, "access", "vehicle")

    def gated(_: int, version: SplitVersion) -> Iterable[Finding]:
        for service in version.within:
            if service in on_board:
                what = f'service "{service}" has no stations, so nothing is split inside it'
                yield Finding(("within", service), "SPLIT_NEEDS_GATES", what, "Leave it out.")

    yield from each(("version",), split.version, gated)


def _pool(split: SplitFile, contracts: ContractsFile) -> Iterable[Finding]:
    def kept(_: int, version: SplitVersion) -> Iterable[Finding]:
        if version.between == "pool" and contracts.pool is None:
            what = "fares go to a pool, and contracts.toml has none"
            yield Finding(("between",), "POOL_MISSING", what, "Write [pool] there.")

    yield from each(("version",), split.version, kept)


def contracts_checks(contracts: ContractsFile, city: CityFile) -> Checks:
    """Money moves through a bank."""
    return (_bank(contracts, city),)


def _bank(contracts: ContractsFile, city: CityFile) -> Iterable[Finding]:
    bank = contracts.settlement.bank

    def no_bank(_: int, party: Party) -> Iterable[Finding]:
        if party.id == bank and "settlement_bank" not in party.roles:
            what = f'party "{bank}" is no settlement bank'
            yield Finding(
                ("settlement", "bank"), "ROLE_MISSING", what, "Give it the role settlement_bank in city.toml."
            )

    for finding in each((), city.party, no_bank):
        yield finding._replace(at=finding.at[1:])


def demand_checks(demand: DemandFile, city: CityFile, tariff: TariffFile, split: SplitFile) -> Checks:
    """A scenario's days need a tariff, a split and a calendar; station services need gates."""
    return _in_force(demand, tariff, split), _in_calendar(demand, city), _stations(demand, city), _read(demand, city)


def _in_force(demand: DemandFile, tariff: TariffFile, split: SplitFile) -> Iterable[Finding]:
    firsts = [*each_read((tariff,), lambda file: file.version[0].from_)]
    firsts += each_read((split,), lambda file: file.version[0].from_)

    def ruled(_: int, scenario: Scenario) -> Iterable[Finding]:
        if scenario.start < max(firsts, default=date.min):
            cure = f"The first day with both is {max(firsts)}." if len(firsts) == 2 else ""
            what = f"no tariff and split are in force on {scenario.start}"
            yield Finding(("start",), "NO_VERSION_IN_FORCE", what, cure)

    yield from each(("scenario",), demand.scenario, ruled)


def _in_calendar(demand: DemandFile, city: CityFile) -> Iterable[Finding]:
    def known(_: int, scenario: Scenario) -> Iterable[Finding]:
        start, horizon = scenario.start.toordinal(), city.calendar.horizon
        last = date.fromordinal(min(start + scenario.days - 1, date.max.toordinal()))
        if last > horizon:
            what = f"the scenario ends on {last}, past the calendar's horizon {horizon}"
            yield Finding(("start",), "CALENDAR_HORIZON", what, "Move `horizon` in city.toml and add the holidays.")

    yield from each(("scenario",), demand.scenario, known)


def _stations(demand: DemandFile, city: CityFile) -> Iterable[Finding]:
    if demand.stations is None and services_with(city, "access", "station"):
        yield Finding((), "KEY_MISSING", "`stations` is missing, and some services have gates", "Write [stations].")


def _read(demand: DemandFile, city: CityFile) -> Iterable[Finding]:
    """A reader at the front of each vehicle takes each kind of card."""
    takes = {brand.id: set(brand.media or (medium.id for medium in city.medium)) for brand in city.brand}
    every = {medium.id for medium in city.medium}
    for service, vehicle in demand.fleet.items():
        front = [takes.get(reader.brand or "", every) for reader in vehicle.readers if reader.door == "front"]
        for medium in sorted(every - set().union(*front)) if front else ():
            what = f'no reader at the front of service "{service}" takes the medium "{medium}"'
            yield Finding(("fleet", service, "readers"), "MEDIUM_UNREAD", what, "Add one, or let a brand take it.")
