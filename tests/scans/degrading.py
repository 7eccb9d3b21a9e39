"""What happens to a page between the table where it was signed and the file: each named, with strength and seed.

A ``Scan`` remembers where each point of the paper went, so that a reader's geometry can be judged to the millimetre.
Strength runs from 0 (hardly) to 1 (the worst that is still to be read).
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from scans.seals import round_seal
from scans.strokes import RED, Page, press

Points = NDArray[np.float64]  #: n × 2: x, y.
Move = Callable[[Points], Points]


@dataclass(frozen=True, slots=True)
class Scan:
    """An image of a page, and the way from millimetres on the paper to its pixels."""

    image: Page
    move: Move
    dpi: float

    def pixels(self, millimetres: Points) -> Points:
        """Where points of the paper are seen; n × 2."""
        return self.move(np.asarray(millimetres, np.float64).reshape(-1, 2))


Degradation = Callable[[Scan, float, int], Scan]


def scanned(page: Page, dpi: float) -> Scan:
    """A page as it was drawn, with nothing the matter."""
    dots = dpi / 25.4
    return Scan(page, lambda points: points * dots, dpi)


def at_resolution(scan: Scan, dpi: float) -> Scan:
    """The same at another resolution."""
    factor = dpi / scan.dpi
    if abs(factor - 1) < 1e-6:
        return scan
    size = (round(scan.image.shape[1] * factor), round(scan.image.shape[0] * factor))
    how = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    image = cv2.resize(scan.image, size, interpolation=how)
    return Scan(image, _then(scan.move, lambda points: (points + 0.5) * factor - 0.5), dpi)


def skew(scan: Scan, strength: float, seed: int) -> Scan:
    """Laid askew on the glass: up to ± 4°."""
    chance = _chance(seed, "skew")
    return _rotated(scan, chance.choice((-1, 1)) * 4.0 * strength * chance.uniform(0.6, 1.0))


def quarter(scan: Scan, strength: float, seed: int) -> Scan:
    """Laid the wrong way: strength 0.25, 0.5, 0.75 for 90°, 180°, 270° clockwise."""
    del seed
    turns = round(strength * 4) % 4
    high, wide = scan.image.shape[:2]
    image = np.ascontiguousarray(np.rot90(scan.image, -turns))
    moves: dict[int, Move] = {
        0: lambda p: p,
        1: lambda p: np.stack((high - 1 - p[:, 1], p[:, 0]), axis=1),
        2: lambda p: np.stack((wide - 1 - p[:, 0], high - 1 - p[:, 1]), axis=1),
        3: lambda p: np.stack((p[:, 1], wide - 1 - p[:, 0]), axis=1),
    }
    return Scan(image, _then(scan.move, moves[turns]), scan.dpi)


def perspective(scan: Scan, strength: float, seed: int) -> Scan:
    """Photographed from one side, lying on a dark table."""
    chance = _chance(seed, "perspective")
    high, wide = scan.image.shape[:2]
    margin = 0.05
    full = (round(wide * (1 + 2 * margin)), round(high * (1 + 2 * margin)))
    corners = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    inward = 0.09 * strength
    moved = corners + np.array((wide * margin, high * margin), np.float32)
    for number in range(4):
        toward = np.array((wide / 2, high / 2)) - corners[number]
        moved[number] += (toward * 2 * inward * np.array((chance.random(), chance.random()))).astype(np.float32)
    matrix = cv2.getPerspectiveTransform(corners, moved)
    return _projected(scan, matrix, full, tuple(chance.randint(55, 110) for _ in range(3)))


def curl(scan: Scan, strength: float, seed: int) -> Scan:
    """Paper that does not lie flat: lines bulge by up to 3 mm, columns by up to 1.5 mm."""
    chance = _chance(seed, "curl")
    high, wide = scan.image.shape[:2]
    dots = scan.dpi / 25.4
    tall = 3.0 * strength * dots * chance.choice((-1, 1))
    side = 1.5 * strength * dots * chance.choice((-1, 1))
    phase = chance.uniform(-0.3, 0.3)

    def down(x: NDArray[np.float64]) -> NDArray[np.float64]:
        bend: NDArray[np.float64] = tall * (np.sin(math.pi * (x / wide + phase)) - 0.5)
        return bend

    def across(y: NDArray[np.float64]) -> NDArray[np.float64]:
        bend: NDArray[np.float64] = side * (np.sin(math.pi * (y / high - phase)) - 0.5)
        return bend

    columns, rows = np.meshgrid(np.arange(wide, dtype=np.float64), np.arange(high, dtype=np.float64))
    straight_x = columns - across(np.arange(high, dtype=np.float64))[:, None]
    source_y = rows - down(straight_x)
    image = cv2.remap(
        scan.image, straight_x.astype(np.float32), source_y.astype(np.float32), cv2.INTER_LINEAR, borderValue=_PAPER
    )

    def move(points: Points) -> Points:
        y = points[:, 1] + down(points[:, 0])
        return np.stack((points[:, 0] + across(y), y), axis=1)

    return Scan(image, _then(scan.move, move), scan.dpi)


def shadow(scan: Scan, strength: float, seed: int) -> Scan:
    """A hand's shadow and uneven light; one side up to 60 % darker."""
    chance = _chance(seed, "shadow")
    high, wide = scan.image.shape[:2]
    y, x = np.mgrid[0:48, 0:48].astype(np.float32) / 47
    angle = chance.uniform(0, math.tau)
    slope = (x - 0.5) * math.cos(angle) + (y - 0.5) * math.sin(angle)
    edge = 1 / (1 + np.exp(-(slope - chance.uniform(-0.2, 0.2)) * chance.uniform(8, 26)))
    light = 1 - 0.45 * strength * edge - 0.2 * strength * (slope + 0.7)
    light = cv2.resize(np.clip(light, 0.25, 1).astype(np.float32), (wide, high), interpolation=cv2.INTER_CUBIC)
    tint = np.array([1.0, 1 - 0.03 * strength, 1 - 0.1 * strength], np.float32)
    return _painted(scan, np.clip(scan.image * (light[:, :, None] * tint), 0, 255))


