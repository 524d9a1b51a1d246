"""Integrated fares with windows, as an analyst would write them: in DuckDB's SQL and as polars expressions.

A journey goes on while the next tap-in is soon enough after the tap-out, on a service that one may change to, and changes are
left. It is due the lesser of its highest base with the distance of all its legs, and what its legs cost alone; a leg costs what
that is more than was due before.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from afc.city import City
from afc.moment import SECOND_US

FREE_HOURS_FROM_S = 10 * 3600
"""Ten in the morning: no early discount, and hours before the longer window of the night."""
Band = tuple[int, int, int, int]
"""From and to (metres), the length of a step, and what each step that is begun costs."""


class Through(NamedTuple):
    """The numbers of a tariff's integrated journeys for its first rider category. `base` and `alone` are by service: the price
    and the bands of a leg alone; `apart` are pairs of services that one does not change between."""

    base: dict[str, int]
    alone: dict[str, list[Band]]
    number: dict[str, int]
    together: list[Band]
    free_m: int
    window_us: int
    legs_max: int
    apart: list[tuple[int, int]]
    from_s: int


def through_of(city: City, version: Any) -> Through:
    """The numbers, for the services that have no free kilometres or limits of their own."""
    journey, category = version["journey"], city.categories[0].id
    distance = version.get("distance", {})
    own = journey.get("free_m_with", {})
    services = [name for name in journey["services"] if name not in own and "max" not in distance.get(name, {})]
    number = {name: city.service(name) for name in services}
    return Through(
        {name: version["base"][name][category] for name in services},
        {name: bands_of(distance[name]["bands"], category) for name in services if name in distance},
        number, bands_of(journey["bands"], category), journey["free_m"], journey["window_s"] * SECOND_US,
        journey["transfers_max"] + 1,
        [(number[a], number[b]) for a, b in journey.get("no_transfer", []) if a in number and b in number],
        FREE_HOURS_FROM_S,
    )  # fmt: skip


def bands_of(rows: Sequence[dict[str, int]], category: str) -> list[Band]:
    """Bands that follow one another; the last has no end."""
    ends = [row["from_m"] for row in rows[1:]] + [10**9]
    return [(row["from_m"], end, row["step_m"], row[category]) for row, end in zip(rows, ends, strict=True)]


def by_duckdb(told: Through, taps: dict[str, np.ndarray]) -> np.ndarray:
    """The money of each leg, card by card in the order of time."""
    import duckdb
    import pyarrow as pa

    numbered = pa.table(taps | {"n": np.arange(len(taps["card"]))})
    connection = duckdb.connect()
    connection.execute("SET enable_progress_bar = false")
    connection.register("taps", numbered)
    found: Any = connection.sql(sql(told)).to_arrow_table()
    return np.asarray(found["minor"].to_numpy()).astype(np.int64)


def sql(told: Through) -> str:
    """The question to DuckDB."""
    base = cases({told.number[name]: str(minor) for name, minor in told.base.items()})
    alone = cases({told.number[name]: in_sql(bands, "dist_m") for name, bands in told.alone.items()})
    apart = " OR ".join(f"(before = {a} AND service = {b})" for a, b in told.apart) or "FALSE"
    return f"""
WITH legs AS (
  SELECT n, card, kind, service, dist_m, t_us AS out_us, lag(t_us) OVER mine AS in_us,
         lag(t_us, 2) OVER mine AS left_us, lag(service, 2) OVER mine AS before, {base} AS base
  FROM taps WINDOW mine AS (PARTITION BY card ORDER BY n)
), parted AS (
  SELECT *, base + {alone} AS alone,
         CASE WHEN left_us IS NULL OR in_us - left_us > {told.window_us} OR {apart} THEN 1 ELSE 0 END AS begins
  FROM legs WHERE kind = 2
), runs AS (
  SELECT *, sum(begins) OVER (PARTITION BY card ORDER BY n) AS run FROM parted
), numbered AS (
  SELECT *, (row_number() OVER (PARTITION BY card, run ORDER BY n) - 1) // {told.legs_max} AS part FROM runs
), sums AS (
  SELECT n, card, run, part, max(base) OVER j AS high, sum(dist_m) OVER j AS metres, sum(alone) OVER j AS apart
  FROM numbered WINDOW j AS (PARTITION BY card, run, part ORDER BY n)
), due AS (
  SELECT *, least(high + {in_sql(told.together, f"greatest(metres - {told.free_m}, 0)")}, apart) AS due FROM sums
)
SELECT due - lag(due, 1, 0) OVER (PARTITION BY card, run, part ORDER BY n) AS minor FROM due ORDER BY n
"""


def cases(by_service: dict[int, str]) -> str:
    """A number by service, nothing for the others."""
    return (
        "CASE service " + " ".join(f"WHEN {number} THEN {what}" for number, what in by_service.items()) + " ELSE 0 END"
    )


def in_sql(bands: Sequence[Band], metres: str) -> str:
    """What so many metres cost: every step that is begun."""
    steps = (
        f"((greatest(least({metres}, {to}) - {begin}, 0) + {step - 1}) // {step}) * {minor}"
        for begin, to, step, minor in bands
    )
    return "(" + " + ".join(steps) + ")"


def by_polars(told: Through, taps: dict[str, np.ndarray]) -> np.ndarray:
    """The same with expressions, evaluated lazily."""
    import polars as pl

    frame = pl.LazyFrame(taps).with_columns(
        in_us=pl.col("t_us").shift(1).over("card"), left_us=pl.col("t_us").shift(2).over("card"),
        before=pl.col("service").shift(2).over("card"),
    ).filter(pl.col("kind") == 2)  # fmt: skip
    base = {told.number[name]: minor for name, minor in told.base.items()}
    alone: Any = pl.lit(0)
    for name, bands in told.alone.items():
        mine = pl.col("service") == told.number[name]
        alone = alone + pl.when(mine).then(in_polars(bands, pl.col("dist_m").cast(pl.Int64))).otherwise(0)
    begins: Any = pl.col("left_us").is_null() | (pl.col("in_us") - pl.col("left_us") > told.window_us)
    for a, b in told.apart:
        begins = begins | ((pl.col("before") == a) & (pl.col("service") == b))
    frame = frame.with_columns(
        base=pl.col("service").cast(pl.Int64).replace_strict(base), metres=pl.col("dist_m").cast(pl.Int64)
    )
    frame = frame.with_columns(
        alone=pl.col("base") + alone, run=begins.fill_null(True).cast(pl.Int64).cum_sum().over("card")
    )
    frame = frame.with_columns(part=pl.int_range(pl.len()).over("card", "run") // told.legs_max)
    journey = ("card", "run", "part")
    beyond = (pl.col("metres").cum_sum().over(journey) - told.free_m).clip(lower_bound=0)
    frame = frame.with_columns(
        due=pl.min_horizontal(
            pl.col("base").cum_max().over(journey) + in_polars(told.together, beyond),
            pl.col("alone").cum_sum().over(journey),
        )
    )
    found = frame.select(minor=pl.col("due") - pl.col("due").shift(1, fill_value=0).over(journey)).collect()
    return np.asarray(found["minor"].to_numpy())


def in_polars(bands: Sequence[Band], metres: Any) -> Any:
    """What so many metres cost, as an expression."""
    total: Any = 0
    for begin, to, step, minor in bands:
        total = total + (((metres.clip(upper_bound=to) - begin).clip(lower_bound=0) + step - 1) // step) * minor
    return total
