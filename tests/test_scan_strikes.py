"""What is crossed out is told from what only looks so: a 4, a plus sign, the 一 of 一般."""

from __future__ import annotations

import random
from typing import Any

import cv2
import numpy as np
import pytest
from scans.strokes import Hand, drawable, strike, write

from parsers.scan.allowed import merged
from parsers.scan.ink import DENSITY, dark_mask
from parsers.scan.signs import struck_out
from parsers.scan.strikes import SURELY, beside, is_crossed, uncrossed


def cell(text: str, seed: int, lines: int = 0, beside: str = "", weight: float = 0.45) -> Any:
    """A cell of 14 by 24 mm with a word of somebody's hand, crossed out or not, and another one beside it."""
    chance = random.Random(seed)
    by = Hand(size=4.6, weight=weight, slant=chance.uniform(0, 0.2), habit=seed, family=1)
    view = np.full((round(14 * DENSITY), round(24 * DENSITY)), 250, np.uint8)
    cover = write(text, by, chance, DENSITY)
    x, y = round(2.5 * DENSITY), round(4.5 * DENSITY)
    put(view, cover, x, y)
    if lines:
        line = strike(cover.shape[1] / DENSITY, by, chance, DENSITY, lines)
        put(view, line, x - round(0.5 * DENSITY), y + cover.shape[0] // 2 - line.shape[0] // 2)
    if beside:
        put(view, write(beside, by, chance, DENSITY), round(14 * DENSITY), y)
    return cv2.GaussianBlur(view, (0, 0), 1.0)


def put(view: Any, cover: Any, x: int, y: int) -> None:
    part = view[y : y + cover.shape[0], x : x + cover.shape[1]]
    part[:] = np.minimum(part, (250 - 210 * cover).astype(np.uint8)[: part.shape[0], : part.shape[1]])


PLAIN = ("4", "14", "44", "+4", "-4", "+10", "7", "0", "8", "10", "25", "30分", "18.5", "一般", "好", "差")


def test_plain_writing_is_not_crossed_out() -> None:
    drawn = [text for text in PLAIN if drawable(text)]

    wrong = [(text, seed) for text in drawn for seed in range(6) if struck_out(cell(text, seed), DENSITY)]

    assert len(drawn) > 10
    assert len(wrong) <= 1


@pytest.mark.parametrize("lines", [1, 2])
def test_a_line_through_writing_is_seen_whatever_stands_beside_it(lines: int) -> None:
    texts = ("3", "5", "8", "10", "25", "6", "9.5", "20")

    missed = [
        (text, seed)
        for text in texts
        for seed in range(3)
        for beside in ("", "7")
        if not struck_out(cell(text, seed, lines, beside), DENSITY)
    ]

    assert len(missed) <= 2


def test_what_is_blackened_out_is_crossed_out() -> None:
    view = np.full((168, 288), 250, np.uint8)
    cv2.rectangle(view, (60, 50), (130, 100), 30, -1)

    assert struck_out(view, DENSITY)


def test_bold_writing_is_not_blackened_out() -> None:
    wrong = [text for text in ("22", "18", "88", "好", "9") if struck_out(cell(text, 3, weight=0.72), DENSITY)]

    assert not wrong


def test_an_empty_cell_is_not_crossed_out() -> None:
    assert not struck_out(np.full((168, 288), 250, np.uint8), DENSITY)


@pytest.mark.parametrize("seed", range(3))
def test_what_is_crossed_out_goes_and_what_stands_beside_it_stays(seed: int) -> None:
    view = cell("8", seed, 1, "7")

    left = uncrossed(view, DENSITY)

    middle = view.shape[1] // 2
    assert np.count_nonzero(dark_mask(left)[:, :middle]) < 0.1 * np.count_nonzero(dark_mask(view)[:, :middle])
    assert (left[:, middle:] == view[:, middle:]).all()


@pytest.mark.parametrize(("share", "crossing", "crossed"), [(0.99, 0.8, False), (0.6, 0.8, True), (0.99, 0.95, True)])
def test_a_figure_that_reads_plainly_is_crossed_out_only_for_sure(share: float, crossing: float, crossed: bool) -> None:
    ranking = merged({"10": share, "0": 0.001}, 0.999 - share)

    assert 0.8 < SURELY < 0.95
    assert is_crossed(ranking, crossing) is crossed


def test_nothing_is_sure_beside_a_strike_out() -> None:
    whole, rest = merged({"7": 0.4, "8": 0.2}, 0.4), merged({"7": 0.999, "8": 0.001}, 0.0)

    found = beside(whole, rest)

    assert found.best == "7"
    assert found.shares[0] < 0.75


def test_what_is_crossed_out_is_a_guess_where_nothing_stands_in_its_place() -> None:
    whole, rest = merged({"7": 0.7, "8": 0.2}, 0.1), merged({"7": 0.01, "8": 0.01}, 0.08, blank=0.9)

    found = beside(whole, rest)

    assert found.values[0] == "7"
    assert found.shares[0] < 0.5
