"""Metres on the map."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from afc.gtfs.rows import Shape
from afc.gtfs.shapes import along_m, crow_m

DEGREE_M = 111_195.0


def test_a_degree_of_latitude_is_111_km_and_one_of_longitude_shrinks_to_the_north() -> None:
    metres = crow_m(np.array([0.0, 1.0, 1.0]), np.array([0.0, 0.0, 0.0]))
    assert metres.tolist() == pytest.approx([DEGREE_M, 0.0], abs=1)
    assert crow_m(np.array([60.0, 60.0]), np.array([0.0, 1.0]))[0] == pytest.approx(DEGREE_M / 2, rel=1e-3)


def line(*points: tuple[float, float]) -> Shape:
    return Shape(np.array([lat for lat, _ in points]), np.array([lon for _, lon in points]))


def test_a_detour_counts_as_it_is_drawn() -> None:
    shape = line((0.0, 0.0), (0.01, 0.0), (0.01, 0.01), (0.0, 0.01))
    metres, followed = along_m(np.array([0.0, 0.0]), np.array([0.0, 0.01]), shape)
    assert followed
    assert metres[-1] == pytest.approx(3 * DEGREE_M / 100, rel=0.01)


def test_a_line_that_comes_back_to_the_same_street_is_placed_in_order() -> None:
    """Out and back: the second pass of the middle stop lies behind the far end, not at its first pass."""
    shape = line((0.0, 0.0), (0.02, 0.0), (0.0, 0.0))
    metres, followed = along_m(np.array([0.0, 0.01, 0.02, 0.01, 0.0]), np.zeros(5), shape)
    assert followed
    assert metres.tolist() == pytest.approx([i * DEGREE_M / 100 for i in range(5)], abs=25)


def test_a_shape_drawn_the_other_way_round_serves_as_well() -> None:
    shape = line((0.02, 0.0), (0.01, 0.005), (0.0, 0.0))
    metres, followed = along_m(np.array([0.0, 0.02]), np.zeros(2), shape)
    assert followed
    assert metres[-1] > 2.1 * DEGREE_M / 100


def test_a_shape_of_another_street_is_not_believed() -> None:
    shape = line((0.1, 0.0), (0.1, 0.02))
    metres, followed = along_m(np.array([0.0, 0.01]), np.zeros(2), shape)
    assert not followed
    assert metres[-1] == pytest.approx(1.2 * DEGREE_M / 100, abs=2)


@given(st.lists(st.tuples(st.floats(48, 48.1), st.floats(16, 16.1)), min_size=2, max_size=12), st.booleans())
def test_distances_always_grow_and_never_fall_short_of_the_straight_line(
    stops: list[tuple[float, float]], drawn: bool
) -> None:
    lat, lon = np.array([a for a, _ in stops]), np.array([b for _, b in stops])
    metres, _ = along_m(lat, lon, line(*stops) if drawn else None)
    assert metres[0] == 0
    assert (np.diff(metres) >= np.maximum(np.floor(crow_m(lat, lon)), 1)).all()
