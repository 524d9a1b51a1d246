"""Rates: a tariff version as a reader holds it, one record of integers with a fixed place for everything.

Fixed places are what a reader's parameter memory has, and they let one compiled rule serve every city. Each maximum is
refused by name where a tariff is compiled (`afc.fares.compile`).
"""

from __future__ import annotations

import numpy as np

SERVICES_MAX, CATEGORIES_MAX, MEDIA_MAX, PERIODS_MAX, DAY_TYPES_MAX = 24, 16, 8, 4, 4
BANDS_MAX, QUOTAS_MAX, PRODUCTS_MAX, SECTION_SETS_MAX = 6, 8, 24, 16
DAYS_MAX, OFFSETS_MAX, MINUTES = 8192, 128, 1440
TRANSFERS_MAX, ENTRIES_MAX, MISSING_MAX = 63, 32_767, 127
"""A card counts a pass's entries in two bytes, transfers and missing tap-outs in one each; and the clearing house settles
at most 64 legs as one journey."""

TABLES_MAX, STEPS_MAX, PARTS_MAX, PAIRS_MAX = 128, 4096, 4, 512
TERMS_MAX, TERM_BANDS_MAX, TERM_STOPS_MAX, SPOTS_MAX = 12, 4, 256, 256
CAPS_MAX, TIERS_MAX, PRODUCT_BANDS_MAX = 4, 4, 2

S, C, M, P, B, Q, X = SERVICES_MAX, CATEGORIES_MAX, MEDIA_MAX, PERIODS_MAX, BANDS_MAX, QUOTAS_MAX, PRODUCTS_MAX
T, K, D = TERMS_MAX, CAPS_MAX, DAY_TYPES_MAX

TAP_OUT, FIRST_BOARDING, SERVICE_DAY, TAP_IN = 0, 1, 2, 3
"""What a transfer window is measured from (`window_from`)."""

METRES, STATIONS, HOPS, ZONES, STAGES = 1, 2, 3, 4, 5
"""What a fare table counts (`counts`); 0 where a service has none."""

END_OF_ROUTE, MAXIMUM, FARTHEST = -1, -2, -3
"""In place of an amount: the fare to the end of the route, the dearest of the table, the fare to the farther end."""

TO_PRICE, LESS, DIFFERENCE = 0, 1, 2
"""What a transfer costs: at most a price; the fare less an amount; the difference to the dearest leg so far."""

UP, DOWN, HALF_UP, HALF_EVEN = 0, 1, 2, 3
"""How a modified price is rounded."""

DAY, WEEK, MONTH, HOURS_24, DAYS_7 = 0, 1, 2, 3, 4
"""What a cap counts over: the service day, the week from Monday, the month, or a time from the first ride on."""

