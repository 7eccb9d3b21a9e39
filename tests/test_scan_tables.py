"""The ruled tables of pages of which nothing is known."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import scan_drawn as drawing

from formgen.model import PageLayout
from parsers.scan.page import see
from parsers.scan.pages import PageImage
from parsers.scan.straightening import straightened
from parsers.scan.tables import RuledGrid, grids_of

FORM = drawing.layout()
BARE = drawing.drawn(FORM, marks=(), code=None)
DOTS = drawing.DPI / 25.4


def grids(pixels: np.ndarray) -> tuple[RuledGrid, ...]:
    return grids_of(straightened(see(PageImage(1, np.ascontiguousarray(pixels)))))


def topology(form: PageLayout) -> set[tuple[int, int, int, int]]:
    return {(slot.row, slot.column, slot.rowspan, slot.colspan) for slot in form.slots if slot.ruled}


def spans(grid: RuledGrid) -> set[tuple[int, int, int, int]]:
    return {(cell.row, cell.column, cell.rowspan, cell.colspan) for cell in grid.cells}


@pytest.mark.parametrize(
    "how",
    [{}, {"angle": 3.5}, {"angle": -2.0, "perspective": 0.04}, {"curl": 2.5}, {"shrink": 0.85}],
    ids=["plain", "askew", "perspective", "curl", "shrunk"],
)
def test_every_cell_is_found_with_its_spans(how: dict[str, float]) -> None:
    image, forward = drawing.scanned(BARE, **how)

    (grid,) = grids(image)

    assert spans(grid) == topology(FORM)
    truth = drawing.truth(FORM, forward)
    at = {(cell.row, cell.column): cell.corners for cell in grid.cells}
    for slot, corners in zip(FORM.slots, truth, strict=True):
        if slot.ruled:
            assert np.linalg.norm(at[slot.row, slot.column] - corners, axis=1).max() < 1.5 * DOTS


def test_boxes_and_lines_beside_the_table_are_dropped() -> None:
    image = BARE.copy()
    cv2.rectangle(image, (60, 60), (400, 250), 0, 2)
    cv2.line(image, (500, 300), (1100, 300), 0, 2)
    cv2.line(image, (0, 2250), (1653, 2250), 0, 2)

    (grid,) = grids(image)

    assert spans(grid) == topology(FORM)


def test_a_stripe_of_the_scanner_divides_no_cells() -> None:
    image = BARE.copy()
    image[:, 800:803] = 40

    (grid,) = grids(image)

    assert spans(grid) == topology(FORM)


def test_an_underline_in_a_cell_divides_nothing() -> None:
    image = BARE.copy()
    slot = FORM.slots[-1]
    y = round((slot.y + 9) * DOTS)
    cv2.line(image, (round((slot.x + 10) * DOTS), y), (round((slot.x + 60) * DOTS), y), 0, 2)

    (grid,) = grids(image)

    assert spans(grid) == topology(FORM)


def test_two_tables_of_a_page_are_two_grids_from_top_to_bottom() -> None:
    image = np.full((2339, 1654), 255, np.uint8)
    for top, rows, columns in ((300, 3, 4), (1200, 5, 2)):
        for row in range(rows + 1):
            cv2.line(image, (200, top + row * 90), (200 + columns * 250, top + row * 90), 0, 2)
        for column in range(columns + 1):
            cv2.line(image, (200 + column * 250, top), (200 + column * 250, top + rows * 90), 0, 2)

    first, second = grids(image)

    assert (first.rows, first.columns, len(first.cells)) == (3, 4, 12)
    assert (second.rows, second.columns, len(second.cells)) == (5, 2, 10)


def test_rows_of_six_millimetres_have_their_walls() -> None:
    form = drawing.layout(rows=24, row_height=5.0)

    (grid,) = grids(drawing.drawn(form, marks=(), code=None))

    assert spans(grid) == topology(form)


@pytest.mark.parametrize("level", [250, 0])
def test_a_page_without_tables_has_no_grids(level: int) -> None:
    assert grids(np.full((1500, 1100), level, np.uint8)) == ()


def test_noise_has_no_grids() -> None:
    noise = np.random.default_rng(5).integers(0, 255, (1500, 1100), np.uint8)

    assert grids(noise) == ()
