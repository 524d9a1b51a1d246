"""Close: one clearing date from sealed batches to balanced entries, the line itself, top to bottom.

Gather what intake accepted, decide shard by shard, post. Closing is a pure function of accepted batches, registers and rule
versions: the number of workers, the order of arrival and the machine's clock change not a byte.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from afc.batch import HEADER
from afc.fares.cases import versions_of
from afc.keys import SIGNATURE_BYTES
from afc.refusal import Refused
from afc.tap import TAP, TapKind
from clearing import detail
from clearing.admit import REGISTER, SetAside, places_of
from clearing.after import entries_after, remunerated
from clearing.by_hand import BY_HAND, entries_by_hand, turn_of, until
from clearing.correct import marked_by
from clearing.eras import date_of, eras_of
from clearing.facts import NONE, Facts, facts_of
from clearing.house import BOOKS, CARRY, DETAIL, ISSUED, REPRICED, SUMMED, TOTALS, WAITED, WAITING, House
from clearing.placing import Unplaced, known_of, placed
from clearing.postings import WHOLE_DAY, Basis, Chart, Entry, Total, post
from clearing.remuneration import level_pool
from clearing.shard import SHARDS, Context, Result, close_shard, shard_of
from clearing.standing import AGAIN
from clearing.store import Quarantined, Shard, Store
from clearing.summed import Sums, sums_about, write_sums
from clearing.terms import TermsOf, split_policy, split_versions

__all__ = [
    "BOOKS", "ISSUED", "WAITED", "Closed", "House", "Run", "chart_of", "close_day", "foresee", "latest_detail", "party_with",
    "split_policy", "split_versions",
]  # fmt: skip

Run = Callable[[Callable[[tuple[Context, int]], Result], Iterable[tuple[Context, int]]], Iterable[Result]]
"""The shape of `map`: a process pool's map, or a cluster's, closes the same day to the same bytes."""


class Closed(NamedTuple):
    """What a closed date came to."""

    clearing_date: date
    totals: tuple[Total, ...]
    counts: dict[str, int]
    entries: tuple[Entry, ...]
    again: tuple[Sums, ...] = ()  # by how much earlier dates changed

    @property
    def every_total(self) -> tuple[Total, ...]:
        """The totals of the date, and the differences of earlier ones."""
        return self.totals + tuple(total for sums in self.again for total in sums.totals)


def close_day(house: House, day: date, run: Run = map) -> Closed:
    """Close one clearing date and everything about it but the statements."""
    refuse_out_of_turn(house.store, day)
    with house.store.begin():
        house.store.open_day(day)
        frozen = house.store.freeze_day(day, house.city.digest)
    worked = work_out(house, context_of(house, day), day, (frozen.from_position, frozen.through_position), run)
    keep(house, worked)
    return worked.closed


def foresee(house: House, day: date, folder: Path, run: Run = map) -> Closed:
    """What closing a date now would come to. Its files are written into `folder`; the books do not change."""
    refuse_out_of_turn(house.store, day)
    frozen = max((one.through_position for one in house.store.days()), default=0)
    context = context_of(house, day)._replace(folder=folder)
    return work_out(house, context, day, (frozen + 1, house.store.high()[0]), run).closed


class Worked(NamedTuple):
    """A date worked out and not in the books yet: what each shard came to, what was set aside, what waits."""

    closed: Closed
    results: tuple[Result, ...]
    strange: tuple[Quarantined, ...]
    waiting: np.ndarray
    summed: tuple[bytes, int]


def work_out(house: House, context: Context, day: date, positions: tuple[int, int], run: Run) -> Worked:
    """Everything that a date comes to, from the batches at some positions of the log."""
    context.folder.mkdir(parents=True, exist_ok=True)
    taps, waiting = gather(house, context, *positions)
    trips, strange = deal(house, context, taps)
    results = sorted(run(close_shard, [(context, shard) for shard in range(SHARDS)]), key=lambda result: result.shard)
    totals = opening_totals(context) + totals_of(results) + vehicle_totals(trips, context)
    entries = entries_of(house, day, totals, {result.shard: result.digest for result in results})
    again = differences_of(results)
    entries += [entry for sums in again for entry in entries_again(house, day, sums, results)]
    entries += entries_by_hand(house, day)
    summed = write_sums(context.folder, [Sums(day, tuple(totals)), *again])
    closed = Closed(day, tuple(totals), counts_of(results), tuple(entries), tuple(again))
    return Worked(closed, tuple(results), tuple(strange), waiting, summed)


def refuse_out_of_turn(store: Store, day: date) -> None:
    """Dates close in order, because what cards hold after one is what they hold before the next."""
    for other in store.days():
        if other.clearing_date < day and other.state != "closed":
            cure = f"Close and settle {other.clearing_date} first."
            raise Refused("DAY_OUT_OF_TURN", f"{other.clearing_date} comes before {day} and is not closed", cure=cure)
        if other.clearing_date > day and other.state != "open":
            cure = "What is learnt later is posted in the open day."
            raise Refused(
                "DAY_OUT_OF_TURN", f"{other.clearing_date} comes after {day} and has begun to close", cure=cure
            )


def context_of(house: House, day: date) -> Context:
    """The versions in force and the registers, as every shard of the date needs them."""
    city, facts = house.city, facts_of(until(house.store, day))
    terms_of = TermsOf(city, facts)
    terms = terms_of.on(day)
    before = latest_detail(house, day)
    register = register_of(house.store)
    concessions = {category for row in city.contracts.concession for category in row.categories}
    return Context(
        date=day.isoformat(),
        folder=house.detail(day.isoformat()),
        before=before,
        ring=house.ring,
        tables=city.network.tables,
        **terms._asdict(),
        concessions=tuple(c for c, category in enumerate(city.categories) if category.id in concessions),
        register=register,
        carried=carried_over(house, before),
        known=known_of(city, register, city.network.tables),
        eras=(eras := eras_of(house, day, terms_of)),
        facts=facts,
        marked=marked_by(house, turn_of(house.store, day), facts, eras),
    )


def latest_detail(house: House, day: date) -> Path:
    """The folder with what cards held before this date: the closed date before it, or the cards as issued."""
    earlier = [d.clearing_date for d in house.store.days() if d.clearing_date < day and d.state == "closed"]
    return house.detail(max(earlier).isoformat() if earlier else ISSUED)


def carried_over(house: House, before: Path) -> tuple[bytes, ...]:
    """The content of what each shard carried over, as the books have it; nothing before the first date."""
    if before.name == ISSUED:
        return ()
    rows = [row for row in house.store.shards(date.fromisoformat(before.name)) if row.kind == CARRY]
    return tuple(row.digest for row in sorted(rows, key=lambda row: row.shard))


def register_of(store: Store) -> np.ndarray:
    """The device register as columns."""
    rows = [(d.device, d.from_us, d.operator, d.vehicle, d.service) for d in store.devices()]
    return np.array(rows, REGISTER)


def gather(house: House, context: Context, first: int, last: int) -> tuple[np.ndarray, np.ndarray]:
    """The accepted taps that are due by the cut, in the order of the log, and those that wait for their own date.

    Intake has verified these bytes and the log's chain covers them, so here they are only cut at the header.
    """
    parts = [sealed[HEADER.size : -SIGNATURE_BYTES] for _, sealed in house.store.accepted(first, last)]
    taps = np.frombuffer(b"".join(parts), TAP)
    if context.carried:
        held = detail.read_array(context.before / WAITED)
        noted = [row for row in house.store.shards(date.fromisoformat(context.before.name)) if row.kind == WAITING]
        detail.check_content(noted[0].digest, context.before, held)
        taps = np.concatenate([held, taps])
    due = context.facts.judged(taps)["time_us"] < context.cut_us
    detail.carry_array(context.folder / WAITED, taps[~due])
    return taps[due], taps[~due]


def deal(house: House, context: Context, taps: np.ndarray) -> tuple[np.ndarray, list[Quarantined]]:
    """Write each shard's taps to its file; returned are the vehicles' own records, the good ones and those to keep aside."""
    trips = taps["kind"] == TapKind.TRIP
    riders = taps[~trips]
    shard = shard_of(riders["card"])
    order = np.argsort(shard, kind="stable")
    bounds = np.searchsorted(shard[order], np.arange(SHARDS + 1))
    for s in range(SHARDS):
        detail.write_array(context.folder / f"taps-{s:02d}.npy", riders[order[bounds[s] : bounds[s + 1]]])
    records = taps[trips]
    fits = placed(records, context.known)
    genuine = house.ring.macs_ok(records) if len(records) else np.zeros(0, bool)
    strange = [aside(Unplaced.PLACE_UNKNOWN.name, tap.tobytes()) for tap in records[~fits]]
    strange += [aside(SetAside.MAC_WRONG.name, tap.tobytes()) for tap in records[fits & ~genuine]]
    return records[fits & genuine], strange


def opening_totals(context: Context) -> list[Total]:
    """On the first date: what cards held when the books began."""
    if context.before.name != ISSUED:
        return []
    totals = []
    for shard in range(SHARDS):
        cards = detail.read_array(context.before / f"cards-{shard:02d}.npy")
        for medium in np.unique(cards["medium"]):
            mine = cards["balance"][cards["medium"] == medium]
            totals.append(Total(shard, "opening", 0, int(medium), 0, 0, len(mine), int(mine.sum())))
    return totals


def vehicle_totals(trips: np.ndarray, context: Context) -> list[Total]:
    """Metres and vehicle-days by operator, from the records that vehicles' own readers signed.

    A vehicle that changed hands works for whoever had it at the time of the record.
    """
    if len(trips) == 0:
        return []
    places = places_of(trips, context.register, context.tables)
    operator, vehicle = places["operator"], places["vehicle"]
    totals = []
    for o in np.unique(operator):
        mine = operator == o
        metres = int(trips["amount"][mine].sum(dtype=np.int64))
        totals.append(Total(WHOLE_DAY, "metres", int(o), 0, 0, 0, metres, 0))
        totals.append(Total(WHOLE_DAY, "vehicle_day", int(o), 0, 0, 0, len(np.unique(vehicle[mine])), 0))
    return totals


def totals_of(results: Sequence[Result]) -> list[Total]:
    """The shards' totals as the books read them."""
    return [total for result in results for total in totals_rows(result.shard, result.totals)]


