"""Close: one clearing date from sealed batches to balanced entries, the line itself, top to bottom.

Gather what intake accepted, decide shard by shard, post. Closing is a pure function of accepted batches, registers and rule
versions: the number of workers, the order of arrival and the machine's clock change not a byte.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from afc.batch import HEADER
from afc.fares.cases import versions_of
from afc.fares.compile import compile_rates, in_force
from afc.keys import SIGNATURE_BYTES, KeyRing
from afc.moment import day_start_us
from afc.refusal import Refused
from afc.tap import TAP, TapKind
from clearing import detail, remuneration
from clearing.admit import REGISTER, SetAside, places_of
from clearing.paths import within_gates
from clearing.placing import Unplaced, known_of, placed
from clearing.postings import WHOLE_DAY, Basis, Chart, Entry, Total, post
from clearing.shard import SHARDS, Context, Result, close_shard, shard_of
from clearing.store import Quarantined, Shard, Store

Run = Callable[[Callable[[tuple[Context, int]], Result], Iterable[tuple[Context, int]]], Iterable[Result]]
"""The shape of `map`: a process pool's map, or a cluster's, closes the same day to the same bytes."""


class House(NamedTuple):
    """A clearing house at work: its books, the city it serves, the keys that it holds, the folder of its detail."""

    store: Store
    city: Any
    ring: KeyRing
    folder: Path

    def detail(self, day: str) -> Path:
        """The folder of a clearing date's detail."""
        return self.folder / "detail" / day


class Closed(NamedTuple):
    """What a closed date came to."""

    clearing_date: date
    totals: tuple[Total, ...]
    counts: dict[str, int]
    entries: tuple[Entry, ...]


DETAIL, CARRY, WAITING = "detail", "carry", "waiting"
"""What the books note of a shard: all its content; what the next date starts from; taps that wait for their own date."""

WAITED = "waiting.npy"

BOOKS = "clearing.db"
"""The name of the books in a clearing house's folder."""

ISSUED = "issued"
"""The folder of the cards as their issuers registered them, which the first close starts from."""


def close_day(house: House, day: date, run: Run = map) -> Closed:
    """Close one clearing date and everything about it but the statements."""
    refuse_out_of_turn(house.store, day)
    with house.store.begin():
        house.store.open_day(day)
        frozen = house.store.freeze_day(day, house.city.digest)
    context = context_of(house, day)
    context.folder.mkdir(parents=True, exist_ok=True)
    taps, waiting = gather(house, context, frozen.from_position, frozen.through_position)
    trips, strange = deal(house, context, taps)
    results = sorted(run(close_shard, [(context, shard) for shard in range(SHARDS)]), key=lambda result: result.shard)
    totals = opening_totals(context) + totals_of(results) + vehicle_totals(trips, context)
    entries = entries_of(house, day, totals, {result.shard: result.digest for result in results})
    keep(house, day, results, entries, strange, waiting)
    return Closed(day, tuple(totals), counts_of(results), tuple(entries))


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
    city, versions = house.city, versions_of(house.city)
    ordinal = in_force(versions, day)
    policy = split_policy(city, day)
    before = latest_detail(house, day)
    register = register_of(house.store)
    concessions = {category for row in city.contracts.concession for category in row.categories}
    return Context(
        date=day.isoformat(),
        folder=house.detail(day.isoformat()),
        before=before,
        cut_us=day_start_us(day + timedelta(days=1), city.zone, city.day_cut_s),
        ring=house.ring,
        rates=compile_rates(city, versions[ordinal], ordinal),
        tables=city.network.tables,
        policy=policy["between"],
        within=within_gates(city, policy),
        concessions=tuple(c for c, category in enumerate(city.categories) if category.id in concessions),
        register=register,
        carried=carried_over(house, before),
        known=known_of(city, register, city.network.tables),
    )


def split_policy(city: Any, day: date) -> Mapping[str, Any]:
    """The split version in force on a service date."""
    return split_versions(city)[in_force(split_versions(city), day)]


def split_versions(city: Any) -> list[dict[str, Any]]:
    """Every version of the split, oldest first."""
    return [version.model_dump(by_alias=True, exclude_none=True) for version in city.split.version]


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
    due = taps["time_us"] < context.cut_us
    detail.carry_array(context.folder / WAITED, taps[~due])
    return taps[due], taps[~due]


