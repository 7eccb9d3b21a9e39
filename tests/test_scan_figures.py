"""The second opinion on short figures, on shapes that it was not made from."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise, product

import numpy as np
import pytest
from scans.strokes import hand, write

from parsers.scan.allowed import merged
from parsers.scan.answers import scores
from parsers.scan.figures import Opinion, agreed, likelihoods, spellings
from parsers.scan.recogniser import tidied

UNSEEN = 1  #: The family of shapes that tools/train_scan_figures.py leaves out.
UP_TO_20 = scores(Decimal(20))


def line_of(text: str, seed: int, gap: float) -> np.ndarray:
    cover = write(text, replace(hand(seed, UNSEEN), gap=gap), random.Random(f"{text} {seed}"), 8)
    return tidied(np.pad((255 * (1 - cover)).astype(np.uint8), 12, constant_values=255))


@pytest.fixture(scope="module")
def opinion() -> Opinion:
    return Opinion()


@pytest.mark.parametrize(("touching", "single"), [("15", "5"), ("18", "8"), ("10", "0"), ("16", "6")])
def test_two_figures_that_touch_are_told_from_one(opinion: Opinion, touching: str, single: str) -> None:
    wanted = [(text, gap, seed) for text, gap in ((touching, 0.0), (single, 0.2)) for seed in range(20)]

    found = opinion.of([line_of(text, seed, gap) for text, gap, seed in wanted], [UP_TO_20] * len(wanted))

    right = sum(ranking.best == text for ranking, (text, _, _) in zip(found, wanted, strict=True))
    assert right >= 0.85 * len(wanted)


def test_a_word_is_none_of_the_figures(opinion: Opinion) -> None:
    found = opinion.of([line_of("不合格", seed, 0.1) for seed in range(6)], [UP_TO_20] * 6)

    assert all(ranking.best is None for ranking in found)


def test_the_sums_over_spellings_are_those_over_all_paths() -> None:
    chance = np.random.default_rng(1)
    steps = chance.dirichlet(np.ones(4), 5)
    layout = spellings(("1", "10", "11"), " 10?")
    plain = [row for row in range(len(layout.ends)) if layout.weights[row] == 1.0]

    found = np.exp(likelihoods([steps, steps[:4]], [(layout, np.array(plain))] * 2))

    for look, length in enumerate((5, 4)):
        for place, text in enumerate(("1", "10", "11")):
            expected = 0.0
            for path in product(range(4), repeat=length):
                kept = [one for before, one in pairwise((0, *path)) if one != before and one]
                if "".join(" 10?"[one] for one in kept) == text:
                    expected += float(np.prod([steps[n, one] for n, one in enumerate(path)]))
            assert found[look, place] == pytest.approx(expected, rel=1e-2)


def test_what_one_opinion_finds_impossible_is_not_sure() -> None:
    first = merged({"7": 0.999, "1": 1e-6, "4": 1e-6}, 1e-6)
    second = merged({"7": 1e-7, "1": 1e-6, "4": 0.999}, 1e-6)

    both = agreed(first, second)

    assert sum(both.shares) + both.other + both.blank == pytest.approx(1)
    assert both.shares[0] < 0.99


def test_a_figure_in_words_is_left_to_the_recogniser() -> None:
    first = merged({"8": 0.99, "3": 0.001}, 0.001, text="八")

    assert agreed(first, merged({"8": 0.0001, "3": 0.0001}, 0.99)) == first


def test_a_point_that_is_not_seen_is_thought_of() -> None:
    layout = spellings(("8.5", "85"), " 0123456789.+-分扣无×/?")

    def texts(value: int) -> set[str]:
        rows = np.flatnonzero(layout.owners == value)
        return {"".join(" 0123456789.+-分扣无×/?"[one] for one in layout.labels[row] if one) for row in rows}

    assert {"8.5", "85", "8.5分"} <= texts(0)
    assert {"85", "85.0"} <= texts(1) and "8.5" not in texts(1)


def test_a_long_total_is_found_among_all_that_its_figures_may_spell(opinion: Opinion) -> None:
    totals = scores(Decimal(150))
    texts = ["102.5", "69.5", "112.5", "95.5"]

    found = opinion.of([line_of(text, 8, 0.2) for text in texts], [totals] * len(texts))

    assert [ranking.best for ranking in found] == texts
