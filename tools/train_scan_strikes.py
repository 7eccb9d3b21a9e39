"""Makes parsers/scan/strikes.npz: draws writing, crossed out or not, and teaches a small network to tell them apart.

Run: ``python tools/train_scan_strikes.py [--out FILE]``; some five minutes on one core. Figures are drawn by family 0
of our own strokes, words by the faces that are installed; what is crossed out is crossed out by lines, crosses,
slashes and scribbles of our own. How well pieces of family 1 are told apart is printed. No foreign data is used.
"""

from __future__ import annotations

import argparse
import random
import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from scans.strokes import Coverage, Polyline, curve, hand, ink, strike  # noqa: E402
from scans.writing import Writer, ink_of  # noqa: E402

from parsers.scan.ink import DENSITY, dark_mask  # noqa: E402
from parsers.scan.strikes import WEIGHTS, pieces  # noqa: E402

Matrix = NDArray[np.float32]

WORDS = (
    "好",
    "一般",
    "差",
    "优秀",
    "称职",
    "基本称职",
    "不称职",
    "合格",
    "不合格",
    "男",
    "女",
    "同意",
    "无",
    "是",
    "否",
)
NAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许邓冯韩曹田德胜玉兰春守明华军平国芳丽英文强建志海红"
INNER = 96
ROUND = 128
PACE = 1.2e-3
DECAY = 2e-4
KEPT = 0.7


def cell(seed: int, family: int) -> tuple[Any, Any]:
    """(a cell as it is seen, where lines cross something out in it): grey and mask, ``DENSITY`` pixels a millimetre."""
    chance = random.Random(f"cell {seed} {family}")
    kind = chance.choices(("drawn", "kai", "song", "hei"), (55, 22, 13, 10))[0]
    by = Writer(kind, hand(chance.randrange(10**9), family))
    high, wide = round(chance.uniform(9, 24) * DENSITY), round(chance.uniform(16, 34) * DENSITY)
    page, lines = np.zeros((high, wide), np.float32), np.zeros((high, wide), np.float32)
    crossed = chance.random() < 0.5
    words = chance.random() < 0.35
    both = crossed and chance.random() < 0.75
    beside = chance.random() < 0.6
    for number in range(1 + both):
        size = min(by.hand.size * chance.uniform(0.7, 1.05), high / DENSITY * (0.4 if both and not beside else 0.75))
        cover = ink_of(_text(chance, words), by, chance, DENSITY, size)
        free = max(0, wide - cover.shape[1]), max(0, high - cover.shape[0])
        x, y = (round(room * min(1, max(0, chance.gauss(0.5, 0.2)))) for room in free)
        if both and beside:
            x = round(chance.uniform(0, 0.12) * wide) if number == 0 else round(chance.uniform(0.5, 0.62) * wide)
        elif both:
            y = round(free[1] * (chance.uniform(0.75, 1.0) if number == 0 else chance.uniform(0, 0.2)))
        _put(page, cover, x, y)
        if crossed and number == 0:
            line, at = _crossing(cover, by, chance)
            _put(page, line, x + at[0], y + at[1])
            _put(lines, line, x + at[0], y + at[1])
    return _seen(page, by.hand.darkness, chance), lines > 0.3


def _text(chance: random.Random, words: bool) -> str:
    if words:
        own = "".join(chance.choice(NAMES) for _ in range(chance.choice((1, 2, 3))))
        return chance.choice((*WORDS, *WORDS[:5])) if chance.random() < 0.8 else own
    most = chance.choice((10, 10, 31, 101))
    text = str(chance.choice((1, 1, 4, 7, 10, 11)) if chance.random() < 0.15 else chance.randrange(most))
    roll = chance.random()
    if roll < 0.2:
        return text + ".5"
    if roll < 0.28:
        return text + "分"
    return chance.choice("+-") + text if roll < 0.4 else text


