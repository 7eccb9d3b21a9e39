"""Seals, drawn by ourselves: a round one with a star, an oval one, a small square name seal; red, uneven."""

from __future__ import annotations

import math
import random

import cv2
import numpy as np
from PIL import Image, ImageDraw

from scans.printing import face
from scans.strokes import Coverage

FINER = 2


def round_seal(text: str, chance: random.Random, dots: float, diameter: float = 38.0, flat: float = 1.0) -> Coverage:
    """A ring with the text along its upper arc and a star in its middle; ``flat`` below 1 makes it oval."""
    side = round(diameter * dots)
    fine = side * FINER
    canvas = np.zeros((fine, fine), np.uint8)
    middle = (fine // 2, fine // 2)
    cv2.circle(canvas, middle, round(fine * 0.485), 255, max(2, round(1.1 * dots * FINER)), cv2.LINE_AA)
    _star(canvas, middle, fine * 0.14)
    _around(canvas, text, fine)
    small = cv2.resize(canvas, (side, max(4, round(side * flat))), interpolation=cv2.INTER_AREA)
    return _worn(small, chance)


def name_seal(text: str, chance: random.Random, dots: float, side: float = 14.0) -> Coverage:
    """A square with two columns of characters, as people use instead of a signature."""
    fine = round(side * dots)
    canvas = np.zeros((fine, fine), np.uint8)
    line = max(2, round(0.8 * dots))
    cv2.rectangle(canvas, (line, line), (fine - line, fine - line), 255, line, cv2.LINE_AA)
    for number, character in enumerate((text + "之印印")[:4]):
        tile = _tile(character, round(fine * 0.4))
        x = round(fine * (0.52 if number < 2 else 0.1))
        y = round(fine * (0.1 if number % 2 == 0 else 0.5))
        part = canvas[y : y + tile.shape[0], x : x + tile.shape[1]]
        np.maximum(part, tile[: part.shape[0], : part.shape[1]], out=part)
    return _worn(canvas, chance)


def _around(canvas: np.ndarray, text: str, fine: int) -> None:
    size = round(fine * min(0.14, 1.5 / max(6, len(text))))
    radius = fine * 0.38
    span = math.radians(min(250, 24 * len(text)))
    for number, character in enumerate(text):
        angle = -span / 2 + span * (number + 0.5) / len(text)
        tile = _tile(character, size)
        turn = cv2.getRotationMatrix2D((size / 2, size / 2), -math.degrees(angle), 1.0)
        turn[0, 2] += fine / 2 + radius * math.sin(angle) - size / 2
        turn[1, 2] += fine / 2 - radius * math.cos(angle) - size / 2
        np.maximum(canvas, cv2.warpAffine(tile, turn, canvas.shape[::-1]), out=canvas)


def _tile(character: str, size: int) -> np.ndarray:
    tile = Image.new("L", (size, size))
    ImageDraw.Draw(tile).text((size / 2, size / 2), character, fill=255, font=face("song", size), anchor="mm")
    return np.asarray(tile, np.uint8)


def _star(canvas: np.ndarray, middle: tuple[int, int], radius: float) -> None:
    corners = []
    for number in range(10):
        angle = math.pi * number / 5
        far = radius if number % 2 == 0 else radius * 0.38
        corners.append((middle[0] + far * math.sin(angle), middle[1] - far * math.cos(angle)))
    cv2.fillPoly(canvas, [np.array(corners).round().astype(np.int32)], 255, cv2.LINE_AA)


def _worn(mask: np.ndarray, chance: random.Random) -> Coverage:
    """Unevenly inked, turned by some degrees."""
    high, wide = mask.shape
    coarse = np.random.default_rng(chance.randrange(2**32)).uniform(0.45, 1.0, (8, 8)).astype(np.float32)
    uneven = cv2.resize(coarse, (wide, high), interpolation=cv2.INTER_CUBIC)
    turn = cv2.getRotationMatrix2D((wide / 2, high / 2), chance.gauss(0, 12), 0.97)
    turned = cv2.warpAffine(mask, turn, (wide, high)).astype(np.float32) / 255
    made: Coverage = np.clip(turned * uneven * chance.uniform(0.75, 0.95), 0, 1).astype(np.float32)
    return made