def noise(scan: Scan, strength: float, seed: int) -> Scan:
    """Grain of the sensor, and some specks."""
    random_ = np.random.default_rng(seed * 7 + 1)
    high, wide = scan.image.shape[:2]
    grain = random_.standard_normal((high, wide), dtype=np.float32) * (22 * strength)
    image = scan.image.astype(np.float32) + grain[:, :, None]
    count = int(high * wide * 4e-5 * strength)
    ys, xs = random_.integers(0, high, count), random_.integers(0, wide, count)
    image[ys, xs] = random_.choice((0.0, 60.0), count)[:, None]
    return _painted(scan, np.clip(image, 0, 255))


def blur(scan: Scan, strength: float, seed: int) -> Scan:
    """Out of focus: up to 0.25 mm."""
    del seed
    sigma = max(0.3, 0.25 * strength * scan.dpi / 25.4)
    return _painted(scan, cv2.GaussianBlur(scan.image, (0, 0), sigma))


def jpeg(scan: Scan, strength: float, seed: int) -> Scan:
    """Kept as JPEG: quality 90 at strength 0, 40 at 1."""
    del seed
    quality = round(90 - 50 * strength)
    done, data = cv2.imencode(".jpg", scan.image[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    assert done
    return _painted(scan, cv2.imdecode(data, cv2.IMREAD_COLOR)[:, :, ::-1])


def fax(scan: Scan, strength: float, seed: int) -> Scan:
    """One bit a pixel, as a fax or an office copier keeps it; the threshold differs."""
    chance = _chance(seed, "fax")
    grey = cv2.cvtColor(scan.image, cv2.COLOR_RGB2GRAY)
    level = 150 + chance.uniform(-35, 35) * strength
    bits = np.where(grey > level, 255, 0).astype(np.uint8)
    return _painted(scan, cv2.cvtColor(bits, cv2.COLOR_GRAY2RGB))


def stripe(scan: Scan, strength: float, seed: int) -> Scan:
    """Dust on the scanner's line: thin stripes from top to bottom, dark or bright; the first as wide as 0.5 mm."""
    chance = _chance(seed, "stripe")
    image = scan.image.copy()
    wide = image.shape[1]
    for number in range(1 + round(2 * strength)):
        x = round(wide * chance.uniform(0.03, 0.97))
        _stripe(image, x, scan.dpi, strength if number == 0 else 0.2, chance)
    return _painted(scan, image)


def stripe_through_marks(scan: Scan, strength: float, seed: int) -> Scan:
    """A stripe exactly through the two marks at one side: the weak case."""
    chance = _chance(seed, "stripe through marks")
    corner = scan.pixels(np.array([[12.5, 148.0]]))[0]
    x = round(corner[0]) if chance.random() < 0.5 else scan.image.shape[1] - 1 - round(corner[0])
    image = scan.image.copy()
    _stripe(image, x, scan.dpi, strength, chance)
    return _painted(scan, image)


def stain(scan: Scan, strength: float, seed: int) -> Scan:
    """The ring of a cup and a spill: brown, one sees through it."""
    chance = _chance(seed, "stain")
    high, wide = scan.image.shape[:2]
    dots = scan.dpi / 25.4
    cover = np.zeros((high, wide), np.float32)
    for _ in range(1 + round(2 * strength)):
        at = (chance.randrange(wide), chance.randrange(high))
        if chance.random() < 0.5:
            cv2.circle(cover, at, round(chance.uniform(30, 45) * dots), chance.uniform(0.3, 0.6), round(2.5 * dots))
        else:
            axes = (round(chance.uniform(8, 30) * dots), round(chance.uniform(8, 25) * dots))
            cv2.ellipse(cover, at, axes, chance.uniform(0, 180), 0, 360, chance.uniform(0.25, 0.5), -1)
    small = cv2.resize(cover, (wide // 4, high // 4), interpolation=cv2.INTER_AREA)
    soft = cv2.resize(cv2.GaussianBlur(small, (0, 0), 0.4 * dots), (wide, high))[:, :, None] * strength
    brown = np.array([150, 105, 50], np.float32) / 255
    return _painted(scan, np.clip(scan.image * (1 - soft * (1 - brown)), 0, 255))


def staple(scan: Scan, strength: float, seed: int) -> Scan:
    """A staple and its shadow in the upper left corner, two holes from an earlier one, and the corner's fold."""
    chance = _chance(seed, "staple")
    dots = scan.dpi / 25.4
    image = scan.image.copy()
    x, y = chance.uniform(6, 18) * dots, chance.uniform(5, 14) * dots
    angle = chance.uniform(-0.9, 0.9)
    reach = np.array((math.cos(angle), math.sin(angle))) * 10 * dots
    start = np.array((x, y))
    cv2.line(image, _at(start + dots * 0.6), _at(start + reach + dots * 0.6), (150, 150, 150), round(1.3 * dots))
    cv2.line(image, _at(start), _at(start + reach), (70, 70, 75), max(2, round(0.6 * dots)), cv2.LINE_AA)
    below = np.array((2 * dots, 4 * dots))
    for hole in (start + below, start + reach + below):
        cv2.circle(image, _at(hole), max(1, round(0.5 * dots)), (40, 40, 40), -1, cv2.LINE_AA)
    if strength > 0.5:  # the corner lies folded under the staple: the mark beneath it is gone
        side = chance.uniform(18, 24) * dots
        corner = np.array([[0, 0], [side, 0], [0, side]], np.int32)
        cv2.fillPoly(image, [corner], (238, 236, 232))
        cv2.line(image, (round(side), 0), (0, round(side)), (170, 170, 170), max(1, round(0.4 * dots)), cv2.LINE_AA)
    return _painted(scan, image)


def copied(scan: Scan, strength: float, seed: int) -> Scan:
    """Through a copier: grey, harder, softer edges, specks, a little larger or smaller and askew."""
    chance = _chance(seed, "copied")
    turned = _rotated(scan, chance.gauss(0, 0.4), 1 + chance.gauss(0, 0.006))
    grey = cv2.cvtColor(turned.image, cv2.COLOR_RGB2GRAY).astype(np.float32)
    grey = cv2.GaussianBlur(grey, (0, 0), 0.05 * scan.dpi / 25.4 + 0.35 * strength)
    level, hard = 150 + chance.uniform(-20, 15) * strength, 1.0 + 1.6 * strength
    grey = np.clip((grey - level) * hard + level + 40 * strength, 0, 255)
    random_ = np.random.default_rng(seed + 11)
    high, wide = grey.shape
    for _ in range(int(60 * strength)):
        spot = (int(random_.integers(0, wide)), int(random_.integers(0, high)))
        cv2.circle(grey, spot, int(random_.integers(1, 3)), float(random_.integers(20, 160)), -1)
    return Scan(cv2.cvtColor(grey.astype(np.uint8), cv2.COLOR_GRAY2RGB), turned.move, scan.dpi)


def copied_twice(scan: Scan, strength: float, seed: int) -> Scan:
    """A copy of a copy."""
    return copied(copied(scan, strength, seed), strength, seed + 1)


def shrunk(scan: Scan, strength: float, seed: int) -> Scan:
    """Printed “to fit the page”: 92 % at strength 1, centred."""
    del seed
    factor = 1 - 0.08 * strength
    high, wide = scan.image.shape[:2]
    matrix = np.array([[factor, 0, wide * (1 - factor) / 2], [0, factor, high * (1 - factor) / 2], [0, 0, 1]])
    return _projected(scan, matrix, (wide, high), _PAPER, cv2.INTER_AREA)


def grey(scan: Scan, strength: float, seed: int) -> Scan:
    """Kept without colour."""
    del strength, seed
    return _painted(scan, cv2.cvtColor(cv2.cvtColor(scan.image, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB))


def sealed(scan: Scan, strength: float, seed: int) -> Scan:
    """A red office seal across the cells, somewhere in the middle of the page; strength: how strongly inked."""
    chance = _chance(seed, "sealed")
    image = scan.image.copy()
    dots = scan.dpi / 25.4
    cover = round_seal("大杨镇人民政府", chance, dots, chance.uniform(38, 42)) * np.float32(0.5 + 0.5 * strength)
    x = chance.uniform(0.3, 0.7) * image.shape[1] / dots - 20
    y = chance.uniform(0.35, 0.75) * image.shape[0] / dots - 20
    press(image, cover, x, y, RED, dots)
    return _painted(scan, image)


def torn(scan: Scan, strength: float, seed: int) -> Scan:
    """A corner torn off: 15 to 30 mm, with whatever was printed there."""
    chance = _chance(seed, "torn")
    dots = scan.dpi / 25.4
    image = scan.image.copy()
    high, wide = image.shape[:2]
    side = (15 + 15 * strength) * dots
    corner = np.array([[0, 0], [side, 0], [side * 0.7, side * 0.4], [side * 0.3, side * 0.6], [0, side]])
    if chance.random() < 0.5:
        corner[:, 0] = wide - corner[:, 0]
    if chance.random() < 0.5:
        corner[:, 1] = high - corner[:, 1]
    cv2.fillPoly(image, [corner.round().astype(np.int32)], (30, 30, 34))
    return _painted(scan, image)


def uncoded(scan: Scan, strength: float, seed: int) -> Scan:
    """The code in the upper margin gone: pasted over, or copied until nothing can be told."""
    del strength, seed
    wide = scan.image.shape[1] * 25.4 / scan.dpi
    corners = scan.pixels(np.array([(wide - 64.0, 6.5), (wide - 18.5, 6.5), (wide - 18.5, 35.0), (wide - 64.0, 35.0)]))
    image = scan.image.copy()
    cv2.fillPoly(image, [corners.round().astype(np.int32)], (246, 245, 243))
    return _painted(scan, image)


_PAPER = (255, 255, 255)


def _stripe(image: Page, x: int, dpi: float, strength: float, chance: random.Random) -> None:
    width = max(1, round((0.1 + 0.4 * strength) * dpi / 25.4))
    value = chance.choice((30, 90, 255)) if strength < 1 else chance.choice((20, 60))
    image[:, max(0, x - width // 2) : x - width // 2 + width] = value


def _rotated(scan: Scan, degrees: float, scale: float = 1.0) -> Scan:
    high, wide = scan.image.shape[:2]
    matrix = np.vstack((cv2.getRotationMatrix2D((wide / 2, high / 2), degrees, scale), (0, 0, 1)))
    return _projected(scan, matrix, (wide, high), _PAPER)


def _projected(
    scan: Scan, matrix: NDArray[np.float64], size: tuple[int, int], beyond: tuple[int, ...], how: int = cv2.INTER_LINEAR
) -> Scan:
    image = cv2.warpPerspective(scan.image, matrix, size, flags=how, borderValue=beyond)

    def move(points: Points) -> Points:
        moved: Points = cv2.perspectiveTransform(points[:, None, :], matrix)[:, 0]
        return moved

    return Scan(image, _then(scan.move, move), scan.dpi)


def _painted(scan: Scan, image: NDArray[np.generic]) -> Scan:
    return Scan(np.ascontiguousarray(image.astype(np.uint8)), scan.move, scan.dpi)


def _then(first: Move, second: Move) -> Move:
    return lambda points: second(first(points))


def _at(point: NDArray[np.float64]) -> tuple[int, int]:
    return round(point[0]), round(point[1])


def _chance(seed: int, name: str) -> random.Random:
    return random.Random(f"{name} {seed}")
