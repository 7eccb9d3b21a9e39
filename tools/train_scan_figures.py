"""Makes parsers/scan/figures.npz: draws pieces of ink from family 0 of our own strokes and teaches a small network.

Run: ``python tools/train_scan_figures.py [--out FILE]``; about ten minutes on one core. Half of the shapes (family 1)
are never learned: how well those are told apart is printed, and calibrate_scan.py and bench_scan.py draw only those.
A few pieces come from the line figures that are part of OpenCV. No foreign data is used.
"""

from __future__ import annotations

import argparse
import random
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from scans.strokes import hand, write  # noqa: E402

from parsers.scan.figures import BROADEST, WEIGHTS, seen_piece  # noqa: E402
from parsers.scan.pieces import outline  # noqa: E402
from parsers.scan.recogniser import tidied  # noqa: E402

Picture = NDArray[np.uint8]
Matrix = NDArray[np.float32]

FACES = (0, 1, 2, 3, 4, 5, 16, 19)  #: OpenCV's own line figures.
OWN = 0.85  #: Share of pieces that our strokes draw.
INNER = 320  #: Units of the network's inner layer.
KEPT = 0.65  #: Share of them that take part in a step of learning.
SMOOTH = 0.08  #: Of every lesson: it may be something else.
ROUND = 256  #: Pieces a step.
PACE = 1.5e-3
DECAY = 1e-4


@dataclass(frozen=True)
class Lessons:
    """Pieces of ink and what they are."""

    pictures: Picture
    labels: NDArray[np.intp]
    breadths: Matrix

    def features(self, rows: Any = slice(None), shift: tuple[int, int] = (0, 0)) -> Matrix:
        """What the network is shown of them."""
        moved = np.roll(self.pictures[rows], shift, (1, 2))
        flat = moved.reshape(len(moved), -1).astype(np.float32) / 255
        return np.hstack([flat, np.minimum(self.breadths[rows], BROADEST)[:, None]])


