"""Ink on paper, drawn stroke by stroke: figures, signs, simple characters, ticks, strike-outs and scribbled names.

Everything is decided by the ``random.Random`` that is handed in. Lengths are millimetres, colours RGB.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from scans.shapes import CHARACTERS, SHAPES, points

Coverage = NDArray[np.float32]  #: 0 paper … 1 full ink, a pixel each.
Page = NDArray[np.uint8]  #: RGB, height × width × 3.
Polyline = NDArray[np.float64]  #: n × 2.

FINER = 4  #: Strokes are drawn so many times finer, and then averaged.
BLACK, BLUE, RED = (38, 36, 40), (38, 58, 150), (200, 35, 40)


@dataclass(frozen=True, slots=True)
class Hand:
    """How somebody writes."""

    size: float = 4.6  #: Height of a figure.
    weight: float = 0.45  #: Width of the pen's line.
    slant: float = 0.1  #: Tangent, to the right.
    wobble: float = 0.02  #: Of a figure's height.
    gap: float = 0.14  #: Between neighbours, of a figure's height; below zero they touch.
    width: float = 1.0  #: Of a figure, against the shape drawn.
    rise: float = 0.0  #: Tangent: the line climbs.
    pressure: float = 0.25  #: How much the line's width varies.
    darkness: float = 0.95
    colour: tuple[int, int, int] = BLACK
    habit: int = 0  #: Which shape of each figure is this person's.
    family: int | None = None  #: 0 or 1: only every other shape, so that one family can stay unseen; None: all.
    others: Mapping[str, tuple[str, ...]] | None = None  #: Shapes that are drawn in place of ours.


def hand(seed: int, family: int | None = None) -> Hand:
    """Somebody's way of writing."""
    chance = random.Random(f"hand {seed}")
    size = chance.uniform(3.4, 5.6)
    return Hand(
        size=size,
        weight=min(0.14 * size, chance.choice((0.3, 0.4, 0.5, 0.6, 0.75)) * chance.uniform(0.9, 1.1)),
        slant=chance.gauss(0.1, 0.12),
        wobble=chance.uniform(0.008, 0.03),
        gap=chance.choice((0.2, 0.16, 0.12, 0.08, 0.0, -0.04)),
        width=chance.uniform(0.85, 1.25),
        rise=chance.gauss(0, 0.03),
        pressure=chance.uniform(0.05, 0.4),
        darkness=chance.uniform(0.78, 1.0),
        colour=chance.choice((BLACK, BLACK, BLUE, (25, 30, 95), (70, 70, 74))),
        habit=chance.randrange(1000),
        family=family,
    )


def drawable(text: str) -> bool:
    """Whether every character of it has a shape of ours."""
    return all(character in SHAPES or character == " " for character in text)


def write(text: str, writer: Hand, chance: random.Random, dots: float) -> Coverage:
    """The ink of a line of writing, cropped to it; ``dots`` a millimetre. Raises KeyError where there is no shape."""
    strokes: list[Polyline] = []
    at = 0.0
    for number, character in enumerate(text):
        if character == " ":
            at += 0.4
            continue
        lines = _shape(character, writer, chance)
        left = min(line[:, 0].min() for line in lines)
        right = max(line[:, 0].max() for line in lines)
        strokes += [line + np.array((at - left, 0.0)) for line in lines]
        gap = writer.gap + chance.gauss(0, 0.02)
        if "." in text[number : number + 2]:
            gap = max(gap, 0.09 + 0.6 * writer.weight / writer.size)  # a point that nobody could see is not written
        at += right - left + gap
    scaled = []
    for line in strokes:
        y = line[:, 1] - writer.rise * line[:, 0]
        scaled.append(np.stack((line[:, 0] + (1 - line[:, 1]) * writer.slant, y), axis=1) * writer.size)
    return ink(scaled, writer.weight, chance, dots, writer.pressure, writer.darkness)


def _shape(character: str, writer: Hand, chance: random.Random) -> list[Polyline]:
    if writer.others is not None and character in writer.others:
        shapes = writer.others[character]
    else:
        shapes = SHAPES[character]
        if writer.family is not None and len(shapes) > 1:
            shapes = shapes[writer.family % 2 :: 2]
    own = (writer.habit + ord(character) * 7) % len(shapes)
    which = own if chance.random() < 0.85 else chance.randrange(len(shapes))
    high = chance.uniform(0.92, 1.08)
    wide = high * (1.0 if character in CHARACTERS else writer.width * chance.uniform(0.9, 1.1))
    if character in CHARACTERS:
        wide, high = wide * 1.05, high * 1.05
    tilt, drop = chance.gauss(0, 0.035), chance.gauss(0, 0.02)
    lines = []
    for stroke in points(shapes[which]):
        moved = [
            (x * wide + chance.gauss(0, writer.wobble), y * high + drop + chance.gauss(0, writer.wobble), sharp)
            for x, y, sharp in stroke
        ]
        line = curve(moved)
        turned = np.stack((line[:, 0] - tilt * line[:, 1], line[:, 1] + tilt * line[:, 0]), axis=1)
        lines.append(turned)
    return lines


