"""Text in the faces that are installed on this machine: printed, or like handwriting and bent a little.

No face is part of the tree; ``face`` raises FileNotFoundError where it is not installed.
"""

from __future__ import annotations

import random
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from scans.strokes import Coverage

FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
FACES = {
    "song": ("NotoSerifCJK-Regular.ttc", 2),
    "hei": ("NotoSansCJK-Regular.ttc", 2),
    "kai": ("ukai.ttc", 0),
}


@cache
def face(name: str, height: int) -> ImageFont.FreeTypeFont:
    """One of FACES, so many pixels high."""
    file, index = FACES[name]
    for folder in FOLDERS:
        for path in sorted(folder.rglob(file)):
            return ImageFont.truetype(str(path), height, index=index)
    raise FileNotFoundError(file)


def printed(text: str, name: str, size: float, dots: float, darkness: float = 1.0) -> Coverage:
    """A line of text ``size`` millimetres high, cropped to its ink; ``dots`` a millimetre."""
    font = face(name, max(6, round(size * dots)))
    left, top, right, bottom = font.getbbox(text)
    canvas = Image.new("L", (max(1, int(right - left)) + 4, max(1, int(bottom - top)) + 4))
    ImageDraw.Draw(canvas).text((2 - left, 2 - top), text, fill=255, font=font)
    made: Coverage = np.asarray(canvas, np.float32) * np.float32(darkness / 255)
    return made


def brushed(text: str, size: float, dots: float, chance: random.Random, darkness: float = 0.95) -> Coverage:
    """A line in the face that is like handwriting, its characters set unevenly and the whole bent and slanted."""
    pieces = [_loose(character, size * chance.uniform(0.92, 1.08), dots, chance, darkness) for character in text]
    gap = round(chance.uniform(-0.06, 0.1) * size * dots)
    drops = [round(chance.gauss(0, 0.03) * size * dots) for _ in pieces]
    low = min(drops)
    high = max(piece.shape[0] + drop - low for piece, drop in zip(pieces, drops, strict=True))
    wide = max(1, sum(piece.shape[1] for piece in pieces) + gap * (len(pieces) - 1))
    line = np.zeros((high, wide), np.float32)
    at = 0
    for piece, drop in zip(pieces, drops, strict=True):
        end = min(wide, at + piece.shape[1])
        target = line[drop - low : drop - low + piece.shape[0], at:end]
        np.maximum(target, piece[:, : end - at], out=target)
        at += piece.shape[1] + gap
    return bent(line, chance, 0.02 * size * dots, chance.gauss(0.06, 0.08))


def _loose(character: str, size: float, dots: float, chance: random.Random, darkness: float) -> Coverage:
    """One character within its own square, so that a point or a comma stays where it belongs."""
    font = face("kai", max(6, round(size * dots)))
    wide = max(2, round(font.getlength(character)))
    high = round(size * dots * 1.2)
    canvas = Image.new("L", (wide, high))
    ImageDraw.Draw(canvas).text((0, 0), character, fill=255, font=font)
    turn = cv2.getRotationMatrix2D((wide / 2, high / 2), chance.gauss(0, 2.0), 1.0)
    turned = cv2.warpAffine(np.asarray(canvas, np.float32), turn, (wide, high))
    made: Coverage = turned * np.float32(darkness / 255)
    return made


def bent(cover: Coverage, chance: random.Random, by: float, slant: float = 0.0) -> Coverage:
    """The same ink moved by waves of ``by`` pixels, and slanted."""
    pad = int(abs(slant) * cover.shape[0] + 3 * by) + 2
    padded = np.pad(cover, ((2, 2), (pad, pad)))
    high, wide = padded.shape
    rows, columns = np.meshgrid(np.arange(high, dtype=np.float32), np.arange(wide, dtype=np.float32), indexing="ij")
    along, down = chance.uniform(0, 6.28), chance.uniform(0, 6.28)
    long, tall = max(8.0, high * chance.uniform(0.8, 1.6)), max(8.0, high * chance.uniform(0.5, 1.2))
    x = columns - slant * (high / 2 - rows) + by * np.sin(rows * 6.28 / tall + along)
    y = rows + by * np.sin(columns * 6.28 / long + down)
    made: Coverage = cv2.remap(padded, x.astype(np.float32), y.astype(np.float32), cv2.INTER_LINEAR)
    return made