def totals_rows(shard: int, rows: np.ndarray) -> list[Total]:
    """TOTAL rows of a shard as the books read them."""
    keys = ("operator", "medium", "category", "product", "quantity", "minor", "service")
    return [Total(shard, str(row["kind"]), *(int(row[key]) for key in keys)) for row in rows]


def counts_of(results: Sequence[Result]) -> dict[str, int]:
    """Counts over all shards."""
    names = sorted({name for result in results for name in result.counts})
    return {name: sum(result.counts.get(name, 0) for result in results) for name in names}


def chart_of(city: Any, day: date, facts: Facts = NONE) -> Chart:
    """Who stands where in the books of this city on a date."""
    version = versions_of(city)[facts.version("tariff", versions_of(city), day)]
    between = split_versions(city)[facts.version("split", split_versions(city), day)]["between"]
    prepaid, postpaid = party_with(city, "card_issuer"), party_with(city, "acquirer", "card_issuer")
    return Chart(
        parties=tuple(party.id for party in city.parties),
        services=tuple(service.id for service in city.services),
        products=tuple(row["id"] for row in version.get("product", [])),
        issuers=tuple(postpaid if medium.funding == "postpaid" else prepaid for medium in city.media),
        postpaid=tuple(medium.funding == "postpaid" for medium in city.media),
        owner=party_with(city, "product_owner", "authority", "card_issuer"),
        quotas=tuple((row["id"], row["payer"]) for row in version.get("quota", [])),
        pooled=between == "pool",
        members=frozenset(city.contracts.pool.members if city.contracts.pool else ()),
    )


