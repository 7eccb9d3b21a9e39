"""How many sides a paper takes and what the last one leaves free: counted in the PDF that LibreOffice makes."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from formgen import libreoffice
from formgen.rendering.official.elements import Paper
from formgen.rendering.official.geometry import TYPE_BOTTOM, points
from formgen.rendering.official.imprint import height
from formgen.rendering.official.profile import Profile
from formgen.rendering.official.writer import ImprintPlace, write


@dataclass(frozen=True, slots=True)
class Sides:
    """The sides of a paper without its 版记."""

    count: int
    free: float  #: Points between the last line and the foot of the 版心.
    wide: bool  #: The last side is a landscape page.


def count(data: bytes) -> Sides:
    """Count the sides of a .docx. Raises MissingProgramError, ProgramFailedError."""
    import pdfplumber

    with tempfile.TemporaryDirectory(prefix="formgen-") as folder:
        source = Path(folder) / "paper.docx"
        source.write_bytes(data)
        made = libreoffice.convert(source, "pdf", Path(folder))
        with pdfplumber.open(made) as pdf:
            last = pdf.pages[-1]
            foot = points(TYPE_BOTTOM)
            lowest = max(
                (
                    float(thing["bottom"])
                    for thing in (*last.chars, *last.rects, *last.lines)
                    if thing["bottom"] <= foot + 3
                ),
                default=0.0,
            )
            return Sides(len(pdf.pages), foot - lowest, float(last.width) > float(last.height))


def imprint_place(paper: Paper, profile: Profile) -> ImprintPlace:
    """Where the 版记 lies so that it is at the foot of an even side (7.4). Raises as ``count``.

    On the side where the text ends if that is even and leaves room, else on the back.
    """
    if not paper.has_imprint or paper.kind == "信函":
        return "here"
    sides = count(write(paper, profile, place="nowhere"))
    if sides.count % 2:
        return "overleaf"
    return "here" if sides.free >= height(paper, profile) + 14 and not sides.wide else "next sheet"
