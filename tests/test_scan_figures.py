"""The second opinion on short figures, on shapes that it was not made from."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from scans.strokes import hand, write

from parsers.scan.allowed import Ranking, merged
from parsers.scan.figures import MOST, Opinion
from parsers.scan.pieces import Outline, outline
from parsers.scan.recogniser import tidied

UNSEEN = 1  #: The family of shapes that tools/train_scan_figures.py leaves out.


def line_of(text: str, seed: int, gap: float) -> Outline:
    cover = write(text, replace(hand(seed, UNSEEN), gap=gap), random.Random(f"{text} {seed}"), 8)
    page = np.pad((255 * (1 - cover)).astype(np.uint8), 12, constant_values=255)
    return outline(tidied(page))


@pytest.fixture(scope="module")
def opinion() -> Opinion:
    return Opinion()


@pytest.mark.parametrize(("touching", "single"), [("15", "5"), ("18", "8"), ("10", "0"), ("16", "6")])
def test_two_figures_that_touch_are_told_from_one(opinion: Opinion, touching: str, single: str) -> None:
    wanted = [(text, gap, seed) for text, gap in ((touching, 0.06), (single, 0.2)) for seed in range(20)]
    lines = [line_of(text, seed, gap) for text, gap, seed in wanted]
    even = [merged({touching: 0.5, single: 0.5}, 0.01)] * len(lines)

    found = opinion.weighed(even, lines)

    right = sum(ranking.best == text for ranking, (text, _, _) in zip(found, wanted, strict=True))
    assert right >= 0.85 * len(wanted)


def test_the_shares_still_add_up_and_no_answer_gains_more_than_the_limit(opinion: Opinion) -> None:
    before = merged({"7": 0.9, "1": 0.05, "4": 0.001}, 0.02, 0.01)

    (after,) = opinion.weighed([before], [line_of("4", 3, 0.2)])

    assert sum(after.shares) + after.other + after.blank == pytest.approx(1)
    assert after.share("4") / after.share("7") <= 1.001 * MOST * before.share("4") / before.share("7")
    assert after.share("4") > before.share("4")


def test_an_empty_picture_and_an_empty_ranking_are_left_as_they_are(opinion: Opinion) -> None:
    nothing = Ranking((), (), 1.0)
    five = merged({"5": 0.9}, 0.1)

    assert opinion.weighed([five], [Outline(np.full((48, 48), 255, np.uint8), (), 0, 48)]) == [five]
    assert opinion.weighed([nothing], [line_of("5", 1, 0.2)]) == [nothing]