def party_with(city: Any, *roles: str) -> str:
    """The first party that has one of these roles, the first role before the others."""
    for role in roles:
        for party in city.parties:
            if role in party.roles:
                return str(party.id)
    return str(city.parties[0].id)


def entries_of(house: House, day: date, totals: Sequence[Total], digests: Mapping[int, bytes]) -> list[Entry]:
    """Every entry of the date: fares and shares, then what contracts, concessions and fees make of them."""
    city, facts = house.city, facts_of(until(house.store, day))
    chart, basis = chart_of(city, day, facts), basis_of(city, day, day, digests, facts)
    entries = post(totals, chart, basis) + remunerated(totals, city, chart, basis)
    if city.contracts.pool:
        entries += level_pool(entries, city.contracts.pool, basis)
    return entries


def basis_of(city: Any, day: date, about: date, digests: Mapping[int, bytes], facts: Facts) -> Basis:
    """What entries in a date's books about that date, or an earlier one, refer to."""
    version = versions_of(city)[facts.version("tariff", versions_of(city), about)]
    return Basis(day, f"tariff {version['id']}", digests, None if about == day else about)


def differences_of(results: Sequence[Result]) -> list[Sums]:
    """By how much the totals of earlier dates changed, the oldest first."""
    found: defaultdict[int, list[Total]] = defaultdict(list)
    for result in results:
        for number, rows in result.again.totals:
            found[number] += totals_rows(result.shard, rows)
    return [Sums(date_of(number), tuple(found[number])) for number in sorted(found) if found[number]]


