"""Tables of which a copier has left dashes: their cells are found again, and a page of words is no table."""

from __future__ import annotations

import random

import cv2
import numpy as np
import pytest
import scan_drawn as drawing

from parsers.scan.foreign import Tables, tables_of
from parsers.scan.page import see
from parsers.scan.pages import PageImage

FORM = drawing.layout(10)
DOTS = drawing.DPI / 25.4


def worn(dash: float, gap: float, seed: int) -> np.ndarray:
    """The form with dashes of so many millimetres left of its rules, and so much white between them."""
    image = drawing.drawn(FORM, marks=(), code=None)
    image = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY) if image.ndim == 3 else image
    dark = (image < 128).astype(np.uint8)
    chance = random.Random(seed)
    gone = np.zeros_like(dark)
    for long, upright in (((1, 90), False), ((60, 1), True)):
        rules = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones(long, np.uint8))
        thick = cv2.dilate(rules, np.ones((3, 3), np.uint8))
        keep = np.zeros_like(dark)
        view = keep.T if upright else keep
        for band in range(0, view.shape[0], 6):  # a rule is no higher than that
            place = -chance.uniform(0, gap * DOTS)
            while place < view.shape[1]:
                view[band : band + 6, max(0, round(place)) : max(0, round(place + dash * DOTS))] = 1
                place += (dash + chance.uniform(0.6, 1.4) * gap) * DOTS
        gone |= (thick > 0) & (keep == 0)
    return np.where(gone > 0, 255, image).astype(np.uint8)


def found(image: np.ndarray, angle: float) -> Tables:
    turned, _ = drawing.scanned(image, angle=angle)
    return tables_of(see(PageImage(1, np.ascontiguousarray(turned))))


@pytest.mark.parametrize(("angle", "share"), [(0.0, 0.9), (1.6, 0.6), (-2.3, 0.6)])
def test_most_cells_of_a_table_of_dashes_are_found(angle: float, share: float) -> None:
    tables = found(worn(3.0, 4.0, 3), angle)

    assert tables.worn
    (grid,) = tables.grids
    wanted = {(slot.row, slot.column, slot.rowspan, slot.colspan) for slot in FORM.slots if slot.ruled}
    seen = {(cell.row, cell.column, cell.rowspan, cell.colspan) for cell in grid.cells}
    assert len(wanted & seen) >= share * len(wanted), (wanted - seen, seen - wanted)


def test_a_table_with_its_rules_is_not_worked_out_from_dashes() -> None:
    tables = found(drawing.drawn(FORM, marks=(), code=None), 0.5)

    assert tables.enough and not tables.worn


def test_a_page_of_words_is_no_table_of_dashes() -> None:
    page = np.full((2339, 1654), 255, np.uint8)
    chance = random.Random(5)
    for line in range(34):
        y = 200 + 56 * line
        for place in range(38):
            x = 150 + 35 * place
            for _ in range(5):  # strokes as characters have them
                one, other = (chance.randrange(28) for _ in range(2))
                end = (x + 28, y + other) if chance.random() < 0.5 else (x + other, y + 28)
                cv2.line(
                    page, (x + (0 if end[0] == x + 28 else other), y + (other if end[0] == x + 28 else 0)), end, 0, 3
                )
            del one

    assert not found(page, 0.8).enough
