"""The pages of a PDF that are pictures: the picture itself where the page is one, else the page drawn at 200 dpi."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING, Any

from formgen.errors import EncryptedInputError, FormgenError, UnreadableInputError
from formgen.model import IssueCode
from parsers.scan.pages import PageImage, checked_size

if TYPE_CHECKING:
    from formgen.parsing import Limits
    from parsers.scan.pages import Image

_DPI = 200
_MOST_DRAWN = 25_000_000  #: Pixels of a page that we draw: A3 at 300 dpi has 17 million.
_MOST_OBJECTS = 20_000  #: Of a page that is looked into.
_WHOLE = 0.9  #: Share of the page that its one picture covers.
_SCAN = 0.5  #: Share of the page that pictures cover from which a page without words is a scan, as in parsers.pdf.
_PHOTO = 0.15  #: The same for a page without any words.
_OUTLINES = 50  #: Drawings of a page without words and pictures, from which it is type turned into drawings.
_FEW_LETTERS = 10
_INVISIBLE = 3  #: Text render mode of the guesses that a scanner's program lays behind the picture.


def scanned_pages(data: bytes, limits: Limits) -> tuple[tuple[int, ...], int]:
    """The numbers, from 1, of the pages that are pictures without real text, and how many pages there are.

    A page whose only text is the invisible layer of a text recogniser is a picture too. Raises as ``pages.images``.
    """
    with closing(_opened(data, limits)) as document:
        numbers = tuple(index + 1 for index in range(len(document)) if _is_picture(document, index))
        return numbers, len(document)


def pdf_images(data: bytes, limits: Limits, only: frozenset[int] | None) -> Iterator[PageImage]:
    """The pages as images. Raises as ``pages.images``."""
    with closing(_opened(data, limits)) as document:
        for index in range(len(document)):
            if only is None or index + 1 in only:
                yield _guarded(document, index, limits)


def _opened(data: bytes, limits: Limits) -> Any:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
        count = len(document)
    except pypdfium2.PdfiumError as fault:
        if "password" in str(fault).lower():
            raise EncryptedInputError("PDF 设有打开密码，读不了。请去掉密码后重发。") from None
        message = "PDF 不完整或已损坏，打不开。请重新扫描或另存后再发。"
        raise UnreadableInputError(message, IssueCode.UNREADABLE) from fault
    if count > limits.pages:
        document.close()
        message = f"PDF 有 {count} 页，上限 {limits.pages} 页，没有读取。请分成几个文件。"
        raise UnreadableInputError(message, IssueCode.TOO_LARGE)
    return document


def _guarded(document: Any, index: int, limits: Limits) -> PageImage:
    try:
        with closing(document[index]) as page:
            return _page_image(page, index + 1, limits)
    except (FormgenError, MemoryError):
        raise
    except Exception as fault:
        message = f"PDF 第 {index + 1} 页已损坏，读不出来（{type(fault).__name__}）。请重新扫描后再发。"
        raise UnreadableInputError(message, IssueCode.UNREADABLE) from fault


def _is_picture(document: Any, index: int) -> bool:
    import pypdfium2.raw as raw

    try:
        with closing(document[index]) as page:
            left, bottom, right, top = page.get_cropbox()
            area = max((right - left) * (top - bottom), 1.0)
            cover, visible, drawn = 0.0, 0, 0
            for number, item in enumerate(page.get_objects(max_depth=3)):
                if number > _MOST_OBJECTS:
                    return False
                if item.type == raw.FPDF_PAGEOBJ_IMAGE:
                    x0, y0, x1, y1 = item.get_bounds()
                    cover += max(0.0, min(x1, right) - max(x0, left)) * max(0.0, min(y1, top) - max(y0, bottom)) / area
                elif item.type == raw.FPDF_PAGEOBJ_PATH:
                    drawn += 1
                elif item.type == raw.FPDF_PAGEOBJ_TEXT:
                    visible += raw.FPDFTextObj_GetTextRenderMode(item) != _INVISIBLE
            if not visible:  # a photo that does not fill the page, or type that was turned into drawings
                return cover >= _PHOTO or drawn > _OUTLINES
            if cover < _SCAN:
                return False
            with closing(page.get_textpage()) as text:
                return bool(text.count_chars() < _FEW_LETTERS)
    except Exception:
        return False  # the ordinary way names the fault


def _page_image(page: Any, number: int, limits: Limits) -> PageImage:
    import numpy as np
    import pypdfium2.raw as raw

    pictures, others = [], 0
    for count, item in enumerate(page.get_objects(max_depth=3)):
        if count > _MOST_OBJECTS:
            message = f"PDF 第 {number} 页内容过多，没有读取。"
            raise UnreadableInputError(message, IssueCode.TOO_LARGE)
        if item.type == raw.FPDF_PAGEOBJ_IMAGE:
            width, height = item.get_px_size()
            if width * height > limits.pixels:
                checked_size(width, height, limits, f"PDF 第 {number} 页的图片")
            pictures.append(item)
        elif item.type != raw.FPDF_PAGEOBJ_TEXT or raw.FPDFTextObj_GetTextRenderMode(item) != _INVISIBLE:
            others += 1
    if len(pictures) == 1 and not others:
        found = _extracted(page, pictures[0])
        if found is not None:
            pixels, dpi = found
            checked_size(pixels.shape[1], pixels.shape[0], limits, f"PDF 第 {number} 页的图片")
            return PageImage(number, pixels, dpi)
    width, height = page.get_size()
    if not (0 < width < 1e5 and 0 < height < 1e5):
        raise UnreadableInputError(f"PDF 第 {number} 页的纸张大小不对，读不了。", IssueCode.UNREADABLE)
    scale = min(_DPI / 72, math.sqrt(min(_MOST_DRAWN, limits.pixels) / (width * height)))
    pixels = np.array(page.render(scale=scale).to_numpy()[:, :, :3], dtype=np.uint8)  # a copy: the bitmap goes
    checked_size(pixels.shape[1], pixels.shape[0], limits, f"PDF 第 {number} 页")
    return PageImage(number, pixels, scale * 72, rendered=True)


def _extracted(page: Any, item: Any) -> tuple[Image, float] | None:
    """The one picture of a page as it is seen there, and its dpi; None where it must be drawn instead."""
    import numpy as np

    if item.level:
        return None
    left, bottom, right, top = page.get_cropbox()
    x0, y0, x1, y1 = item.get_bounds()
    seen = max(0.0, min(x1, right) - max(x0, left)) * max(0.0, min(y1, top) - max(y0, bottom))
    if seen < _WHOLE * (right - left) * (top - bottom):
        return None
    if x0 < left - 1 or x1 > right + 1 or y0 < bottom - 1 or y1 > top + 1:
        return None  # a part of it is cut away
    a, b, c, d, _, _ = item.get_matrix().get()
    if max(abs(b), abs(c)) < 1e-3 * max(abs(a), abs(d)):
        turned = False
    elif max(abs(a), abs(d)) < 1e-3 * max(abs(b), abs(c)):
        turned = True
    else:
        return None
    if (a * d - b * c) <= 0:
        return None  # mirrored
    if _masked(item):
        return None
    pixels = _plain(item.get_bitmap())
    if pixels is None:
        return None
    quarters = (0 if a > 0 else 2) if not turned else (1 if b > 0 else 3)
    points = math.hypot(a, b)
    dpi = pixels.shape[1] / points * 72 if points > 0 else 0.0
    quarters -= page.get_rotation() // 90
    return np.ascontiguousarray(np.rot90(pixels, quarters)), round(dpi, 1)


def _masked(item: Any) -> bool:
    """Whether the picture is a stencil or has a mask: its pixels alone are not what is seen."""
    metadata = item.get_metadata()
    return bool(metadata.bits_per_pixel == 1 and metadata.colorspace == 0) or "/SMask" in str(metadata)


def _plain(bitmap: Any) -> Image | None:
    """A copy of the pixels: the memory of the bitmap goes with it. None where its kind is an unusual one."""
    import numpy as np

    array = np.asarray(bitmap.to_numpy())
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[:, :, 0]
    if array.ndim == 2:
        return np.array(array, dtype=np.uint8)
    if bitmap.mode in ("BGR", "BGRX"):
        return np.array(array[:, :, :3], dtype=np.uint8, order="C")
    return None
