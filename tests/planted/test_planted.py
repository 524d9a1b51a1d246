"""Bugs that somebody could have made, each planted on purpose: the test that is named beside it has to object.

A bug lives in a process of its own. Without it the named test passes: it is run as it stands with all the others.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pytest
from alone import Trial, everywhere, warm

import clearing.admit
import clearing.bank
import clearing.close
import clearing.custody
import clearing.decision
import clearing.entry
import clearing.gaps
import clearing.intake
import clearing.netting
import clearing.split
import clearing.unratified
from afc.money import allocate


class Bug(NamedTuple):
    """What it does, how it is planted, and the test that catches it."""

    what: str
    plant: Callable[[], None]
    test: str


def answered_before_it_is_kept() -> None:
    """A receipt is said although the commit failed."""
    decide, finish, said = clearing.intake.Intake._decide, clearing.intake.Intake._finish, list[Any]()

    def remembering(self: Any, *given: Any) -> Any:
        said.append(decide(self, *given))
        return said[-1]

    def careless(self: Any, call: Any) -> Any:
        answers = finish(self, call)
        return said[-1] if said and not answers[0].receipt else answers

    clearing.intake.Intake._decide, clearing.intake.Intake._finish = remembering, careless  # type: ignore[method-assign]


def put_in_order_by_clocks() -> None:
    """A card's taps stand in the order of what readers took for the time."""
    everywhere(clearing.admit.by_counter, lambda taps, rows: np.lexsort((taps["time_us"], rows)))


def computed_again() -> None:
    """A reversal divides the sum again instead of giving back what each got."""

    def reversal(entry: Any, clearing_date: Any) -> Any:
        back = true(entry, clearing_date)
        first, *others = back.postings
        shares = allocate(abs(first.minor), [1] * len(others))
        sign = 1 if first.minor < 0 else -1
        parts = [one._replace(minor=sign * minor) for one, minor in zip(others, shares, strict=True)]
        return replace(back, postings=(first, *parts))

    true = clearing.entry.reversal
    everywhere(true, reversal)


def the_last_share_dropped() -> None:
    """One too few: `range(n - 1)`."""
    true = clearing.split.split
    everywhere(true, lambda legs, policy, within: true(legs, policy, within)[:-1])


def an_old_key_taken() -> None:
    """Grace has no end."""
    true = clearing.custody.Register.honours
    clearing.custody.Register.honours = (  # type: ignore[method-assign]
        lambda self, purpose, version, received_us: (purpose, version) in self._generations or true(
            self, purpose, version, received_us
        )
    )  # fmt: skip


def what_waits_forgotten() -> None:
    """Taps of the night that wait for their own date are not taken up with it."""
    everywhere(clearing.close.carried_over, lambda house, before: ())


def a_second_content_believed() -> None:
    """Numbers that are taken are taken again."""
    clearing.custody.Chain.judge = lambda self, batch: None  # type: ignore[method-assign]


def one_person_enough() -> None:
    """Nobody asks who the second one is."""
    clearing.decision.Decision.checked = lambda self: self  # type: ignore[method-assign]


def not_confirmed_counts_anyway() -> None:
    """Every tap that the card did not confirm is taken for one that happened."""
    true = clearing.unratified.fates
    everywhere(true, lambda *given: np.full_like(true(*given), clearing.unratified.STANDS))


def a_first_tap_is_no_gap() -> None:
    """Missing numbers are looked for only after the first that came."""
    true = clearing.gaps.missing_from
    everywhere(true, lambda log, ended=(): (gap for gap in true(log, ended) if gap.first_seq > 1))


def a_party_left_out() -> None:
    """Who is owed least is forgotten."""
    true = clearing.netting.positions
    everywhere(true, lambda sums: dict(sorted(true(sums).items(), key=lambda one: abs(one[1]))[1:]))


def money_as_a_float() -> None:
    """Amounts in the payment file go over binary fractions."""
    everywhere(clearing.bank.amount_text, lambda minor, decimals: f"{minor / 10**decimals:.{decimals}f}")


BUGS = (
    Bug(
        "answered before it is kept", answered_before_it_is_kept,
        "tests/crash/test_faults.py::test_a_fault_at_a_named_point_costs_nobody_a_tap[before commit]",
    ),
    Bug(
        "put in order by clocks", put_in_order_by_clocks,
        "tests/clearing/test_awkward_clocks.py::test_a_rider_is_out_before_in_by_the_clocks",
    ),
    Bug(
        "a reversal computed again", computed_again,
        "tests/clearing/test_postings.py::test_a_reversal_takes_the_unit_from_whom_it_went_to",
    ),
    Bug(
        "the last share dropped", the_last_share_dropped,
        "tests/laws/test_split_laws.py::test_the_shares_of_a_journey_sum_to_its_charges",
    ),
    Bug(
        "an old key taken", an_old_key_taken,
        "tests/clearing/test_key_rollover.py::test_the_old_generation_is_honoured_to_the_last_microsecond_of_grace",
    ),
    Bug(
        "what waits forgotten", what_waits_forgotten,
        "tests/stories/test_F10_awkward_days.py::test_all_lines_are_down_for_three_days_and_then_everything_comes_at_once",
    ),
    Bug(
        "a second content believed", a_second_content_believed,
        "tests/clearing/test_intake.py::test_a_range_that_reaches_into_another_is_a_conflict",
    ),
    Bug(
        "one person enough", one_person_enough,
        "tests/stories/test_F04_four_eyes.py::test_one_person_alone_is_refused",
    ),
    Bug(
        "what was not confirmed counts anyway", not_confirmed_counts_anyway,
        "tests/clearing/test_unratified.py::test_torn_on_the_way_in_and_seen_at_the_way_out",
    ),
    Bug(
        "what is missing before the first is no gap", a_first_tap_is_no_gap,
        "tests/clearing/test_gaps.py::test_every_number_has_come_or_is_lost_or_is_open",
    ),
    Bug(
        "a party left out", a_party_left_out,
        "tests/clearing/test_netting.py::test_one_number_for_each_party",
    ),
    Bug(
        "money as a float", money_as_a_float,
        "tests/clearing/test_bank.py::test_the_sum_is_exact_to_the_unit",
    ),
)  # fmt: skip
WITHOUT_A_SERVER = "not postgresql"


@pytest.fixture(scope="module", autouse=True)
def warmed() -> None:
    warm([bug.test for bug in BUGS], WITHOUT_A_SERVER)


@pytest.mark.parametrize("bug", BUGS, ids=[bug.what for bug in BUGS])
def test_it_is_caught(bug: Bug) -> None:
    verdict = Trial([bug.test], bug.plant, only=WITHOUT_A_SERVER).verdict()
    assert verdict.caught, f"nothing objected to: {bug.what}"
    assert verdict.by.startswith(bug.test.partition("::")[0]), verdict
