"""What a copier has left of thin writing is a doubt; what a dirty glass leaves is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from paper import all_forms

from parsers.scan import ink
from parsers.scan.remnants import DOUBT, crowded
from parsers.scan.settling import Seen, settle

if TYPE_CHECKING:
    from parsers.scan.pages import Image

D = ink.DENSITY


def cell(grey: int = 255) -> Image:
    return np.full((round(9 * D), round(18 * D)), grey, np.uint8)


def stroke(view: Image, x: float, y: float, long: float, upright: bool, dark: int = 190) -> None:
    """A piece of a stroke, as faint as a copy of a copy leaves it."""
    start = (round(x * D), round(y * D))
    end = (round((x if upright else x + long) * D), round((y + long if upright else y) * D))
    cv2.line(view, start, end, dark, 2)


def speck(view: Image, x: float, y: float, across: float = 0.4) -> None:
    cv2.circle(view, (round(x * D), round(y * D)), round(across / 2 * D), 40, -1)


def figure(view: Image) -> Image:
    """What is left of a 3: pieces of its two bows."""
    stroke(view, 8.0, 3.0, 0.5, False)
    stroke(view, 9.3, 3.6, 0.5, True)
    stroke(view, 9.4, 5.4, 0.6, True)
    return view


def test_faint_pieces_close_together_are_writing_that_nobody_can_read() -> None:
    found = ink.filled(figure(cell()))

    assert found.largest < ink.FILLED
    assert found.faint
    assert found.filled


def test_specks_apart_and_a_pair_of_specks_are_dirt() -> None:
    apart, pair = cell(), cell()
    for x, y in ((3.0, 2.0), (8.0, 6.0), (14.0, 3.0)):
        speck(apart, x, y)
    for x, y in ((8.0, 4.0), (9.2, 4.6)):
        speck(pair, x, y)

    assert not crowded(apart, D)
    assert not crowded(pair, D)
    assert not ink.filled(pair).filled


def test_small_pieces_in_a_row_are_a_word_however_far_apart() -> None:
    row, scattered, rule = cell(), cell(), cell()
    for x, y in ((3.0, 4.0), (6.5, 5.5), (10.0, 3.8), (13.5, 5.0)):
        speck(row, x, y, 0.3)
    for x, y in ((3.0, 1.5), (6.5, 6.8), (10.0, 1.8), (13.5, 7.0)):
        speck(scattered, x, y, 0.3)
    for x in (3.0, 6.5, 10.0, 13.5):
        stroke(rule, x, 0.4, 0.6, False)

    assert crowded(row, D)
    assert not crowded(scattered, D)
    assert not crowded(rule, D)


def test_pieces_along_a_straight_line_are_a_fold() -> None:
    fold = cell()
    for start, long in ((2.0, 0.9), (3.4, 0.5), (4.6, 1.0), (6.2, 0.4), (7.2, 1.2), (9.0, 0.6), (10.3, 1.1)):
        stroke(fold, start, 4.0 + 0.03 * start, long, False)
    writing = fold.copy()
    stroke(writing, 9.3, 5.2, 0.6, True)

    assert not crowded(fold, D)
    assert crowded(writing, D)


def test_what_reaches_in_from_the_cell_beside_is_not_counted() -> None:
    view = cell()
    for y in (3.0, 4.0, 5.0):
        stroke(view, 17.4, y, 0.9, False)

    assert not crowded(view, D)


@pytest.mark.parametrize("how", ["grain", "shade"])
def test_only_clean_white_paper_tells(how: str) -> None:
    view = figure(cell(240)).astype(float)
    if how == "grain":
        view += np.random.default_rng(1).normal(0, 12, view.shape)
    else:
        view *= np.linspace(0.8, 1, view.shape[1])

    assert not crowded(np.clip(view, 0, 255).astype(np.uint8), D)


def test_a_pale_rest_of_a_seal_is_no_writing_where_red_was_taken_out() -> None:
    pale, dark = cell(), cell()
    cv2.line(pale, (60, 40), (100, 70), 175, 4)
    cv2.line(dark, (60, 40), (100, 70), 90, 4)

    assert ink.filled(pale).filled
    assert not ink.filled(pale, broken=False).filled
    assert ink.filled(dark, broken=False).filled


def test_a_cell_with_faint_pieces_is_doubtful_whatever_is_read_there() -> None:
    form = all_forms()["village-cadre-quarterly"][1]
    item = form.items[0].id

    blank, read = (settle(form, [Seen(item, filled, doubt=DOUBT)])[0][item] for filled in (False, True))
    remark = settle(form, [Seen(f"{item}.remark", False, doubt=DOUBT)])[0][f"{item}.remark"]

    for one in (blank, read, remark):
        assert one.confidence < 0.5
        assert one.doubt == DOUBT or "不像" in one.doubt
        assert one.checked