def entries_again(house: House, day: date, sums: Sums, results: Sequence[Result]) -> list[Entry]:
    """The entries about an earlier date that changed."""
    about, city = sums.service_date, house.city
    digests = {result.shard: result.again.digest for result in results if result.again.digest}
    stands = [
        entry
        for entry in house.store.entries(about, day - timedelta(days=1))
        if entry.about == about and not entry.rule.startswith(BY_HAND)
    ]
    facts = facts_of(until(house.store, day))
    basis, chart = basis_of(city, day, about, digests, facts), chart_of(city, about, facts)
    return entries_after(sums.totals, sums_about(house, about, day), stands, city, chart, basis)


def keep(house: House, worked: Worked) -> None:
    """Write the date into the books in one commit: entries, digests of the detail, taps that were set aside."""
    day = worked.closed.clearing_date
    where = f"detail/{day}"
    rows = [
        Shard(day, r.shard, DETAIL, f"{where}/taps-{r.shard:02d}.parquet", r.digest, r.counts["taps"])
        for r in worked.results
    ]
    rows += [
        Shard(day, r.shard, CARRY, f"{where}/cards-{r.shard:02d}.npy", r.carry, r.counts["taps"])
        for r in worked.results
    ]
    rows += [
        Shard(
            day, r.shard, REPRICED, f"{where}/{AGAIN}journeys-{r.shard:02d}.parquet", r.again.digest, r.again.journeys
        )
        for r in worked.results
        if r.again.digest
    ]
    rows.append(Shard(day, 0, WAITING, f"{where}/{WAITED}", detail.content(worked.waiting), len(worked.waiting)))
    rows.append(Shard(day, 0, TOTALS, f"{where}/{SUMMED}", *worked.summed))
    found = [aside(finding.reason.name, finding.tap) for r in worked.results for finding in r.found]
    found += [aside(Unplaced.PLACE_UNKNOWN.name, tap) for r in worked.results for tap in r.unplaced]
    with house.store.begin():
        house.store.quarantine([*found, *worked.strange])
        house.store.add_shards(rows)
        house.store.post(worked.closed.entries)


def aside(reason: str, raw: bytes) -> Quarantined:
    """A tap that no rule can turn into money, with its bytes."""
    tap = np.frombuffer(raw, TAP)[0]
    seq, digest = int(tap["seq"]), hashlib.sha256(raw).digest()
    return Quarantined(
        digest, int(tap["device"]), int(tap["epoch"]), seq, reason, "set aside at close", int(tap["time_us"]), b"", raw
    )