def wanted() -> dict[str, int]:
    """What a piece may be, and how many of it are drawn: single figures, two that touch, a sign or 分 that touches."""
    kinds = {str(figure): 1300 for figure in range(10)}
    kinds |= {f"{pair:02d}": 800 if pair // 10 == 1 else 130 for pair in range(100)}
    kinds |= {"分": 900, "+": 300, "扣": 150, "无": 150, "×": 150}
    return kinds | {f"{figure}分": 160 for figure in range(10)} | {f"+{figure}": 110 for figure in range(10)}


def lessons(family: int, share: float, seed: int) -> Lessons:
    """Pieces drawn by one family of hands, each a single piece of ink to the reader too."""
    chance = random.Random(seed)
    pictures, labels, breadths = [], [], []
    for label, (text, count) in enumerate(wanted().items()):
        found = 0
        for _ in range(round(3 * count * share)):
            if found >= round(count * share):
                break
            line = outline(tidied(_drawn(text, chance, family)))
            bodies = [piece for piece in line.pieces if not piece.point]
            if len(bodies) == 1:
                pictures.append(seen_piece(line, bodies[0]))
                labels.append(label)
                breadths.append(bodies[0].breadth)
                found += 1
    return Lessons(np.array(pictures), np.array(labels), np.array(breadths, np.float32))


def _drawn(text: str, chance: random.Random, family: int) -> Picture:
    if text.isascii() and chance.random() > OWN:
        plain = _typed(text, chance)
    else:
        by = hand(chance.randrange(10**9), family)
        by = replace(by, gap=chance.uniform(-0.08, 0.1)) if len(text) > 1 else by
        plain = (255 * (1 - write(text, by, chance, chance.choice((6, 8, 10, 12))))).astype(np.uint8)
    framed = cv2.copyMakeBorder(plain, 12, 12, 12, 12, cv2.BORDER_CONSTANT, value=255)
    soft = cv2.GaussianBlur(_bent(framed, chance), (0, 0), chance.uniform(0.3, 1.2)).astype(np.float32)
    soft += np.random.default_rng(chance.randrange(2**32)).normal(0, chance.uniform(0, 9), soft.shape)
    seen = np.clip(soft, 0, 255).astype(np.uint8)
    return np.where(seen > chance.uniform(140, 200), 255, 0).astype(np.uint8) if chance.random() < 0.12 else seen


def _typed(text: str, chance: random.Random) -> Picture:
    face, weight, size = chance.choice(FACES), chance.choice((1, 2, 3, 4)), chance.uniform(1.0, 1.6)
    parts = []
    for character in text:
        (wide, high), _ = cv2.getTextSize(character, face, size, weight)
        part = np.full((high + 30, wide + 30), 255, np.uint8)
        cv2.putText(part, character, (15, high + 15), face, size, 0, weight, cv2.LINE_AA)
        inked = np.flatnonzero((part < 128).any(axis=0))
        parts.append(part[:, max(0, inked.min() - 1) : inked.max() + 2])
    page = np.full((max(part.shape[0] for part in parts), sum(part.shape[1] for part in parts) + 20), 255, np.uint8)
    at = 10
    for part in parts:
        room = page[: part.shape[0], at : at + part.shape[1]]
        np.minimum(room, part, out=room)
        at += part.shape[1] - chance.randint(2, 3 + weight)
    return page


def _bent(picture: Picture, chance: random.Random) -> Picture:
    """Every hand is another: the shape is slanted and drawn out of true."""
    high, wide = picture.shape
    y, x = np.mgrid[0:high, 0:wide].astype(np.float32)
    far, slant = high * chance.uniform(0, 0.045), chance.gauss(0, 0.1)
    fields = []
    for _ in range(2):
        coarse = np.array([[chance.gauss(0, 1) for _ in range(4)] for _ in range(3)], np.float32)
        fields.append(cv2.resize(coarse, (wide, high), interpolation=cv2.INTER_CUBIC))
    across, down = x + fields[0] * far + slant * (y - high / 2), y + fields[1] * far
    return np.asarray(cv2.remap(picture, across, down, cv2.INTER_LINEAR, borderValue=255), np.uint8)


class Network:
    """One inner layer, learned by Adam."""

    def __init__(self, mean: Matrix, labels: int, seed: int = 0) -> None:
        self.chance = np.random.default_rng(seed)
        self.mean = mean
        first = self.chance.normal(0, np.sqrt(2 / len(mean)), (len(mean), INNER))
        second = self.chance.normal(0, np.sqrt(1 / INNER), (INNER, labels))
        self.parts: list[Matrix] = [
            np.asarray(part, np.float32) for part in (first, np.zeros(INNER), second, np.zeros(labels))
        ]
        self._drift = [np.zeros_like(part) for part in self.parts]
        self._spread = [np.zeros_like(part) for part in self.parts]
        self._count = 0

    def best(self, features: Matrix) -> NDArray[np.intp]:
        """The likeliest label of each."""
        first, bias, second, bias_out = self.parts
        return np.asarray((np.maximum((features - self.mean) @ first + bias, 0) @ second + bias_out).argmax(axis=1))

    def learn(self, features: Matrix, labels: NDArray[np.intp], pace: float) -> None:
        """One step."""
        first, bias, second, bias_out = self.parts
        shown = features - self.mean
        inner = np.maximum(shown @ first + bias, 0)
        kept = ((self.chance.random(inner.shape) < KEPT) / KEPT).astype(np.float32)
        thinned = inner * kept
        answers = thinned @ second + bias_out
        answers = np.exp(answers - answers.max(axis=1, keepdims=True))
        wrong = answers / answers.sum(axis=1, keepdims=True) - SMOOTH / len(bias_out)
        wrong[np.arange(len(labels)), labels] -= 1 - SMOOTH
        wrong /= len(labels)
        back = (wrong @ second.T) * kept * (inner > 0)
        slopes = (shown.T @ back + DECAY * first, back.sum(0), thinned.T @ wrong + DECAY * second, wrong.sum(0))
        self._count += 1
        for place, slope in enumerate(slopes):
            drift, spread = self._drift[place], self._spread[place]
            drift += 0.1 * (slope - drift)
            spread += 0.001 * (slope * slope - spread)
            level = np.sqrt(spread / (1 - 0.999**self._count)) + 1e-7
            self.parts[place] -= (pace * drift / (1 - 0.9**self._count) / level).astype(np.float32)

    def keep(self, path: Path, prior: NDArray[np.float64]) -> None:
        """Write the weights, in bytes of 1/127 of the largest."""
        first, bias, second, bias_out = self.parts
        scales = np.array([np.abs(part).max() / 127 for part in (first, second)], np.float32)
        np.savez_compressed(
            path,
            scales=scales,
            first=np.round(first / scales[0]).astype(np.int8),
            second=np.round(second / scales[1]).astype(np.int8),
            bias=bias,
            bias_out=bias_out,
            mean=self.mean.astype(np.float16),
            prior=prior.astype(np.float32),
            labels=np.array(list(wanted())),
        )


def main() -> None:
    """Draw, learn, say how well the unseen shapes are told apart, and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    parser.add_argument("--share", type=float, default=1.0, help="of the pieces that are drawn")
    parser.add_argument("--rounds", type=int, default=16)
    given = parser.parse_args()
    learned, unseen = lessons(0, given.share, 1), lessons(1, 0.15 * given.share, 2)
    count, shown = len(learned.labels), unseen.features()
    network = Network(learned.features(slice(0, 4000)).mean(axis=0), len(wanted()))
    steps, done = given.rounds * (count // ROUND), 0
    for turn in range(given.rounds):
        order = network.chance.permutation(count)
        for start in range(0, count - ROUND + 1, ROUND):
            rows = order[start : start + ROUND]
            down, across = network.chance.integers(-1, 2, 2).tolist()
            done += 1
            pace = PACE * min(1.0, done / 100) * (1 - 0.97 * done / steps)
            network.learn(learned.features(rows, (down, across)), learned.labels[rows], pace)
        print(f"round {turn + 1}: unseen shapes right {(network.best(shown) == unseen.labels).mean():.3f}", flush=True)
    network.keep(given.out, np.bincount(learned.labels, minlength=len(wanted())) / count)


if __name__ == "__main__":
    main()
