"""Metres on the map: between stops as the crow flies, and along the line that a trip is drawn on."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from afc.gtfs.rows import Shape

F8 = NDArray[np.float64]
EARTH_M = 6_371_008.8
ROAD_BY_CROW = 1.2  # streets are about a fifth longer than the straight line; used only where no shape is published
_STEP_M = 20.0
_POINTS_MAX = 6_000
_OFF_THE_LINE_M = 400.0  # a stop further from its shape than this is on another one


def crow_m(lat: F8, lon: F8) -> F8:
    """Metres between each point and the next."""
    a, b = np.radians(lat), np.radians(lon)
    half = np.sin(np.diff(a) / 2) ** 2 + np.cos(a[1:]) * np.cos(a[:-1]) * np.sin(np.diff(b) / 2) ** 2
    metres: F8 = 2 * EARTH_M * np.arcsin(np.sqrt(half))
    return metres


def along_m(lat: F8, lon: F8, shape: Shape | None) -> tuple[NDArray[np.int32], bool]:
    """Metres of each stop from the first, and whether they follow the shape.

    Stretches are never shorter than the straight line, and never zero.
    """
    crow = crow_m(lat, lon)
    places = None if shape is None or len(shape.lat) < 2 else _either_way(lat, lon, shape)
    stretches = crow * ROAD_BY_CROW if places is None else np.diff(places)
    whole = np.maximum(np.rint(np.maximum(stretches, crow)), 1).astype(np.int32)
    return np.concatenate([[0], np.cumsum(whole)]).astype(np.int32), places is not None


def _either_way(lat: F8, lon: F8, shape: Shape) -> F8 | None:
    """Some feeds draw one shape for both directions."""
    forward = _on_shape(lat, lon, shape)
    return _on_shape(lat, lon, Shape(shape.lat[::-1], shape.lon[::-1])) if forward is None else forward


def _on_shape(lat: F8, lon: F8, shape: Shape) -> F8 | None:
    """Where along the shape each stop lies: the placing, in order, whose squared offsets are least in all."""
    scale = np.array([np.cos(np.radians(lat.mean())), 1.0]) * np.radians(1) * EARTH_M
    line = _dense(np.column_stack([shape.lon, shape.lat]) * scale)
    stops = np.column_stack([lon, lat]) * scale
    offsets = ((stops[:, None, :] - line[None, :, :]) ** 2).sum(axis=2)
    cost = offsets[0]
    chosen: list[NDArray[np.int64]] = []
    for offset in offsets[1:]:
        least = np.minimum.accumulate(cost)
        chosen.append(np.maximum.accumulate(np.where(cost <= least, np.arange(len(cost)), 0)))
        cost = least + offset
    at = [int(cost.argmin())]
    for best in reversed(chosen):
        at.append(int(best[at[-1]]))
    at.reverse()
    if np.sqrt(offsets[np.arange(len(at)), at]).max() > _OFF_THE_LINE_M:
        return None
    lengths = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    placed: F8 = lengths[at]
    return placed


def _dense(line: F8) -> F8:
    """The same line with points close enough together that the nearest point stands for the nearest place."""
    lengths = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    step = max(_STEP_M, lengths[-1] / _POINTS_MAX)
    between = np.unique(np.concatenate([lengths, np.arange(0, lengths[-1], step)]))
    return np.column_stack([np.interp(between, lengths, line[:, i]) for i in (0, 1)])
