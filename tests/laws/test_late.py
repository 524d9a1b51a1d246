"""Whatever comes late, the books end where they would have if all had come in time: to the unit, by service date."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from late import Days, books, ride

from afc.city import City
from afc.keys import KeyRing

WAYS = (
    "",
    "in NG 07:41, out HB 07:55, on 571 b-harbour 08:10, off 571 b-stadium 08:30",
    "on 12 b-market 08:00, in MK 12:00, out UN 12:20, load 3000 NG 13:00",
    "in NG 08:00, out AP 08:25, in AP 18:00, out NG 18:25, on 12 b-market 18:40, off 12 b-park 18:50",
    "on 30 b-park 09:00, off 30 b-univ 09:20, on 571 b-park 10:00",
    "in NG 27:30, out HB 27:45",
    "on 571 b-harbour 04:05, off 571 b-stadium 04:25",
)
DAYS = 3
FEW = settings(
    max_examples=max(6, settings.default.max_examples // 8 if settings.default else 6),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # an example takes seconds: a small one is not worth minutes
)


@FEW
@given(data=st.data())
def test_any_delay_within_the_limit_ends_where_none_would(
    hanbit: City, ring: KeyRing, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Three cards over three days; every single tap finds its way in on its own day or up to three days later."""
    one_day = st.fixed_dictionaries({card: st.sampled_from(WAYS) for card in (1, 2, 3)})
    days = ride(hanbit, ring, [data.draw(one_day) for _ in range(DAYS)])
    late = st.lists(st.integers(0, 3), min_size=len(days.batches), max_size=len(days.batches))
    delays = data.draw(late)
    end = DAYS + 3
    agree(hanbit, ring, tmp_path_factory, days, delays, end)


def agree(hanbit: City, ring: KeyRing, folders: Any, days: Days, delays: list[int], end: int) -> None:
    """With the delays and without, the same sums, cards and accounts."""
    if not days.batches:
        return
    in_time = books(days, hanbit, ring, folders.mktemp("in-time"), [0] * len(delays), end)
    late = books(days, hanbit, ring, folders.mktemp("late"), delays, end)
    assert late.sums == in_time.sums
    assert late.carried == in_time.carried
    assert late.accounts == in_time.accounts
    assert "suspense:late" not in late.accounts
