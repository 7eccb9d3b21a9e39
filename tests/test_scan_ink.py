"""What is written in a cell, apart from its rules and the dirt."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import scan_drawn as drawing

from formgen.model import Slot
from parsers.scan import ink
from parsers.scan.page import see
from parsers.scan.pages import PageImage
from parsers.scan.snapping import Placed, place

FORM = drawing.layout()
DOTS = drawing.DPI / 25.4
ANSWERS = [slot for slot in FORM.slots if slot.tags and slot.tags[0].isdigit()]


def printed_with(marks: dict[str, str]) -> np.ndarray:
    """The form in colour with something in the cells of the fields: a figure, a dot or a red patch."""
    image = cv2.cvtColor(drawing.drawn(FORM), cv2.COLOR_GRAY2BGR)
    for slot in ANSWERS:
        middle = (round((slot.x + slot.width / 2) * DOTS), round((slot.y + slot.height / 2) * DOTS))
        match marks.get(slot.tags[0]):
            case "figure":
                cv2.putText(image, "8", (middle[0] - 12, middle[1] + 14), 0, 1.3, (90, 30, 20), 3)
            case "dot":
                cv2.circle(image, middle, 3, (0, 0, 0), -1)
            case "red":
                cv2.circle(image, middle, 25, (40, 40, 220), 3)
            case "low":
                end = round((slot.y + slot.height) * DOTS) + 6
                cv2.line(image, (middle[0], end - 35), (middle[0], end), (60, 30, 20), 4)
    return image


def crops(image: np.ndarray, *, colour: bool = False) -> dict[str, np.ndarray]:
    page = see(PageImage(1, image))
    return {
        item.slot.tags[0]: ink.crop(page, item, colour=colour)
        for item in place(page, FORM).placed
        if item.slot in ANSWERS
    }


@pytest.mark.parametrize("how", [{}, {"angle": 2.5}, {"curl": 2.5}, {"perspective": 0.05}])
def test_blank_and_filled_cells_are_told_apart(how: dict[str, float]) -> None:
    marks = {slot.tags[0]: "figure" for slot in ANSWERS[::2]} | {slot.tags[0]: "dot" for slot in ANSWERS[1::4]}
    image, _ = drawing.scanned(printed_with(marks), **how)

    found = {tag: ink.filled(view).filled for tag, view in crops(image).items()}

    assert found == {slot.tags[0]: marks.get(slot.tags[0]) == "figure" for slot in ANSWERS}


def test_a_crop_is_upright_and_to_scale() -> None:
    image, _ = drawing.scanned(printed_with({"3": "figure"}), angle=3.0)

    upright, turned = crops(image)["3"], crops(np.ascontiguousarray(np.rot90(image, 2)))["3"]

    slot = ANSWERS[2]
    assert upright.shape == (round(slot.height * ink.DENSITY), round(slot.width * ink.DENSITY))
    assert np.abs(upright.astype(int) - turned).mean() < 6


def test_the_rules_are_taken_out_of_a_crop() -> None:
    page = see(PageImage(1, drawing.scanned(drawing.drawn(FORM), angle=1.0)[0]))
    item = next(item for item in place(page, FORM).placed if item.slot in ANSWERS)

    kept, cleaned = (ink.crop(page, item, 0.6, clean=clean) for clean in (False, True))

    assert (kept < 128).mean() > 0.01
    assert (cleaned < 128).mean() < 0.002


def test_a_stroke_that_crosses_the_rule_stays() -> None:
    found = ink.filled(crops(printed_with({"4": "low"}))["4"])

    assert found.filled
    assert found.largest > 2.5


def test_red_is_measured_in_colour_only() -> None:
    image = printed_with({"2": "red"})

    assert ink.filled(crops(image, colour=True)["2"]).red > 0.02
    assert ink.filled(crops(image, colour=True)["3"]).red < 0.001
    assert ink.filled(crops(image)["2"]).red == 0


def test_a_crop_beyond_the_image_is_paper() -> None:
    page = see(PageImage(1, np.full((400, 400), 200, np.uint8)))
    away = Placed(Slot(0, 0, 20, 10), np.array([[900, 900], [980, 900], [980, 940], [900, 940]], float), 0.0, False)

    view = ink.crop(page, away)

    assert view.min() == 255
    assert not ink.filled(view).filled


def test_a_shadow_and_a_stain_over_a_blank_cell_are_no_writing() -> None:
    image = drawing.drawn(FORM)
    shade = np.linspace(0.72, 1.0, image.shape[1])[None, :] * np.linspace(0.75, 1.0, image.shape[0])[:, None]
    shaded = image * shade
    cover = cv2.GaussianBlur(
        cv2.ellipse(np.zeros(image.shape), (1350, 1100), (200, 300), 0, 0, 360, 0.4, -1), (0, 0), 3
    )
    shaded = (shaded * (1 - cover)).astype(np.uint8)

    found = {tag: ink.filled(view).filled for tag, view in crops(shaded).items()}

    assert not any(found.values())


def test_a_figure_on_a_stain_is_writing() -> None:
    image = cv2.cvtColor(printed_with({slot.tags[0]: "figure" for slot in ANSWERS}), cv2.COLOR_BGR2GRAY)
    cover = cv2.GaussianBlur(
        cv2.ellipse(np.zeros(image.shape), (1350, 1100), (200, 300), 0, 0, 360, 0.4, -1), (0, 0), 3
    )

    found = {tag: ink.filled(view).filled for tag, view in crops((image * (1 - cover)).astype(np.uint8)).items()}

    assert all(found.values())


def broken_figure(pieces: int) -> np.ndarray:
    """A crop of a cell in which a copier has left so many specks of a figure, none as long as a stroke."""
    view = np.full((round(8 * ink.DENSITY), round(16 * ink.DENSITY)), 245, np.uint8)
    for number in range(pieces):
        middle = (round((7 + 1.1 * (number % 3)) * ink.DENSITY), round((2.5 + 1.1 * (number // 3)) * ink.DENSITY))
        cv2.circle(view, middle, round(0.22 * ink.DENSITY), 60, -1)
    return view


def test_a_figure_that_a_copier_broke_into_specks_is_writing() -> None:
    assert ink.filled(broken_figure(9)).filled
    assert ink.filled(broken_figure(9)).largest < ink.FILLED


def test_two_specks_of_dirt_are_none() -> None:
    assert not ink.filled(broken_figure(2)).filled


def test_grain_all_over_a_cell_is_no_writing() -> None:
    view = np.full((96, 192), 245, np.uint8)
    chance = np.random.default_rng(5)
    view[chance.integers(0, 96, 60), chance.integers(0, 192, 60)] = 60

    assert not ink.filled(view).filled


def test_a_few_pieces_that_a_copier_left_of_a_figure_are_writing() -> None:
    view = np.full((round(8 * ink.DENSITY), round(16 * ink.DENSITY)), 255, np.uint8)
    for x, y in ((7.0, 2.6), (7.6, 3.6), (7.0, 4.6)):
        start = (round(x * ink.DENSITY), round(y * ink.DENSITY))
        cv2.line(view, start, (start[0] + 10, start[1] + 2), 120, 4)

    assert ink.filled(view).largest < ink.FILLED
    assert ink.filled(view).filled
    assert not ink.filled(view, broken=False).filled


def test_specks_far_from_each_other_are_no_writing() -> None:
    view = np.full((round(8 * ink.DENSITY), round(16 * ink.DENSITY)), 255, np.uint8)
    for x, y in ((3, 2), (6, 5), (9, 3), (12, 6)):
        cv2.circle(view, (round(x * ink.DENSITY), round(y * ink.DENSITY)), 5, 40, -1)

    assert not ink.filled(view).filled


def test_a_fold_across_a_cell_is_no_writing_and_what_is_written_on_it_is() -> None:
    fold, dash = (np.full((round(9 * ink.DENSITY), round(20 * ink.DENSITY)), 230, np.uint8) for _ in "12")
    for start, end in ((0, 90), (93, 160), (163, 240)):
        cv2.line(fold, (start, 50 + start // 20), (end, 50 + end // 20), 170, 4)
    cv2.line(dash, (40, 50), (190, 52), 60, 4)
    written = fold.copy()
    cv2.putText(written, "7", (100, 75), cv2.FONT_HERSHEY_SIMPLEX, 1.6, 60, 5, cv2.LINE_AA)

    assert [ink.filled(view).filled for view in (fold, dash, written)] == [False, True, True]


def test_the_mask_of_a_crop_is_worked_out_once_and_goes_with_it() -> None:
    view = np.full((60, 90), 250, np.uint8)
    view[20:24, 10:70] = 20
    held = len(ink._masks)

    mask = ink.dark_mask(view)

    assert ink.dark_mask(view) is mask
    assert np.array_equal(ink.dark_mask(view.copy()), mask)
    del view
    assert len(ink._masks) == held
