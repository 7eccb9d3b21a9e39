"""The pages of a scanned file as pixels: bounded before anything is decoded, upright as far as the file itself says."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from formgen.errors import FormgenError, UnreadableInputError
from formgen.model import IssueCode

if TYPE_CHECKING:
    from typing import TypeAlias

    import numpy as np
    from numpy.typing import NDArray

    from formgen.parsing import Limits

    #: Grey (height, width) or blue-green-red (height, width, 3), one byte a channel.
    Image: TypeAlias = NDArray[np.uint8]
    #: Places on an image, (n, 2), x and y in pixels; whole numbers are the middles of pixels.
    Points: TypeAlias = NDArray[np.float64]

_FORMATS = ("JPEG", "PNG", "TIFF", "BMP", "MPO")
_RESEND = "请重新扫描后另存为 PDF、JPG 或 PNG 再发。"
_ORIENTATION = 274  #: The EXIF tag.
_JPEG_END = b"\xff\xd9"  #: A JPEG that does not end so may be cut short.
_PNG_BITS = 24  #: The place of the bits of a channel in a PNG.
_PNG_WORDS = (b"eXIf", b"Raw profile", b"xmp", b"acTL")  #: It may be turned or move if it holds one of these.
_SHORTEST = 100  #: Pixels: an image with a shorter side holds no page.


@dataclass(frozen=True, slots=True, eq=False)
class PageImage:
    """One page as it came."""

    number: int  #: From 1, within its file.
    pixels: Image
    dpi: float = 0.0  #: What the file says of itself; 0 where it is silent. Telephones say anything.
    rendered: bool = False  #: Drawn by us from a page that is no single image.


def images(data: bytes, kind: str, limits: Limits, *, only: frozenset[int] | None = None) -> Iterator[PageImage]:
    """The pages of a file of the kind ``image`` or ``pdf`` (``parsers.kinds.sniff``), one after another.

    ``only``: the numbers of the pages that are wanted; all without it. Raises UnreadableInputError (``unreadable``,
    ``too-large``, ``unsupported``) and EncryptedInputError, with a word for the clerk; the pages before the fault have
    been given by then.
    """
    if kind == "pdf":
        from parsers.scan.pdf_pages import pdf_images

        yield from pdf_images(data, limits, only)
    else:
        yield from _pictures(data, limits, only)


def checked_size(width: int, height: int, limits: Limits, what: str) -> None:
    """Raise UnreadableInputError (``too-large``, ``unreadable``) where an image must not be decoded."""
    if width * height > limits.pixels:
        message = (
            f"{what}有 {width:,}×{height:,} 像素，上限 {limits.pixels:,} 像素，没有读取。请用 200 至 300 dpi 重新扫描。"
        )
        raise UnreadableInputError(message, IssueCode.TOO_LARGE)
    if min(width, height) < _SHORTEST:
        message = f"{what}只有 {width}×{height} 像素，看不清内容。请用 200 至 300 dpi 重新扫描。"
        raise UnreadableInputError(message, IssueCode.UNREADABLE)


def _pictures(data: bytes, limits: Limits, only: frozenset[int] | None) -> Iterator[PageImage]:
    from PIL import Image as Picture

    _refuse_by_name(data)
    with _named_faults(), Picture.open(io.BytesIO(data), formats=_FORMATS) as picture:
        number = 0
        while True:
            number += 1
            if number > limits.pages:
                message = f"图片文件超过 {limits.pages} 页，没有读完。请分成几个文件。"
                raise UnreadableInputError(message, IssueCode.TOO_LARGE)
            checked_size(picture.width, picture.height, limits, f"第 {number} 页图片" if number > 1 else "图片")
            if only is None or number in only:
                dpi = picture.info.get("dpi", (0, 0))
                decoded = _decoded(data, picture)
                yield PageImage(number, pixels_of(picture) if decoded is None else decoded, _plain_dpi(dpi))
            if picture.format != "TIFF":  # the further frames of a JPEG are previews
                return
            try:
                picture.seek(number)
            except EOFError:
                return


def _decoded(data: bytes, picture: Any) -> Image | None:
    """The pixels of a JPEG or PNG that Pillow has opened, as ``pixels_of`` has them, decoded in less time.

    None for all but the plain ones: what is turned, transparent or animated, has other than bytes, or is broken, is
    left to Pillow, which says what is wrong with it.
    """
    import cv2
    import numpy as np

    if picture.mode not in ("RGB", "L") or "transparency" in picture.info:
        return None
    if picture.format == "JPEG":
        plain = data.endswith(_JPEG_END) and picture.getexif().get(_ORIENTATION, 1) == 1
    else:
        plain = picture.format == "PNG" and data[_PNG_BITS] == 8 and not any(word in data for word in _PNG_WORDS)
    if not plain:
        return None
    how = cv2.IMREAD_COLOR if picture.mode == "RGB" else cv2.IMREAD_GRAYSCALE
    try:
        pixels = cv2.imdecode(np.frombuffer(data, np.uint8), how | cv2.IMREAD_IGNORE_ORIENTATION)
    except cv2.error:
        return None
    return np.asarray(pixels, np.uint8) if pixels is not None and pixels.shape[1::-1] == picture.size else None


def pixels_of(picture: Any) -> Image:
    """A Pillow image as an array: turned as its EXIF says, on white where it is transparent, grey where it is grey."""
    import cv2
    import numpy as np
    from PIL import Image as Picture
    from PIL import ImageOps

    if picture.getexif().get(_ORIENTATION, 1) != 1:  # otherwise it would be a copy for nothing
        picture = ImageOps.exif_transpose(picture)
    if picture.mode in ("I;16", "I;16B", "I;16L", "I"):
        deep: NDArray[np.integer[Any]] = np.asarray(picture, np.int32 if picture.mode == "I" else np.uint16)
        return np.asarray(cv2.convertScaleAbs(deep, alpha=255 / max(int(deep.max()), 1)), np.uint8)
    if picture.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        paper = Picture.new("RGBA", picture.size, "white")
        picture = Picture.alpha_composite(paper, picture)
    if picture.mode in ("1", "L"):
        return np.array(picture if picture.mode == "L" else picture.convert("L"), dtype=np.uint8)
    coloured = picture if picture.mode == "RGB" else picture.convert("RGB")
    packed = np.frombuffer(coloured.tobytes("raw", "BGR"), np.uint8)  # four times as fast as numpy.asarray
    return packed.reshape(coloured.height, coloured.width, 3)


def grey(pixels: Image) -> Image:
    """The image in grey; itself if it is."""
    import cv2
    import numpy as np

    return pixels if pixels.ndim == 2 else np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), np.uint8)


def _refuse_by_name(data: bytes) -> None:
    named = ""
    if data[4:8] == b"ftyp":
        named = "HEIC（苹果手机的照片格式）"
    elif data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        named = "WebP "
    elif data.startswith(b"GIF8"):
        named = "GIF "
    if named:
        message = f"{named}图片暂不能读取。请转存为 JPG、PNG 或 PDF 再发（手机可在“相机”设置里改为“兼容性最佳”）。"
        raise UnreadableInputError(message, IssueCode.UNSUPPORTED)


def _plain_dpi(dpi: Any) -> float:
    try:
        value = float(dpi[0])
    except (TypeError, ValueError, IndexError, ZeroDivisionError, KeyError):
        return 0.0
    return value if 50 <= value <= 2400 else 0.0


@contextmanager
def _named_faults() -> Iterator[None]:
    """Whatever Pillow raises for a broken or hostile file, as UnreadableInputError."""
    from PIL import Image as Picture
    from PIL import UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except (FormgenError, MemoryError, GeneratorExit):
        raise
    except UnidentifiedImageError as fault:
        message = f"图片已损坏或不是能读的格式，打不开。{_RESEND}"
        raise UnreadableInputError(message, IssueCode.UNREADABLE) from fault
    except Picture.DecompressionBombError as fault:
        raise UnreadableInputError(
            "图片的像素过多，没有读取。请用 200 至 300 dpi 重新扫描。", IssueCode.TOO_LARGE
        ) from fault
    except Exception as fault:
        message = f"图片不完整或已损坏，读不出来（{type(fault).__name__}）。{_RESEND}"
        raise UnreadableInputError(message, IssueCode.UNREADABLE) from fault