def deal(house: House, context: Context, taps: np.ndarray) -> tuple[np.ndarray, list[Quarantined]]:
    """Write each shard's taps to its file; returned are the vehicles' own records, the good ones and those to keep aside."""
    uncounted = taps["counter"] == 0
    riders = taps[~uncounted]
    shard = shard_of(riders["card"])
    order = np.argsort(shard, kind="stable")
    bounds = np.searchsorted(shard[order], np.arange(SHARDS + 1))
    for s in range(SHARDS):
        detail.write_array(context.folder / f"taps-{s:02d}.npy", riders[order[bounds[s] : bounds[s + 1]]])
    records = taps[uncounted]
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
    trips = trips[trips["kind"] == TapKind.TRIP]
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
    keys = ("operator", "medium", "category", "product", "quantity", "minor", "service")
    return [
        Total(result.shard, str(row["kind"]), *(int(row[key]) for key in keys))
        for result in results
        for row in result.totals
    ]


def counts_of(results: Sequence[Result]) -> dict[str, int]:
    """Counts over all shards."""
    names = sorted({name for result in results for name in result.counts})
    return {name: sum(result.counts.get(name, 0) for result in results) for name in names}


def chart_of(city: Any, day: date) -> Chart:
    """Who stands where in the books of this city on a date."""
    version = versions_of(city)[in_force(versions_of(city), day)]
    prepaid, postpaid = party_with(city, "card_issuer"), party_with(city, "acquirer", "card_issuer")
    return Chart(
        parties=tuple(party.id for party in city.parties),
        services=tuple(service.id for service in city.services),
        products=tuple(row["id"] for row in version.get("product", [])),
        issuers=tuple(postpaid if medium.funding == "postpaid" else prepaid for medium in city.media),
        postpaid=tuple(medium.funding == "postpaid" for medium in city.media),
        owner=party_with(city, "product_owner", "authority", "card_issuer"),
        quotas=tuple((row["id"], row["payer"]) for row in version.get("quota", [])),
        pooled=split_policy(city, day)["between"] == "pool",
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
    city, chart = house.city, chart_of(house.city, day)
    ordinal = in_force(versions_of(city), day)
    basis = Basis(day, f"tariff {versions_of(city)[ordinal]['id']}", digests)
    contracts = city.contracts
    entries = post(totals, chart, basis)
    entries += remuneration.concessions(totals, contracts.concession, [c.id for c in city.categories], chart, basis)
    entries += remuneration.contracts(totals, contracts.contract, chart, basis)
    entries += remuneration.fees(totals, contracts.fee, chart, basis)
    if contracts.pool:
        entries += remuneration.level_pool(entries, contracts.pool, basis)
    return entries


def keep(
    house: House,
    day: date,
    results: Sequence[Result],
    entries: Sequence[Entry],
    strange: Sequence[Quarantined],
    waiting: np.ndarray,
) -> None:
    """Write the date into the books in one commit: entries, digests of the detail, taps that were set aside."""
    where = f"detail/{day}"
    rows = [
        Shard(day, r.shard, DETAIL, f"{where}/taps-{r.shard:02d}.parquet", r.digest, r.counts["taps"]) for r in results
    ]
    rows += [Shard(day, r.shard, CARRY, f"{where}/cards-{r.shard:02d}.npy", r.carry, r.counts["taps"]) for r in results]
    rows.append(Shard(day, 0, WAITING, f"{where}/{WAITED}", detail.content(waiting), len(waiting)))
    found = [aside(finding.reason.name, finding.tap) for r in results for finding in r.found]
    found += [aside(Unplaced.PLACE_UNKNOWN.name, tap) for r in results for tap in r.unplaced]
    with house.store.begin():
        house.store.quarantine([*found, *strange])
        house.store.add_shards(rows)
        house.store.post(entries)


def aside(reason: str, raw: bytes) -> Quarantined:
    """A tap that no rule can turn into money, with its bytes."""
    tap = np.frombuffer(raw, TAP)[0]
    seq, digest = int(tap["seq"]), hashlib.sha256(raw).digest()
    return Quarantined(
        digest, int(tap["device"]), int(tap["epoch"]), seq, reason, "set aside at close", int(tap["time_us"]), b"", raw
    )