def curve(through: list[tuple[float, float, bool]], steps: int = 14) -> Polyline:
    """A smooth line through the points (Catmull-Rom), broken at the sharp ones."""
    parts: list[Polyline] = []
    run: list[tuple[float, float]] = []
    for x, y, sharp in through:
        run.append((x, y))
        if sharp and len(run) > 1:
            parts.append(_smooth(np.array(run), steps))
            run = [(x, y)]
    if len(run) > 1:
        parts.append(_smooth(np.array(run), steps))
    return np.concatenate(parts) if parts else np.array([[x, y] for x, y, _ in through])


def _smooth(nodes: Polyline, steps: int) -> Polyline:
    if len(nodes) == 2:
        return np.linspace(nodes[0], nodes[1], steps)
    padded = np.concatenate((2 * nodes[:1] - nodes[1:2], nodes, 2 * nodes[-1:] - nodes[-2:-1]))
    t = np.linspace(0, 1, steps)[:, None]
    pieces = []
    for before, start, end, after in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        pieces.append(
            0.5
            * (
                2 * start
                + (end - before) * t
                + (2 * before - 5 * start + 4 * end - after) * t**2
                + (3 * start - before - 3 * end + after) * t**3
            )
        )
    return np.concatenate(pieces)


def ink(
    strokes: list[Polyline],
    weight: float,
    chance: random.Random,
    dots: float,
    pressure: float = 0.25,
    darkness: float = 0.95,
) -> Coverage:
    """Strokes (millimetres) as ink, cropped to them."""
    fine = dots * FINER
    margin = weight * 1.2
    everything = np.concatenate(strokes)
    origin = everything.min(axis=0) - margin
    wide, high = np.ceil((everything.max(axis=0) + margin - origin) * dots).astype(int) + 1
    canvas = np.zeros((int(high) * FINER, int(wide) * FINER), np.uint8)
    for stroke in strokes:
        at = np.round((stroke - origin) * fine * 8).astype(int)
        along = np.linspace(0, 1, len(at))
        phase, beat = chance.uniform(0, math.tau), chance.uniform(1, 4)
        press = 1 + pressure * (0.6 * np.sin(phase + beat * along * math.pi) - 0.5 * along**2)
        widths = np.maximum(1, np.round(weight * fine * press)).astype(int)
        for start, end, width in zip(at[:-1], at[1:], widths, strict=False):
            cv2.line(canvas, _pair(start), _pair(end), 255, int(width), cv2.LINE_AA, 3)
    small = cv2.resize(canvas, (int(wide), int(high)), interpolation=cv2.INTER_AREA)
    made: Coverage = small.astype(np.float32) * np.float32(darkness / 255)
    return made


def _pair(point: NDArray[np.int64]) -> tuple[int, int]:
    return int(point[0]), int(point[1])


def press(page: Page, coverage: Coverage, x: float, y: float, colour: tuple[int, int, int], dots: float) -> None:
    """Put ink on the page in place, its upper left corner at ``x``, ``y`` millimetres; what lies outside is cut off."""
    left, top = round(x * dots), round(y * dots)
    high, wide = coverage.shape[:2]
    a, b = max(0, top), min(page.shape[0], top + high)
    c, d = max(0, left), min(page.shape[1], left + wide)
    if a >= b or c >= d:
        return
    cover = coverage[a - top : b - top, c - left : d - left, None]
    under = page[a:b, c:d].astype(np.float32)
    over = under * (np.array(colour, np.float32) / 255)  # ink lies on what is printed: it never whitens it
    page[a:b, c:d] = np.clip(under * (1 - cover) + over * cover, 0, 255).astype(np.uint8)


def size_of(coverage: Coverage, dots: float) -> tuple[float, float]:
    """Width and height in millimetres."""
    return coverage.shape[1] / dots, coverage.shape[0] / dots


def strike(width: float, writer: Hand, chance: random.Random, dots: float, lines: int = 1) -> Coverage:
    """One or more lines drawn through something so many millimetres wide."""
    strokes = []
    for number in range(lines):
        y = number * writer.size * 0.3
        nodes = [
            (-0.6, y + chance.gauss(0, 0.2), False),
            (width / 2, y + chance.gauss(0, 0.25), False),
            (width + 0.6, y + chance.gauss(0, 0.3), False),
        ]
        strokes.append(curve(nodes))
    return ink(strokes, writer.weight, chance, dots, writer.pressure, writer.darkness)


def signature(writer: Hand, chance: random.Random, dots: float, width: float = 16.0) -> Coverage:
    """A scribbled name so many millimetres wide: two or three bodies of loops, run together."""
    strokes: list[Polyline] = []
    bodies = chance.choice((2, 3))
    each = width / bodies
    for number in range(bodies):
        left = number * each
        for _ in range(chance.choice((2, 3, 4))):
            nodes = []
            y = chance.uniform(0, 2.5)
            for _ in range(chance.choice((3, 4, 6))):
                nodes.append((left + chance.uniform(0, each * 0.95), y, False))
                y += chance.uniform(-0.6, 1.9)
            strokes.append(curve(nodes))
    if chance.random() < 0.6:
        strokes.append(curve([(0, 5.2, False), (width * 0.6, 4.6, False), (width * 1.1, 3.8, False)]))
    return ink(strokes, writer.weight, chance, dots, max(writer.pressure, 0.25), writer.darkness)
