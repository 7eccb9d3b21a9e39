"""Ink on rendered pages: rows of red and of black, long rules, lines of characters. All lengths in millimetres."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from formgen.errors import UnreadableInputError

if TYPE_CHECKING:
    from PIL.Image import Image

DPI = 200
PAGES = 60  #: More pages are not measured.
_MM = 25.4 / DPI
_POINT = 25.4 / 72
_LONG = 100.0  #: A row of ink that goes on this far is a rule.


@dataclass(frozen=True, slots=True)
class Band:
    """Consecutive rows of ink: its upper and lower edge, and how far it goes to the left and right."""

    top: float
    bottom: float
    left: float
    right: float

    @property
    def width(self) -> float:
        """From the left end to the right end."""
        return self.right - self.left

    @property
    def middle(self) -> float:
        """Half way down."""
        return (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class Glyphs:
    """One line of characters, as the PDF holds it."""

    text: str
    top: float
    bottom: float
    left: float
    right: float
    size: float  #: Points, of most of its characters.


@dataclass(frozen=True, slots=True)
class Page:
    """What is measured on one page."""

    number: int
    width: float
    height: float
    red: tuple[Band, ...]  #: Without the rules.
    black: tuple[Band, ...]
    red_rules: tuple[Band, ...]
    black_rules: tuple[Band, ...]
    lines: tuple[Glyphs, ...]

    @property
    def text(self) -> str:
        """All characters in order of the lines, without white space."""
        return "".join("".join(line.text.split()) for line in self.lines)


def pages(pdf: bytes) -> tuple[list[Page], int]:
    """The pages of a PDF, measured, and how many there are (past ``PAGES`` none is measured).

    Raises UnreadableInputError if it cannot be read.
    """
    import pdfplumber

    try:
        with pdfplumber.open(io.BytesIO(pdf)) as file:
            count = len(file.pages)
            return [_page(page, index) for index, page in enumerate(file.pages[:PAGES], 1)], count
    except Exception as error:  # the libraries raise many kinds for a broken file
        raise UnreadableInputError("转换出的 PDF 不能测量") from error


def _page(page: Any, number: int) -> Page:
    image: Image = page.to_image(resolution=DPI).original.convert("RGB")
    red, black = _masks(image)
    red_rules, red_bands = _bands(red)
    black_rules, black_bands = _bands(black)
    page.close()
    return Page(
        number, float(page.width) * _POINT, float(page.height) * _POINT, tuple(red_bands), tuple(black_bands),
        tuple(red_rules), tuple(black_rules), tuple(_lines(page.chars)),
    )  # fmt: skip


def _masks(image: Image) -> tuple[Image, Image]:
    """Where the page is red, and where it is dark, as images of 0 and 255."""
    from PIL import ImageChops

    r, g, b = image.split()
    low_g, low_b = (band.point([255 if value < 140 else 0 for value in range(256)]) for band in (g, b))
    high = r.point([255 if value > 170 else 0 for value in range(256)])
    dark = r.point([255 if value < 140 else 0 for value in range(256)])
    low = ImageChops.darker(low_g, low_b)
    return ImageChops.darker(high, low), ImageChops.darker(dark, low)


def _bands(mask: Image) -> tuple[list[Band], list[Band]]:
    """Rules, and bands of other ink, from the rows of a mask."""
    width, height = mask.size
    data = mask.tobytes()
    rules: list[tuple[int, int, int, int]] = []
    others: list[tuple[int, int, int, int]] = []
    for y in range(height):
        row = data[y * width : (y + 1) * width]
        ink = row.strip(b"\0")
        if not ink:
            continue
        left = len(row) - len(row.lstrip(b"\0"))
        run = max(ink.split(b"\0"), key=len)
        is_rule = len(run) * _MM >= _LONG
        if is_rule:
            left = row.find(run)
        held = rules if is_rule else others
        right = left + (len(run) if is_rule else len(ink))
        if held and held[-1][1] == y:
            top, _, old_left, old_right = held[-1]
            held[-1] = (top, y + 1, min(old_left, left), max(old_right, right))
        else:
            held.append((y, y + 1, left, right))
    return [_millimetres(one) for one in rules], [_millimetres(one) for one in others]


def _millimetres(band: tuple[int, int, int, int]) -> Band:
    top, bottom, left, right = band
    return Band(top * _MM, bottom * _MM, left * _MM, right * _MM)


def _lines(characters: list[dict[str, Any]]) -> Iterator[Glyphs]:
    """Characters gathered into lines: those whose lower edges are within a third of their height."""
    upright = [one for one in characters if one.get("upright", True) and str(one["text"]).strip()]
    upright.sort(key=lambda one: (float(one["bottom"]), float(one["x0"])))
    line: list[dict[str, Any]] = []
    for one in upright:
        if line and float(one["bottom"]) - float(line[0]["bottom"]) > 0.33 * float(one["size"]):
            yield _glyphs(line)
            line = []
        line.append(one)
    if line:
        yield _glyphs(line)


def _glyphs(line: list[dict[str, Any]]) -> Glyphs:
    line.sort(key=lambda one: float(one["x0"]))
    sizes = sorted(float(one["size"]) for one in line)
    return Glyphs(
        "".join(str(one["text"]) for one in line),
        min(float(one["top"]) for one in line) * _POINT,
        max(float(one["bottom"]) for one in line) * _POINT,
        min(float(one["x0"]) for one in line) * _POINT,
        max(float(one["x1"]) for one in line) * _POINT,
        sizes[len(sizes) // 2],
    )
