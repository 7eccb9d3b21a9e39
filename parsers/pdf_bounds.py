"""What a PDF may ask for before its pages are worked through: objects, drawing steps, tables of its fonts.

The library that reads pages follows all that a file says: forms that draw forms that draw forms, a table of characters
with four thousand million lines. It is looked at here, with bounds, before that.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping
from typing import Any

from formgen.errors import UnreadableInputError

MOST_OBJECTS = 200_000  #: Of a file.
MOST_STEPS = 5_000_000  #: Bytes of drawing steps of one page, those of a form as often as it is drawn.
MOST_FONT_BYTES = 3_000_000  #: Of a table of characters, unpacked.
MOST_CHARACTERS = 300_000  #: That such a table, or the widths of a font, may go over.

_PICTURE = 50  #: Bytes of steps that drawing a picture counts as.
_MOST_FILTERS = 4
_MOST_PACKED = 2_000_000  #: Bytes of a stream that is packed in one of the slow ways of old.
_DEEPEST = 25
_RANGES = re.compile(rb"begin(?:bf|cid|notdef)range(.*?)(?:end(?:bf|cid|notdef)range|\Z)", re.DOTALL)
_RANGE = re.compile(rb"<([0-9A-Fa-f]{1,8})>\s*<([0-9A-Fa-f]{1,8})>\s*[<\[\d]")


def check_objects(data: bytes) -> None:
    """Raise UnreadableInputError (``too-large``) for a file with more objects than any form."""
    count = data.count(b"endobj")
    if count > MOST_OBJECTS:
        message = f"PDF 里有 {count:,} 个对象，上限 {MOST_OBJECTS:,} 个，没有读取。"
        raise UnreadableInputError(message, "too-large")


def check_page(page: Any) -> None:
    """Raise UnreadableInputError (``too-large``) for a page (of pdfplumber) that draws or defines without end."""
    looked = _Look(page.page_number)
    found = page.page_obj
    looked.steps_of(found.contents or [], found.resources or {}, 0)


class _Look:
    """What a page asks for, each form and font looked at once."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._forms: dict[
            int, int
        ] = {}  # by object number; what is being looked at counts nothing: a loop is not drawn
        self._fonts: set[int] = set()

    def steps_of(self, streams: Any, resources: Any, depth: int) -> int:
        """Bytes of drawing steps of streams with these resources."""
        from pdfminer.pdftypes import PDFStream, resolve1

        if depth > _DEEPEST:
            raise self._too_large("层层套用")
        own = [stream for stream in map(resolve1, streams) if isinstance(stream, PDFStream)]
        steps = drawn = 0
        for stream in own:
            data = self._unpacked(stream, MOST_STEPS)
            steps += len(data)
            drawn += data.count(b"Do")
            self._refuse(steps)
        resources = resolve1(resources)
        if isinstance(resources, dict):
            steps += drawn * max(self._drawn(resources, depth), default=0)
            self._refuse(steps)
            for font in _values(resources, "Font"):
                self._look_at_font(font)
        return steps

    def _drawn(self, resources: Mapping[str, Any], depth: int) -> Iterator[int]:
        """The steps of each picture and form that can be drawn."""
        from pdfminer.pdftypes import PDFStream

        for item in _values(resources, "XObject"):
            if not isinstance(item, PDFStream):
                continue
            if getattr(item.get("Subtype"), "name", "") != "Form":
                yield _PICTURE
                continue
            key = item.objid or id(item)
            if key not in self._forms:
                self._forms[key] = 0
                self._forms[key] = self.steps_of([item], item.get("Resources") or resources, depth + 1)
            yield self._forms[key] + _PICTURE

    def _look_at_font(self, font: Any) -> None:
        from pdfminer.pdftypes import PDFStream, resolve1

        if not isinstance(font, dict) or id(font) in self._fonts:
            return
        self._fonts.add(id(font))
        below = resolve1(font.get("DescendantFonts"))
        for one in (font, *(map(resolve1, below) if isinstance(below, list) else ())):
            if not isinstance(one, dict):
                continue
            for key in ("ToUnicode", "Encoding"):
                if isinstance(table := resolve1(one.get(key)), PDFStream):
                    self._look_at_characters(self._unpacked(table, MOST_FONT_BYTES))
            for key in ("W", "W2", "Widths"):
                widths = resolve1(one.get(key))
                if isinstance(widths, list) and (
                    len(widths) > MOST_CHARACTERS
                    or any(isinstance(width, int | float) and abs(width) > MOST_CHARACTERS for width in widths)
                ):
                    raise self._too_large("字体的宽度表长得不像话")

    def _look_at_characters(self, data: bytes) -> None:
        covered = sum(
            max(0, int(last, 16) - int(first, 16))
            for ranges in _RANGES.findall(data)  # a <code> <character> of a bfchar is no range
            for first, last in _RANGE.findall(ranges)
        )
        if covered > MOST_CHARACTERS:
            raise self._too_large("字体的字符表长得不像话")

    def _unpacked(self, stream: Any, most: int) -> bytes:
        """The content of a stream. Raises UnreadableInputError where it is more than ``most`` bytes."""
        filters = [getattr(name, "name", "") for name, _ in stream.get_filters()]
        if len(filters) > _MOST_FILTERS:
            raise self._too_large("内容反复压缩")
        data = stream.get_rawdata()
        if data is None:
            data, filters = stream.get_data(), []
        elif filters and stream.decipher:
            data = stream.decipher(stream.objid, stream.genno, data, stream.attrs)
        for name in filters:
            if name not in ("FlateDecode", "Fl"):
                if len(data) > _MOST_PACKED:
                    raise self._too_large("内容过多")
                break
            try:
                data = zlib.decompressobj().decompress(data, most + 1)
            except zlib.error:
                break  # whoever reads it says so
            if len(data) > most:
                break
        if len(data) > most:
            raise self._too_large("内容展开后过大")
        return bytes(data)

    def _refuse(self, steps: int) -> None:
        if steps > MOST_STEPS:
            raise self._too_large("内容过多")

    def _too_large(self, what: str) -> UnreadableInputError:
        return UnreadableInputError(
            f"PDF 第 {self._number} 页的{what}，没有读取。请重新另存为 PDF 后重发。", "too-large"
        )


def _values(resources: Mapping[str, Any], key: str) -> list[Any]:
    from pdfminer.pdftypes import resolve1

    found = resolve1(resources.get(key))
    return [resolve1(one) for one in found.values()] if isinstance(found, dict) else []