RATES = np.dtype(
    [
        ("version", "<i8"),
        # the city's clock and calendar
        ("offsets", "<i8"), ("offset_from_us", "<i8", OFFSETS_MAX), ("offset_us", "<i8", OFFSETS_MAX),
        ("cut_us", "<i8"), ("day0", "<i8"), ("days", "<i8"),
        ("day_type", "<i1", DAYS_MAX), ("school", "<i1", DAYS_MAX), ("month_of", "<i4", DAYS_MAX), ("free", "<i4", DAYS_MAX),
        ("period_of", "<i1", (DAY_TYPES_MAX, MINUTES)),
        # the price of a lone ride: at boarding, by distance on top, by fare table
        ("base", "<i8", (C, S, P)),
        ("lone_bands", "<i8", S), ("lone_from_m", "<i8", (S, B)), ("lone_step_m", "<i8", (S, B)),
        ("lone_minor", "<i8", (S, B, C)), ("lone_max", "<i8", S),
        ("section_sets", "<i8"), ("section_uses", "<i8", SECTION_SETS_MAX), ("section_minor", "<i8", (SECTION_SETS_MAX, C)),
        ("section_services", "<i4", SECTION_SETS_MAX),
        ("counts", "<i1", S), ("counted", "<i8"), ("parts", "<i1", S),
        ("part_within", "<i1", (PARTS_MAX, S)), ("part_uses", "<i2", (PARTS_MAX, S)), ("table_of", "<i2", (PARTS_MAX, C, M, S)),
        ("table_first", "<i4", TABLES_MAX), ("table_size", "<i4", TABLES_MAX),
        ("step_upto", "<i4", STEPS_MAX), ("step_minor", "<i8", STEPS_MAX),
        ("ride_max", "<i8", (S, C)), ("via_free", "<i8", S),
        ("pairs", "<i8"), ("pair_key", "<i8", PAIRS_MAX), ("pair_categories", "<i4", PAIRS_MAX),
        ("pair_media", "<i4", PAIRS_MAX), ("pair_minor", "<i8", PAIRS_MAX),
        ("hold", "<i8", (M, S)), ("to_end", "<i1", S),
        # legs into journeys
        ("joins", "<i1", S), ("integrated", "<i8"), ("through", "<i8"), ("pair_price", "<i8", (S, S, P)),
        ("pair_kind", "<i1", (S, S)), ("pair_max", "<i8", (S, S)), ("pair_spots", "<i1", (S, S)),
        ("change_media", "<i2", (S, S)), ("spots", "<i8"), ("spot_key", "<i8", SPOTS_MAX),
        ("window_from", "<i8"), ("window_us", "<i8"), ("night_window_us", "<i8"), ("night_from", "<i8"), ("night_to", "<i8"),
        ("window_open", "<i8"), ("total_us", "<i8"),
        ("transfers_max", "<i8"), ("needs_tap_out", "<i1", M), ("min_dwell_us", "<i8"), ("cooldown_us", "<i8"),
        ("same_route", "<i8"), ("same_vehicle", "<i8"), ("needs_attribute", "<i8"), ("group_owner", "<i8"),
        ("group_categories", "<i8"),
        ("free_m", "<i8", S),
        ("chain_bands", "<i8"), ("chain_from_m", "<i8", B), ("chain_step_m", "<i8", B), ("chain_minor", "<i8", (B, C)),
        ("reentry_service", "<i8"), ("reentry_us", "<i8"), ("reentry_max", "<i8"),
        # modifiers
        ("early_from", "<i8"), ("early_to", "<i8"), ("early_percent", "<i8"), ("early_services", "<i8"),
        ("terms", "<i8"), ("term_categories", "<i4", T), ("term_media", "<i4", T), ("term_services", "<i4", T),
        ("term_attribute", "<i8", T), ("term_first", "<i1", T), ("term_days", "<i1", T),
        ("term_bands", "<i2", (T, D)), ("term_from", "<i2", (T, D, TERM_BANDS_MAX)), ("term_to", "<i2", (T, D, TERM_BANDS_MAX)),
        ("term_at", "<i1", T), ("term_stops", "<i8"), ("term_stop_key", "<i8", TERM_STOPS_MAX),
        ("term_bp", "<i8", T), ("term_minor", "<i8", T), ("term_to_minor", "<i8", T), ("term_round", "<i1", T),
        ("term_least", "<i8", T), ("term_most", "<i8", T),
        # a tap that is missing, and a stay that is too long
        ("collects_discount", "<i8"), ("missing_surcharge", "<i8", S),
        ("missing_fare", "<i8", S), ("missing_medium", "<i1", M), ("repair_us", "<i8", S),
        ("stay_us", "<i8", S), ("stay_minor", "<i8", S),
        # memory
        ("caps", "<i8"), ("cap_services", "<i4", K), ("cap_categories", "<i4", K), ("cap_media", "<i4", K),
        ("cap_per", "<i1", K), ("cap_minor", "<i8", (K, C)), ("cap_tiers", "<i8", K),
        ("tier_from", "<i8", (K, TIERS_MAX)), ("tier_bp", "<i8", (K, TIERS_MAX)),
        ("quotas", "<i8"), ("quota_categories", "<i8", Q), ("quota_days", "<i8", Q), ("quota_school", "<i8", Q),
        ("quota_rides", "<i8", Q), ("quota_price", "<i8", (Q, S)), ("quota_payer", "<i8", Q),
        ("products", "<i8"), ("product_services", "<i8", X), ("product_span_us", "<i8", X), ("product_entries", "<i8", X),
        ("product_day_max", "<i8", X), ("product_falls_back", "<i8", X), ("product_missing_max", "<i8", X),
        ("product_suspend_us", "<i8", X), ("product_transfers", "<i1", X), ("product_queues", "<i1", X),
        ("product_attribute", "<i8", X), ("product_zones", "<i8", X), ("product_hops", "<i8", X),
        ("product_sections", "<i1", X), ("product_within", "<i2", X), ("product_by_day", "<i1", X),
        ("product_from_sale", "<i1", X), ("product_missing_pays", "<i1", X), ("product_outside", "<i8", X),
        ("product_days", "<i1", X), ("product_bands", "<i2", (X, D)), ("product_from", "<i2", (X, D, PRODUCT_BANDS_MAX)),
        ("product_to", "<i2", (X, D, PRODUCT_BANDS_MAX)),
        # purse
        ("repeat_us", "<i8"),
        ("postpaid", "<i1", M), ("credit_rides", "<i8"), ("credit_attribute", "<i8"), ("purse_max", "<i8"),
        ("entry_least", "<i8", (M, S, C)), ("overdraft", "<i8"), ("overdraft_attribute", "<i8"),
        ("priced", "<i1", (C, M, S)), ("dearest", "<i8", (C, M, S)),
    ]
)  # fmt: skip
"""Field by field: `pair_price[from][to][period]` is -1 where a pair does not transfer and, under integrated or through
pricing, 0 where it does; masks (`free`, `early_services`, `product_services`, `term_services`) have bit s for service s;
`quota_price` is -1 where a service is not covered; `chain_from_m` counts metres past the journey's free distance; `table_of`
is -1 where no fare table speaks, and the last step of a table holds beyond its bound; `dearest` is the dearest ride by
tables, pairs and sections; `pair_key`, `term_stop_key` and `spot_key` are sorted."""

DAY_US = 86_400_000_000
MINUTE_US = 60_000_000
