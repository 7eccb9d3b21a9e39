"""What was read, drawn on the picture of its page: boxes, values, confidence and doubts, for a person to look over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from formgen.model import Issue, Reading, Value
from formgen.parsing import FileReading, Limits
from parsers import kinds
from parsers.scan import pages
from parsers.scan.crops import page_of

if TYPE_CHECKING:
    from parsers.scan.pages import Image

_SURE, _DOUBTFUL, _BLANK = (0, 128, 0), (200, 30, 30), (120, 120, 120)  #: Red, green, blue.
_LONG_SIDE = 2400  #: Pixels: a larger page is drawn smaller.
_FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/arphic/ukai.ttc",
    "C:/Windows/Fonts/msyh.ttc",
    "C:/Windows/Fonts/simsun.ttc",
    "/System/Library/Fonts/PingFang.ttc",
)


def overlays(data: bytes, name: str, reading: FileReading, limits: Limits) -> Iterator[tuple[int, bytes]]:
    """(number of the page, PNG) for each page on which something was read. Raises UnreadableInputError."""
    fields: dict[int, list[tuple[int, str, Reading]]] = {}
    for index, record in enumerate(reading.records):
        for field, one in record.readings.items():
            if one.where.box:
                fields.setdefault(page_of(one.where), []).append((index, field, one))
    if not fields:
        return
    kind = "pdf" if kinds.sniff(data, name) == "pdf" else "image"
    doubts: dict[tuple[int, str], list[Issue]] = {}
    for issue in reading.issues:
        if issue.record is not None and issue.field is not None and issue.needs_person:
            doubts.setdefault((issue.record, issue.field), []).append(issue)
    for image in pages.images(data, kind, limits, only=frozenset(fields)):
        yield image.number, drawn(image.pixels, fields[image.number], doubts)


def drawn(
    pixels: Image,
    fields: Sequence[tuple[int, str, Reading]],
    doubts: dict[tuple[int, str], list[Issue]],
) -> bytes:
    """A PNG of the page with the fields on it. A field is (index of the record, id, reading)."""
    import io

    from PIL import Image as Picture
    from PIL import ImageDraw

    plain = pixels if pixels.ndim == 2 else pixels[:, :, ::-1]
    picture = Picture.fromarray(plain).convert("RGB")
    scale = min(1.0, _LONG_SIDE / max(picture.size))
    if scale < 1.0:
        picture = picture.resize((round(picture.width * scale), round(picture.height * scale)))
    draw = ImageDraw.Draw(picture)
    size = max(11, max(picture.size) // 130)
    for index, field, reading in fields:
        box = reading.where.box
        corners = [(box[place] * scale, box[place + 1] * scale) for place in range(0, 8, 2)]
        found = doubts.get((index, field), [])
        colour = _DOUBTFUL if found else _SURE if reading.value is not None else _BLANK
        draw.polygon(corners, outline=colour, width=3 if found else 2)
        words = _words(field, reading.value, reading.confidence) + "".join(
            f" {issue.code.value}" for issue in found[:2]
        )
        _write(draw, corners[0], words, colour, size)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def _words(field: str, value: Value, confidence: float) -> str:
    said = "-" if value is None else " ".join(str(value).split())[:24]
    return f"{field}={said} {confidence:.1%}"


def _write(draw: Any, corner: tuple[float, float], words: str, colour: tuple[int, int, int], size: int) -> None:
    """The words on a light ground just inside the upper left corner of a box."""
    font = _font(size)
    if font is None:
        words = words.encode("ascii", "replace").decode()
    place = (corner[0] + 2, corner[1] + 1)
    draw.rectangle(draw.textbbox(place, words, font=font), fill=(255, 255, 225))
    draw.text(place, words, fill=colour, font=font)


@lru_cache(maxsize=8)
def _font(size: int) -> Any:
    """A Chinese face of this machine, None where there is none."""
    from PIL import ImageFont

    for path in _FONTS:
        if Path(path).is_file():
            try:
                return ImageFont.truetype(path, size)
            except OSError:
                continue
    return None
