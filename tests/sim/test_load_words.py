"""What a load is asked: rates, thresholds, faults, and how a limit is looked for."""

from __future__ import annotations

import numpy as np
import pytest

from afc.refusal import Refused
from sim.load.faults import Faults, faults_of
from sim.load.latency import spread
from sim.load.limit import Limit, find_limit
from sim.load.mishaps import burst, cuts, doubled, nth_of_its_reader, swapped
from sim.load.offer import Offer, offer_of
from sim.load.thresholds import judge, threshold_of


def test_taps_come_at_their_rate_after_the_ramp() -> None:
    """Up to 100 a second within 10 s: 500 taps come in the ramp, and after it 100 each second."""
    offer = offer_of("100/s", "60s", "10s")
    assert offer.taps == 5_500
    assert offer.due_s(np.array([5, 125, 500, 600, 5_500])).tolist() == [1, 5, 10, 11, 60]


@pytest.mark.parametrize(
    ("rate", "duration", "ramp", "code"),
    [
        ("fast", "60s", None, "RATE_MALFORMED"),
        ("0/s", "60s", None, "RATE_MALFORMED"),
        ("100/day", "60s", None, "RATE_MALFORMED"),
        ("100/s", "soon", None, "SPAN_MALFORMED"),
        ("100/s", "", None, "SPAN_MALFORMED"),
        ("100/s", "0s", None, "DURATION_ZERO"),
        ("100/s", "25h", None, "SPAN_TOO_LONG"),
        ("100/s", "10s", "11s", "RAMP_TOO_LONG"),
    ],
)
def test_an_offer_that_cannot_be_is_refused(rate: str, duration: str, ramp: str | None, code: str) -> None:
    with pytest.raises(Refused) as refused:
        offer_of(rate, duration, ramp)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("rule", "measured", "ok"),
    [
        ("receipt.p99<250ms", 249.9, True),
        ("receipt.p99<250ms", 250.0, False),
        ("receipt.p99 <= 0.25 s", 250.0, True),
        ("receipt.max<1m", 59_999.0, True),
        ("behind.p99<500us", 0.6, False),
        ("rate>=1,900/s", 1_900.0, True),
        ("rate>=120_000/min", 1_999.0, False),
        ("lost==0", 0, True),
        ("lost==0", 1, False),
        ("unexplained_minor != 0", 0, False),
        ("retried>3", 4, True),
    ],
)
def test_a_threshold_holds_or_is_broken(rule: str, measured: float, ok: bool) -> None:
    threshold = threshold_of(rule)
    assert judge([threshold], {threshold.metric: measured})[0].ok is ok


@pytest.mark.parametrize(
    ("rule", "code", "cure"),
    [
        ("receipt.p99", "THRESHOLD_MALFORMED", "receipt.p99<250ms"),
        ("receipt.p99<fast", "THRESHOLD_MALFORMED", "unexplained_minor"),
        ("receit.p99<250ms", "METRIC_UNKNOWN", 'Did you mean "receipt.p99"?'),
        ("money==0", "METRIC_UNKNOWN", "Metrics: receipt.p50, receipt.p90"),
        ("receipt.p99<250", "UNIT_WRONG", "takes us or ms or s or m"),
        ("lost==0ms", "UNIT_WRONG", "takes no unit"),
    ],
)
def test_a_threshold_that_says_nothing_is_refused(rule: str, code: str, cure: str) -> None:
    with pytest.raises(Refused) as refused:
        threshold_of(rule)
    assert refused.value.code == code
    assert cure in refused.value.cure


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("duplicate=5%", "FAULT_UNKNOWN"),
        ("cut", "FAULT_MALFORMED"),
        ("cut=5", "FAULT_MALFORMED"),
        ("cut=51%", "FAULT_MALFORMED"),
        ("outage=2000", "FAULT_MALFORMED"),
        ("outage=2000@61s", "FAULT_MALFORMED"),
        ("outage=0@1s", "FAULT_MALFORMED"),
    ],
)
def test_a_fault_that_cannot_be_is_refused(word: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        faults_of([word], 60.0)
    assert refused.value.code == code


def test_after_an_outage_every_reader_brings_its_next_batch_first() -> None:
    """Eight batches of 10 taps at 10 a second. Those of the first 2 s have left; then four come at once, of readers 1, 2 and
    3 one each and the next of reader 1; the last two follow at the rate."""
    devices = np.array([1, 1, 1, 1, 2, 1, 2, 3])
    order, due_s = burst(Offer(10, 4), Faults(outage=4, outage_s=2.0), np.full(8, 10), devices)
    assert order.tolist() == [0, 1, 2, 3, 4, 7, 5, 6]
    assert due_s.tolist() == [1, 2, 2, 2, 2, 2, 3, 4]


def test_a_reader_s_batches_change_places_and_none_is_left_out() -> None:
    devices = np.arange(1_000) % 7
    order, swaps = swapped(np.arange(1_000), devices, 0.1, np.random.default_rng(1))
    assert sorted(order.tolist()) == list(range(1_000))
    assert (devices[order] == devices).all(), "each place stays its reader's"
    assert int((order != np.arange(1_000)).sum()) == 2 * swaps
    assert 50 < swaps <= 100
    assert nth_of_its_reader(devices[order]).tolist() != (order // 7).tolist()


def test_second_copies_follow_and_are_never_cut() -> None:
    due_s, order = np.arange(100) / 10, np.arange(100)
    cut = cuts(100, 0.2, np.random.default_rng(1))
    assert (int((cut == 1).sum()), int((cut == 2).sum())) == (10, 10)
    times, both, whole, again = doubled(due_s, order, cut, 10.0, 0.3, np.random.default_rng(2))
    assert (len(times), int(again.sum())) == (130, 30)
    assert (np.diff(times) >= 0).all()
    assert times.max() <= 10.0
    assert not whole[again].any()
    first = {int(batch): at for at, batch, copy in zip(times, both, again, strict=True) if not copy}
    assert all(
        first[int(batch)] <= at <= first[int(batch)] + 1 for at, batch in zip(times[again], both[again], strict=True)
    )


def test_percentiles_are_times_that_somebody_waited() -> None:
    told = spread(np.array([0.001] * 98 + [0.5, 2.0]))
    assert (told.p50, told.p95, told.p99, told.max) == (1.0, 1.0, 500.0, 2_000.0)
    assert spread(np.array([])).max == 0.0


@pytest.mark.parametrize("most", [700, 1_000, 1_001, 7_777, 60_000])
def test_the_limit_lies_between_what_held_and_what_broke(most: int) -> None:
    tried: list[float] = []

    def holds(rate: float) -> bool:
        tried.append(rate)
        return rate <= most

    limit = find_limit(holds, 1_000, 50_000, 0.05)
    if most > 50_000:
        assert limit == Limit(50_000, None)
        return
    assert limit.held <= most
    assert limit.broke is not None
    assert most < limit.broke <= 1.05 * limit.held
    assert {limit.held, limit.broke} <= set(tried), "both were really tried"


def test_where_nothing_holds_no_limit_is_told() -> None:
    assert find_limit(lambda _rate: False, 1_600, 50_000, 0.05).held == 0
