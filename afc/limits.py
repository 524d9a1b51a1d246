"""Every maximum of the system and the reason it has that value.

A limit is met by a refusal that names it, never by silence. Other files import the constants from here; `REASONS` holds
the sentence for each, so that the list people read is the list the code keeps.

>>> batch_taps_max, REASONS["batch_taps_max"].startswith("A lost batch")
(256, True)
"""

from __future__ import annotations

from typing import Final

REASONS: Final[dict[str, str]] = {}
"""Why each limit has its value, by its name."""


def _limit(name: str, value: int, reason: str) -> int:
    REASONS[name] = reason
    return value


# The tap.
tap_amount_max = _limit(
    "tap_amount_max",
    1_000_000_000,
    "Minor units, or metres of a vehicle trip: far above any fare, and the sum of two still fits in 32 bits.",
)
tap_balance_max = _limit(
    "tap_balance_max",
    1_000_000_000_000,
    "Minor units on one card, either sign: nine million cards at this balance still add up in 64 bits.",
)
tap_group_max = _limit("tap_group_max", 60, "Riders paid for by one tap: a coach full.")
tap_time_us_min = _limit("tap_time_us_min", 946_684_800_000_000, "2000-01-01 UTC: a clock before it was never set.")
tap_time_us_max = _limit(
    "tap_time_us_max",
    4_102_444_799_999_999,
    "End of 2099 UTC: a clock past it is broken, and nobody is charged for it.",
)

# The batch and its way in.
batch_taps_max = _limit(
    "batch_taps_max",
    256,
    "A lost batch is resent whole by radio, and the proof of one tap is its batch: 18 KiB is small enough for both.",
)
uplink_batch_taps_max = _limit(
    "uplink_batch_taps_max",
    200,
    "What a reader seals at once: signing every 50 taps costs four times as much, and more than 200 saves little.",
)
intake_batches_max = _limit(
    "intake_batches_max", 4_096, "Batches in one call: 75 MB at most are held before the one durable commit."
)
api_waiting_max = _limit(
    "api_waiting_max", 4_096, "Batches that wait for the one durable commit: what the next call of the intake takes."
)
api_party_waiting_max = _limit(
    "api_party_waiting_max", 1_024, "Of these so many from one party, so that no partner stops another."
)
api_device_batches_max = _limit(
    "api_device_batches_max",
    600,
    "Batches of one reader from one party at once; a day without a link makes 200. More come at `api_device_batches_per_s`.",
)
api_device_batches_per_s = _limit(
    "api_device_batches_per_s", 10, "Batches a second of one reader: a thousand times what a busy gate makes."
)
api_body_s_max = _limit(
    "api_body_s_max", 20, "Seconds for the bytes of one batch to come: a slow sender holds a place."
)
api_gaps_max = _limit(
    "api_gaps_max", 1_000, "Gaps in one answer; what is behind them is asked for by the name of the last one."
)
clock_ahead_us_max = _limit(
    "clock_ahead_us_max",
    600_000_000,
    "Ten minutes: a tap later than its own arrival by more comes from a clock that was moved.",
)
act_ahead_us_max = _limit(
    "act_ahead_us_max",
    600_000_000,
    "Ten minutes: an act that is noted for later than this machine's clock by more was written down with a slip.",
)
late_days_max = _limit("late_days_max", 35, "A tap later than this is listed and argued about, not charged.")
reprice_days_max = _limit(
    "reprice_days_max", 42, "What comes as late as it may has a week to be closed; until then its date is priced again."
)
key_overlap_hours_max = _limit(
    "key_overlap_hours_max", 72, "After a change of keys, readers that stood in a depot over a weekend are still heard."
)

# The reader.
journal_taps_max = _limit(
    "journal_taps_max",
    500_000,
    "Five days of the gates of the busiest station without a line to the office, in 36 MB of flash.",
)
denylist_cards_max = _limit(
    "denylist_cards_max", 1_000_000, "8 MB: what a small reader loads in one night and searches in twenty steps."
)

action_list_orders_max = _limit(
    "action_list_orders_max",
    250_000,
    "6.5 MB: a night's orders for a city's cards, loaded and searched like the denylist.",
)
canary_readers_max = _limit(
    "canary_readers_max", 1_000, "Readers that take new parameters first: more would be the city, not a trial."
)
parameters_grace_hours_max = _limit(
    "parameters_grace_hours_max",
    72,
    "After a version is withdrawn, readers that stood in a depot over a weekend are still heard, as after a change of keys.",
)

# What a new list or table may change at once.
blast_cards_per_mille_max = _limit(
    "blast_cards_per_mille_max",
    5,
    "Half a percent of the cards: a wrong list overnight killed 65,000 of London's. More waits for a second yes and a trial.",
)
canary_batches_min = _limit(
    "canary_batches_min", 1, "Accepted batches of each trial reader that name the version, before all others get it."
)
canary_hours_min = _limit(
    "canary_hours_min", 2, "Hours that a trial lasts at least: long enough for riders to come and complain."
)

# The card.
card_history_taps = _limit(
    "card_history_taps",
    6,
    "The last taps that a card has on itself: a journey there and back, and its two images fit on a chip of 4 KB.",
)
unratified_days_max = _limit(
    "unratified_days_max",
    30,
    "A tap that no card confirmed lapses if the card is not seen for so long: most cards in use are back within a week.",
)

# City packs: what fits on the chip or in a tap.
services_max = _limit(
    "services_max", 24, "Fare classes of vehicles: a card remembers them as bits of one small number."
)
categories_max = _limit("categories_max", 16, "Rider categories: tariffs in use have fewer than ten.")
media_max = _limit("media_max", 8, "Kinds of fare media.")
attributes_max = _limit("attributes_max", 8, "Flags of a card: one byte.")
tariffs_max = _limit("tariffs_max", 255, "Versions of a city's tariff: a tap names its own in one byte.")
criteria_max = _limit("criteria_max", 64, "Reasons for a quota: one 64-bit number on the card.")
day_types_max = _limit("day_types_max", 4, "Kinds of service day; a holiday is one of these, not another kind.")

# Timetables.
gtfs_file_bytes_max = _limit(
    "gtfs_file_bytes_max",
    200_000_000,
    "One file of a feed is read whole: the timetable of a large city is half of this.",
)
gtfs_rows_max = _limit(
    "gtfs_rows_max", 1_000_000, "Rows of one file of a feed: its columns then stay below a gigabyte of memory."
)
network_stops_max = _limit(
    "network_stops_max",
    8_000,
    "Travel times are weighed for every pair of stops: this many take a quarter of a gigabyte a table.",
)
network_patterns_max = _limit(
    "network_patterns_max", 32_767, "A card remembers the pattern of its vehicle in two signed bytes."
)
network_zones_max = _limit("network_zones_max", 62, "Fare zones: bits of one signed word in a reader's rates.")
fare_metres_max = _limit(
    "fare_metres_max", 250_000, "A longer ride costs what this many metres cost: fare tables are worked out this far."
)
network_sections_max = _limit("network_sections_max", 7, "Fare sections: bits of one byte in a reader's rates.")
pack_file_bytes_max = _limit(
    "pack_file_bytes_max", 8_000_000, "One TOML file of a pack: the largest of a real city is a tenth of this."
)

# Studies.
gate_study_riders_max = _limit(
    "gate_study_riders_max",
    200_000,
    "Each rider of a gate study is a process: this many take some seconds for every number of gates, and no station has more.",
)
