"""A second opinion on short figures: each piece of ink held against single figures, two that touch, and 分.

The recogniser reads lines of print; figures that a hand runs together mislead it (``10`` becomes ``D``). Here a small
network, made by tools/train_scan_figures.py from strokes of our own, looks at one piece of ink at a time. It has seen
few hands, so it may only shift the balance between answers that the recogniser holds possible, and only so far.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from parsers.scan.allowed import Ranking
from parsers.scan.alphabet import Floats
from parsers.scan.pieces import Outline, Piece

WEIGHTS = Path(__file__).with_name("figures.npz")
HIGH, WIDE = 24, 36  #: Pixels of a piece as the network sees it.
BROADEST = 2.5  #: A piece broader than this, by its height, is no broader.
TRUST = 0.7  #: Exponent: how much its opinion counts beside the recogniser's.
MOST = 100.0  #: The most by which it lets one answer gain on another.
FAINT = 1e-9  #: Of the best share: an answer with less cannot catch up.
HELD = 14  #: So many answers of a ranking are weighed, the best ones.
_PIECES = 8  #: A line of more pieces is left as it is.
_LOST_POINT = -2.0  #: Logarithm: a decimal point is not seen.
_STRAY = -4.0  #: A piece that is no part of the figure.
_SIGN = -1.2  #: A sign in front, a word behind: less usual than the bare figure.
_WORD = -1.6
_NEVER = -60.0


class Opinion:
    """The network's weights; reads nothing until it is asked."""

    @cached_property
    def _weights(self) -> tuple[NDArray[np.float32], ...]:
        with np.load(WEIGHTS, allow_pickle=False) as kept:
            scales = kept["scales"].astype(np.float32)
            first = kept["first"].astype(np.float32) * scales[0]
            second = kept["second"].astype(np.float32) * scales[1]
            return kept["mean"].astype(np.float32), first, kept["bias"], second, kept["bias_out"], kept["prior"]

    @cached_property
    def labels(self) -> dict[str, int]:
        """What a piece may be, and its column."""
        with np.load(WEIGHTS, allow_pickle=False) as kept:
            return {str(label): number for number, label in enumerate(kept["labels"])}

    def likelihoods(self, pictures: NDArray[np.uint8], breadths: Floats) -> Floats:
        """For each picture of ``seen_piece`` the log-likelihood of each label, but for a term common to all."""
        mean, first, bias, second, bias_out, prior = self._weights
        flat = pictures.reshape(len(pictures), -1).astype(np.float32) / 255
        features = np.hstack([flat, np.minimum(breadths, BROADEST)[:, None].astype(np.float32)]) - mean
        inner = np.maximum(_product(features, first) + bias, 0)
        answers = _product(inner, second) + bias_out
        answers -= answers.max(axis=1, keepdims=True)
        shares = answers - np.log(np.exp(answers).sum(axis=1, keepdims=True))
        return np.asarray(shares - np.log(prior), dtype=np.float64)

    def weighed(self, rankings: list[Ranking], lines: list[Outline]) -> list[Ranking]:
        """The rankings of lines of figures with this opinion counted in."""
        bodies = [[piece for piece in line.pieces if not piece.point] for line in lines]
        pieces = [(line, piece) for line, own in zip(lines, bodies, strict=True) for piece in own[: _PIECES + 1]]
        if not pieces:
            return rankings
        pictures = np.stack([seen_piece(line, piece) for line, piece in pieces])
        likely = self.likelihoods(pictures, np.array([piece.breadth for _, piece in pieces]))
        found, at = [], 0
        for ranking, line, own in zip(rankings, lines, bodies, strict=True):
            rows = likely[at : at + min(len(own), _PIECES + 1)]
            at += len(rows)
            small = len(own) > 0 and len(line.pieces) <= _PIECES and ranking.values
            found.append(self._one(ranking, line, rows) if small else ranking)
        return found

    def _one(self, ranking: Ranking, line: Outline, rows: Floats) -> Ranking:
        steps: list[Floats | None] = []
        following = iter(rows)
        for piece in line.pieces:
            steps.append(None if piece.point else next(following))
        least = FAINT * ranking.shares[0]
        able = [value for value, share in zip(ranking.values[:HELD], ranking.shares, strict=False) if share >= least]
        held = np.array([self._fit(value, steps) for value in able])
        factors = np.full(len(ranking.values), 1 / MOST)
        factors[: len(held)] = np.clip(np.exp(TRUST * (held - held[0])), 1 / MOST, MOST)
        shares = np.array(ranking.shares) * factors
        whole = float(shares.sum()) + ranking.other + ranking.blank
        order = np.argsort(-shares, kind="stable").tolist()
        return replace(
            ranking,
            values=tuple(ranking.values[place] for place in order),
            shares=tuple(float(shares[place]) / whole for place in order),
            other=ranking.other / whole,
            blank=ranking.blank / whole,
        )

    def _fit(self, value: str, steps: list[Floats | None]) -> float:
        """The best way in which the pieces make up one of the ways to write the value."""
        return max((cost + self._along(text, steps) for text, cost in _written(value)), default=_NEVER)

    def _along(self, text: str, steps: list[Floats | None]) -> float:
        """Pieces from left to right, each taking one character of the text, or two."""
        best = [_NEVER] * (len(text) + 1)
        best[0] = 0.0
        for place, character in enumerate(text):  # a point that nobody sees takes no piece
            if character == ".":
                best[place + 1] = max(best[place + 1], best[place] + _LOST_POINT)
        for likely in steps:
            after = [score + _STRAY for score in best]
            for place in range(len(text)):
                if likely is None:
                    if text[place] == ".":
                        after[place + 1] = max(after[place + 1], best[place])
                    continue
                for length in (1, 2):
                    column = self.labels.get(text[place : place + length])
                    if column is not None and place + length <= len(text):
                        after[place + length] = max(after[place + length], best[place] + float(likely[column]))
            for place, character in enumerate(text):
                if character == ".":
                    after[place + 1] = max(after[place + 1], after[place] + _LOST_POINT)
            best = after
        return best[-1]


@lru_cache(maxsize=4096)
def _written(value: str) -> tuple[tuple[str, float], ...]:
    """The ways in which a figure is written, with the logarithm of how usual each is; none for what is no figure."""
    if not value:
        return (("无", _WORD), ("×", _WORD))
    whole = "." not in value
    ways = [(value, 0.0), (value + "分", _WORD), ("+" + value, _SIGN)]
    return tuple([*ways, (value + ".0", _WORD), ("扣" + value, 2 * _WORD)] if whole else ways)


def _product(one: NDArray[np.float32], other: NDArray[np.float32]) -> NDArray[np.float32]:
    """The product of two matrices, in this thread: others that a library starts for so little wait at full speed."""
    return np.asarray(np.einsum("ij,jk->ik", one, other), dtype=np.float32)


def seen_piece(line: Outline, piece: Piece) -> NDArray[np.uint8]:
    """One piece by itself, ink light on black, brought to the network's height."""
    import cv2

    rows, columns = slice(piece.upper, piece.lower), slice(piece.left, piece.right)
    part = np.where(piece.mask[rows, columns], 255 - line.line[rows, columns], 0).astype(np.uint8)
    wide = max(1, min(WIDE, round(part.shape[1] * HIGH / part.shape[0])))
    canvas = np.zeros((HIGH, WIDE), np.uint8)
    start = (WIDE - wide) // 2
    canvas[:, start : start + wide] = cv2.resize(part, (wide, HIGH), interpolation=cv2.INTER_AREA)
    return canvas
