"""Words put into a rectangle of a page: by hand, in a face that is like handwriting, or printed."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from scans.measuring import Box
from scans.printing import brushed, printed
from scans.strokes import BLACK, Coverage, Hand, Page, drawable, hand, press, size_of, strike, write

KINDS = ("drawn", "kai", "song", "hei")


@dataclass(frozen=True, slots=True)
class Writer:
    """Who fills in a sheet: a hand of ours, a face like handwriting, or a printer."""

    kind: str  #: One of KINDS.
    hand: Hand

    @property
    def colour(self) -> tuple[int, int, int]:
        return self.hand.colour if self.kind in ("drawn", "kai") else BLACK


def writer(seed: int, family: int | None = None, kind: str | None = None) -> Writer:
    """Two thirds write by hand with our strokes."""
    chance = random.Random(f"writer {seed}")
    return Writer(kind or chance.choices(KINDS, (65, 20, 9, 6))[0], hand(seed, family))


def spaced(by: Writer, touching: float, seed: int) -> Writer:
    """The same writer, who leaves white between figures unless he is of the share whose figures touch."""
    if random.Random(f"gap {seed}").random() < touching:
        return by
    clear = by.hand.weight / by.hand.size + 0.08  # from the middle of a stroke to that of the next
    return replace(by, hand=replace(by.hand, gap=max(by.hand.gap, clear)))


def ink_of(text: str, by: Writer, chance: random.Random, dots: float, size: float | None = None) -> Coverage:
    """A line of writing; ``size``: millimetres, else the writer's own."""
    own = size or by.hand.size
    if by.kind == "drawn" and drawable(text):
        weight = min(by.hand.weight, 0.14 * own)
        return write(text, replace(by.hand, size=own, weight=weight), chance, dots)
    if by.kind in ("drawn", "kai"):
        return brushed(text, own * 1.15, dots, chance, by.hand.darkness)
    return printed(text, by.kind, min(own, 4.2) * 1.1, dots)


def put(
    page: Page,
    text: str,
    box: Box,
    by: Writer,
    chance: random.Random,
    dots: float,
    *,
    beyond: bool = False,
    struck: str = "",
) -> Box:
    """Write into a box, where it fits and about its middle; back comes where the ink lies, in millimetres.

    ``beyond``: the writing crosses a rule of the box by about a millimetre. ``struck``: that is written first, crossed
    out, and the text beside or above it.
    """
    if struck:
        return _corrected(page, text, struck, box, by, chance, dots)
    lines = _lines(text, box, by)
    size = min(by.hand.size, (box.height - 0.8) / len(lines) / 1.25)
    inks = [_fitted(line, box.width - 1.0, size, by, chance, dots) for line in lines]
    sizes = [size_of(cover, dots) for cover in inks]
    wide, high = max(w for w, _ in sizes), sum(h for _, h in sizes) + 0.8 * (len(inks) - 1)
    x = box.x + _place(box.width, wide, chance)
    y = box.y + _place(box.height, high, chance)
    if beyond:
        if chance.random() < 0.5:
            x = box.x - 1.0 if chance.random() < 0.4 else box.x + box.width - wide + 1.0
        else:
            y = box.y - 1.0 if chance.random() < 0.5 else box.y + box.height - high + 1.0
    top = y
    for cover, (_, tall) in zip(inks, sizes, strict=True):
        press(page, cover, x, top, by.colour, dots)
        top += tall + 0.8
    return Box(x, y, wide, high, text)


def _corrected(page: Page, text: str, struck: str, box: Box, by: Writer, chance: random.Random, dots: float) -> Box:
    beside = box.height < 11 or chance.random() < 0.5
    room = Box(0, 0, (box.width - 2) / 2, box.height) if beside else Box(0, 0, box.width - 1, box.height / 2 - 0.5)
    size = min(by.hand.size, room.height - 0.8)
    old = _fitted(struck, room.width, size, by, chance, dots)
    new = _fitted(text, room.width, size, by, chance, dots)
    (old_wide, old_high), (wide, high) = size_of(old, dots), size_of(new, dots)
    if beside:
        x, y = box.x + 0.5, box.y + (box.height - old_high) / 2
        at = (box.x + box.width / 2 + 0.6, box.y + (box.height - high) / 2 + chance.uniform(-0.5, 0.5))
    else:
        x, y = box.x + (box.width - old_wide) / 2, box.y + box.height / 2 + 0.4
        at = (box.x + (box.width - wide) / 2 + chance.uniform(-1, 1), box.y + 0.4)
    press(page, old, x, y, by.colour, dots)
    line = strike(old_wide, by.hand, chance, dots, chance.choice((1, 1, 2)))
    press(page, line, x - 0.5, y + old_high / 2 - size_of(line, dots)[1] / 2, by.colour, dots)
    press(page, new, *at, by.colour, dots)
    return Box(*at, wide, high, text)


def _fitted(text: str, room: float, size: float, by: Writer, chance: random.Random, dots: float) -> Coverage:
    state = chance.getstate()
    cover = ink_of(text, by, chance, dots, size)
    wide = size_of(cover, dots)[0]
    if wide > room:
        chance.setstate(state)
        cover = ink_of(text, by, chance, dots, max(1.8, size * room / wide * 0.96))
    return cover


def _lines(text: str, box: Box, by: Writer) -> list[str]:
    """Broken into lines that fit at the writer's size, as many as the box has room for."""
    if len(text) <= 7 and text[:1] in "+-0123456789":
        return [text]  # nobody divides a figure
    each = by.hand.size * (0.7 if text.isascii() else 1.25)
    most = max(1, int((box.height - 1) / (by.hand.size * 1.4)))
    fits = max(2, int((box.width - 1) / each))
    wanted = min(most, -(-len(text) // fits))
    length = -(-len(text) // max(1, wanted))
    return [text[at : at + length] for at in range(0, len(text), length)] or [""]


def _place(room: float, needed: float, chance: random.Random) -> float:
    """Where it begins: about the middle, 0.4 mm from the edges if that is possible."""
    free = room - needed
    if free <= 0.8:
        return free / 2
    return min(free - 0.4, max(0.4, free * chance.gauss(0.5, 0.15)))
