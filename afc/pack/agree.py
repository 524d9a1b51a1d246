"""Agreement: what only two files of a pack together can get wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from afc.pack.form import Finding
from afc.pack.schema import CityFile, ContractsFile, DemandFile, SplitFile, TariffFile

_ROLES_NEEDED = ("service_operator", "card_issuer", "product_retailer", "clearing_house")


def city_findings(city: CityFile) -> Iterable[Finding]:
    """Nobody rides, holds a card, tops it up or is settled without these roles."""
    taken = {role for party in city.party for role in party.roles}
    for role in _ROLES_NEEDED:
        if role not in taken:
            yield Finding(("party",), "ROLE_MISSING", f"no party has the role {role}", "Give it to one of the parties.")


def account_findings(city: CityFile, contracts: ContractsFile) -> Iterable[Finding]:
    """Whoever may be paid needs an account."""
    paid = {row.party for row in contracts.contract} | {row.party for row in contracts.fee}
    paid |= {contracts.pool.trust} if contracts.pool else set()
    for i, party in enumerate(city.party):
        due = party.id in paid or {"service_operator", "clearing_house"} & set(party.roles)
        if due and party.account is None:
            what = f'party "{party.id}" is paid and has no `account`'
            yield Finding(
                ("party", i), "ACCOUNT_MISSING", what, 'Write account = { iban = "..." } or { other = "..." }.'
            )


def tariff_findings(tariff: TariffFile, city: CityFile) -> Iterable[Finding]:
    """Prepaid cards need a purse, distance prices need a distance, and free days need a known calendar."""
    prepaid = any(medium.funding == "prepaid" for medium in city.medium)
    gated = {service.id for service in city.service if service.access == "station"}
    unmeasured = {service.id for service in city.service if service.distance == "none"}
    for i, version in enumerate(tariff.version):
        at = ("version", i)
        if prepaid and version.purse is None:
            yield Finding(at, "KEY_MISSING", "`purse` is missing, and some cards are prepaid", "Write [version.purse].")
        for service in sorted(unmeasured & set(version.distance)):
            cure = "Set its `distance` in city.toml, or leave these bands out."
            what = f'service "{service}" has a price by distance and no way to measure it'
            yield Finding((*at, "distance", service), "DISTANCE_UNKNOWN", what, cure)
        for key, table in (("hold", version.hold), ("missing_tap_out", version.missing_tap_out.fare)):
            for name, value in table.items():
                words = value.values() if isinstance(value, dict | Mapping) else (value,)
                if name in gated and {"end_of_route", "farthest_terminal"} & {w for w in words if isinstance(w, str)}:
                    what = f'service "{name}" has gates, which do not know the rider\'s route'
                    yield Finding((*at, key), "ROUTE_UNKNOWN", what, 'Write "maximum" or an amount.')
        for k, day in enumerate(version.free_day):
            if day.date > city.calendar.horizon:
                what = f"{day.date} is past the calendar's horizon"
                yield Finding((*at, "free_day", k, "date"), "CALENDAR_HORIZON", what, "Move `horizon` in city.toml.")


def split_findings(split: SplitFile, city: CityFile, contracts: ContractsFile | None) -> Iterable[Finding]:
    """Riders are only followed through stations with gates, and a pool needs somebody to keep it."""
    stations = {service.id for service in city.service if service.access == "station"}
    for i, version in enumerate(split.version):
        for service in version.within:
            if service not in stations:
                what = f'service "{service}" has no stations, so nothing is split inside it'
                yield Finding(("version", i, "within", service), "SPLIT_NEEDS_GATES", what, "Leave it out.")
        if version.between == "pool" and contracts is not None and contracts.pool is None:
            what = "fares go to a pool, and contracts.toml has none"
            yield Finding(("version", i, "between"), "POOL_MISSING", what, "Write [pool] there.")


def contracts_findings(contracts: ContractsFile, city: CityFile) -> Iterable[Finding]:
    """Money moves through a bank."""
    banks = {party.id for party in city.party if "settlement_bank" in party.roles}
    if contracts.settlement.bank not in banks:
        what = f'party "{contracts.settlement.bank}" is no settlement bank'
        yield Finding(("settlement", "bank"), "ROLE_MISSING", what, "Give it the role settlement_bank in city.toml.")


def demand_findings(
    demand: DemandFile, city: CityFile, tariff: TariffFile | None, split: SplitFile | None
) -> Iterable[Finding]:
    """A scenario's days need a tariff, a split and a calendar; station services need gates."""
    firsts = [file.version[0].from_ for file in (tariff, split) if file is not None]
    for i, scenario in enumerate(demand.scenario):
        at = ("scenario", i, "start")
        last = scenario.start + timedelta(days=scenario.days - 1)
        if scenario.start < max(firsts, default=date.min):
            what = f"no tariff and split are in force on {scenario.start}"
            yield Finding(at, "NO_VERSION_IN_FORCE", what, f"The first day with both is {max(firsts)}.")
        if last > city.calendar.horizon:
            what = f"the scenario ends on {last}, past the calendar's horizon {city.calendar.horizon}"
            yield Finding(at, "CALENDAR_HORIZON", what, "Move `horizon` in city.toml and add the holidays.")
    if demand.stations is None and any(service.access == "station" for service in city.service):
        yield Finding((), "KEY_MISSING", "`stations` is missing, and some services have gates", "Write [stations].")
