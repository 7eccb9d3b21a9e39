"""The 版记 (7.4): 主送 and 抄送, 印发机关 and 印发日期, between lines, at the foot of the 版心.

It is a text box that ends at the lower edge of the 版心, for LibreOffice leaves a floating table of full width where
it stands in the text. Each line is the border of a thin paragraph, as wide as the 版心 whatever the words' indents are.
"""

from __future__ import annotations

from decimal import Decimal
from math import ceil

from formgen.rendering.official.boxes import Box, box
from formgen.rendering.official.elements import Paper
from formgen.rendering.official.geometry import TYPE_BOTTOM, length, points
from formgen.rendering.official.markup import Element, border, indent, node, paragraph, runs, spacing, tabs
from formgen.rendering.official.profile import Profile, twips

_THICK, _THIN = 8, 6  #: Eighths of a point: 0.35 and 0.26 mm.
_ZI = 280  #: One 字 of 4号, in twips.
_LINE = 22.0  #: Height of a line, in points.


def imprint(paper: Paper, profile: Profile, *, even: bool = False) -> list[Element]:
    """The box with its paragraphs. A 信函 has no lines and no 印发机关 (10.1).

    ``even``: it surely lies on an even side, and its place is counted from the edge of the paper, for LibreOffice takes
    the margin of the odd ones where the side begins a section.
    """
    plain = paper.kind == "信函"
    entries = [("主送：", paper.to)] if paper.to_at_end and paper.to else []
    entries += [("抄送：", paper.copies)] if paper.copies else []
    content = [_entry(label, words, profile) for label, words in entries]
    made = [_line(_THICK), *content] if content and not plain else content
    if not plain and (paper.printer or paper.printed):
        made += [_line(_THIN if content else _THICK), *_issue(paper, profile)]
    if not plain:
        made.append(_line(_THICK, "bottom"))
    high = height(paper, profile) / points(1)
    place = Box(
        "版记",
        profile.outer if even else 0,
        float(TYPE_BOTTOM) - high,
        profile.width / twips(1),
        high,
        from_margin=not even,
        text="b",
        parting=True,
        number=3,
    )
    return [box(place, made)]


def height(paper: Paper, profile: Profile) -> float:
    """How high the 版记 is, in points; a wrapped line is counted by the lengths of the words."""
    room = Decimal(profile.width) / _ZI - 5
    entries = [paper.copies] + ([paper.to] if paper.to_at_end else [])
    lines = sum(ceil((length(words) + 1) / room) for words in entries if words)
    if paper.kind != "信函" and (paper.printer or paper.printed):
        lines += len(_issue(paper, profile)) + int(length(paper.printer) / (room + 3))
    return _LINE * lines + 7  # and the lines


def _line(size: int, side: str = "top") -> Element:
    return paragraph("Spacer", (), node("pBdr", border(side, "single", size, 0, "000000")), spacing(line=1))


def _entry(label: str, words: str, profile: Profile) -> Element:
    """One 字 in on both sides; wrapped lines under the first character after the colon; a full stop at the end."""
    text = label + words.rstrip("。.；;，,") + "。"
    own = (indent(left=_ZI * 4, right=_ZI, hanging=_ZI * 3), node("jc", val="both"))
    return paragraph("Imprint", runs(text, profile.faces["仿宋"], profile), *own)


def _issue(paper: Paper, profile: Profile) -> list[Element]:
    """印发机关 one 字 from the left, the date one 字 from the right; a name that leaves no room has its own line."""
    face = profile.faces["仿宋"]
    printed = f"{paper.printed}印发" if paper.printed else ""
    stop = tabs(("right", profile.width - _ZI))
    if (float(length(paper.printer + printed)) + 3) * _ZI <= profile.width:
        words = paper.printer + (f"\t{printed}" if printed else "")
        return [paragraph("Imprint", runs(words, face, profile), stop, indent(left=_ZI))]
    made = [paragraph("Imprint", runs(paper.printer, face, profile), indent(left=_ZI, right=_ZI))]
    if printed:
        made.append(paragraph("Imprint", runs(printed, face, profile), indent(right=_ZI), node("jc", val="right")))
    return made
