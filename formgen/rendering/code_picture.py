"""The code of a page as a picture: a QR code of error level Q, wide enough for a scan of 150 dpi. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from formgen.errors import TemplateError
from formgen.pagecode import PageCode, encode
from formgen.rendering.corner_marks import squares_png

QUIET = 4  #: Modules of white around the code, which belong to its picture.
_ROOM = 24.0  #: Millimetres: the side of the picture, if its modules are wide enough in it.
_LEAST, _MOST = 0.36, 0.5  #: Millimetres: the side of a module. Four dots at 300 dpi are 0.34.
_LARGEST = 31.0  #: Millimetres; a longer code does not fit above the paper.
_DOTS = 4  #: Dots of the picture to a module.
_MASK = 2  #: Always the same: to weigh all eight takes five times as long, and readers take any.


@dataclass(frozen=True, slots=True)
class CodePicture:
    """The picture of one page's code."""

    png: bytes
    size: float  #: Millimetres: its side, with the quiet zone.
    module: float  #: Millimetres.


def code_picture(code: PageCode) -> CodePicture:
    """The picture of a code. Raises TemplateError where the names in it are too long for any."""
    import segno

    try:
        made = segno.make_qr(encode(code), error="q", encoding="utf-8", eci=True, boost_error=False, mask=_MASK)
    except ValueError as error:
        raise TemplateError(f"村名、姓名等太长，不能印成页码标识（{error}）；请用 --no-marks 生成") from error
    across = len(made.matrix) + 2 * QUIET
    module = min(_MOST, max(_LEAST, _ROOM / across))
    if across * module > _LARGEST:
        raise TemplateError("村名、姓名等太长，不能印成页码标识；请用 --no-marks 生成")
    above, beside = [bytes(across)] * QUIET, bytes(QUIET)
    rows = [*above, *(beside + bytes(row) + beside for row in made.matrix), *above]
    return CodePicture(squares_png(rows, _DOTS), across * module, module)
