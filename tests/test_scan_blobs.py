"""Pieces of ink are the same by labels of 16 bits as by longer ones."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from parsers.scan.blobs import blobs


@pytest.mark.parametrize("share", [0.0, 0.01, 0.3, 0.6, 1.0])
def test_pieces_are_those_of_longer_labels(share: float) -> None:
    noise = np.random.default_rng(3).random((160, 240))
    mask = (cv2.GaussianBlur(noise, (3, 3), 0) < share).astype(np.uint8) * 255

    found = blobs(mask)

    wanted = cv2.connectedComponentsWithStats(mask, connectivity=8)
    assert found[0] == wanted[0]
    assert all(np.array_equal(one, other, equal_nan=True) for one, other in zip(found[1:], wanted[1:], strict=True))


def test_more_pieces_than_16_bits_can_tell_apart_are_all_found() -> None:
    mask = np.zeros((600, 600), np.uint8)
    mask[::2, ::2] = 1

    count, labels, stats, _ = blobs(mask)

    assert count == 300 * 300 + 1
    assert int(labels.max()) == 300 * 300
    assert (stats[1:, cv2.CC_STAT_AREA] == 1).all()


def test_a_single_column_has_its_pieces() -> None:
    mask = np.array([[1], [0], [1], [1]], np.uint8)

    count, _, _, _ = blobs(mask)

    assert count == 3
