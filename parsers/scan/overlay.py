"""What was read, drawn on the picture of its page: boxes, values, confidence and doubts, for a person to look over."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from formgen.model import Issue, Reading, Value
from formgen.parsing import FileReading, Limits
from parsers import kinds
from parsers.scan import pages
from parsers.scan.seen import page_of

if TYPE_CHECKING:
    from parsers.scan.pages import Image

_SURE, _DOUBTFUL, _BLANK = (0, 128, 0), (200, 30, 30), (120, 120, 120)  #: Red, green, blue.
_LONG_SIDE = 2400  #: Pixels: a larger page is drawn smaller.
_GROUND = (255, 255, 225, 190)  #: Of a label: what is printed below it shines through.
_SHOWN = 12  #: Characters of a value.
_MOST_DOUBTS = 80  #: That are written out below a page.
_LONGEST = 400  #: Characters of one that are written out.
_FACES = (  #: Files of Chinese faces that come with systems and office programs, the best to read first.
    "NotoSansCJK-Regular.ttc",
    "NotoSansCJKsc-Regular.otf",
    "SourceHanSansSC-Regular.otf",
    "msyh.ttc",
    "simhei.ttf",
    "simsun.ttc",
    "PingFang.ttc",
    "STHeiti Light.ttc",
    "wqy-microhei.ttc",
    "wqy-zenhei.ttc",
    "DroidSansFallbackFull.ttf",
    "DroidSansFallback.ttf",
    "NotoSerifCJK-Regular.ttc",
    "uming.ttc",
    "ukai.ttc",
)
_FOLDERS = (
    "C:/Windows/Fonts",
    "/System/Library/Fonts",
    "/Library/Fonts",
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.local/share/fonts",
    "~/.fonts",
)

Labels = Mapping[str, Mapping[str, str]]  #: Id of a form → id of a field → its printed words.
_Field = tuple[int, str, Reading]  #: Index of the record, id of the field, what was read.
_Doubts = Mapping[tuple[int, str], Sequence[Issue]]  #: By record and field.


def chinese_face() -> Path | None:
    """The file of a Chinese face of this machine; None where there is none, and the pictures show no Chinese."""
    return _face(tuple(str(Path(folder).expanduser()) for folder in _FOLDERS))


def overlays(
    data: bytes, name: str, reading: FileReading, limits: Limits, labels: Labels | None = None
) -> Iterator[tuple[int, bytes]]:
    """(number of the page, PNG) for each page on which something was read. Raises UnreadableInputError.

    ``labels``: the printed words of a form's fields, by its id and theirs.
    """
    fields: dict[int, list[_Field]] = {}
    for index, record in enumerate(reading.records):
        for field, one in record.readings.items():
            if one.where.box:
                fields.setdefault(page_of(one.where) or 1, []).append((index, field, one))
    if not fields:
        return
    kind = "pdf" if kinds.sniff(data, name) == "pdf" else "image"
    doubts: dict[tuple[int, str], list[Issue]] = {}
    others: dict[int, list[Issue]] = {}
    for issue in reading.issues:
        if not issue.needs_person:
            continue
        if issue.record is not None and issue.field is not None:
            doubts.setdefault((issue.record, issue.field), []).append(issue)
        elif issue.where.part.startswith("page "):
            others.setdefault(page_of(issue.where), []).append(issue)
    for image in pages.images(data, kind, limits, only=frozenset(fields)):
        names = {
            (index, field): (labels or {}).get(reading.records[index].form, {}).get(field, "")
            for index, field, _ in fields[image.number]
        }
        yield image.number, drawn(image.pixels, fields[image.number], doubts, others.get(image.number, ()), names)


def drawn(
    pixels: Image,
    fields: Sequence[_Field],
    doubts: _Doubts,
    others: Sequence[Issue] = (),
    names: Mapping[tuple[int, str], str] | None = None,
) -> bytes:
    """A PNG of the page with the fields on it; what is doubtful is numbered, and written out below the page.

    ``others``: doubts about the page itself; ``names``: printed words of a field, by record and field.
    """
    import io

    from PIL import Image as Picture
    from PIL import ImageDraw

    plain = pixels if pixels.ndim == 2 else pixels[:, :, ::-1]
    picture = Picture.fromarray(plain).convert("RGB")
    scale = min(1.0, _LONG_SIDE / max(picture.size))
    if scale < 1.0:
        picture = picture.resize((round(picture.width * scale), round(picture.height * scale)))
    size = max(11, max(picture.size) // 130)
    draw = ImageDraw.Draw(picture, "RGBA")
    labels: dict[tuple[int, ...], list[tuple[str, tuple[int, int, int]]]] = {}
    said: list[str] = []
    for index, field, reading in fields:
        found = doubts.get((index, field), ())
        colour = _DOUBTFUL if found else _SURE if reading.value is not None else _BLANK
        box = tuple(round(place * scale) for place in reading.where.box)
        draw.polygon(list(zip(box[::2], box[1::2], strict=True)), outline=colour, width=3 if found else 2)
        number = ""
        if found:
            called = (names or {}).get((index, field), "").strip()
            called = f"{called}（{field}）" if called else field
            said.append(f"{called}：{'；'.join(_reason(issue) for issue in found)}")
            number = f"[{len(said)}]"
        labels.setdefault(box, []).append((_words(reading.value, reading.confidence, number), colour))
    for box, words in labels.items():
        _label(picture, box, words, size)
    said += [_reason(issue) for issue in others]
    picture = _with_legend(picture, said, size)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def _words(value: Value, confidence: float, number: str) -> str:
    """The label of a reading, short: what it covers cannot be compared with it."""
    blank = "空白" if chinese_face() is not None else "-"
    if value is None and not number:
        return blank
    shown = blank if value is None else " ".join(str(value).split())
    return f"{number}{shown if len(shown) <= _SHOWN else shown[:_SHOWN] + '…'} {100 * confidence:.3g}%"


def _reason(issue: Issue) -> str:
    return issue.message[:_LONGEST] if chinese_face() is not None else issue.code.value


def _label(picture: Any, box: tuple[int, ...], words: Sequence[tuple[str, tuple[int, int, int]]], size: int) -> None:
    """The words of the readings of one box on a light ground, in the corner of it where there is least to cover."""
    from PIL import ImageDraw, ImageStat

    draw = ImageDraw.Draw(picture, "RGBA")
    font = _font(size)
    left, right, top, low = min(box[::2]), max(box[::2]), min(box[1::2]), max(box[1::2])
    lines = [(line, colour) for text, colour in words for line in _broken(_drawable(text), right - left - 4, font)]
    wide = max(round(font.getlength(line)) for line, _ in lines)
    high = round(1.2 * size)
    corners = [
        (max(0, x), max(0, y)) for y in (top + 2, low - 2 - high * len(lines)) for x in (left + 2, right - 2 - wide)
    ]
    bright = [
        sum(ImageStat.Stat(picture.crop((x, y, x + max(1, wide), y + high * len(lines)))).mean) for x, y in corners
    ]
    x, y = corners[max(range(len(corners)), key=lambda place: round(bright[place] / 12))]
    draw.rectangle((x, y, x + wide, y + high * len(lines)), fill=_GROUND)
    for number, (line, colour) in enumerate(lines):
        draw.text((x, y + number * high), line, fill=colour, font=font)


def _with_legend(picture: Any, said: Sequence[str], size: int) -> Any:
    """The page with its doubts written out below it."""
    from PIL import Image as Picture
    from PIL import ImageDraw

    if not said:
        return picture
    if len(said) > _MOST_DOUBTS:
        said = [*said[:_MOST_DOUBTS], f"…… {len(said) - _MOST_DOUBTS}"]
    font, rim = _font(size), 2 * size
    numbered = [_drawable(f"[{number}] {words}") for number, words in enumerate(said, 1)]
    lines = [line for words in numbered for line in _broken(words, picture.width - 2 * rim, font)]
    step = round(1.5 * size)
    whole = Picture.new("RGB", (picture.width, picture.height + step * len(lines) + 2 * rim), (255, 255, 255))
    whole.paste(picture, (0, 0))
    draw = ImageDraw.Draw(whole)
    draw.line((0, picture.height, picture.width, picture.height), fill=_BLANK, width=2)
    for number, line in enumerate(lines):
        draw.text((rim, picture.height + rim + number * step), line, fill=_DOUBTFUL, font=font)
    return whole


def _broken(words: str, room: float, font: Any) -> Iterator[str]:
    """The words in lines that are no wider than the room, each of one character at least."""
    line = ""
    for word in _words_of(words, room, font):
        if line and font.getlength(line + word.rstrip()) > room:
            yield line.rstrip()
            line = ""
        line += word
    if line:
        yield line.rstrip()


def _words_of(words: str, room: float, font: Any) -> Iterator[str]:
    """The pieces between which a line may be broken: words, but characters of those that no line has room for."""
    for word in words.split():
        yield from (f"{word} ",) if font.getlength(word) <= room else (*word, " ")


def _drawable(words: str) -> str:
    return (
        words
        if chinese_face() is not None
        else words.replace("：", ": ").replace("…", "..").encode("ascii", "replace").decode()
    )


@lru_cache(maxsize=8)
def _font(size: int) -> Any:
    """The face for labels, the one that the library brings where the machine has no Chinese one."""
    from PIL import ImageFont

    path = chinese_face()
    return ImageFont.truetype(str(path), size) if path is not None else ImageFont.load_default(size)


@lru_cache(maxsize=1)
def _face(folders: tuple[str, ...]) -> Path | None:
    from PIL import ImageFont

    found: dict[str, Path] = {}
    for folder in folders:
        for place, _, files in os.walk(folder):
            for file in files:
                if file in _FACES:
                    found.setdefault(file, Path(place, file))
    for name in _FACES:
        if name in found:
            try:
                ImageFont.truetype(str(found[name]), 12)
            except OSError:
                continue
            return found[name]
    return None
