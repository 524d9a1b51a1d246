"""Close: one clearing date from sealed batches to balanced entries, the line itself, top to bottom.

Gather what intake accepted, decide shard by shard, post. Closing is a pure function of accepted batches, registers and rule
versions: the number of workers, the order of arrival and the machine's clock change not a byte.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from afc.fares.cases import versions_of
from afc.moment import day_start_us
from afc.refusal import Refused
from clearing import detail, operated
from clearing.admit import REGISTER
from clearing.after import entries_after, names_of, rides_of
from clearing.by_hand import BY_HAND, entries_by_hand, turn_of, until
from clearing.chart import chart_of
from clearing.closed_dates import closed_before
from clearing.complete import AS_IT_IS, Order, begin
from clearing.correct import marked_by
from clearing.eras import date_of, eras_of
from clearing.facts import Facts, facts_of
from clearing.gathering import Gathered, aside, clear_up, gather
from clearing.house import CARRY, DETAIL, ISSUED, REPRICED, SUMMED, TOTALS, WAITED, WAITING, House
from clearing.lost import shortfalls_of
from clearing.merged import carry_overs
from clearing.orders import orders_given
from clearing.past import past_of
from clearing.placing import Unplaced, known_of
from clearing.postings import Basis, Entry, Total, post
from clearing.remuneration import Past, agreements, level_pool, passes
from clearing.schedule import schedule_totals
from clearing.shard import Context, Result, close_shard
from clearing.standing import AGAIN
from clearing.store import Shard, Store
from clearing.summed import Sums, joined, sums_about, write_sums
from clearing.terms import TermsOf

Run = Callable[[Callable[[int], Result], Iterable[int]], Iterable[Result]]
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


def close_day(house: House, day: date, run: Run = map, order: Order = AS_IT_IS) -> Closed:
    """Close one clearing date and everything about it but the statements."""
    with house.store.closing():
        return _close(house, day, run, order)


def _close(house: House, day: date, run: Run, order: Order) -> Closed:
    refuse_out_of_turn(house.store, day)
    frozen = begin(house, day, order)
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
    """A date worked out and not in the books yet: what each shard came to, what no shard got, the files of the totals and of
    what vehicles told."""

    closed: Closed
    results: tuple[Result, ...]
    gathered: Gathered
    summed: tuple[bytes, int]
    told: tuple[Shard, ...]


def work_out(house: House, context: Context, day: date, positions: tuple[int, int], run: Run) -> Worked:
    """Everything that a date comes to, from the batches at some positions of the log."""
    context.folder.mkdir(parents=True, exist_ok=True)
    gathered = gather(house, context, *positions)
    results = sorted(run(partial(close_shard, context), range(context.shards)), key=lambda result: result.shard)
    clear_up(context.folder)
    city = house.on(day)
    told = operated.tell(gathered.records, context, city, closed_before(house, day), run)
    totals = opening_totals(context) + totals_of(results) + told.totals + schedule_totals(city, day)
    again = joined(differences_of(results), told.again)
    digests = {result.shard: result.digest for result in results} | told.digests
    past = past_of(house.store.moved_by_date("deferred", day), house.store.moved_by_date("owed", day))
    entries = entries_of(city, day, totals, digests, again, context.facts, past)
    entries += [entry for sums in again for entry in entries_again(house, day, sums, results, told, context.facts)]
    entries += entries_by_hand(house, day)
    entries += carry_overs(house, day, entries)
    summed = write_sums(context.folder, [Sums(day, tuple(totals)), *again])
    counts = counts_of(results, len(gathered.strange)) | told.counts
    closed = Closed(day, tuple(totals), counts, tuple(entries), tuple(again))
    return Worked(closed, tuple(results), gathered, summed, tuple(told.shards))


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
    city, facts = house.on(day), facts_of(until(house.store, day))
    terms_of = TermsOf(city, facts)
    terms = terms_of.on(day)
    before = latest_detail(house, day)
    register = register_of(house.store)
    concessions = {category for row in city.contracts.concession for category in row.categories or ()}
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
        orders=orders_given(house.store, day_start_us(day + timedelta(days=1), city.zone, city.day_cut_s)),
        eras=(eras := eras_of(house, day, terms_of)),
        facts=facts,
        marked=marked_by(house, turn_of(house.store, day), facts, eras),
        shards=house.shards,
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


def opening_totals(context: Context) -> list[Total]:
    """On the first date: what cards held when the books began."""
    if context.before.name != ISSUED:
        return []
    totals = []
    for shard in range(context.shards):
        cards = detail.read_array(context.before / f"cards-{shard:02d}.npy")
        for medium in np.unique(cards["medium"]):
            mine = cards["balance"][cards["medium"] == medium]
            totals.append(Total(shard, "opening", 0, int(medium), 0, 0, len(mine), int(mine.sum())))
    return totals


def totals_of(results: Sequence[Result]) -> list[Total]:
    """The shards' totals as the books read them."""
    return [total for result in results for total in totals_rows(result.shard, result.totals)]


