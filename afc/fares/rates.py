"""Rates: a tariff version as a reader holds it, one record of integers with a fixed place for everything.

Fixed places are what a reader's parameter memory has, and they let one compiled rule serve every city. Each maximum is
refused by name where a tariff is compiled (`afc.fares.compile`).
"""

from __future__ import annotations

import numpy as np

SERVICES_MAX, CATEGORIES_MAX, MEDIA_MAX, PERIODS_MAX, DAY_TYPES_MAX = 24, 16, 8, 4, 4
BANDS_MAX, QUOTAS_MAX, PRODUCTS_MAX, SECTION_SETS_MAX = 6, 8, 8, 16
DAYS_MAX, OFFSETS_MAX, MINUTES = 8192, 128, 1440
TRANSFERS_MAX, ENTRIES_MAX, MISSING_MAX = 63, 32_767, 127
"""A card counts a pass's entries in two bytes, transfers and missing tap-outs in one each; and the clearing house settles
at most 64 legs as one journey."""

S, C, M, P, B, Q, X = SERVICES_MAX, CATEGORIES_MAX, MEDIA_MAX, PERIODS_MAX, BANDS_MAX, QUOTAS_MAX, PRODUCTS_MAX

TAP_OUT, FIRST_BOARDING, SERVICE_DAY = 0, 1, 2
"""What a transfer window is measured from (`window_from`)."""

RATES = np.dtype(
    [
        ("version", "<i8"),
        # the city's clock and calendar
        ("offsets", "<i8"), ("offset_from_us", "<i8", OFFSETS_MAX), ("offset_us", "<i8", OFFSETS_MAX),
        ("cut_us", "<i8"), ("day0", "<i8"), ("days", "<i8"),
        ("day_type", "<i1", DAYS_MAX), ("school", "<i1", DAYS_MAX), ("month_of", "<i4", DAYS_MAX), ("free", "<i4", DAYS_MAX),
        ("period_of", "<i1", (DAY_TYPES_MAX, MINUTES)),
        # the price of a lone ride
        ("base", "<i8", (C, S, P)),
        ("lone_bands", "<i8", S), ("lone_from_m", "<i8", (S, B)), ("lone_step_m", "<i8", (S, B)),
        ("lone_minor", "<i8", (S, B, C)), ("lone_max", "<i8", S),
        ("section_sets", "<i8"), ("section_uses", "<i8", SECTION_SETS_MAX), ("section_minor", "<i8", (SECTION_SETS_MAX, C)),
        # legs into journeys
        ("joins", "<i1", S), ("integrated", "<i8"), ("pair_price", "<i8", (S, S, P)),
        ("window_from", "<i8"), ("window_us", "<i8"), ("night_window_us", "<i8"), ("night_from", "<i8"), ("night_to", "<i8"),
        ("transfers_max", "<i8"), ("needs_tap_out", "<i1", M), ("min_dwell_us", "<i8"), ("cooldown_us", "<i8"),
        ("same_route", "<i8"), ("same_vehicle", "<i8"), ("needs_attribute", "<i8"), ("group_owner", "<i8"),
        ("group_categories", "<i8"),
        ("free_m", "<i8", S),
        ("chain_bands", "<i8"), ("chain_from_m", "<i8", B), ("chain_step_m", "<i8", B), ("chain_minor", "<i8", (B, C)),
        ("reentry_service", "<i8"), ("reentry_us", "<i8"), ("reentry_max", "<i8"),
        # modifiers and memory
        ("early_from", "<i8"), ("early_to", "<i8"), ("early_percent", "<i8"), ("early_services", "<i8"),
        ("collects_discount", "<i8"), ("missing_surcharge", "<i8", S),
        ("quotas", "<i8"), ("quota_categories", "<i8", Q), ("quota_days", "<i8", Q), ("quota_school", "<i8", Q),
        ("quota_rides", "<i8", Q), ("quota_price", "<i8", (Q, S)), ("quota_payer", "<i8", Q),
        ("products", "<i8"), ("product_services", "<i8", X), ("product_days", "<i8", X), ("product_entries", "<i8", X),
        ("product_day_max", "<i8", X), ("product_falls_back", "<i8", X), ("product_missing_max", "<i8", X),
        ("product_suspend_us", "<i8", X),
        # purse
        ("postpaid", "<i1", M), ("credit_rides", "<i8"), ("credit_attribute", "<i8"), ("purse_max", "<i8"),
    ]
)  # fmt: skip
"""Field by field: `pair_price[from][to][period]` is -1 where a pair does not transfer and, under integrated pricing, 0 where
it does; masks (`free`, `early_services`, `product_services`) have bit s for service s; `quota_price` is -1 where a service
is not covered; `chain_from_m` counts metres past the journey's free distance."""

DAY_US = 86_400_000_000
MINUTE_US = 60_000_000
