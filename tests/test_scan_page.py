"""A page is seen upright, with its marks and its code, whichever way it lies."""

from __future__ import annotations

import numpy as np
import pytest
import scan_drawn as drawing

from parsers.scan import marks
from parsers.scan.page import see
from parsers.scan.pages import PageImage

FORM = drawing.layout()
PRINTED = drawing.drawn(FORM)


def seen(pixels: np.ndarray) -> object:
    return see(PageImage(1, np.ascontiguousarray(pixels)))


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_a_page_is_turned_upright_by_its_marks(quarters: int) -> None:
    page = seen(np.rot90(PRINTED, quarters))

    assert page.sure
    assert page.quarters == (4 - quarters) % 4
    assert page.code == drawing.CODE
    assert [mark.id for mark in page.marks] == [0, 1, 2, 3]
    assert np.array_equal(page.grey, PRINTED)


def test_the_marks_stand_where_they_are_printed() -> None:
    page = seen(PRINTED)

    dots = drawing.DPI / 25.4
    for mark, (number, x, y) in zip(page.marks, FORM.marks, strict=True):
        assert mark.id == number
        assert np.abs(mark.corners[0] - np.array([x, y]) * dots).max() < 0.15 * dots
        assert mark.side == pytest.approx(9 * dots, rel=0.02)


@pytest.mark.parametrize("quarters", [1, 2])
def test_a_page_without_marks_is_turned_by_its_code(quarters: int) -> None:
    page = seen(np.rot90(drawing.drawn(FORM, marks=()), quarters))

    assert page.sure
    assert page.quarters == (4 - quarters) % 4
    assert page.code == drawing.CODE


def test_a_page_without_marks_and_code_stands_as_it_came() -> None:
    page = seen(drawing.drawn(FORM, marks=(), code=None))

    assert not page.sure
    assert page.quarters == 0
    assert page.code is None
    assert page.marks == ()


def test_a_code_of_someone_else_is_none_of_ours() -> None:
    import segno

    pixels = drawing.drawn(FORM, marks=(), code=None)
    rows = [list(row) for row in segno.make("https://example.org").matrix]
    image = np.kron(255 - 255 * np.array(rows, np.uint8), np.ones((4, 4), np.uint8))
    pixels[40 : 40 + len(image), 700 : 700 + len(image)] = image

    assert seen(pixels).code is None


def test_two_sheets_on_one_image_are_two_codes() -> None:
    from dataclasses import replace

    other = replace(drawing.CODE, period="2023-04")
    both = np.hstack([PRINTED, drawing.drawn(FORM, code=other)])

    page = seen(both)

    assert set(page.codes) == {drawing.CODE, other}


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_places_on_the_upright_page_lead_back_to_the_image_as_it_came(quarters: int) -> None:
    image = np.ascontiguousarray(np.rot90(PRINTED, quarters))
    page = seen(image)
    y, x = np.argwhere(page.grey < 50)[1234]

    ((column, row),) = page.original(np.array([[x, y]], np.float64))

    assert image[round(row), round(column)] == page.grey[y, x]


def test_a_blank_sheet_and_noise_have_neither_marks_nor_code() -> None:
    rng = np.random.default_rng(3)

    for pixels in (np.full((1200, 900), 250, np.uint8), rng.integers(0, 255, (1200, 900), np.uint8)):
        page = seen(pixels)

        assert page.marks == ()
        assert page.codes == ()


def test_the_marks_of_two_sheets_on_one_image_are_all_found() -> None:
    both = np.ascontiguousarray(np.hstack([PRINTED, PRINTED]))

    assert [mark.id for mark in marks.find(both)] == [0, 0, 1, 1, 2, 2, 3, 3]


def test_three_marks_are_found_where_the_fourth_is_covered() -> None:
    covered = PRINTED.copy()
    covered[: covered.shape[0] // 8, : covered.shape[1] // 8] = 255

    known, found = marks.find(PRINTED), marks.find(covered)

    assert [mark.id for mark in found] == [1, 2, 3]
    assert all(np.abs(mark.corners - same.corners).max() < 0.1 for mark, same in zip(found, known[1:], strict=True))


def without(page: np.ndarray, corners: tuple[int, ...]) -> np.ndarray:
    """A page with some of its corners covered, by their numbers clockwise from the upper left one."""
    covered = page.copy()
    high, wide = (side // 8 for side in page.shape)
    for number in corners:
        rows = slice(0, high) if number < 2 else slice(-high, None)
        columns = slice(0, wide) if number in (0, 3) else slice(-wide, None)
        covered[rows, columns] = 255
    return covered


@pytest.mark.parametrize("lost", [(0, 2), (1, 3), (0, 1), (1, 2), (0, 3)])
def test_two_marks_are_found_where_the_others_are_covered(lost: tuple[int, int]) -> None:
    left = [number for number in range(4) if number not in lost]

    known, found = marks.find(PRINTED), marks.find(without(PRINTED, lost))

    assert [mark.id for mark in found] == left
    assert all(np.abs(mark.corners - known[mark.id].corners).max() < 0.1 for mark in found)


def test_two_marks_in_the_corners_of_two_sheets_do_not_hide_the_others() -> None:
    both = np.ascontiguousarray(np.hstack([without(PRINTED, (0,)), without(PRINTED, (2,))]))

    assert [mark.id for mark in marks.find(both)] == [0, 1, 1, 2, 3, 3]