def totals_rows(shard: int, rows: np.ndarray) -> list[Total]:
    """TOTAL rows of a shard as the books read them."""
    keys = ("operator", "medium", "category", "product", "quantity", "minor", "service")
    return [Total(shard, str(row["kind"]), *(int(row[key]) for key in keys)) for row in rows]


def counts_of(results: Sequence[Result], aside: int) -> dict[str, int]:
    """Counts over all shards; so many taps were set aside before any shard had them."""
    names = sorted({name for result in results for name in result.counts})
    counts = {name: sum(result.counts.get(name, 0) for result in results) for name in names}
    return counts | {"aside": counts["aside"] + aside}


def entries_of(
    city: Any,
    day: date,
    totals: Sequence[Total],
    digests: Mapping[int, bytes],
    again: Sequence[Sums],
    facts: Facts,
    past: Past,
) -> list[Entry]:
    """Every entry about the date: fares and shares, then what passes, contracts, concessions and fees make of them.

    Rides of earlier dates that became known today earn passes today, for what is left of a pass depends on all before.
    """
    chart, basis = chart_of(city, day, facts), basis_of(city, day, day, digests, facts)
    fares = post(totals, chart, basis)
    ridden = [*totals, *rides_of(again, city, chart, facts)]
    beside = passes(ridden, city.contracts.pass_use, past, chart, basis)
    beside += agreements(totals, city.contracts, names_of(city), chart, basis)
    if city.contracts.pool:
        paid = [*fares, *beside]
        beside += level_pool(paid, city.contracts.pool, basis, city.contracts.contract, past.owed)
    return fares + beside


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


def entries_again(
    house: House, day: date, sums: Sums, results: Sequence[Result], told: operated.Told, facts: Facts
) -> list[Entry]:
    """The entries about an earlier date that changed."""
    about = sums.service_date
    city = replace(house.on(day), contracts=house.on(about).contracts)
    digests = {result.shard: result.again.digest for result in results if result.again.digest}
    if any(one.service_date == about for one in told.again):
        digests |= told.digests
    stands = [
        entry
        for entry in house.store.entries(about, day - timedelta(days=1))
        if entry.about == about and not entry.rule.startswith(BY_HAND)
    ]
    basis, chart = basis_of(city, day, about, digests, facts), chart_of(city, about, facts)
    return entries_after(sums.totals, sums_about(house, about, day), stands, city, chart, basis)


def keep(house: House, worked: Worked) -> None:
    """Write the date into the books in one commit: entries, digests of the detail, taps set aside, what has not come."""
    day, waiting = worked.closed.clearing_date, worked.gathered.waiting
    where = f"detail/{day}"
    rows = [
        Shard(day, r.shard, DETAIL, f"{where}/taps-{r.shard:02d}.parquet", r.digest, r.counts["taps"])
        for r in worked.results
    ]
    rows += [
        Shard(day, r.shard, CARRY, f"{where}/cards-{r.shard:02d}.npy", r.carry, r.counts["taps"])
        for r in worked.results
    ]
    rows += worked.told
    rows += [
        Shard(
            day, r.shard, REPRICED, f"{where}/{AGAIN}journeys-{r.shard:02d}.parquet", r.again.digest, r.again.journeys
        )
        for r in worked.results
        if r.again.digest
    ]
    rows.append(Shard(day, 0, WAITING, f"{where}/{WAITED}", detail.content(waiting), len(waiting)))
    rows.append(Shard(day, 0, TOTALS, f"{where}/{SUMMED}", *worked.summed))
    found = [aside(finding.reason.name, finding.tap) for r in worked.results for finding in r.found]
    found += [aside(Unplaced.PLACE_UNKNOWN.name, tap) for r in worked.results for tap in r.unplaced]

    def write_down() -> None:
        house.store.quarantine([*found, *worked.gathered.strange])
        house.store.add_shards(rows)
        house.store.post(worked.closed.entries)
        house.store.note_shortfalls(day, shortfalls_of(house.store, day))

    house.store.write(write_down)
