"""SOURCES.md of a pack made from a feed: what is the feed's, what is borrowed, what is made up."""

from __future__ import annotations

from afc.gtfs.plan import Plan


def sources_text(plan: Plan, sha256: str, notes: tuple[str, ...]) -> str:
    """The whole page."""
    feed = plan.adopted.feed
    days = "\n".join(f"- {name}: {day} ({day:%A})" for name, day in plan.week.dates.items())
    said = "\n".join(f"- {note}" for note in notes)
    return f"""# Sources of {plan.name}

This pack was made by a program from a published timetable. Its money figures say nothing about {plan.name}.

## From the feed

- File: {feed.label}
- SHA-256: {sha256}
- Publisher: {plan.publisher}
- Feed version: {feed.version or "not stated"}

Stops, routes, operators' names, time zone, running times and departures are the feed's. Each day type has the timetable of
one date:

{days}

Trips with the same stops are one pattern with the mean of their running times; departures are kept to the second.

{said}

## Borrowed

Prices, transfer rules, split, contracts, fees, rider groups, fleet and the currency itself are those of the pack
{plan.like.id}, latest version. Every such row says so in its `source`.

## Made up (synthetic)

- All accounts, and the parties issuer, retailer, authority, bank and trust.
- Walks between stops within 250 m that the feed does not give: straight line times 1.3 at 1.2 m/s, and 30 s.
- Demand: boardings in proportion to departures of the pack {plan.like.id}, at most 0.4 for each place in a vehicle;
  weights of stops by their departures.
- The examples in cases.toml, which are computed from the borrowed price table and not published by anybody.

## Not modelled

- Anything of the real fare system of {plan.name}.
- Timetables of dates that differ from the three above.
"""
