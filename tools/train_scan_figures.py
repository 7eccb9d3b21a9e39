"""Makes parsers/scan/figures.onnx: draws lines of figures with our own strokes and teaches a small network to read.

Run: ``OPENBLAS_NUM_THREADS=1 python tools/train_scan_figures.py``; about ten minutes on one core. The shapes are those
of family 0 of the simulator's hands and those of figure_shapes.py, and the line figures that are part of OpenCV. Family
1 is never learned: how well its lines are read is printed, and calibrate_scan.py and bench_scan.py draw only those. No
foreign data is used.
"""

from __future__ import annotations

import argparse
import pickle
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from scans.shapes import CHARACTERS  # noqa: E402
from scans.strokes import Hand, hand, strike, write  # noqa: E402

from parsers.scan.figures import WEIGHTS, seen_line  # noqa: E402
from parsers.scan.handwriting import written  # noqa: E402
from parsers.scan.recogniser import tidied  # noqa: E402
from tools.figure_network import Network  # noqa: E402
from tools.figure_shapes import TAUGHT  # noqa: E402

Picture = NDArray[np.uint8]

CHARACTERS_READ = tuple("0123456789.+-分扣无×/?")  #: The last one: anything else, and what is crossed out.
OTHERS = tuple(sorted(set(CHARACTERS) - set("分扣无一十")))
FACES = (0, 1, 2, 3, 4, 5, 16, 17, 18, 19, 20)  #: OpenCV's own line figures.
TYPED, OWN = 0.12, 0.4  #: Shares of lines in those faces and in shapes of family 0; the others are TAUGHT.
NIB = 0.15  #: Share of the others that a broad nib writes.
DOTS = 10.0  #: A millimetre, of a drawing.
SEEN = 12.0  #: A millimetre, of a cell as the reader cuts it out.
HEAP = 4000
ROUND = 48  #: Lines a step.
PACE = 2.0e-3


@dataclass(frozen=True)
class Lesson:
    """A line as the network sees it (bytes, ink light), and what stands there."""

    picture: Picture
    text: tuple[int, ...]


def wanted(chance: random.Random) -> str:
    """Something that is written into a cell for points, or for their total."""
    roll = chance.random()
    if roll < 0.3:
        text = str(chance.randrange(10))
    elif roll < 0.52:
        text = str(chance.randrange(10, 20))
    elif roll < 0.68:
        text = str(chance.randrange(20, 100))
    elif roll < 0.76:
        text = str(chance.randrange(100, 130))
    elif roll < 0.84:
        text = f"{chance.randrange(20)}.5"
    elif roll < 0.9:
        text = f"{chance.randrange(40, 125)}.{chance.choice('5555500123')}"
    elif roll < 0.92:
        text = "".join(chance.choice("0123456789") for _ in range(chance.choice((2, 3, 3, 4))))
    elif roll < 0.94:
        return chance.choice("无×/-")
    else:
        return "".join(chance.choice(OTHERS) for _ in range(chance.choice((1, 1, 2, 2, 3))))
    roll = chance.random()
    if roll < 0.06 and "." not in text:
        text += ".0"
    elif roll < 0.17:
        text += "分"
    roll = chance.random()
    return ("+" if roll < 0.05 else "-" if roll < 0.1 else "扣" if roll < 0.12 else "") + text


def labels_of(text: str) -> tuple[int, ...]:
    """The network's labels of a text; whatever it has no name for is "?", once."""
    found = [CHARACTERS_READ.index(one) + 1 if one in CHARACTERS_READ else len(CHARACTERS_READ) for one in text]
    return tuple(
        label for place, label in enumerate(found) if label < len(CHARACTERS_READ) or label not in found[:place]
    )


