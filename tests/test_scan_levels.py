"""Percentiles by counting: the same as numpy's, whatever the shape."""

from __future__ import annotations

import numpy as np
import pytest

from parsers.scan.levels import counted, counts_of, percentile

RANDOM = np.random.default_rng(5)


@pytest.mark.parametrize("percent", [0, 1, 20, 50, 80, 90, 99, 100])
@pytest.mark.parametrize("shape", [(1, 1), (1, 7), (31, 57), (200, 3), (40,), (11, 5, 3)])
def test_a_percentile_is_numpys(shape: tuple[int, ...], percent: float) -> None:
    values = RANDOM.integers(0, 256, shape).astype(np.uint8)

    assert percentile(values, percent) == pytest.approx(float(np.percentile(values, percent)))


def test_a_part_of_a_picture_is_counted_like_a_whole_one() -> None:
    part = RANDOM.integers(0, 256, (60, 80)).astype(np.uint8)[7:31, 11:64]

    assert percentile(part, 33) == pytest.approx(float(np.percentile(part, 33)))


def test_places_are_counted_by_column() -> None:
    ink = RANDOM.random((20, 300)) > 0.9
    _, columns = np.nonzero(ink)

    assert counted(ink.sum(axis=0), 99) == pytest.approx(float(np.percentile(columns, 99)))


def test_nothing_has_no_percentile() -> None:
    assert percentile(np.zeros((0, 4), np.uint8), 50) == 0
    assert counts_of(np.zeros((0, 4), np.uint8)).sum() == 0
