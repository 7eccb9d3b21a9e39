"""The picture of a seal or 签名章 that a clerk gives, in its place on the page (7.3.5). formgen never draws one."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from decimal import Decimal

from formgen.errors import UsageError
from formgen.rendering.official.boxes import picture
from formgen.rendering.official.elements import Seal
from formgen.rendering.official.geometry import points
from formgen.rendering.official.markup import Element, node, paragraph
from formgen.rendering.official.package import Package
from formgen.rendering.official.profile import Profile

THIN = 1.0  #: Points of the line of the paragraph that carries the pictures.
#: Millimetres from the text to the upper edge of a seal: within one line of it (7.3.5.1), so that 署名 and date lie
#: below its middle.
BELOW_TEXT = 4.0
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
MOST_BYTES = 5_000_000  #: Bytes.
_SIDES = (50, 6000)  #: Pixels.
_FIRST_NUMBER = 20  #: Pictures are numbered from here; boxes have smaller numbers.


def read_seal(data: bytes, name: str, width: float) -> Seal:
    """A PNG picture as a seal ``width`` millimetres across. Raises UsageError with what is wrong with the file."""
    if data[:8] != _SIGNATURE or data[12:16] != b"IHDR" or b"IEND" not in data[-16:]:
        raise UsageError(f"印章图“{name}”不是完好的 PNG 图片；请用透明底的 PNG")
    across, down = struct.unpack(">II", data[16:24])
    if not all(_SIDES[0] <= side <= _SIDES[1] for side in (across, down)):
        raise UsageError(f"印章图“{name}”是 {across}×{down} 点；每边应在 {_SIDES[0]} 到 {_SIDES[1]} 点之间")
    return Seal(data, width, width * down / across)


def carrier(
    package: Package, seals: Sequence[tuple[Seal, Decimal]], profile: Profile, *, middle: float | None = None
) -> Element:
    """The thin paragraph with the pictures; each with the place of its centre from the left in 字.

    ``middle``: millimetres from the paragraph to the middle of the pictures; else they begin ``BELOW_TEXT`` under it.
    """
    runs = []
    for seal, centre in seals:
        left = float(centre) * profile.zi / 20 / points(1) - seal.width / 2
        top = BELOW_TEXT if middle is None else middle - seal.height / 2
        key, number = package.picture(seal.data)
        runs.append(picture(key, left, top, seal.width, seal.height, _FIRST_NUMBER + number))
    return paragraph("Spacer", runs, node("keepNext"))
