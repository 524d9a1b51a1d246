"""Postings: what a day of riding means in the books, every entry in balance.

Debit is above zero, credit below. Accounts are text, `kind:party[:purpose]`:

    cash:<retailer>          money a retailer, or a driver for an operator, took from riders and owes
    float:<issuer>           value on cards (credit)
    receivable:<issuer>      rides on cards that are billed later
    receivable:<payer>:<for> what an authority owes: concession, gap, shortfall, fees
    journeys                 charged, and the journey is not complete yet; returns to zero
    takings                  cash that drivers took, on its way to whose fares it is; returns to zero at once
    deferred:<owner>:<id>    passes sold and not yet used up
    payable:<operator>       what operators have earned
    pool                     the common pot, where there is one; returns to zero each day
    fees:<party>             what the system's servants have earned
    suspense:<reason>        money whose owner is not known yet
    bank:<bank>              what the settlement account holds, by the bank's word
    settled:<party>          what the bank paid a party, less what the party paid in
    suspense:bank            money of breaks between the books and the bank
    loss:<party>             what was given up, and who bears it
    owed:<party>             what a pool without funds still owes; returns to zero together with owed:(pool)
    float:<issuer>:granted   what cards are worth beyond what their chips say: refunds, value moved to a new card
    debt:<issuer>            what riders owe whose top-up the bank took back
    loss:<issuer>            debts of cards that will not come back
    breakage:<issuer>        value of cards that nobody will use

What closing a day hands over are totals, one row for each of the kinds below. `quantity` counts what the kind counts,
`minor` is the money; a negative one takes back. Kinds without accounts move no money here: they are what contracts,
concessions and statements count.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import NamedTuple

from clearing.entry import Entry, Posting

__all__ = ["KINDS", "WHOLE_DAY", "Basis", "Chart", "Entry", "Kind", "Posting", "Total", "build", "post"]

WHOLE_DAY = -1  # in place of a shard: an entry about the day as a whole


class Total(NamedTuple):
    """One shard's total of one kind. Numbers are places in the city pack; product 0 is the purse."""

    shard: int
    kind: str
    operator: int
    medium: int
    category: int
    product: int
    quantity: int
    minor: int
    service: int = -1


class Chart(NamedTuple):
    """The names behind the numbers of totals, and who stands where in this city."""

    parties: tuple[str, ...]
    services: tuple[str, ...]
    products: tuple[str, ...]  # of the tariff version in force; product 1 is the first
    issuers: tuple[str, ...]  # by medium
    postpaid: tuple[bool, ...]  # by medium
    owner: str  # of passes
    quotas: tuple[tuple[str, str], ...] = ()  # id and payer; a `quota` total carries the quota's place in `product`
    pooled: bool = False  # shares go to the pool instead of to operators
    members: frozenset[str] = frozenset()  # where some operators alone hand their shares to the pool: these

    def operator(self, total: Total) -> str:
        return self.parties[total.operator]

    def earns(self, operator: str) -> str:
        """The account that an operator's fares are credited to."""
        return "pool" if self.pooled or operator in self.members else f"payable:{operator}"

    def service(self, total: Total) -> str:
        return self.services[total.service] if total.service >= 0 else ""

    def product(self, total: Total) -> str:
        if total.kind == "quota":
            return self.quotas[total.product][0]
        return self.products[total.product - 1] if total.product else ""


class Basis(NamedTuple):
    """Where totals come from: which day carries them, under which rule, and the digest of each shard behind them."""

    clearing_date: date
    rule: str
    digests: Mapping[int, bytes]
    service_date: date | None = None

    @property
    def about(self) -> date:
        """The date that the entries are about."""
        return self.service_date or self.clearing_date

    def digest(self, shard: int) -> bytes:
        """What stands behind a shard's entry; behind the whole day's, all shards in order."""
        if shard != WHOLE_DAY:
            return self.digests[shard]
        return hashlib.sha256(b"".join(self.digests[shard] for shard in sorted(self.digests))).digest()


def _float(total: Total, chart: Chart) -> str:
    return f"float:{chart.issuers[total.medium]}"


def _rides(total: Total, chart: Chart) -> str:
    return f"receivable:{chart.issuers[total.medium]}" if chart.postpaid[total.medium] else _float(total, chart)


def _cash(total: Total, chart: Chart) -> str:
    return f"cash:{chart.operator(total)}"


def _deferred(total: Total, chart: Chart) -> str:
    return f"deferred:{chart.owner}:{chart.product(total)}"


def _unshared(total: Total, chart: Chart) -> str:
    return _deferred(total, chart) if total.product else "journeys"


def _earned(total: Total, chart: Chart) -> str:
    return chart.earns(chart.operator(total))


