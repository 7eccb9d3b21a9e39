"""A page photographed where it lies: on wood, cloth, paper or in the dark, folded, lit aslant, a finger on it."""

from __future__ import annotations

import math
import random

import cv2
import numpy as np
from numpy.typing import NDArray

from scans.degrading import Points, Scan

_WIDE, _HIGH = 2700, 3600  #: Pixels of the photograph.
_FINGER = (205, 140, 110)

Picture = NDArray[np.float32]


def photographed(scan: Scan, strength: float, seed: int) -> Scan:
    """A telephone's picture of a page that fills two thirds of it or more, ± 12°, seen from one side.

    ``strength``: 1 tilts it by up to 14 %, and blurs it by up to 0.2 mm.
    """
    chance = random.Random(f"desk {seed}")
    grains = np.random.default_rng(seed)
    page = _folded(scan.image.astype(np.float32), chance)
    high, wide = page.shape[:2]
    corners = _corners(wide, high, strength, chance)
    frame = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    matrix = cv2.getPerspectiveTransform(frame, corners.astype(np.float32)).astype(np.float64)
    laid = cv2.warpPerspective(page, matrix, (_WIDE, _HIGH), flags=cv2.INTER_AREA)
    cover = np.asarray(cv2.warpPerspective(np.ones((high, wide), np.float32), matrix, (_WIDE, _HIGH)))[:, :, None]
    below = cv2.GaussianBlur(np.roll(cover[:, :, 0], (16, 16), (0, 1)), (0, 0), 14)[:, :, None]
    picture = _desk(chance, grains) * (1 - 0.5 * below) * (1 - cover) + laid * cover
    picture *= _light(chance)
    if chance.random() < 0.4:
        _finger(picture, corners, chance)
    picture = cv2.GaussianBlur(picture, (0, 0), chance.uniform(0.5, 0.6 + 1.2 * strength))
    picture += grains.standard_normal(picture.shape, dtype=np.float32) * chance.uniform(2, 7)
    across = float(np.linalg.norm(corners[1] - corners[0])) / wide

    def move(points: Points) -> Points:
        moved: Points = cv2.perspectiveTransform(points[:, None, :], matrix)[:, 0]
        return moved

    first = scan.move
    return Scan(np.clip(picture, 0, 255).astype(np.uint8), lambda points: move(first(points)), scan.dpi * across)


def _corners(wide: int, high: int, strength: float, chance: random.Random) -> Points:
    """Where the corners of the page come to lie, clockwise from the upper left one."""
    size = min(chance.uniform(0.66, 0.88) * _WIDE / wide, 0.92 * _HIGH / high)
    angle = math.radians(chance.uniform(-12, 12) * strength)
    turn = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    middle = np.array([_WIDE * chance.uniform(0.46, 0.54), _HIGH * chance.uniform(0.48, 0.52)])
    half = np.array([[-wide, -high], [wide, -high], [wide, high], [-wide, high]]) * size / 2
    corners: Points = half @ turn + middle
    far, tilt = chance.randrange(4), chance.uniform(0, 0.14 * strength)
    pair = [far, (far + 1) % 4]
    between = corners[pair].mean(axis=0)
    corners[pair] += (between - corners[pair]) * tilt + (middle - corners[pair]) * tilt / 3
    return corners


def _folded(page: Picture, chance: random.Random) -> Picture:
    """With a crease, as a letter has it, and one half in less light than the other."""
    if chance.random() < 0.4:
        return page
    place = int(page.shape[0] * chance.uniform(0.3, 0.7))
    page[:place] *= chance.uniform(0.85, 1.0)
    page[place:] *= chance.uniform(0.8, 1.0)
    page[place - 3 : place + 3] *= 0.8
    return page


def _desk(chance: random.Random, grains: np.random.Generator) -> Picture:
    y, x = np.mgrid[0:_HIGH, 0:_WIDE].astype(np.float32)
    match chance.choice(("wood", "cloth", "paper", "dark")):
        case "wood":
            grain = np.sin((x + 30 * np.sin(y / 400)) / chance.uniform(6, 20)) * 18
            grain += grains.standard_normal(grain.shape, dtype=np.float32) * 8
            desk = np.array((160, 110, 70), np.float32) + grain[:, :, None]
        case "cloth":
            desk = np.array((60, 90, 120), np.float32) + (np.sin(x / 4) * np.sin(y / 4) * 20)[:, :, None]
        case "paper":
            sheet = np.full((_HIGH, _WIDE, 3), 235, np.uint8)
            for line in range(100, _HIGH, 65):
                cv2.line(sheet, (0, line), (_WIDE, line), (120, 120, 120), 2)
                cv2.putText(sheet, "12 34 56 " * 6, (40, line - 15), cv2.FONT_HERSHEY_SIMPLEX, 1.5, (60, 60, 60), 3)
            desk = sheet.astype(np.float32)
        case _:
            desk = np.full((_HIGH, _WIDE, 3), 35, np.float32)
    return np.clip(desk, 0, 255).astype(np.float32)


def _light(chance: random.Random) -> Picture:
    """What part of the light falls where: a lamp on one side, the shadow of a head or a hand, a yellow bulb."""
    y, x = np.mgrid[0:_HIGH, 0:_WIDE].astype(np.float32)
    angle = chance.uniform(0, math.tau)
    light = 1 - 0.3 * ((x / _WIDE - 0.5) * math.cos(angle) + (y / _HIGH - 0.5) * math.sin(angle))
    left, top, reach = chance.uniform(0, _WIDE), chance.uniform(0.5, 1.1) * _HIGH, chance.uniform(500, 1300)
    light *= 1 - 0.35 / (1 + np.exp((np.hypot(x - left, y - top) - reach) / 110))
    return (light[:, :, None] * np.array((1.0, 0.95, chance.uniform(0.75, 1.0)), np.float32)).astype(np.float32)


def _finger(picture: Picture, corners: Points, chance: random.Random) -> None:
    """A finger that holds the page down at a corner, over its mark more often than not."""
    corner = corners[chance.randrange(4)]
    inward = corners.mean(axis=0) - corner
    inward /= np.linalg.norm(inward)
    tip = corner + inward * chance.uniform(30, 130)
    angle = math.degrees(math.atan2(inward[1], inward[0]))
    cv2.ellipse(picture, (round(tip[0]), round(tip[1])), (170, 80), angle, 0, 360, _FINGER, -1)
