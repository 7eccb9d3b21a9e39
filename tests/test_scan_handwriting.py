"""The writing in a cell without what else came into its picture."""

from __future__ import annotations

import cv2
import numpy as np

from parsers.scan.handwriting import runs_out, written

DENSITY = 12.0


def cell(*strokes: tuple[tuple[int, int], tuple[int, int], int]) -> np.ndarray:
    view = np.full((120, 200), 240, np.uint8)
    for start, end, width in strokes:
        cv2.line(view, start, end, 30, width)
    return view


def inked(view: np.ndarray) -> set[tuple[int, int]]:
    return {(int(y), int(x)) for y, x in zip(*np.nonzero(view < 120), strict=True)}


ONE = ((80, 40), (80, 90), 5)
SEVEN = (((100, 40), (125, 40), 5), ((125, 40), (110, 90), 5))


def test_a_stripe_of_the_scanner_is_taken_out_and_what_it_crosses_is_mended() -> None:
    crossed = cell(ONE, *SEVEN, ((112, 0), (112, 119), 3))

    found = written(crossed, DENSITY)

    assert found[10, 112] > 200 and found[110, 112] > 200
    assert found[40, 112] < 150 and found[65, 80] < 80


def test_a_figure_that_is_as_high_as_a_figure_is_no_stripe() -> None:
    alone = cell(ONE)

    assert inked(written(alone, DENSITY)) == inked(alone)


def test_a_point_stays_and_a_speck_far_off_goes() -> None:
    pointed = cell(ONE, *SEVEN, ((90, 88), (91, 90), 5))
    cv2.circle(pointed, (180, 15), 3, 30, -1)

    found = written(pointed, DENSITY)

    assert found[89, 90] < 120 and found[15, 180] > 200


def test_rests_of_rules_and_of_the_next_row_go() -> None:
    seen = cell(ONE, *SEVEN, ((20, 1), (150, 1), 2), ((60, 117), (90, 119), 6))

    found = written(seen, DENSITY)

    assert found[:4].min() > 200 and found[112:].min() > 200
    assert found[65, 80] < 80


def test_a_correction_above_what_is_crossed_out_stays() -> None:
    below = cell(((80, 70), (80, 115), 5), ((60, 92), (110, 92), 4), ((82, 2), (82, 45), 5))

    assert written(below, DENSITY)[25, 82] < 120


def test_an_empty_cell_is_given_back_as_it_is() -> None:
    empty = np.full((60, 90), 230, np.uint8)

    assert (written(empty, DENSITY) == empty).all()


def test_writing_that_the_edge_cuts_off_is_told_from_writing_within() -> None:
    within = cell(ONE, *SEVEN)
    across = cell(*SEVEN, ((1, 40), (1, 90), 5))

    assert runs_out(across, DENSITY) and not runs_out(within, DENSITY)
