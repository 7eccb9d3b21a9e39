"""How a paper falls on its sides, read in the PDF that LibreOffice makes: their number, what the last one leaves free,
and whether one of them bears nothing but 署名 and date."""

from __future__ import annotations

import tempfile
from collections import Counter
from dataclasses import dataclass, replace
from math import ceil, floor
from pathlib import Path

from formgen import libreoffice
from formgen.rendering.official.elements import Paper, Table, Text
from formgen.rendering.official.geometry import LINES, TYPE_BOTTOM, length, points
from formgen.rendering.official.imprint import height
from formgen.rendering.official.profile import Profile
from formgen.rendering.official.writer import ImprintPlace, write

_TRIED = (21, 23, 20, 24)  #: Lines on a side that are tried where 22 leave the 署名 alone (7.3.5.5).
_SURELY_ONE_SIDE = 15  #: Lines of text under a title that are not worth counting.


@dataclass(frozen=True, slots=True)
class Sides:
    """The sides of a paper without its 版记."""

    count: int
    free: float  #: Points between the last line and the foot of the 版心.
    wide: bool  #: The last side is a landscape page.
    words: tuple[str, ...] = ()  #: What stands within the 版心 of each side, without blanks.


@dataclass(frozen=True, slots=True)
class Fit:
    """How a paper is set so that it falls well on its sides."""

    profile: Profile
    place: ImprintPlace
    remark: str = ""  #: What a clerk should know, in Chinese.


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
            words = tuple(_words(page) for page in pdf.pages)
            return Sides(len(pdf.pages), foot - lowest, float(last.width) > float(last.height), words)


def _words(page: object) -> str:
    head, foot = points(30), points(TYPE_BOTTOM) + 3
    chars = getattr(page, "chars", ())
    return "".join(str(one["text"]) for one in chars if one["top"] > head and one["bottom"] <= foot).replace(" ", "")


def fitted(paper: Paper, profile: Profile) -> Fit:
    """The profile and the place of the 版记 with which a paper falls well on its sides. Raises as ``count``.

    Where 署名 and date would stand alone on a side, the pitch of the lines is changed (7.3.5.5); the 版记 lies at the
    foot of an even side (7.4): that on which the text ends if it leaves room, else its back.
    """
    imprint = paper.has_imprint and paper.kind != "信函"
    if not imprint and lines(paper) <= _SURELY_ONE_SIDE:
        return Fit(profile, "here")
    sides = count(write(paper, profile, place="nowhere"))
    remark = ""
    if _alone(paper, sides):
        for number in _TRIED:
            other = replace(profile, pitch=floor(profile.pitch * LINES / number * 20) / 20, adjusted=True)
            tried = count(write(paper, other, place="nowhere"))
            if not _alone(paper, tried):
                remark = f"为使署名、日期与正文同面，行距由 {profile.pitch:g} 磅改为 {other.pitch:g} 磅（7.3.5.5）"
                profile, sides = other, tried
                break
        else:
            remark = "有一面只有署名和日期，改行距也排不好；请增减正文的字，或在版式里调字间距（7.3.5.5）"
    return Fit(profile, _place(paper, profile, sides) if imprint else "here", remark)


def lines(paper: Paper) -> int:
    """About how many lines the text takes under the title."""
    found = 0
    for block in paper.blocks:
        if isinstance(block, Text):
            found += ceil((length(block.words) + 2) / 28)
        else:
            found += 1 + len(block.rows) if isinstance(block, Table) else LINES
    return found + len(paper.pieces) * LINES + (9 if paper.mark else 0) + 2 * len(paper.organs)


def _alone(paper: Paper, sides: Sides) -> bool:
    """Whether a side bears only what closes the text: 署名, date, 附注."""
    if paper.signing == "不署名":
        return False
    closing = "".join((*(paper.stamps or paper.organs), paper.date, f"（{paper.note}）" if paper.note else ""))
    wanted = Counter(closing.replace(" ", ""))
    return bool(closing) and sides.count > 1 and any(Counter(words) == wanted for words in sides.words)


def _place(paper: Paper, profile: Profile, sides: Sides) -> ImprintPlace:
    """On the side where the text ends if that is even and leaves room, else on the back."""
    if sides.count % 2:
        return "overleaf"
    return "here" if sides.free >= height(paper, profile) + 14 and not sides.wide else "next sheet"
