"""Percentiles of bytes by counting them: what ``numpy.percentile`` says, many times faster."""

from __future__ import annotations

from typing import Any


def percentile(values: Any, percent: float) -> float:
    """A percentile (0 to 100) of an array of bytes of any shape, as ``numpy.percentile`` has it; 0 for an empty one."""
    return counted(counts_of(values), percent)


def counts_of(values: Any) -> Any:
    """How often each byte from 0 to 255 comes in an array."""
    import cv2
    import numpy as np

    if values.ndim == 2 and values.size:
        return np.asarray(cv2.calcHist([values], [0], None, [256], [0, 256]), np.float64).ravel()
    return np.bincount(np.asarray(values, np.uint8).ravel(), minlength=256)


def counted(counts: Any, percent: float) -> float:
    """A percentile of whole numbers from 0 of which each comes so often; 0 where there are none."""
    upto = counts.cumsum()
    last = int(upto[-1]) - 1 if len(upto) else -1
    if last < 0:
        return 0.0
    place = percent / 100 * last
    below = int(place)
    low = int(upto.searchsorted(below, side="right"))
    high = low if upto[low] > below + 1 or below == last else int(upto.searchsorted(below + 1, side="right"))
    return float(low + (high - low) * (place - below))
