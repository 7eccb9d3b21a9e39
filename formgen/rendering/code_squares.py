"""The code of a page as black and white squares: a QR code of error level Q. Pure."""

from __future__ import annotations

from formgen.errors import TemplateError
from formgen.pagecode import PageCode, encode

QUIET = 4  #: Squares of white around the code, which belong to it.
_MOST = 77  #: Squares across: a longer code does not fit above the paper.
_MASK = 2  #: Always the same: to weigh all eight takes five times as long, and readers take any.


def code_squares(code: PageCode) -> list[bytes]:
    """The squares of a code with its quiet zone, row by row; 1 is black.

    Raises TemplateError where the names in it are too long for any.
    """
    import segno

    try:
        made = segno.make_qr(encode(code), error="q", encoding="utf-8", eci=True, boost_error=False, mask=_MASK)
    except ValueError as error:
        raise TemplateError(f"村名、姓名等太长，不能印成页码标识（{error}）；请用 --no-marks 生成") from error
    across = len(made.matrix) + 2 * QUIET
    if across > _MOST:
        raise TemplateError("村名、姓名等太长，不能印成页码标识；请用 --no-marks 生成")
    above, beside = [bytes(across)] * QUIET, bytes(QUIET)
    return [*above, *(beside + bytes(row) + beside for row in made.matrix), *above]