def _journeys(_total: Total, _chart: Chart) -> str:
    return "journeys"


def _takings(_total: Total, _chart: Chart) -> str:
    return "takings"


def _cash_of_issuer(total: Total, chart: Chart) -> str:
    return f"cash:{chart.issuers[total.medium]}"


def _quota_payer(total: Total, chart: Chart) -> str:
    return f"receivable:{chart.quotas[total.product][1]}:concession"


def _late(_total: Total, _chart: Chart) -> str:
    return "suspense:late"


def _purse(_total: Total, _chart: Chart) -> str:
    return "suspense:purse"


class Kind(NamedTuple):
    """What a kind of total counts, and the accounts that it debits and credits, if it moves money by itself."""

    counts: str
    debit: Callable[[Total, Chart], str] | None = None
    credit: Callable[[Total, Chart], str] | None = None


KINDS: dict[str, Kind] = {
    "opening": Kind("cards that had value when the books began; the issuer holds the money", _cash_of_issuer, _float),
    "load": Kind("loads; operator is the retailer", _cash, _float),
    "order": Kind("loads that the issuer ordered; it has the money from the rider's bank", _cash_of_issuer, _float),
    "sale": Kind("passes sold; operator is the retailer", _cash, _deferred),
    "charge": Kind("taps that took money; operator is the one at whose reader", _rides, _journeys),
    "late": Kind("taps too late to be judged, whose money has left the card", _rides, _late),
    "share": Kind("legs; what the operator earned of complete journeys, or of a pass", _unshared, _earned),
    "collected": Kind("legs; what the operator gets of money collected for a missing tap-out", _unshared, _earned),
    "quota": Kind("rides that somebody else pays; what is missing to the full price", _quota_payer, _earned),
    "cash": Kind("riders who paid the driver; the operator holds the money", _cash, _takings),
    "cash_share": Kind("riders who paid the driver; what that earned", _takings, _earned),
    "discrepancy": Kind("cards whose purse and history differ; above zero the card holds more", _purse, _float),
    "free": Kind("boardings that cost the rider nothing"),
    "boarding": Kind("boardings"),
    "metres": Kind("metres that vehicles operated"),
    "trip": Kind("vehicle trips operated"),
    "service_s": Kind("seconds of vehicle trips operated"),
    "vehicle_day": Kind("vehicles that operated on the day"),
    "scheduled_metres": Kind("metres of the day's timetable"),
    "scheduled_trip": Kind("vehicle trips of the day's timetable"),
    "check": Kind("riders whom inspectors checked"),
    "not_boarded": Kind("riders checked who had not tapped in there"),
    "penalty": Kind("minor units that inspectors asked for: a claim, and no money here"),
    "open_journey": Kind("journeys not complete at the cut-off; the balance of `journeys` equals their money"),
}


def post(totals: Iterable[Total], chart: Chart, basis: Basis) -> list[Entry]:
    """The entries of totals that move money: one for each shard, kind, operator, service and product, in that order."""
    groups: defaultdict[tuple[int, str, int, int, int], list[Total]] = defaultdict(list)
    for total in totals:
        if KINDS[total.kind].debit and total.minor:
            groups[total.shard, total.kind, total.operator, total.service, total.product].append(total)
    entries = (_entry(rows, chart, basis) for _, rows in sorted(groups.items()))
    return [entry for entry in entries if entry is not None]


def _entry(rows: list[Total], chart: Chart, basis: Basis) -> Entry | None:
    first = rows[0]
    kind = KINDS[first.kind]
    assert kind.debit is not None
    assert kind.credit is not None
    sums: defaultdict[str, int] = defaultdict(int)
    for total in rows:
        sums[kind.debit(total, chart)] += total.minor
        sums[kind.credit(total, chart)] -= total.minor
    service, product = chart.service(first), chart.product(first)
    return build(
        basis,
        first.kind,
        "/".join((f"{first.shard:04d}", chart.operator(first), service, product)),
        sums,
        shard=first.shard,
        quantity=sum(total.quantity for total in rows),
        service=service,
        product=product,
    )


def build(
    basis: Basis,
    kind: str,
    cause: str,
    sums: Mapping[str, int],
    *,
    rule: str = "",
    shard: int = WHOLE_DAY,
    quantity: int = 0,
    service: str = "",
    product: str = "",
) -> Entry | None:
    """An entry of these sums by account, or None where nothing moves."""
    postings = tuple(Posting(account, sums[account]) for account in sorted(sums) if sums[account])
    if not postings:
        return None
    return Entry(
        basis.clearing_date, kind, cause, rule or basis.rule, basis.digest(shard), postings, quantity, service, product,
        basis.service_date,
    )  # fmt: skip
