"""Rules of a page: the ink that runs straight, and how far from a place it is seen."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from parsers.scan.rules import SCALE, ink_mask, rules_of

if TYPE_CHECKING:
    from parsers.scan.pages import Image


def grained(height: int, width: int) -> Image:
    """Grain and some lines, a pixel or two broad, some of them broken."""
    rng = np.random.default_rng(7)
    page = np.asarray(cv2.GaussianBlur(rng.integers(0, 255, (height, width), np.uint8), (0, 0), 2.0), np.uint8)
    for place in range(20, min(height, width) - 60, 45):
        page[place : place + 2, place:] = 0
        page[place : place + int(rng.integers(60, 200)), place] = 0
        page[:, place + 3 : place + 6][rng.random((height, 3)) < 0.97] = 0
    return page


@pytest.mark.parametrize("size", [(431, 640), (640, 433), (61, 59)])
@pytest.mark.parametrize("askew", [False, True])
def test_rules_are_what_an_opening_by_a_straight_kernel_leaves(size: tuple[int, int], askew: bool) -> None:
    page = grained(*size)
    length, broad = (34, 5) if askew else (56, 3)

    found = rules_of(page, askew=askew)

    for mask, upright in ((found.horizontal, False), (found.vertical, True)):
        across, gap, along = (np.ones((1, size) if upright else (size, 1), np.uint8) for size in (broad, 5, length))
        thick = cv2.dilate(found.ink, across)
        closed = cv2.morphologyEx(thick, cv2.MORPH_CLOSE, gap.T)
        assert np.array_equal(mask, cv2.morphologyEx(closed, cv2.MORPH_OPEN, along.T))


def test_ink_is_darker_than_its_surroundings_by_some_steps() -> None:
    page = grained(300, 400)

    same = cv2.adaptiveThreshold(page, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 33, 14)

    assert np.array_equal(ink_mask(page), same)


def line_at(x: int, broad: int) -> Image:
    page = np.full((400, 400), 255, np.uint8)
    page[:, x : x + broad] = 0
    return page


@pytest.mark.parametrize("broad", [1, 4])
def test_the_offset_is_that_of_the_middle_of_the_nearest_rule(broad: int) -> None:
    rules = rules_of(line_at(200, broad))
    places = np.array([[190.0, 200.0], [204.25, 200.0], [150.0, 200.0]]) / SCALE

    offsets = rules.offsets(places, 3.0, upright=True) * SCALE

    middle = 200 + (broad - 1) / 2
    assert offsets[:2] == pytest.approx([middle - 190, middle - 204.25])
    assert np.isnan(offsets[2])


def test_a_part_of_a_page_knows_its_rules_by_their_places_on_the_page() -> None:
    whole = rules_of(line_at(200, 3))
    views = (whole.ink, whole.horizontal, whole.vertical)
    part = replace(
        whole, **dict(zip(("ink", "horizontal", "vertical"), (view[64:, 128:] for view in views), strict=True))
    )
    part = replace(part, corner=(128, 64))
    places = np.array([[x, y] for x in (190, 203) for y in (100, 300)]) / SCALE

    assert part.offsets(places, 3.0, upright=True) == pytest.approx(whole.offsets(places, 3.0, upright=True))
    assert np.isnan(part.offsets(np.array([[200.0, 20.0]]) / SCALE, 3.0, upright=True)).all()