def _crossing(cover: Coverage, by: Writer, chance: random.Random) -> tuple[Coverage, tuple[int, int]]:
    """The line through some writing, and where it begins beside that."""
    wide, high = cover.shape[1] / DENSITY, cover.shape[0] / DENSITY
    roll = chance.random()
    if roll < 0.62:
        line = strike(wide * chance.uniform(0.92, 1.05), by.hand, chance, DENSITY, chance.choice((1, 1, 2)))
        down = chance.gauss(0, 0.08) * high + high / 2 - line.shape[0] / DENSITY / 2
        return line, (-round(chance.uniform(0.3, 1.0) * DENSITY), round(down * DENSITY))
    out = chance.uniform(0.1, 0.8)
    if roll < 0.8:
        tilt = chance.uniform(-0.45, 0.45) * high
        strokes = [_stroke((-out, high / 2 - tilt), (wide + chance.uniform(0.1, 1.2), high / 2 + tilt), chance)]
    elif roll < 0.9:
        strokes = [_stroke((-out, -out / 2), (wide + out, high + out / 2), chance)]
        strokes.append(_stroke((wide + out, -out / 2), (-out, high + out / 2), chance))
    else:
        turns = max(4, round(wide * chance.uniform(0.8, 2.0)))
        xs = np.linspace(-out, wide + out, turns)
        strokes = [curve([(x, high * (chance.uniform(0, 0.25) + 0.6 * (n % 2)), False) for n, x in enumerate(xs)])]
    line = ink(strokes, by.hand.weight, chance, DENSITY, by.hand.pressure, by.hand.darkness)
    start = np.concatenate(strokes).min(axis=0) - by.hand.weight * 1.2
    return line, (round(start[0] * DENSITY), round(start[1] * DENSITY))


def _stroke(start: tuple[float, float], end: tuple[float, float], chance: random.Random) -> Polyline:
    middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2 + chance.gauss(0, 0.3))
    return curve([(*start, False), (*middle, False), (*end, False)])


def _put(page: Any, cover: Coverage, x: int, y: int) -> None:
    a, b, c, d = max(0, y), min(page.shape[0], y + cover.shape[0]), max(0, x), min(page.shape[1], x + cover.shape[1])
    if a < b and c < d:
        np.maximum(page[a:b, c:d], cover[a - y : b - y, c - x : d - x], out=page[a:b, c:d])


def _seen(page: Any, dark: float, chance: random.Random) -> Any:
    """Grey as a scanner or a copier has it."""
    random_ = np.random.default_rng(chance.randrange(2**32))
    picture = 250 - 215 * page * chance.uniform(0.8, 1.0)
    scale = chance.choice((150, 200, 200, 200, 300)) / 25.4 / DENSITY
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), chance.choice((0.3, 0.4, 0.6, 1.2, 1.8)))
    roll = chance.random()
    if roll < 0.2:
        small = np.where(small > chance.uniform(115, 190), 255, 0)
    elif roll < 0.3:
        level = chance.uniform(120, 165)
        small = (small - level) * chance.uniform(1.5, 3) + level + chance.uniform(0, 60)
    elif roll < 0.5:
        small = small + random_.normal(0, chance.uniform(3, 18), small.shape)
    small = np.clip(small, 0, 255).astype(np.uint8)
    if roll > 0.7:
        small = cv2.imdecode(cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, chance.randint(40, 90)])[1], 0)
    return cv2.resize(np.asarray(small, np.uint8), page.shape[::-1], interpolation=cv2.INTER_CUBIC)


def lessons(count: int, family: int, seed: int) -> tuple[Matrix, Matrix]:
    """What the network is shown of the pieces of so many cells, and whether each is crossed out."""
    shown, crossed = [], []
    for number in range(count):
        view, lines = cell(seed * 10_000_000 + number, family)
        for features, mask, (x, y) in pieces(dark_mask(view), DENSITY):
            high, wide = mask.shape
            met = float((lines[y : y + high, x : x + wide] & mask).sum()) / max(float(lines.sum()), 1.0)
            if 0.02 < met < 0.25:
                continue  # a fragment: neither
            shown.append(features)
            crossed.append(met >= 0.25)
    return np.stack(shown), np.array(crossed, np.float32)