def lesson(chance: random.Random, family: int | None) -> Lesson | None:
    """One line; ``family`` None: for learning, else of that family of hands alone. None where nothing is left of it."""
    text = wanted(chance)
    struck = family is None and chance.random() < 0.02 and text[0].isdigit()
    by = _hand(chance, family)
    if family is None and text.isascii() and not struck and chance.random() < TYPED:
        cover = _typed(text, chance)
    else:
        cover = write(text, by, chance, DOTS)
        if family is None and not struck and chance.random() < NIB:
            cover = _nibbed(text, by, chance)
    if struck:
        line = strike(cover.shape[1] / DOTS, by, chance, DOTS, chance.choice((1, 1, 2)))
        high = max(cover.shape[0], line.shape[0])
        canvas = np.zeros((high, max(cover.shape[1], line.shape[1])), np.float32)
        canvas[: cover.shape[0], : cover.shape[1]] = cover
        top = max(0, (cover.shape[0] - line.shape[0]) // 2)
        np.maximum(
            canvas[top : top + line.shape[0], : line.shape[1]],
            line,
            out=canvas[top : top + line.shape[0], : line.shape[1]],
        )
        cover, text = canvas, "?"
    line = tidied(written(scanned(cover, chance), SEEN))
    picture = (255 * (1 - seen_line(line))).astype(np.uint8) if line.size else None
    labels = labels_of(text)
    if picture is None or picture.shape[1] < 4 * len(labels) + 2 or picture.min() > 100:
        return None
    return Lesson(255 - picture, labels)


def _hand(chance: random.Random, family: int | None) -> Hand:
    by = hand(chance.randrange(10**9), family if family is not None else 0)
    if family is not None:
        return by
    by = replace(
        by,
        gap=chance.choice((by.gap, chance.uniform(-0.1, 0.25))),
        width=by.width * chance.uniform(0.85, 1.15),
        wobble=by.wobble * chance.uniform(1.0, 1.8),
        slant=by.slant + chance.gauss(0, 0.08),
    )
    return by if chance.random() < OWN else replace(by, others=TAUGHT)


def _nibbed(text: str, by: Hand, chance: random.Random) -> NDArray[np.float32]:
    """Written with a broad nib, as print with serifs looks: strokes downwards are thick, those across are thin."""
    thin = replace(
        by, weight=chance.uniform(0.12, 0.25), gap=max(by.gap, chance.uniform(0.05, 0.25)), slant=by.slant / 2
    )
    cover = np.pad(write(text, thin, chance, DOTS), 6)
    broad = chance.uniform(0.25, 0.65) * DOTS
    nib = np.zeros((7, 7), np.float32)
    lean = chance.uniform(-0.5, 0.5)
    across, down = broad / 2 * np.cos(lean), broad / 2 * np.sin(lean)
    ends = [(round(3 - across), round(3 - down)), (round(3 + across), round(3 + down))]
    cv2.line(nib, ends[0], ends[1], 1.0, 1)
    return np.asarray(cv2.dilate(cover, (nib > 0).astype(np.uint8)), np.float32)


def _typed(text: str, chance: random.Random) -> NDArray[np.float32]:
    face, weight, size = chance.choice(FACES), chance.choice((1, 2, 3, 4)), chance.uniform(1.0, 1.6)
    parts = []
    for character in text:
        (wide, high), _ = cv2.getTextSize(character, face, size, weight)
        part = np.zeros((high + 30, wide + 30), np.uint8)
        cv2.putText(part, character, (15, high + 15), face, size, 255, weight, cv2.LINE_AA)
        inked = np.flatnonzero((part > 128).any(axis=0))
        parts.append(part[:, max(0, inked.min() - 1) : inked.max() + 2])
    apart = chance.randint(-2 - weight, 8)
    page = np.zeros((max(part.shape[0] for part in parts), sum(part.shape[1] + 9 for part in parts) + 40), np.uint8)
    at = 20
    for part in parts:
        room = page[-part.shape[0] :, at : at + part.shape[1]]
        np.maximum(room, part, out=room)
        at += part.shape[1] + apart
    return page.astype(np.float32) / 255


def scanned(cover: NDArray[np.float32], chance: random.Random) -> Picture:
    """Ink on paper as it comes out of the scanner and is cut out by the reader."""
    random_ = np.random.default_rng(chance.randrange(2**32))
    rim = 14
    page = np.pad(cover, rim)
    page = _bent(page, chance)
    dpi = chance.choice((150, 200, 200, 200, 300)) / 25.4 * chance.uniform(0.92, 1.02)
    paper, ink = chance.uniform(150, 255), chance.uniform(10, 90)
    grey = paper - page * (paper - ink) * chance.uniform(0.8, 1.0)
    grey = cv2.resize(grey, None, fx=dpi / DOTS, fy=dpi / DOTS, interpolation=cv2.INTER_AREA)
    if chance.random() < 0.35:
        grey = cv2.GaussianBlur(grey, (0, 0), chance.uniform(0.4, 1.4))
    for _ in range(chance.choices((0, 1, 2), (70, 18, 12))[0]):  # through a copier: harder, and lighter or darker
        level, hard = paper * chance.uniform(0.5, 0.68), chance.uniform(1.0, 2.6)
        grey = cv2.GaussianBlur(grey, (0, 0), chance.uniform(0.4, 0.7))
        grey = np.clip((grey - level) * hard + level + chance.uniform(0, 45), 0, 255)
    if chance.random() < 0.5:
        grey = grey + random_.normal(0, chance.uniform(1, 20), grey.shape)
    grey = np.clip(grey, 0, 255)
    if chance.random() < 0.14:
        grey = np.where(grey > ink + (paper - ink) * chance.uniform(0.4, 0.75), 255.0, 0.0)
    done = grey.astype(np.uint8)
    if chance.random() < 0.4:
        done = cv2.imdecode(cv2.imencode(".jpg", done, [1, chance.randint(35, 90)])[1], 0)
    return np.asarray(cv2.resize(done, None, fx=SEEN / dpi, fy=SEEN / dpi, interpolation=cv2.INTER_CUBIC), np.uint8)


def _bent(page: NDArray[np.float32], chance: random.Random) -> NDArray[np.float32]:
    """Every hand is another: the shape is slanted and drawn out of true."""
    high, wide = page.shape
    y, x = np.mgrid[0:high, 0:wide].astype(np.float32)
    far, slant = high * chance.uniform(0, 0.05), chance.gauss(0, 0.08)
    fields = []
    for _ in range(2):
        coarse = np.array([[chance.gauss(0, 1) for _ in range(5)] for _ in range(3)], np.float32)
        fields.append(cv2.resize(coarse, (wide, high), interpolation=cv2.INTER_CUBIC))
    across, down = x + fields[0] * far + slant * (y - high / 2), y + fields[1] * far
    return np.asarray(cv2.remap(page, across, down, cv2.INTER_LINEAR), np.float32)


def lessons(count: int, family: int | None, seed: int, first: int = 0) -> list[Lesson]:
    """So many lines, in heaps of ``HEAP`` that do not depend on each other; ``first``: the number of the first heap."""
    found: list[Lesson] = []
    for heap in range(first, first + -(-count // HEAP)):
        chance, wanted_here = random.Random(f"{seed} {heap}"), min(HEAP, count - HEAP * (heap - first))
        drawn: list[Lesson] = []
        while len(drawn) < wanted_here:
            one = lesson(chance, family)
            if one is not None:
                drawn.append(one)
        found += drawn
    return found


def batches(
    learned: Sequence[Lesson], chance: np.random.Generator
) -> Iterator[tuple[NDArray[np.float32], list[tuple[int, ...]]]]:
    """All lines once, those of like width together, each somewhere in the width that they share."""
    order = sorted(chance.permutation(len(learned)), key=lambda n: -(-learned[n].picture.shape[1] // 16))
    groups = [order[at : at + ROUND] for at in range(0, len(order), ROUND)]
    for number in chance.permutation(len(groups)):
        rows = groups[number]
        yield stacked([learned[row].picture for row in rows], chance), [learned[row].text for row in rows]


def stacked(pictures: Sequence[Picture], chance: np.random.Generator | None = None) -> NDArray[np.float32]:
    """Lines of like width as one input."""
    wide = -(-max(picture.shape[1] for picture in pictures) // 16) * 16
    shown = np.zeros((len(pictures), pictures[0].shape[0], wide), np.float32)
    for number, picture in enumerate(pictures):
        room = wide - picture.shape[1]
        at = room // 2 if chance is None else int(chance.integers(0, room + 1))
        up = 0 if chance is None else int(chance.integers(-1, 2))
        shown[number, :, at : at + picture.shape[1]] = np.roll(picture, up, axis=0) / np.float32(255)
    return shown


def read(network: Network, pictures: Sequence[Picture]) -> list[tuple[int, ...]]:
    """The likeliest text of each line."""
    found = []
    for picture in pictures:
        best = network.answers(stacked([picture]))[0].argmax(axis=1)
        kept = best[np.flatnonzero(np.concatenate([[True], best[1:] != best[:-1]]))]
        found.append(tuple(int(label) for label in kept if label))
    return found


def main() -> None:
    """Draw, learn, say how well the unseen shapes are read, and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    parser.add_argument("--lines", type=int, default=32_000)
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--keep", type=Path, help="keep the lines here, or take them from here")
    given = parser.parse_args()
    if given.keep and given.keep.exists():
        learned, unseen = pickle.loads(given.keep.read_bytes())
    else:
        learned, unseen = lessons(given.lines, None, 1), lessons(1200, 1, 2)
        if given.keep:
            given.keep.write_bytes(pickle.dumps((learned, unseen)))
    network = Network(len(CHARACTERS_READ) + 1)
    steps, done, cost = given.rounds * -(-len(learned) // ROUND), 0, 0.0
    for turn in range(given.rounds):
        for shown, texts in batches(learned, network.chance):
            done += 1
            pace = PACE * min(1.0, done / 200) * (0.02 + 0.98 * (1 - done / steps))
            cost += 0.01 * (network.learn(shown, texts, pace) - cost)
            if done % 200 == 0:
                print(f"{done}/{steps}: cost {cost:.3f}", flush=True)
        right = np.mean(
            [found == one.text for found, one in zip(read(network, [u.picture for u in unseen]), unseen, strict=True)]
        )
        print(f"round {turn + 1}: lines of unseen shapes read right {right:.4f}", flush=True)
        network.write(given.out, CHARACTERS_READ)


if __name__ == "__main__":
    main()
