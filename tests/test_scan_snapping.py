"""A known form is laid on a seen page to the millimetre, or the page says that it does not agree."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np
import pytest
import scan_drawn as drawing

from formgen.model import PageLayout
from parsers.scan.page import see
from parsers.scan.pages import PageImage
from parsers.scan.snapping import Placement, best_layouts, place

FORM = drawing.layout()
WIDE = drawing.layout(rows=10, width=297.0, height=210.0)
PRINTED = drawing.drawn(FORM)
BARE = drawing.drawn(FORM, marks=(), code=None)


def placed(pixels: np.ndarray, form: PageLayout = FORM) -> Placement:
    return place(see(PageImage(1, np.ascontiguousarray(pixels))), form)


DISTORTIONS = {
    "plain": {},
    "askew": {"angle": 3.0},
    "askew the other way, marks cut off": {"angle": -4.0},
    "in perspective": {"perspective": 0.06},
    "curled": {"curl": 3.0},
    "curled the other way and askew": {"curl": -4.0, "angle": 2.0},
    "printed at 92 %": {"shrink": 0.92, "shift": (4.0, 3.0)},
}


@pytest.mark.parametrize("how", DISTORTIONS.values(), ids=DISTORTIONS)
def test_every_cell_is_placed_within_half_a_millimetre(how: dict[str, float]) -> None:
    image, forward = drawing.scanned(PRINTED, **how)

    found = placed(image)

    assert drawing.worst(found.placed, FORM, forward) < 0.5
    assert found.consistent
    assert found.agreement > 0.95


@pytest.mark.parametrize("marks", [(0, 1, 3), (0, 2), (2,)], ids=["three", "two", "one"])
def test_fewer_marks_do_as_well(marks: tuple[int, ...]) -> None:
    image, forward = drawing.scanned(drawing.drawn(FORM, marks=marks), angle=2.0, shrink=0.96)

    found = placed(image)

    assert found.marks == len(marks)
    assert drawing.worst(found.placed, FORM, forward) < 0.5
    assert found.consistent


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_a_page_without_marks_is_laid_by_its_rules_whichever_way_it_lies(quarters: int) -> None:
    image, forward = drawing.scanned(BARE, angle=1.5)
    height, width = image.shape
    turn: dict[int, Callable[[np.ndarray], np.ndarray]] = {
        0: lambda p: p,
        1: lambda p: np.stack([p[:, 1], width - 1 - p[:, 0]], axis=1),
        2: lambda p: np.stack([width - 1 - p[:, 0], height - 1 - p[:, 1]], axis=1),
        3: lambda p: np.stack([height - 1 - p[:, 1], p[:, 0]], axis=1),
    }

    found = placed(np.rot90(image, quarters))

    assert drawing.worst(found.placed, FORM, lambda p: turn[quarters](forward(p))) < 0.5
    assert found.quarters == (4 - quarters) % 4
    assert found.consistent


def test_a_stripe_through_two_marks_moves_nothing() -> None:
    image, forward = drawing.scanned(PRINTED, angle=1.0)
    x = round(12.5 / 25.4 * drawing.DPI)
    image[:, x - 2 : x + 3] = 20

    found = placed(image)

    assert drawing.worst(found.placed, FORM, forward) < 0.5
    assert found.consistent


def test_a_stain_and_a_seal_over_the_rules_move_nothing() -> None:
    image, forward = drawing.scanned(PRINTED)
    cv2.ellipse(image, (700, 1100), (220, 160), 20, 0, 360, 90, -1)
    cv2.circle(image, (1100, 1500), 155, 120, 9)

    found = placed(image)

    assert drawing.worst(found.placed, FORM, forward) < 1.0
    assert found.consistent


def test_one_bit_a_pixel_is_enough() -> None:
    image, forward = drawing.scanned(PRINTED, angle=1.0)

    found = placed(np.where(image > 150, 255, 0).astype(np.uint8))

    assert drawing.worst(found.placed, FORM, forward) < 0.5
    assert found.consistent


def test_a_landscape_page_is_placed() -> None:
    image, forward = drawing.scanned(drawing.drawn(WIDE), angle=-1.0)

    found = placed(image, WIDE)

    assert drawing.worst(found.placed, WIDE, forward) < 0.5
    assert found.consistent


def test_slots_outside_the_table_are_placed_by_the_marks() -> None:
    image, forward = drawing.scanned(PRINTED, angle=2.0)

    found = placed(image)

    title = found.placed[0]
    expected = drawing.truth(FORM, forward)[0]
    assert not title.slot.ruled
    assert np.linalg.norm(title.corners - expected, axis=1).max() < 1.0 / 25.4 * drawing.DPI


def test_the_box_is_the_four_corners_in_whole_pixels() -> None:
    found = placed(PRINTED)

    first = found.placed[1]
    assert len(first.box) == 8
    assert np.abs(np.array(first.box).reshape(4, 2) - first.corners).max() <= 0.5


def test_another_form_does_not_agree() -> None:
    other = drawing.layout(rows=26, row_height=6.5)

    found = placed(PRINTED, other)

    assert not found.consistent


def test_a_page_with_another_table_length_is_not_taken_for_bent_paper() -> None:
    longer = drawing.layout(row_height=9.8)

    found = placed(PRINTED, longer)

    assert not found.consistent


@pytest.mark.parametrize(
    ("marks", "words", "relied_on"), [(3, 0.996, True), (3, 0.9, False), (4, 0.996, False), (0, 0.996, False)]
)
def test_far_from_a_guessed_corner_only_a_page_whose_words_agree_is_relied_on(
    marks: int, words: float, relied_on: bool
) -> None:
    image, _ = drawing.scanned(drawing.drawn(FORM, marks=(0, 1, 2)), perspective=0.1)

    found = replace(placed(image), bend=8.0, marks=marks, print_agreement=words)

    assert found.consistent is relied_on


def test_a_page_without_any_rules_says_so() -> None:
    found = placed(np.full((2339, 1654), 250, np.uint8))

    assert not found.consistent
    assert found.agreement == 0
    assert len(found.placed) == len(FORM.slots)
    assert not any(item.seen for item in found.placed)


def test_the_form_is_known_by_its_rules() -> None:
    page = see(PageImage(1, drawing.scanned(BARE, angle=1.0)[0]))

    best, *others = best_layouts(page, [WIDE, drawing.layout(rows=26, row_height=6.5), FORM])

    assert best.layout is FORM
    assert best.score > others[0].score + 0.1


@pytest.mark.parametrize(("lost", "relied_on"), [(0.4, True), (0.6, False)])
def test_a_worn_copy_is_relied_on_while_a_third_of_its_rules_are_left(lost: float, relied_on: bool) -> None:
    found = placed(worn(PRINTED, lost))

    assert found.agreement < 0.45
    assert found.consistent is relied_on


def test_a_worn_copy_is_known_by_its_words_where_it_cannot_be_relied_on() -> None:
    found = placed(worn(PRINTED, 0.6))

    assert found.likely and not found.consistent


def test_a_worn_copy_of_another_form_is_not_relied_on() -> None:
    found = placed(worn(PRINTED, 0.4), drawing.layout(rows=17, row_height=9.4))

    assert not found.consistent and not found.likely


def worn(page: np.ndarray, lost: float) -> np.ndarray:
    """The page as a copier leaves it that loses this share of the rules about each cell."""
    image, dots, chance = page.copy(), drawing.DPI / 25.4, np.random.default_rng(5)
    for slot in FORM.slots:
        if slot.ruled:
            left, right, upper, lower = slot.x, slot.x + slot.width, slot.y, slot.y + slot.height
            for y in (upper, lower):
                if chance.random() < lost:
                    row = round(y * dots)
                    image[row - 3 : row + 4, round((left + 0.5) * dots) : round((right - 0.5) * dots)] = 255
            for x in (left, right):
                if chance.random() < lost:
                    column = round(x * dots)
                    image[round((upper + 0.5) * dots) : round((lower - 0.5) * dots), column - 3 : column + 4] = 255
    return image


def test_a_cell_whose_rules_are_wiped_out_is_not_seen() -> None:
    image = PRINTED.copy()
    slot = next(slot for slot in FORM.slots if slot.tags == ("9",))
    dots = drawing.DPI / 25.4
    top, bottom = round((slot.y - 1) * dots), round((slot.y + slot.height + 1) * dots)
    image[top:bottom, round((slot.x - 1) * dots) : round((slot.x + slot.width + 1) * dots)] = 255

    found = placed(image)

    (wiped,) = [item for item in found.placed if item.slot == slot]
    assert not wiped.seen
    assert np.abs(wiped.corners[0] / dots - (slot.x, slot.y)).max() < 0.5