class Network:
    """One inner layer and one answer, learned by Adam."""

    def __init__(self, mean: Matrix, seed: int = 0) -> None:
        self.chance = np.random.default_rng(seed)
        self.mean = mean
        first = self.chance.normal(0, np.sqrt(2 / len(mean)), (len(mean), INNER))
        second = self.chance.normal(0, np.sqrt(1 / INNER), INNER)
        self.parts: list[Any] = [np.asarray(part, np.float32) for part in (first, np.zeros(INNER), second, np.zeros(1))]
        self._drift = [np.zeros_like(part) for part in self.parts]
        self._spread = [np.zeros_like(part) for part in self.parts]
        self._count = 0

    def answers(self, features: Matrix) -> Matrix:
        """The logarithm of the odds that each piece is crossed out."""
        first, bias, second, bias_out = self.parts
        return np.asarray(np.maximum((features - self.mean) @ first + bias, 0) @ second + bias_out, np.float32)

    def learn(self, features: Matrix, crossed: Matrix, pace: float) -> None:
        """One step."""
        first, bias, second, bias_out = self.parts
        shown = features - self.mean
        inner = np.maximum(shown @ first + bias, 0)
        kept = ((self.chance.random(inner.shape) < KEPT) / KEPT).astype(np.float32)
        thinned = inner * kept
        wrong = 1 / (1 + np.exp(-np.clip(thinned @ second + bias_out, -30, 30))) - (0.01 + 0.98 * crossed)
        wrong = (wrong / len(crossed)).astype(np.float32)
        back = wrong[:, None] * second[None, :] * kept * (inner > 0)
        slopes = (
            shown.T @ back + DECAY * first,
            back.sum(0),
            thinned.T @ wrong + DECAY * second,
            wrong.sum(keepdims=True),
        )
        self._count += 1
        for place, slope in enumerate(slopes):
            self._drift[place] += 0.1 * (slope - self._drift[place])
            self._spread[place] += 0.001 * (slope * slope - self._spread[place])
            level = np.sqrt(self._spread[place] / (1 - 0.999**self._count)) + 1e-7
            self.parts[place] -= (pace * self._drift[place] / (1 - 0.9**self._count) / level).astype(np.float32)

    def keep(self, path: Path) -> None:
        """Write the weights, those of the first layer in bytes of 1/127 of the largest."""
        first, bias, second, bias_out = self.parts
        scale = np.float32(np.abs(first).max() / 127)
        np.savez_compressed(
            path,
            scale=scale,
            first=np.round(first / scale).astype(np.int8),
            second=second,
            bias=bias,
            bias_out=np.float32(bias_out[0]),
            mean=self.mean.astype(np.float16),
        )


def main() -> None:
    """Draw, learn, say how well unseen hands are told apart, and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    parser.add_argument("--cells", type=int, default=14_000)
    parser.add_argument("--rounds", type=int, default=24)
    given = parser.parse_args()
    features, crossed = lessons(given.cells, 0, 1)
    unseen, truth = lessons(max(200, given.cells // 8), 1, 2)
    network = Network(features.mean(axis=0))
    steps, done = given.rounds * (len(crossed) // ROUND), 0
    for turn in range(given.rounds):
        order = network.chance.permutation(len(crossed))
        for start in range(0, len(order) - ROUND + 1, ROUND):
            rows = order[start : start + ROUND]
            network.learn(_moved(features[rows], network.chance), crossed[rows], PACE * (1 - done / steps) + 1e-5)
            done += 1
        odds = network.answers(unseen)
        found, false = float((odds[truth > 0] > 0).mean()), float((odds[truth == 0] > 0).mean())
        print(f"round {turn + 1}: of unseen pieces {found:.2%} found, {false:.2%} false")
    network.keep(given.out)


def _moved(features: Matrix, chance: Any) -> Matrix:
    """The same pieces a pixel aside, up or down."""
    from parsers.scan.strikes import HIGH, WIDE

    pictures = features[:, : HIGH * WIDE].reshape(-1, HIGH, WIDE)
    moved = np.roll(pictures, tuple(chance.integers(-1, 2, 2)), (1, 2)).reshape(len(features), -1)
    return np.hstack([moved, features[:, HIGH * WIDE :]])


if __name__ == "__main__":
    main()
